"""Prizes drawn among the payments of a period; a prize goes back when its payment is cancelled.

The office draws once the period is over (`dure.campaigns`); `eligibility` says which payments take
part, `min_won` how much of them must earn. The choice of an awarded line is the prize in won.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml

from dure.policy.document_errors import Fault
from dure.policy.kinds.kind import CHOICE_MAX, Amount, Kind, Moment
from dure.policy.reading import Nodes, Reader

_EXAMPLE: Final = "[{won: 100000, count: 10}, {won: 10000, count: 100}]"
_COUNT_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Prize:
    """`count` prizes of `won` each."""

    won: int
    count: int


@dataclass(frozen=True, slots=True)
class Lottery:
    """Prizes from the largest to the smallest, drawn at an instant (microseconds since 1970)."""

    min_won: int
    prizes: tuple[Prize, ...]
    draw_at_us: int

    @property
    def total_won(self) -> int:
        """What all prizes together cost."""
        return sum(prize.won * prize.count for prize in self.prizes)


def _read(reader: Reader, entries: Nodes) -> Lottery | None:
    min_won = reader.integer(entries.get("min_won"), "min_won", 1)
    draw_at_us = reader.instant_us(entries.get("draw_at"), "draw_at")
    node = entries.get("prizes")
    nodes = reader.items(node, "prizes", _EXAMPLE)
    if isinstance(node, yaml.SequenceNode) and not nodes:
        reader.refuse(node, Fault.EMPTY, key="prizes", example=_EXAMPLE)
    prizes = [_read_prize(reader, item) for item in nodes]
    whole = [prize for prize in prizes if prize is not None]
    if min_won is None or draw_at_us is None or not whole or len(whole) < len(prizes):
        return None
    for item, before, prize in zip(nodes[1:], whole, whole[1:], strict=False):
        if prize.won >= before.won:
            reader.refuse(item, Fault.PRIZE_ORDER, value=prize.won, before=before.won)
    return Lottery(min_won, tuple(whole), draw_at_us)


def _read_prize(reader: Reader, node: yaml.Node) -> Prize | None:
    required = {"won": "10000", "count": "100"}
    entries = reader.mapping(node, "prizes", list(required), required)
    won = reader.integer(entries.get("won"), "won", 1, CHOICE_MAX)
    count = reader.integer(entries.get("count"), "count", 1, _COUNT_MAX)
    return None if won is None or count is None else Prize(won, count)


def _amount(terms: Lottery) -> Amount:
    """The prize while what is left of the payment could still have taken part."""
    min_won = terms.min_won

    def won_by(base_won: int, _month_net_won: int, prize_won: int) -> tuple[int, int]:
        return (prize_won, prize_won) if base_won >= min_won else (0, 0)

    return won_by


KIND: Final[Kind[Lottery]] = Kind(
    name="lottery",
    noun=("추첨 당첨금", "prize"),
    moment=Moment.LATER,
    required={"min_won": "10000", "prizes": _EXAMPLE, "draw_at": "2021-01-15T10:00"},
    read=_read,
    amount=_amount,
)
