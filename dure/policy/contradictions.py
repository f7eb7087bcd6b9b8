"""Rules that hold for the same payments at the same time must say how they go together.

City and district pay beside each other: that is declared once, in docs/money.md. Two rules of one
scope do not, unless one names the other in `stacks_with` or both stand in one `best_of`; otherwise
a city that forgets to end a rule pays twice, which no reader of either document could see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dure.policy.document import RuleDocument
from dure.policy.document_errors import DocumentError, Fault
from dure.policy.eligibility import Eligibility, Listed
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment

_ASKED = (Moment.PURCHASE, Moment.CHARGE)
"""The moments at which rules pay beside each other; at the till the best offer wins."""


def contradictions(documents: Iterable[RuleDocument]) -> list[DocumentError]:
    """One fault for each two rules that would both pay without saying so, at the later one."""
    errors = []
    paying = [d for d in documents if d.in_force and KINDS[d.kind].moment in _ASKED]
    for position, document in enumerate(paying):
        for other in paying[:position]:
            if _contradict(document, other):
                later, earlier = sorted((other, document), key=lambda d: (d.from_us, d.id))[::-1]
                errors.append(_error(later, earlier))
    return errors


def _contradict(one: RuleDocument, other: RuleDocument) -> bool:
    if one.id == other.id or one.scope != other.scope:
        return False
    if KINDS[one.kind].moment is not KINDS[other.kind].moment:
        return False
    if one.from_us >= other.until_us or other.from_us >= one.until_us:
        return False
    if one.id in other.stacks_with or other.id in one.stacks_with:
        return False
    if one.best_of is not None and one.best_of == other.best_of:
        return False
    return may_meet(_narrowed(one), _narrowed(other))


def _narrowed(document: RuleDocument) -> Eligibility:
    """What the document asks, with what its kind asks besides."""
    return KINDS[document.kind].narrows(document.terms, document.eligibility)


def may_meet(one: Eligibility, other: Eligibility) -> bool:
    """Whether one payment can fulfil both; in doubt it can."""
    sets = (
        (one.shop_districts, other.shop_districts),
        (one.member_districts, other.member_districts),
        (one.channels, other.channels),
        (one.weekdays, other.weekdays),
        (_bands(one), _bands(other)),
    )
    if any(left and right and not left & right for left, right in sets):
        return False
    listed = ((one.trades, other.trades), (one.mccs, other.mccs), (one.sectors, other.sectors))
    if any(_exclude_each_other(left, right) for left, right in listed):
        return False
    return not (one.hours and other.hours) or _overlap(one.hours, other.hours)


def _bands(rule: Eligibility) -> frozenset[int]:
    if rule.sales_band_max is None:
        return rule.sales_bands
    up_to = frozenset(range(1, rule.sales_band_max + 1))
    return up_to & rule.sales_bands if rule.sales_bands else up_to


def _exclude_each_other(one: Listed, other: Listed) -> bool:
    """Sectors are fronts of codes, so a longer word lies within a shorter one."""
    if not one.words or not other.words or (one.excluded and other.excluded):
        return False
    if one.excluded:
        one, other = other, one
    if other.excluded:
        return all(word.startswith(other.words) for word in one.words)
    return not any(
        left.startswith(right) or right.startswith(left)
        for left in one.words
        for right in other.words
    )


def _overlap(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)


def _error(later: RuleDocument, earlier: RuleDocument) -> DocumentError:
    there = earlier.places["id"]
    words = (
        ("id", later.id),
        ("other", earlier.id),
        ("other_file", there.file),
        ("other_line", str(there.line)),
    )
    return DocumentError(later.places["id"], Fault.RULES_CONTRADICT, words)
