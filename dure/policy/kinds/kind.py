"""What a kind of incentive is: its own keys in a document, and how it computes an amount."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from dure.policy.reading import Nodes, Reader

Terms = TypeVar("Terms")

Amount = Callable[[int, int, int], tuple[int, int]]
"""(base won, month's net won before, benefit-plus bp) to (won, won had no bracket ended).

Both results must not fall when the base grows; claw-back depends on it.
"""


Portions = tuple[tuple[int, int], ...]
"""(won of the base, rate in bp at which they earn) for every part that earns something."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[Terms]):
    """`at_till` kinds lower the price at the shop's cost; the others are credited afterwards.

    `required` maps the keys that this kind adds to a document to an example of each; `read` turns
    their nodes into terms (None when a fault was reported), `amount` the terms into a function.
    For explanations: `noun` is what citizens call it (Korean, English), `portions` shows the parts
    of a base with their rates (arguments as `Amount`), `ceiling_won` the month's net payments
    beyond which nothing is earned (None when there is no such limit).
    """

    name: str
    noun: tuple[str, str]
    at_till: bool
    required: Mapping[str, str]
    read: Callable[[Reader, Nodes], Terms | None]
    amount: Callable[[Terms], Amount]
    portions: Callable[[Terms, int, int, int], Portions]
    ceiling_won: Callable[[Terms], int | None]
