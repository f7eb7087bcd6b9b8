"""Which rule a plan takes the place of, and what holds when it does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Final

from dure.forecast.demand.days import day_of_number
from dure.forecast.optimize.courses import Course, Stretch
from dure.forecast.optimize.money import Money
from dure.forecast.optimize.refusals import NothingToReplaceError
from dure.forecast.optimize.titles import title_of
from dure.kernel.calendar import start_of_day_us
from dure.policy.districts import CITY
from dure.policy.document import RuleDocument
from dure.policy.kinds.bracket_cashback import OPEN_WON, Brackets
from dure.policy.kinds.bracket_cashback import Bracket as PaidBracket
from dure.policy.kinds.rates import Rates
from dure.policy.kinds.step_down_ladder import Ladder, Step
from dure.rulebook.ends import cut_off

BRACKETS: Final = "bracket_cashback"
LADDER: Final = "step_down_ladder"
_REPLACEABLE: Final = (BRACKETS, "flat_rate", LADDER, "district_top_up")


def day_us(day: int) -> int:
    """The instant at which a day begins in the city; days are days since 1970-01-01."""
    return start_of_day_us(day_of_number(day))


def replaced_rule(
    documents: Iterable[RuleDocument], codes: Collection[str], first_day: int
) -> RuleDocument:
    """The version that holds on the first day, or held last before, of the rule with a rate that
    draws on the lines: the city's before a district's. Raises NothingToReplaceError.
    """
    first_us = day_us(first_day)
    found = [
        document
        for document in documents
        if document.in_force
        and document.kind in _REPLACEABLE
        and set(document.funding.line_names) & set(codes)
        and document.from_us < document.until_us
    ]
    if not found:
        raise NothingToReplaceError(list(codes))

    def nearness(document: RuleDocument) -> tuple[bool, bool, bool, int, str]:
        holds = document.from_us <= first_us < document.until_us
        return (
            holds,
            document.from_us <= first_us,
            document.scope == CITY,
            document.from_us if document.from_us <= first_us else -document.from_us,
            document.id,
        )

    return max(found, key=nearness)


def next_version(documents: Iterable[RuleDocument], rule: str) -> int:
    """The number above every version of the rule."""
    return 1 + max((d.version for d in documents if d.id == rule), default=0)


def with_course(
    documents: Sequence[RuleDocument], course_documents: Sequence[RuleDocument]
) -> list[RuleDocument]:
    """All documents as they hold once those of a plan are published.

    As publishing does it: an earlier version that overlaps a later one ends where that begins, and
    one that would begin within the plan never comes into force.
    """
    first, last = course_documents[0], course_documents[-1]
    kept = []
    for document in documents:
        overlaps = document.from_us < last.until_us and document.until_us > first.from_us
        if document.id == first.id and overlaps:
            document = cut_off(document, max(first.from_us, document.from_us))  # noqa: PLW2901
        kept.append(document)
    return [d for d in kept if d.from_us < d.until_us] + list(course_documents)


def documents_of(
    course: Course, former: RuleDocument, version: int, money: Money
) -> list[RuleDocument]:
    """The course as versions of the former rule, numbered from `version` on, without a text.

    Whom the rule holds for, and where, stays as it was; a release of the former rule's money over
    time ends with it. `writing.texts_of` writes the same down.
    """
    return [
        _document(stretch, former, version + place, money, course.band_most)
        for place, stretch in enumerate(course.stretches)
    ]


def kind_of(stretch: Stretch) -> str:
    """The kind of incentive that a stretch is written as."""
    return LADDER if stretch.rungs else BRACKETS


def _document(
    stretch: Stretch, former: RuleDocument, version: int, money: Money, band_most: int | None
) -> RuleDocument:
    eligibility = former.eligibility
    if band_most is not None:
        eligibility = replace(eligibility, sales_band_max=band_most)
    return replace(
        former,
        version=version,
        kind=kind_of(stretch),
        title=title_of(stretch, former.scope),
        in_force=True,
        from_us=day_us(stretch.from_day),
        until_us=day_us(stretch.until_day),
        eligibility=eligibility,
        terms=_ladder(stretch, money) if stretch.rungs else _brackets(stretch),
        funding=money.funding,
        text="",
        release=None,
    )


def _ladder(stretch: Stretch, money: Money) -> Ladder:
    steps = tuple(Step(money.level_won(r.left_from_won), r.rate_bp) for r in stretch.rungs)
    rates = Rates(tuple(enumerate(step.rate_bp for step in steps)), stretch.cap_won)
    return Ladder(money.watched.code, steps, rates)


def _brackets(stretch: Stretch) -> Brackets:
    return Brackets(
        tuple(
            PaidBracket(b.from_won, OPEN_WON if b.below_won is None else b.below_won, b.rate_bp)
            for b in stretch.brackets
        )
    )
