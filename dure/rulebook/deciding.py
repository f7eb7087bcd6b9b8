"""Whether a step may be taken: from the rulebook so far and the act alone, nothing else.

The log is checked with the same function: every entry must have been allowed when it was made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from dure.kernel.calendar import DAY_US, day_number_of, day_of, seoul
from dure.policy.districts import CITY
from dure.rulebook.evidence import outdated_simulation
from dure.rulebook.lives import (
    Ending,
    Life,
    Rulebook,
    grant_of,
    restored_life,
    superseded,
    taken_over,
)
from dure.rulebook.officials import Role, can, fits, place_name, why_not
from dure.rulebook.refusals import Refusal, Refused, refused
from dure.rulebook.steps import (
    REASONS_CHARACTERS_MIN,
    STAGE_NAMES,
    STAGES_BEFORE,
    STEP_NAMES,
    Act,
    Step,
    next_steps,
)

NOTICE_DAYS_MAX: Final = 365
SECOND_US: Final = 1_000_000
_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}", re.ASCII)
_ON_THE_TEXT: Final = frozenset(STAGES_BEFORE) - {Step.DRAFT, Step.WITHDRAW}
"""Steps that are decided on a text, and so name its hash."""


def refusal_of(book: Rulebook, act: Act) -> Refused | None:
    """Why the act is not allowed as the rulebook stands; None when it is."""
    if act.step is Step.GRANT and not book.officials:
        return _first_grant(act)
    official = book.officials.get(act.by)
    if official is None or not official.grants:
        return refused(Refusal.NOT_AN_OFFICIAL, official=act.by)
    life = book.lives.get(act.key)
    if act.step in _ABOUT_THE_CITY:
        return why_not(official, act.step, CITY) or _ABOUT_THE_CITY[act.step](book, act)
    if act.step is Step.DRAFT:
        scope = act.number("scope", CITY)
        return (
            why_not(official, act.step, scope)
            or (life and why_not(official, act.step, life.scope))
            or _draft(book, life, act)
        )
    if life is None:
        return refused(Refusal.VERSION_UNKNOWN, key=act.key)
    return (
        why_not(official, act.step, life.scope)
        or _out_of_order(life, act)
        or _other_text(life, act)
        or _OWN.get(act.step, _nothing)(book, life, act)
    )


def whole_days_between(at_us: int, begins_us: int) -> int:
    """The city's whole days between a notice and a beginning; the notice's own does not count.

    Source: Civil Act (민법), article 157: the first day of a period is not counted.
    """
    return day_number_of(begins_us) - day_number_of(at_us) - 1


def clock(instant_us: int) -> str:
    """An instant as officials write it, by the city's clock."""
    return f"{seoul(instant_us):%Y-%m-%d %H:%M}"


def end_of(asked: Ending, life: Life, at_us: int) -> int:
    """When a version ends if its end is confirmed at `at_us`: on a whole second, as texts have it.

    One that has not begun ends at its beginning.
    """
    wanted = at_us if asked.ends_at_us is None else asked.ends_at_us
    return max(whole_second(wanted), life.from_us)


def whole_second(instant_us: int) -> int:
    """The first whole second that is not before the instant."""
    return -(-instant_us // SECOND_US) * SECOND_US


def _nothing(_book: Rulebook, _life: Life, _act: Act) -> Refused | None:
    return None


def _out_of_order(life: Life, act: Act) -> Refused | None:
    if life.stage in STAGES_BEFORE[act.step]:
        return None
    steps = next_steps(life.stage)
    ko, en = STAGE_NAMES[life.stage]
    return refused(
        Refusal.OUT_OF_ORDER,
        key=life.key,
        stage_ko=ko,
        stage_en=en,
        step_ko=STEP_NAMES[act.step][0],
        done_en=STEP_NAMES[act.step][2],
        next_ko=" 또는 ".join(STEP_NAMES[step][0] for step in steps) or "없음",
        next_en=" or ".join(STEP_NAMES[step][1] for step in steps) or "nothing",
    )


def _other_text(life: Life, act: Act) -> Refused | None:
    if act.step not in _ON_THE_TEXT or act.sha256 == life.sha256:
        return None
    now, then = act.sha256[:12], life.sha256[:12]
    return refused(Refusal.TEXT_CHANGED, key=life.key, now=now, then=then)


def _draft(book: Rulebook, life: Life | None, act: Act) -> Refused | None:
    if life is not None:
        if life.published_at_us is not None:
            return refused(Refusal.PUBLISHED_ALREADY, key=life.key)
        if life.sha256 == act.sha256:
            return refused(Refusal.SAME_TEXT, key=life.key)
        late = _out_of_order(life, act)
        if late is not None:
            return late
    return _other_scope(book, act) or _passed(book, act)


def _other_scope(book: Rulebook, act: Act) -> Refused | None:
    """A rule keeps its scope: otherwise a district could end the city's rule by a version of it."""
    scope = act.number("scope", CITY)
    for other in book.versions(act.rule):
        if other.scope != scope and other.key != act.key:
            ko, en = place_name(scope)
            other_ko, other_en = place_name(other.scope)
            return refused(
                Refusal.SCOPE_CHANGED,
                rule=act.rule,
                scope_ko=ko,
                scope_en=en,
                other_ko=other_ko,
                other_en=other_en,
            )
    return None


def _passed(book: Rulebook, act: Act) -> Refused | None:
    latest = max((life.version for life in book.published(act.rule)), default=0)
    if act.version > latest:
        return None
    following = max(life.version for life in book.versions(act.rule)) + 1
    return refused(Refusal.VERSION_PASSED, rule=act.rule, latest=latest, next=following)


def _simulate(_book: Rulebook, _life: Life, act: Act) -> Refused | None:
    return None if act.text("name").strip() else refused(Refusal.NAME_OF_RESULT_MISSING)


def _approve(book: Rulebook, life: Life, act: Act) -> Refused | None:
    if act.by in life.drafters:
        return refused(Refusal.DRAFTER_APPROVES, official=act.by)
    if act.by in life.approvers:
        return refused(Refusal.APPROVED_ALREADY, official=act.by)
    if life.foreign_lines and not can(book.officials[act.by], Step.APPROVE, CITY):
        ko, en = place_name(life.scope)
        lines = ", ".join(life.foreign_lines)
        return refused(Refusal.CITY_MONEY, scope_ko=ko, scope_en=en, lines=lines)
    return outdated_simulation(book, life, act.at_us)


def _begins_in_past(life: Life, act: Act) -> Refused | None:
    if life.from_us >= act.at_us:
        return None
    begins, now = clock(life.from_us), clock(act.at_us)
    return refused(Refusal.BEGINS_IN_PAST, begins=begins, now=now)


def _notice(book: Rulebook, life: Life, act: Act) -> Refused | None:
    past = _begins_in_past(life, act)
    left = max(0, whole_days_between(act.at_us, life.from_us))
    if past is not None or left >= book.notice_days:
        return past
    return refused(
        Refusal.NOTICE_TOO_SHORT,
        days=book.notice_days,
        left=left,
        begins=clock(life.from_us),
        earliest=day_of(act.at_us + (book.notice_days + 1) * DAY_US).isoformat(),
    )


def _emergency(_book: Rulebook, life: Life, act: Act) -> Refused | None:
    return _begins_in_past(life, act) or _without_reasons(act)


def _without_reasons(act: Act) -> Refused | None:
    if len(act.text("reasons").strip()) >= REASONS_CHARACTERS_MIN:
        return None
    return refused(Refusal.REASONS_MISSING, least=REASONS_CHARACTERS_MIN)


def _schedule(_book: Rulebook, life: Life, act: Act) -> Refused | None:
    return _begins_in_past(life, act)


def _publish(book: Rulebook, life: Life, act: Act) -> Refused | None:
    """What it cuts off must be what it supersedes, and end where it begins."""
    refusal = _begins_in_past(life, act) or _passed(book, act)
    if refusal is None and superseded(act) != versions_superseded(book, life):
        refusal = refused(Refusal.TEXT_CHANGED, key=life.key, now="-", then=life.sha256[:12])
    return refusal


def versions_superseded(book: Rulebook, life: Life) -> list[tuple[int, int]]:
    """(version, instant of its end) of the published versions that the version overlaps.

    One that would begin within its period never comes into force: its end is its beginning.
    """
    return [
        (other.version, max(life.from_us, other.from_us))
        for other in book.published(life.rule)
        if other.version < life.version
        and other.from_us < life.until_us
        and other.last_us > max(life.from_us, other.from_us)
    ]


def _ask_end(book: Rulebook, life: Life, act: Act) -> Refused | None:
    ends = act.content.get("ends_at_us")
    if isinstance(ends, int) and ends < act.at_us:
        return refused(Refusal.ENDS_IN_PAST, ends=clock(ends), now=clock(act.at_us))
    if (ends if isinstance(ends, int) else act.at_us) >= life.last_us:
        return refused(Refusal.ENDED_ALREADY, key=life.key, ends=clock(life.last_us))
    if act.content.get("restore") is True and former_version(book, life) is None:
        return refused(Refusal.NOTHING_TO_RESTORE, key=life.key)
    return _without_reasons(act)


def former_version(book: Rulebook, life: Life) -> Life | None:
    """The published version of the rule that began last before this one, and ever held."""
    before = [
        other
        for other in book.published(life.rule)
        if other.from_us < life.from_us and other.last_us > other.from_us
    ]
    return max(before, key=lambda other: (other.from_us, other.version), default=None)


def _roll_back(book: Rulebook, life: Life, act: Act) -> Refused | None:
    asked, ends_at_us = life.ending, act.number("ends_at_us")
    if asked is None:
        return refused(Refusal.END_NOT_ASKED, key=life.key)
    if asked.by == act.by:
        return refused(Refusal.END_NEEDS_ANOTHER, official=act.by)
    if ends_at_us < act.at_us:
        return refused(Refusal.ENDS_IN_PAST, ends=clock(ends_at_us), now=clock(act.at_us))
    if ends_at_us >= life.last_us:
        return refused(Refusal.ENDED_ALREADY, key=life.key, ends=clock(life.last_us))
    restored = restored_life(act)
    if restored is not None and restored.key in book.lives:
        return refused(Refusal.PUBLISHED_ALREADY, key=restored.key)
    if (
        ends_at_us != end_of(asked, life, act.at_us)
        or act.text("reasons") != asked.reasons
        or (restored is not None) != asked.restore
        or (restored is not None and not _takes_its_place(restored, life, ends_at_us))
    ):
        return refused(Refusal.END_NOT_ASKED, key=life.key)
    return None


def _takes_its_place(restored: Life, life: Life, ends_at_us: int) -> bool:
    """Whether the former terms hold where this version does, for the rest of its period."""
    period = (restored.from_us, restored.until_us)
    return restored.scope == life.scope and period == (ends_at_us, life.last_us)


def _withdraw(_book: Rulebook, _life: Life, act: Act) -> Refused | None:
    return _without_reasons(act)


_OWN: Final[Mapping[Step, Callable[[Rulebook, Life, Act], Refused | None]]] = {
    Step.SIMULATE: _simulate,
    Step.APPROVE: _approve,
    Step.NOTICE: _notice,
    Step.EMERGENCY: _emergency,
    Step.SCHEDULE: _schedule,
    Step.PUBLISH: _publish,
    Step.ASK_END: _ask_end,
    Step.ROLL_BACK: _roll_back,
    Step.WITHDRAW: _withdraw,
}


def _first_grant(act: Act) -> Refused | None:
    """The first official is an operator who names himself: somebody must be."""
    if not _ID.fullmatch(act.by):
        return refused(Refusal.NOT_AN_ID, official=act.by)
    if act.text("official") == act.by and act.text("role") == Role.OPERATOR:
        return None
    return refused(Refusal.NOT_AN_OFFICIAL, official=act.by)


def _grant(_book: Rulebook, act: Act) -> Refused | None:
    if not _ID.fullmatch(act.text("official")):
        return refused(Refusal.NOT_AN_ID, official=act.text("official"))
    if act.text("official") == act.by:
        return refused(Refusal.GRANT_TO_ONESELF)
    if not fits(grant_of(act)):
        return refused(Refusal.PLACE_OF_ROLE, role=act.text("role"))
    return None


def _revoke(book: Rulebook, act: Act) -> Refused | None:
    who, grant = act.text("official"), grant_of(act)
    official = book.officials.get(who)
    if official is None or grant not in official.grants:
        return refused(Refusal.NOTHING_TO_REVOKE, official=who)
    if grant.role is Role.OPERATOR and book.operators() == [who]:
        return refused(Refusal.LAST_OPERATOR)
    return None


def _notice_days(_book: Rulebook, act: Act) -> Refused | None:
    days = act.number("days")
    if 1 <= days <= NOTICE_DAYS_MAX:
        return None
    return refused(Refusal.DAYS_OUT_OF_RANGE, days=days)


def _take_over(book: Rulebook, act: Act) -> Refused | None:
    """Once, before the first publication: it needs no approvals, so it must not be a way round."""
    published = [life for life in book.lives.values() if life.published_at_us is not None]
    if published:
        return refused(Refusal.TAKEN_OVER_TOO_LATE, key=published[0].key)
    for life in taken_over(act):
        if life.key in book.lives:
            return refused(Refusal.PUBLISHED_ALREADY, key=life.key)
    return None


_ABOUT_THE_CITY: Final[Mapping[Step, Callable[[Rulebook, Act], Refused | None]]] = {
    Step.GRANT: _grant,
    Step.REVOKE: _revoke,
    Step.NOTICE_DAYS: _notice_days,
    Step.TAKE_OVER: _take_over,
}
