"""What a kind of incentive is: its own keys in a document, and how it computes an amount."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from dure.policy.kinds.numbers import Numbers
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence

if TYPE_CHECKING:
    from dure.policy.eligibility import Eligibility
    from dure.policy.occasions import Occasion, ShopFacts

Terms = TypeVar("Terms")

CHOICE_MAX: Final = (1 << 27) - 1
"""The largest choice: it is stored in one 32-bit number with what limited the amount."""
NOT_CHOSEN: Final = -1
"""The choice of a rule that gives nothing on an occasion: as if its conditions did not hold."""


class Moment(IntEnum):
    """When a kind gives: it decides where evaluation asks for it.

    `TILL` lowers the price inside the authorization; `PURCHASE` credits after a payment; `CHARGE`
    credits after a top-up; `LATER` is awarded by the office (a prize, a referral) for something
    that has been; `CLAIM` is claimed first by the member and used at the till.
    """

    TILL = 1
    PURCHASE = 2
    CHARGE = 3
    LATER = 4
    CLAIM = 5


class Payer(IntEnum):
    """Who may fund a kind: budget lines, the shop alone, or lines and shop in shares."""

    LINES = 1
    SHOP = 2
    SHARED = 3


Choose = Callable[["Occasion", Mapping[int, int]], int]
"""(occasion, won left by line id) to the variant of the rule that holds, or `NOT_CHOSEN`.

A rate in basis points, a step, a gift in won: what the kind likes, from 0 to `CHOICE_MAX`. It is
stored with the payment, so that a cancellation asks for the same variant again.
"""

Amount = Callable[[int, int, int], tuple[int, int]]
"""(base won, month's net won before, choice) to (won, won had no bracket ended).

Both results must not fall when the base grows; claw-back depends on it.
"""

Portions = tuple[tuple[int, int], ...]
"""(won of the base, rate in bp at which they earn) for every part that earns something."""

Tally = Callable[["ShopFacts"], str]
"""The name under which a payment that the rule holds for counts 1, for as long as it stands."""


def _no_portions(_terms: object, _base: int, _month_net: int, _choice: int) -> Portions:
    return ()


def _no_ceiling(_terms: object) -> int | None:
    return None


def _no_times(_terms: object) -> int | None:
    return None


def _as_asked(_terms: object, asked: Eligibility) -> Eligibility:
    return asked


def _nothing_told(_terms: object, _choice: int) -> tuple[Sentence, ...]:
    return ()


def _no_reason(_terms: object, _occasion: Occasion) -> tuple[Sentence, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Kind(Generic[Terms]):
    """One kind of incentive; the fields without a default are what every kind has.

    `required` and `optional` map the keys that this kind adds to a document to an example of each;
    `read` turns their nodes into terms (None when a fault was reported), `amount` the terms into a
    function. A kind without `choose` has one variant, 0; `choose` gets the ids of budget lines by
    name, and `watches` names the lines that it looks at without drawing on them. With `tally` the
    kind counts payments for the member, under names of its own, whatever they earn. Payments of a
    kind that is `outside_month` do not count into the member's net payments of the month. A kind
    that is not `at_shop` moves money without one: a district's rule then holds for the members who
    live there. `times_max` is how often a member gets it where the document's caps do not say.
    `narrows` is the eligibility with what `choose` asks besides (a band, a channel), by which rules
    that never meet are told from rules that contradict each other.
    `numbers` says what `choose` and `amount` do as data, so that whole populations are evaluated in
    machine code; without it that takes about a hundred times longer (`policy/arrays`).

    For explanations: `noun` is what citizens call it (Korean, English), `portions` shows the parts
    of a base with their rates (arguments as `Amount`), `ceiling_won` the month's net payments
    beyond which nothing is earned (None when there is no such limit), `tells` what the choice
    means, `because` why an occasion was `NOT_CHOSEN`.
    """

    name: str
    noun: tuple[str, str]
    moment: Moment
    required: Mapping[str, str]
    read: Callable[[Reader, Nodes], Terms | None]
    amount: Callable[[Terms], Amount]
    optional: Mapping[str, str] = field(default_factory=dict)
    payer: Payer = Payer.LINES
    choose: Callable[[Terms, Mapping[str, int]], Choose] | None = None
    watches: Callable[[Terms], tuple[str, ...]] = lambda _terms: ()
    tally: Callable[[Terms], Tally] | None = None
    outside_month: bool = False
    district_only: bool = False
    at_shop: bool = True
    times_max: Callable[[Terms], int | None] = _no_times
    narrows: Callable[[Terms, Eligibility], Eligibility] = _as_asked
    numbers: Callable[[Terms], Numbers] | None = None
    portions: Callable[[Terms, int, int, int], Portions] = _no_portions
    ceiling_won: Callable[[Terms], int | None] = _no_ceiling
    tells: Callable[[Terms, int], tuple[Sentence, ...]] = _nothing_told
    because: Callable[[Terms, Occasion], tuple[Sentence, ...]] = _no_reason
