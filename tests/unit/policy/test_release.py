"""Rules that release so much a day or a week: reading, giving, explaining."""

from __future__ import annotations

import pytest

from dure.policy.differences import differences
from dure.policy.document import parse_document
from dure.policy.document_errors import Fault
from dure.policy.evaluate import IncentiveLine, RuleSet
from dure.policy.explain import explain
from dure.policy.lines import LimitedBy
from dure.policy.release import Release, account_key, rule_of_account
from tests.unit.policy.conftest import seoul_us
from tests.unit.policy.kinds_desk import compiled, document, occasion, refusals

DAILY = 'release: {each: day, won: 1000, at: "09:00"}'
CARRIED = 'release: {each: day, won: 1000, at: "09:00", unused: carried_on}'
WEEKLY = "release: {each: week, won: 5000, weekday: fri}"


def rules_of(release: str) -> RuleSet:
    return compiled([document("flat_rate", f"rate_bp: 1000\n{release}")])


class Till:
    """Payments one after the other, with what releases have paid so far."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.used: dict[int, int] = {}

    def pay(self, won: int, when: str) -> IncentiveLine:
        asked = occasion(won, when=when, used_won=self.used)
        (line,) = self.rules.at(asked.at_us).evaluate(asked)
        self._count(line.won, asked.at_us)
        return line

    def give_back(self, won: int, when: str) -> None:
        self._count(-won, seoul_us(when))

    def _count(self, won: int, at_us: int) -> None:
        for account, change in self.rules.get_rule(1).used_by(won, at_us).items():
            self.used[account] = self.used.get(account, 0) + change


def test_a_release_is_given_to_the_last_won_and_then_nothing_until_the_next() -> None:
    till = Till(rules_of(DAILY))
    given = [
        till.pay(won, when)
        for won, when in [
            (6_000, "2020-02-03T09:00"),
            (6_000, "2020-02-03T12:00"),
            (6_000, "2020-02-04T08:59"),
            (6_000, "2020-02-04T09:00"),
        ]
    ]
    assert [line.won for line in given] == [600, 400, 0, 600]
    assert [LimitedBy(line.limited_by) for line in given] == [
        LimitedBy.NONE,
        LimitedBy.RELEASE_USED,
        LimitedBy.RELEASE_USED,
        LimitedBy.NONE,
    ]
    assert {line.full_won for line in given} == {600}


def test_what_a_day_did_not_use_lapses_or_is_carried_on_as_declared() -> None:
    lapsing, carried = Till(rules_of(DAILY)), Till(rules_of(CARRIED))
    for till in (lapsing, carried):
        till.pay(999_999, "2020-01-01T09:00")  # all of the first release
        assert till.pay(3_000, "2020-01-02T10:00").won == 300
    assert lapsing.pay(100_000, "2020-01-03T10:00").won == 1_000
    assert carried.pay(100_000, "2020-01-03T10:00").won == 1_700


def test_it_gives_nothing_before_the_first_release() -> None:
    line = Till(rules_of(DAILY)).pay(5_000, "2020-01-01T08:59")
    assert (line.won, line.limited_by) == (0, LimitedBy.RELEASE_USED)


def test_a_week_begins_on_its_weekday() -> None:
    till = Till(rules_of(WEEKLY))  # the rule begins on a Wednesday; Friday is 2020-01-03
    assert till.pay(5_000, "2020-01-02T23:59").won == 0
    assert till.pay(60_000, "2020-01-03").won == 5_000
    assert till.pay(60_000, "2020-01-09T23:59").won == 0
    assert till.pay(20_000, "2020-01-10").won == 2_000


def test_what_is_given_back_goes_to_the_release_that_it_was_paid_from() -> None:
    till = Till(rules_of(DAILY))
    till.pay(10_000, "2020-02-03T10:00")
    assert till.pay(1_000, "2020-02-03T11:00").won == 0
    till.give_back(400, "2020-02-03T10:00")
    assert till.pay(10_000, "2020-02-03T12:00").won == 400, "the same day can give it again"
    till.give_back(600, "2020-02-03T10:00")
    assert till.pay(100_000, "2020-02-04T10:00").won == 1_000, "the next day cannot"


def test_where_all_is_carried_on_what_is_given_back_can_be_given_again_at_once() -> None:
    till = Till(rules_of(CARRIED))
    till.pay(999_999, "2020-01-01T10:00")
    till.give_back(600, "2020-01-01T10:00")
    assert till.pay(100_000, "2020-01-02T10:00").won == 1_600


def test_a_payment_told_late_draws_on_the_release_of_its_own_time() -> None:
    till = Till(rules_of(DAILY))
    till.pay(7_000, "2020-02-03T10:00")
    till.pay(10_000, "2020-02-04T10:00")
    assert till.pay(7_000, "2020-02-03T23:00").won == 300


def test_a_sum_and_a_release_both_bind_and_the_last_is_the_reason() -> None:
    till = Till(rules_of(DAILY + "\nstops_when: {until_sum_used_won: 1300}"))
    assert till.pay(10_000, "2020-02-03T10:00").won == 1_000
    line = till.pay(10_000, "2020-02-04T10:00")
    assert (line.won, line.limited_by) == (300, LimitedBy.SUM_USED)


def test_accounts_are_named_apart_from_rules() -> None:
    key = account_key(17, 3)
    assert rule_of_account(key) == 17
    assert rule_of_account(17) == 0
    assert account_key(17, 0) > 17


def test_it_counts_releases_to_the_microsecond() -> None:
    release = Release(10, seoul_us("2020-01-01T09:00"), 86_400_000_000)
    first = release.first_us
    assert [release.number_at(at) for at in (first - 1, first, first + 86_399_999_999)] == [0, 1, 1]
    assert release.next_us(first) == seoul_us("2020-01-02T09:00")
    assert release.next_us(first - 1) == first
    assert release.span(first + 5) == (first, first + 86_400_000_000)


def test_it_says_in_both_languages_that_a_release_is_used_up_and_when_it_goes_on() -> None:
    rule = rules_of(DAILY).get_rule(1)
    said = explain(rule, 0, LimitedBy.RELEASE_USED, 5_000, at_us=seoul_us("2020-02-03T12:00"))
    (sentence,) = [s for s in said if s.code == "release_used"]
    assert (
        sentence.ko == "하루에 풀리는 1,000원이 모두 쓰였습니다. 2월 4일(화) 09:00에 다시 풀립니다."
    )
    assert sentence.en == (
        "The 1,000 won released each day are used up."
        " More is released on Tuesday, 2020-02-04 at 09:00."
    )
    assert said[-1].en == "So nothing is credited."


@pytest.mark.parametrize(
    ("release", "until", "when", "korean"),
    [
        (CARRIED, "open", "2020-02-03T12:00", "지금까지 풀린 금액이 모두 쓰였습니다."),
        (DAILY, "open", "2020-01-01T06:00", "아직 풀린 금액이 없습니다."),
        (
            DAILY,
            "2020-02-04",
            "2020-02-03T12:00",
            "이 혜택이 끝나기 전에 더 풀리는 금액은 없습니다.",
        ),
        (WEEKLY, "open", "2020-01-04T12:00", "1월 10일(금) 00:00에 다시 풀립니다."),
        (WEEKLY, "open", None, "매주 금요일 00:00에 다시 풀립니다."),
    ],
)
def test_what_it_says_fits_the_release(
    release: str, until: str, when: str | None, korean: str
) -> None:
    text = document("flat_rate", f"rate_bp: 1000\n{release}").text.replace(
        "until: open", "until: " + until
    )
    rule = compiled([parse_document(text, "test.yaml")]).get_rule(1)
    at_us = None if when is None else seoul_us(when)
    said = explain(rule, 0, LimitedBy.RELEASE_USED, 5_000, at_us=at_us)
    assert any(korean in sentence.ko for sentence in said)


def test_differences_tell_of_a_release_that_is_new_and_of_one_that_changed() -> None:
    before = document("flat_rate", "rate_bp: 1000")
    after = document("flat_rate", f"rate_bp: 1000\n{WEEKLY}")
    (sentence,) = [s for s in differences(before, after) if s.code == "release"]
    assert "매주 금요일 00:00에 5,000원씩(남은 금액은 소멸)" in sentence.ko
    assert "5,000 won every Friday at 00:00 (what is unused lapses)" in sentence.en


@pytest.mark.parametrize(
    ("own", "fault", "line", "says"),
    [
        ("release: {each: day}", Fault.MISSING_KEY, 3, "add 'won: 10000000'"),
        ("release: {won: 5}", Fault.MISSING_KEY, 3, "add 'each: day'"),
        ("release: {each: month, won: 5}", Fault.NOT_A_CHOICE, 3, "day, week"),
        ("release: {each: day, won: 0}", Fault.OUT_OF_RANGE, 3, "from 1"),
        ("release: {each: day, won: 5,\n  weekday: fri}", Fault.RELEASE_WEEKDAY, 4, "each: week"),
        ("release: {each: week, won: 5, weekday: friday}", Fault.NOT_A_CHOICE, 3, "'fri'"),
        ('release: {each: day, won: 5, at: "24:00"}', Fault.RELEASE_MIDNIGHT, 3, "00:00"),
        ('release: {each: day, won: 5, at: "9"}', Fault.NOT_A_TIME, 3, "09:30"),
        ("release: {each: day, won: 5, unused: kept}", Fault.NOT_A_CHOICE, 3, "carried_on"),
        ("release: {each: day, won: 5, per: 1}", Fault.UNKNOWN_KEY, 3, "'per'"),
        ("release: daily", Fault.NOT_A_MAPPING, 3, "each: …"),
    ],
)
def test_a_release_at_fault_is_refused_with_its_line(
    own: str, fault: Fault, line: int, says: str
) -> None:
    errors = refusals("flat_rate", f"rate_bp: 1000\n{own}")
    assert [error.fault for error in errors] == [fault]
    assert errors[0].place.line == line
    assert says in errors[0].english


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("charge_bonus", "rate_bp: 500"),
        ("referral", "gift_won: 3000"),
    ],
)
def test_what_is_not_given_with_a_payment_has_no_release(kind: str, own: str) -> None:
    errors = refusals(kind, f"{own}\n{DAILY}")
    assert Fault.RELEASE_NOT_WITH_PAYMENT in [error.fault for error in errors]
