"""Laws of the rulebook: whatever officials try, in whatever order, what is published was decided.

Officials take steps about versions of a rule of the city and of one of a district, at random times,
mostly what comes next, sometimes anything; what `refusal_of` allows is done. Whatever came of it:

- a published version was approved by two people who never drafted it, and told to citizens;
- two versions of one rule never hold at the same time;
- nothing that was published changes but its end, which only ever comes earlier;
- the log of it all is sound, and every single step in it was allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import event, given, settings
from hypothesis import strategies as st

from dure.kernel.calendar import DAY_US
from dure.policy.districts import CITY
from dure.rulebook.deciding import end_of, former_version, refusal_of, versions_superseded
from dure.rulebook.lives import Life, Rulebook
from dure.rulebook.log import Entry, check_log, next_entry
from dure.rulebook.officials import Role
from dure.rulebook.steps import Act, Stage, Step, next_steps

SEOGU = 28260
REASONS = "예산이 열흘 안에 다 쓰일 것으로 보입니다."
ROLES = (
    ("root", Role.OPERATOR, CITY),
    ("writer", Role.POLICY_OFFICER, CITY),
    ("seogu", Role.DISTRICT_OFFICER, SEOGU),
    ("first", Role.APPROVER, CITY),
    ("second", Role.APPROVER, CITY),
    ("of-seogu", Role.APPROVER, SEOGU),
    ("both", Role.POLICY_OFFICER, CITY),
    ("both", Role.APPROVER, CITY),
)
PEOPLE = sorted({who for who, _, _ in ROLES})
KEYS = {who: Ed25519PrivateKey.from_private_bytes(who.encode().ljust(32)) for who in PEOPLE}
ABOUT_VERSIONS = tuple(step for step in Step if step not in
                       (Step.GRANT, Step.REVOKE, Step.NOTICE_DAYS, Step.TAKE_OVER))  # fmt: skip

VERSIONS = [("city", 1), ("city", 2), ("city", 3), ("city", 4), ("seogu", 1), ("seogu", 2)]
TURNS = 150


def content_of(book: Rulebook, life: Life | None, step: Step, at_us: int, flag: bool) -> Mapping[
    str, object
]:  # fmt: skip
    """What the operations would put into the act, as the rulebook stands."""
    if step is Step.PUBLISH and life is not None:
        return {"supersedes": [list(pair) for pair in versions_superseded(book, life)]}
    if step is Step.ASK_END:
        return {"reasons": REASONS, "restore": flag}
    if step is Step.ROLL_BACK and life is not None and life.ending is not None:
        ends_at_us = end_of(life.ending, life, at_us)
        content: dict[str, object] = {"reasons": REASONS, "ends_at_us": ends_at_us}
        if life.ending.restore and former_version(book, life) is not None:
            version = max(other.version for other in book.versions(life.rule)) + 1
            content["restores"] = {
                "version": version, "sha256": "c" * 64, "scope": life.scope,
                "from_us": ends_at_us, "until_us": life.last_us,
            }  # fmt: skip
        return content
    return {"reasons": REASONS, "name": "결과"}


class City:
    """A rulebook with its log, and officials who try things."""

    def __init__(self, chance: Random) -> None:
        self.book = Rulebook()
        self.entries: list[Entry] = []
        self.chance = chance
        self.now_us = 1_560_000_000_000_000

    def take(self, act: Act) -> bool:
        if refusal_of(self.book, act) is not None:
            return False
        self.book.apply(act)
        last = self.entries[-1] if self.entries else None
        self.entries.append(next_entry(act, last, KEYS[act.by], 1))
        return True

    def found(self) -> None:
        for who, role, place in ROLES:
            key = KEYS[who].public_key().public_bytes_raw().hex()
            content = {"official": who, "name": who, "role": role.value, "place": place,
                       "public_key": key}  # fmt: skip
            granted = Act(step=Step.GRANT, by="root", at_us=self.now_us, content=content)
            assert self.take(granted)
        days = {"days": 3}
        assert self.take(Act(step=Step.NOTICE_DAYS, by="first", at_us=self.now_us, content=days))

    def turn(self) -> None:
        chance = self.chance
        self.now_us += chance.choice((0, 0, 0, 1, 2)) * DAY_US // 2
        rule, version = chance.choice(VERSIONS)
        life = self.book.lives.get(f"{rule}@{version}")
        step = self._step(life)
        sha256 = life.sha256 if life and step is not Step.DRAFT else chance.choice("aaab") * 64
        content = content_of(self.book, life, step, self.now_us, chance.random() < 0.5)
        if step is Step.DRAFT:
            begins = self.now_us + chance.randrange(2, 20) * DAY_US
            content = {"scope": CITY if rule == "city" else SEOGU, "from_us": begins,
                       "until_us": begins + chance.randrange(5, 90) * DAY_US}  # fmt: skip
        for who in chance.sample(PEOPLE, chance.choice((1, len(PEOPLE)))):
            act = Act(step=step, by=who, at_us=self.now_us, rule=rule, version=version,
                      sha256=sha256, content=content)  # fmt: skip
            if self.take(act):
                event(step.value)
                break

    def _step(self, life: Life | None) -> Step:
        if self.chance.random() < 0.15:
            return self.chance.choice(ABOUT_VERSIONS)
        if life is None:
            return Step.DRAFT
        following = next_steps(life.stage)
        return self.chance.choice(following) if following else Step.DRAFT


@given(st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_whatever_officials_try_what_is_published_was_decided(seed: int) -> None:
    city = City(Random(seed))
    city.found()
    ever: dict[str, Life] = {}
    for _ in range(TURNS):
        city.turn()
        for key, one in city.book.lives.items():
            if one.stage is Stage.PUBLISHED:
                _keeps(ever.get(key, one), one)
                ever[key] = one
    _were_decided(city.book)
    assert check_log(city.entries) == []


def _keeps(before: Life, after: Life) -> None:
    assert (before.sha256, before.from_us, before.until_us) == (
        after.sha256, after.from_us, after.until_us,
    )  # fmt: skip
    assert after.last_us <= before.last_us


def _were_decided(book: Rulebook) -> None:
    for rule in ("city", "seogu"):
        published = book.published(rule)
        for life in published:
            assert len(set(life.approvers)) >= 2
            assert not set(life.approvers) & life.drafters
            assert life.noticed_at_us is not None
            if not life.drafters:
                event("former terms published")
        held = sorted((one.from_us, one.last_us) for one in published if one.last_us > one.from_us)
        assert all(end <= begin for (_, end), (begin, _) in pairwise(held))
