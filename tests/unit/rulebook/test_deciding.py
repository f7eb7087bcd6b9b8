"""The life of a rule version: which step may follow which, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from dure.kernel.calendar import DAY_US, SEOUL, to_us
from dure.policy.districts import CITY
from dure.rulebook.deciding import (
    former_version,
    refusal_of,
    versions_superseded,
    whole_days_between,
)
from dure.rulebook.lives import Rulebook
from dure.rulebook.officials import Grant, Official, Role, can
from dure.rulebook.refusals import SENTENCES, Refusal
from dure.rulebook.steps import STEP_NAMES, Act, Stage, Step, next_steps

SEOGU, NAMDONG = 28260, 28200
REASONS = "예산이 열흘 안에 다 쓰일 것으로 보입니다."


def at(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=SEOUL))


NOW = at("2019-09-01T09:00")
BEGINS = at("2019-10-22")
UNTIL = at("2020-01-01")
GRANTS = (
    ("root", Role.OPERATOR, CITY),
    ("writer", Role.POLICY_OFFICER, CITY),
    ("seogu", Role.DISTRICT_OFFICER, SEOGU),
    ("namdong", Role.DISTRICT_OFFICER, NAMDONG),
    ("first", Role.APPROVER, CITY),
    ("second", Role.APPROVER, CITY),
    ("third", Role.APPROVER, CITY),
    ("of-seogu", Role.APPROVER, SEOGU),
    ("of-namdong", Role.APPROVER, NAMDONG),
)


def grant(who: str, role: Role, place: int = CITY, *, by: str = "root") -> Act:
    content = {"official": who, "name": who, "role": role.value, "place": place, "public_key": "00"}
    return Act(step=Step.GRANT, by=by, at_us=NOW, content=content)


def rulebook(*acts: Act) -> Rulebook:
    book = Rulebook()
    for act in [grant(*one) for one in GRANTS] + list(acts):
        assert refusal_of(book, act) is None, (act, refusal_of(book, act))
        book.apply(act)
    return book


def act(step: Step, by: str, content: Mapping[str, object] | None = None, **other: object) -> Act:
    made = Act(step=step, by=by, at_us=NOW, rule="cashback", version=1, sha256="a" * 64,
               content=content or {})  # fmt: skip
    return replace(made, **other)  # type: ignore[arg-type]


def draft(
    by: str = "writer",
    scope: int = CITY,
    *,
    lines: tuple[str, ...] = (),
    from_us: int = BEGINS,
    **other: object,
) -> Act:
    content = {"scope": scope, "from_us": from_us, "until_us": UNTIL, "foreign_lines": list(lines)}
    return act(Step.DRAFT, by, content, **other)


TO_APPROVED = (
    draft(),
    act(Step.CHECK, "writer"),
    act(Step.APPROVE, "first"),
    act(Step.APPROVE, "second"),
)
TO_SCHEDULED = (*TO_APPROVED, act(Step.NOTICE, "writer"), act(Step.SCHEDULE, "writer"))
TO_PUBLISHED = (*TO_SCHEDULED, act(Step.PUBLISH, "root", {"supersedes": []}))


def refusal(book: Rulebook, act: Act) -> Refusal | None:
    found = refusal_of(book, act)
    if found is not None:  # Its sentences must be whole, whatever the parameters.
        assert "{" not in found.korean + found.english
    return None if found is None else found.refusal


def test_it_leads_from_a_draft_to_in_force_and_over() -> None:
    book = rulebook(*TO_PUBLISHED)
    life = book.lives["cashback@1"]
    assert life.approvers == ("first", "second")
    assert life.stage_at(BEGINS - 1) is Stage.PUBLISHED
    assert life.stage_at(BEGINS) is Stage.IN_FORCE
    assert life.stage_at(UNTIL) is Stage.OVER


def test_it_takes_a_simulation_but_does_not_ask_for_one() -> None:
    named = act(Step.SIMULATE, "writer", {"name": "시나리오 3"})
    book = rulebook(*TO_APPROVED[:2], named, *TO_APPROVED[2:])
    assert book.lives["cashback@1"].simulation == "시나리오 3"
    unnamed = act(Step.SIMULATE, "writer")
    assert refusal(rulebook(*TO_APPROVED[:2]), unnamed) is Refusal.NAME_OF_RESULT_MISSING


SIMULATED = act(Step.SIMULATE, "writer", {"name": "시나리오 3"})


def published_beside(scope: int, from_us: int, until_us: int) -> Act:
    """Another rule, published a minute after the simulation by being taken over elsewhere."""
    steps = [["gift", 1, "c" * 64, scope, from_us, until_us]]
    return replace(
        Act(step=Step.TAKE_OVER, by="root", at_us=NOW), at_us=NOW + 60_000_000,
        content={"versions": steps},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scope", "from_us", "until_us", "refused"),
    [
        (CITY, NOW, UNTIL, Refusal.SIMULATION_OUTDATED),
        (SEOGU, NOW, UNTIL, Refusal.SIMULATION_OUTDATED),
        (CITY, NOW, BEGINS, None),
        (CITY, UNTIL, UNTIL + DAY_US, None),
    ],
)
def test_it_refuses_an_approval_when_rules_around_it_changed_after_its_simulation(
    scope: int, from_us: int, until_us: int, refused: Refusal | None
) -> None:
    beside = published_beside(scope, from_us, until_us)
    book = rulebook(*TO_APPROVED[:2], SIMULATED, beside)
    approval = act(Step.APPROVE, "first", at_us=NOW + 120_000_000)
    assert refusal(book, approval) is refused
    again = replace(SIMULATED, at_us=NOW + 90_000_000)
    assert refusal(rulebook(*TO_APPROVED[:2], SIMULATED, beside, again), approval) is None
    before = rulebook(*TO_APPROVED[:2], beside)
    assert refusal(before, approval) is None, "a version without simulation needs none"


def test_it_counts_from_when_a_simulation_was_made_not_from_when_it_was_recorded() -> None:
    beside = published_beside(CITY, NOW, UNTIL)
    late = replace(
        SIMULATED, at_us=NOW + 90_000_000, content={"name": "시나리오 3", "made_at_us": NOW}
    )
    book = rulebook(*TO_APPROVED[:2], beside, late)
    approval = act(Step.APPROVE, "first", at_us=NOW + 120_000_000)
    assert refusal(book, approval) is Refusal.SIMULATION_OUTDATED


def test_it_refuses_an_approval_on_a_simulation_of_more_than_forty_days_ago() -> None:
    book = rulebook(*TO_APPROVED[:2], SIMULATED)
    assert refusal(book, act(Step.APPROVE, "first", at_us=NOW + 40 * DAY_US)) is None
    late = act(Step.APPROVE, "first", at_us=NOW + 41 * DAY_US)
    assert refusal(book, late) is Refusal.SIMULATION_OUTDATED


def test_it_asks_all_approvers_anew_on_a_new_simulation() -> None:
    book = rulebook(*TO_APPROVED[:2], SIMULATED, TO_APPROVED[2], SIMULATED)
    life = book.lives["cashback@1"]
    assert (life.stage, life.approvers) == (Stage.SIMULATED, ())
    assert refusal(book, TO_APPROVED[2]) is None


def test_it_refuses_the_drafters_approval_and_a_second_by_the_same_person() -> None:
    both = grant("writer", Role.APPROVER)
    checked = rulebook(both, *TO_APPROVED[:2])
    assert refusal(checked, act(Step.APPROVE, "writer")) is Refusal.DRAFTER_APPROVES
    once = rulebook(*TO_APPROVED[:3])
    assert refusal(once, act(Step.APPROVE, "first")) is Refusal.APPROVED_ALREADY
    assert refusal(once, act(Step.APPROVE, "second")) is None


def test_it_refuses_the_approval_of_who_drafted_an_earlier_text_of_it() -> None:
    both = grant("writer", Role.APPROVER)
    other = grant("helper", Role.POLICY_OFFICER)
    again = draft("helper", sha256="b" * 64)
    book = rulebook(both, other, draft(), again, act(Step.CHECK, "helper", sha256="b" * 64))
    approval = act(Step.APPROVE, "writer", sha256="b" * 64)
    assert refusal(book, approval) is Refusal.DRAFTER_APPROVES


def test_a_changed_text_begins_anew() -> None:
    book = rulebook(*TO_SCHEDULED)
    changed = act(Step.PUBLISH, "root", {"supersedes": []}, sha256="b" * 64)
    assert refusal(book, changed) is Refusal.TEXT_CHANGED
    book.apply(draft(sha256="b" * 64))
    assert book.lives["cashback@1"].stage is Stage.DRAFT
    assert book.lives["cashback@1"].approvers == ()
    assert refusal(book, changed) is Refusal.OUT_OF_ORDER
    assert refusal(book, draft(sha256="b" * 64)) is Refusal.SAME_TEXT


@pytest.mark.parametrize("done", range(1, len(TO_PUBLISHED) + 1))
def test_it_refuses_every_step_that_is_out_of_order(done: int) -> None:
    book = rulebook(*TO_PUBLISHED[:done])
    allowed = {Step.DRAFT, Step.WITHDRAW, *next_steps(book.lives["cashback@1"].stage)}
    who = {Step.APPROVE: "third", Step.ASK_END: "third", Step.ROLL_BACK: "third",
           Step.PUBLISH: "root"}  # fmt: skip
    for step in set(Step) - {Step.GRANT, Step.REVOKE, Step.NOTICE_DAYS, Step.TAKE_OVER} - allowed:
        found = refusal(book, act(step, who.get(step, "writer")))
        assert found is Refusal.OUT_OF_ORDER, step


def test_it_refuses_what_is_published_already_and_versions_that_were_passed() -> None:
    book = rulebook(draft(version=3), *(replace(a, version=2) for a in TO_PUBLISHED))
    assert refusal(book, draft(version=2, sha256="b" * 64)) is Refusal.PUBLISHED_ALREADY
    assert refusal(book, draft(version=1)) is Refusal.VERSION_PASSED
    assert refusal(book, draft(version=4)) is None


def test_it_refuses_a_publication_in_the_past() -> None:
    book = rulebook(*TO_SCHEDULED)
    late = act(Step.PUBLISH, "root", {"supersedes": []}, at_us=BEGINS + 1)
    assert refusal(book, late) is Refusal.BEGINS_IN_PAST
    assert refusal(book, replace(late, at_us=BEGINS)) is None


@pytest.mark.parametrize(
    ("told_at", "enough"),
    [("2019-10-01T00:00", True), ("2019-10-01T23:59", True), ("2019-10-02T00:00", False)],
)
def test_it_counts_whole_days_of_notice_without_that_of_the_notice(
    told_at: str, enough: bool
) -> None:
    book = rulebook(*TO_APPROVED)
    notice = act(Step.NOTICE, "writer", at_us=at(told_at))
    assert refusal(book, notice) is (None if enough else Refusal.NOTICE_TOO_SHORT)
    assert (whole_days_between(at(told_at), BEGINS) >= 20) is enough


def test_it_names_the_first_day_on_which_the_notice_would_be_long_enough() -> None:
    told_at = at("2019-10-10T15:00")
    found = refusal_of(rulebook(*TO_APPROVED), act(Step.NOTICE, "writer", at_us=told_at))
    assert found is not None
    assert "2019-10-31" in found.korean
    assert whole_days_between(told_at, at("2019-10-31")) == 20


def test_an_emergency_needs_reasons_and_no_days() -> None:
    book = rulebook(*TO_APPROVED)
    short = act(Step.EMERGENCY, "writer", {"reasons": "급함"}, at_us=BEGINS - DAY_US)
    assert refusal(book, short) is Refusal.REASONS_MISSING
    assert refusal(book, replace(short, content={"reasons": REASONS})) is None
    late = replace(short, content={"reasons": REASONS}, at_us=BEGINS + 1)
    assert refusal(book, late) is Refusal.BEGINS_IN_PAST


def test_the_city_sets_its_own_days_of_notice() -> None:
    set_to = Act(step=Step.NOTICE_DAYS, by="first", at_us=NOW, content={"days": 60})
    book = rulebook(set_to, *TO_APPROVED)
    assert refusal(book, act(Step.NOTICE, "writer")) is Refusal.NOTICE_TOO_SHORT
    for days in (0, 366):
        wrong = replace(set_to, content={"days": days})
        assert refusal(book, wrong) is Refusal.DAYS_OUT_OF_RANGE
    assert refusal(book, replace(set_to, by="of-seogu")) is Refusal.OTHER_DISTRICT


def test_it_refuses_a_districts_rule_by_another_districts_official() -> None:
    book = rulebook()
    assert refusal(book, draft("namdong", SEOGU)) is Refusal.OTHER_DISTRICT
    assert refusal(book, draft("namdong", CITY)) is Refusal.OTHER_DISTRICT
    assert refusal(book, draft("seogu", SEOGU)) is None
    assert refusal(book, draft("writer", SEOGU)) is None
    book = rulebook(draft("seogu", SEOGU), act(Step.CHECK, "seogu"))
    assert refusal(book, act(Step.APPROVE, "of-namdong")) is Refusal.OTHER_DISTRICT
    assert refusal(book, act(Step.APPROVE, "of-seogu")) is None
    taken = draft("namdong", NAMDONG, sha256="b" * 64)
    assert refusal(book, taken) is Refusal.OTHER_DISTRICT


def test_it_refuses_to_turn_the_citys_rule_into_a_districts() -> None:
    book = rulebook(*TO_PUBLISHED)
    assert refusal(book, draft("seogu", SEOGU, version=2)) is Refusal.SCOPE_CHANGED


def test_a_districts_rule_on_the_citys_money_needs_the_citys_approvers() -> None:
    drawing = draft("seogu", SEOGU, lines=("incheon-2019-city",))
    book = rulebook(drawing, act(Step.CHECK, "seogu"))
    assert refusal(book, act(Step.APPROVE, "of-seogu")) is Refusal.CITY_MONEY
    assert refusal(book, act(Step.APPROVE, "first")) is None


def test_it_refuses_strangers_and_roles_that_are_missing() -> None:
    book = rulebook(draft(), act(Step.CHECK, "writer"))
    assert refusal(book, act(Step.APPROVE, "nobody")) is Refusal.NOT_AN_OFFICIAL
    assert refusal(book, act(Step.APPROVE, "writer")) is Refusal.ROLE_MISSING
    assert refusal(book, draft("first", version=2)) is Refusal.ROLE_MISSING
    unknown = act(Step.CHECK, "writer", version=9)
    assert refusal(book, unknown) is Refusal.VERSION_UNKNOWN


@pytest.mark.parametrize("step", list(Step))
def test_each_step_has_a_name_and_somebody_who_can(step: Step) -> None:
    assert all(STEP_NAMES[step])
    everything = frozenset(Grant(role, CITY) for role in Role)
    assert can(Official("all", "all", b"", everything), step, CITY)
    assert not can(Official("none", "none", b""), step, CITY)


def test_each_refusal_says_what_is_wrong_in_both_languages() -> None:
    assert set(SENTENCES) == set(Refusal)
    for ko, en in SENTENCES.values():
        assert any("가" <= letter <= "힣" for letter in ko)
        assert en


def test_the_first_official_is_an_operator_and_nobody_else_grants_to_oneself() -> None:
    book = Rulebook()
    assert refusal(book, grant("root", Role.APPROVER)) is Refusal.NOT_AN_OFFICIAL
    assert refusal(book, grant("other", Role.OPERATOR)) is Refusal.NOT_AN_OFFICIAL
    book.apply(grant("root", Role.OPERATOR))
    assert refusal(book, grant("root", Role.APPROVER)) is Refusal.GRANT_TO_ONESELF
    assert refusal(book, grant("kim", Role.DISTRICT_OFFICER)) is Refusal.PLACE_OF_ROLE
    assert refusal(book, grant("kim", Role.OPERATOR, SEOGU)) is Refusal.PLACE_OF_ROLE
    for wrong in ("", "Kim", "kim jiyoung", "k" * 41, "김"):
        assert refusal(book, grant(wrong, Role.APPROVER)) is Refusal.NOT_AN_ID
    assert refusal(Rulebook(), grant("Root", Role.OPERATOR, by="Root")) is Refusal.NOT_AN_ID
    last = replace(grant("root", Role.OPERATOR), step=Step.REVOKE)
    assert refusal(book, last) is Refusal.LAST_OPERATOR
    none = replace(grant("kim", Role.APPROVER), step=Step.REVOKE)
    assert refusal(book, none) is Refusal.NOTHING_TO_REVOKE


def test_a_role_that_is_revoked_is_gone() -> None:
    book = rulebook(replace(grant("writer", Role.POLICY_OFFICER), step=Step.REVOKE))
    assert refusal(book, draft()) is Refusal.NOT_AN_OFFICIAL


def second(from_us: int) -> tuple[Act, ...]:
    """Version 2 up to its schedule, beginning at an instant within version 1."""
    acts = [replace(a, version=2) for a in TO_SCHEDULED]
    acts[0] = draft(version=2, from_us=from_us)
    return tuple(acts)


def test_a_newer_version_cuts_the_older_off_where_it_begins() -> None:
    begins = at("2019-11-15")
    publication = act(Step.PUBLISH, "root", {"supersedes": [[1, begins]]}, version=2)
    book = rulebook(*TO_PUBLISHED, *second(begins), publication)
    old, new = book.lives["cashback@1"], book.lives["cashback@2"]
    assert (old.last_us, new.last_us) == (begins, UNTIL)
    assert old.until_us == UNTIL
    assert old.stage_at(begins - 1) is Stage.IN_FORCE
    assert old.stage_at(begins) is Stage.SUPERSEDED
    assert new.stage_at(begins) is Stage.IN_FORCE


def test_a_newer_version_leaves_one_alone_that_begins_when_it_is_over() -> None:
    between = draft(version=2, from_us=BEGINS - 30 * DAY_US)
    until_there = replace(between, content={**between.content, "until_us": BEGINS})
    acts = [until_there, *(replace(a, version=2) for a in TO_SCHEDULED[1:4])]
    book = rulebook(*TO_PUBLISHED, *acts)
    assert versions_superseded(book, book.lives["cashback@2"]) == []
    longer = rulebook(*TO_PUBLISHED, between)
    assert versions_superseded(longer, longer.lives["cashback@2"]) == [(1, BEGINS)]
    assert former_version(longer, longer.lives["cashback@2"]) is None
    assert former_version(longer, replace(longer.lives["cashback@2"], from_us=UNTIL)) is not None


def test_it_refuses_a_publication_that_cuts_off_anything_else() -> None:
    book = rulebook(*TO_PUBLISHED, *second(at("2019-11-15")))
    for wrong in ([], [[1, at("2019-11-14")]]):
        publication = act(Step.PUBLISH, "root", {"supersedes": wrong}, version=2)
        assert refusal(book, publication) is Refusal.TEXT_CHANGED


def ask(by: str = "first", **content: object) -> Act:
    given = {"reasons": REASONS, "restore": False, **content}
    return act(Step.ASK_END, by, given, at_us=at("2019-11-01"))


def confirm(by: str, at_us: int, ends_at_us: int, **content: object) -> Act:
    given = {"reasons": REASONS, "ends_at_us": ends_at_us, **content}
    return act(Step.ROLL_BACK, by, given, at_us=at_us)


def test_a_roll_back_is_asked_for_by_one_and_confirmed_by_another() -> None:
    confirmed_at = at("2019-11-02T10:00")
    book = rulebook(*TO_PUBLISHED)
    assert refusal(book, confirm("second", confirmed_at, confirmed_at)) is Refusal.END_NOT_ASKED
    book.apply(ask())
    same = confirm("first", confirmed_at, confirmed_at)
    assert refusal(book, same) is Refusal.END_NEEDS_ANOTHER
    other_end = confirm("second", confirmed_at, confirmed_at + DAY_US)
    assert refusal(book, other_end) is Refusal.END_NOT_ASKED
    done = replace(same, by="second")
    assert refusal(book, done) is None
    book.apply(done)
    life = book.lives["cashback@1"]
    assert life.last_us == confirmed_at
    assert life.stage_at(confirmed_at) is Stage.ROLLED_BACK


def test_it_refuses_ends_in_the_past_too_late_or_without_reasons() -> None:
    book = rulebook(*TO_PUBLISHED)
    assert refusal(book, ask(ends_at_us=at("2019-10-31"))) is Refusal.ENDS_IN_PAST
    assert refusal(book, ask(ends_at_us=UNTIL)) is Refusal.ENDED_ALREADY
    assert refusal(book, ask(reasons="그냥")) is Refusal.REASONS_MISSING
    assert refusal(book, ask(restore=True)) is Refusal.NOTHING_TO_RESTORE
    book.apply(ask(ends_at_us=at("2019-11-05")))
    late = confirm("second", at("2019-11-06"), at("2019-11-05"))
    assert refusal(book, late) is Refusal.ENDS_IN_PAST


def test_a_version_that_has_not_begun_is_ended_before_it_ever_holds() -> None:
    book = rulebook(*TO_PUBLISHED, replace(ask(), at_us=NOW))
    book.apply(confirm("second", NOW + DAY_US, BEGINS))
    life = book.lives["cashback@1"]
    assert life.last_us == life.from_us
    assert life.stage_at(NOW + 2 * DAY_US) is Stage.ROLLED_BACK


def test_a_withdrawn_version_goes_no_further() -> None:
    book = rulebook(*TO_SCHEDULED, act(Step.WITHDRAW, "writer", {"reasons": REASONS}))
    for step in (Step.PUBLISH, Step.CHECK):
        who = "root" if step is Step.PUBLISH else "writer"
        assert refusal(book, act(step, who)) is Refusal.OUT_OF_ORDER
    assert refusal(book, draft(sha256="b" * 64)) is Refusal.OUT_OF_ORDER


def test_old_rules_are_taken_over_once() -> None:
    row = ["cashback", 1, "a" * 64, CITY, BEGINS, UNTIL]
    taken = Act(step=Step.TAKE_OVER, by="root", at_us=NOW, content={"versions": [row]})
    book = rulebook(taken)
    assert book.lives["cashback@1"].stage is Stage.PUBLISHED
    other = replace(taken, content={"versions": [["other", *row[1:]]]})
    for again in (taken, other):
        assert refusal(book, again) is Refusal.TAKEN_OVER_TOO_LATE
    drafted = rulebook(draft())
    assert refusal(drafted, taken) is Refusal.PUBLISHED_ALREADY
    assert refusal(drafted, other) is None
    assert refusal(book, replace(taken, by="writer")) is Refusal.ROLE_MISSING
