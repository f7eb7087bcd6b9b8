"""Who pays: the shares of an incentive over budget lines, to the won and never beyond a line.

Note [Fair split]
A won cannot be cut, so the shares 4 : 2 of 5 won need a rule. Ours: won by won, each goes to the
first line, in the document's order, that has had less than its share of the won so far. Over every
`of` won the shares are exact, and (unlike rounding each share and handing out the rest) no line's
part ever falls when the whole grows. That makes it safe to take back the difference of two splits
when a payment is cancelled in parts: no order of cancellations draws a won more from any line.
With two lines it is the same as rounding the first up and the second down.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import yaml

from dure.policy.document_errors import Fault, Place
from dure.policy.kinds.kind import Payer
from dure.policy.reading import Nodes, Reader, nearest

SHARES_WHOLE_MAX = 10_000
SHOP = "shop"
"""Stands among the lines of a document where the shop of the payment pays a share."""
SHOP_LINE_ID = 0
"""What the shop's share has instead of a budget line's id; it is never used up."""
_ENDLESS_WON = 1 << 62


@dataclass(frozen=True, slots=True)
class Funding:
    """Shares of `whole` over named budget lines and, under the name `SHOP`, the shop."""

    whole: int
    shares: tuple[tuple[str, int], ...]
    places: tuple[Place, ...] = ()

    @property
    def by_shop(self) -> bool:
        """Whether the shop alone pays."""
        return self.shares == BY_SHOP.shares

    @property
    def line_names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.shares if name != SHOP)


BY_SHOP = Funding(1, ((SHOP, 1),))


def read_funding(reader: Reader, node: yaml.Node | None, payer: Payer) -> Funding | None:
    """Reads `funding`: the word `shop`, or `of` and `lines`."""
    if node is None:
        return None
    if payer is Payer.SHOP or (payer is Payer.SHARED and isinstance(node, yaml.ScalarNode)):
        return BY_SHOP if reader.choice(node, "funding", [SHOP]) else None
    required = {"of": "6", "lines": "{line-of-state: 4, line-of-city: 2}"}
    entries = reader.mapping(node, "funding", ["of", "lines"], required)
    whole = reader.integer(entries.get("of"), "of", 1, SHARES_WHOLE_MAX)
    named = _read_shares(reader, entries)
    if named is not None and payer is Payer.LINES:
        _refuse_shop(reader, entries["lines"], named)
    if whole is None or named is None:
        return None
    total = sum(share for _, share, _ in named)
    if total != whole:
        reader.refuse(entries["of"], Fault.SHARES_SUM, sum=total, whole=whole)
        return None
    return Funding(
        whole,
        tuple((name, share) for name, share, _ in named),
        tuple(place for _, _, place in named),
    )


def _read_shares(reader: Reader, entries: Nodes) -> list[tuple[str, int, Place]] | None:
    node = entries.get("lines")
    if node is None:
        return None
    shares = reader.mapping(node, "lines", None)
    if not shares and isinstance(node, yaml.MappingNode) and not node.value:
        reader.refuse(node, Fault.EMPTY, key="lines", example="{incheon-2019-city: 1}")
    read = []
    for name, share_node in shares.items():
        share = reader.integer(share_node, f"lines.{name}", 1, SHARES_WHOLE_MAX)
        if share is None:
            return None
        read.append((name, share, reader.place(share_node)))
    return read or None


def _refuse_shop(reader: Reader, node: yaml.Node, named: list[tuple[str, int, Place]]) -> None:
    for name, _, place in named:
        if name == SHOP:
            reader.refuse_at(place, Fault.SHOP_MAY_NOT_PAY, line=node.start_mark.line + 1)


def refuse_unknown_lines(reader: Reader, funding: Funding, known: Sequence[str]) -> None:
    """Reports every budget line that is not among the known ones."""
    for (name, _), place in zip(funding.shares, funding.places, strict=False):
        if name not in known and name != SHOP:
            reader.refuse_at(place, Fault.UNKNOWN_LINE, value=name, nearest=nearest(name, known))


class Rounds(NamedTuple):
    """A split as numbers: of every `whole` won each line pays its share.

    `firsts` has the parts of every amount below `whole`; lines stand in the document's order.
    """

    whole: int
    shares: tuple[int, ...]
    firsts: tuple[tuple[int, ...], ...]


class Splitter:
    """Splits won over the lines of one rule as Note [Fair split] says; built once per rule."""

    __slots__ = ("_alone", "_by_line", "_firsts", "_pair", "_shares", "_whole", "line_ids")

    def __init__(self, funding: Funding, line_ids: Mapping[str, int]) -> None:
        """Raises KeyError when a line has no id."""
        self.line_ids = tuple(
            SHOP_LINE_ID if name == SHOP else line_ids[name] for name, _ in funding.shares
        )
        divisor = math.gcd(*(share for _, share in funding.shares)) or 1
        self._shares = tuple(share // divisor for _, share in funding.shares)
        self._whole = funding.whole // divisor
        self._firsts = _first_parts(self._shares, self._whole)
        self._by_line = tuple(zip(*self._firsts, strict=True))
        self._alone = self.line_ids[0] if len(self.line_ids) == 1 else None
        self._pair = (
            (self.line_ids[0], self._shares[0], self.line_ids[1])
            if len(self.line_ids) == 2
            else None
        )

    @property
    def in_rounds(self) -> Rounds:
        """The split as numbers, for code that splits many amounts at once."""
        return Rounds(self._whole, self._shares, self._firsts)

    def split(self, won: int) -> tuple[tuple[int, int], ...]:
        """(line id, won) for each line that pays something; the parts sum to `won`."""
        if won == 0:
            return ()
        if self._alone is not None:
            return ((self._alone, won),)
        if self._pair is not None:
            first_id, share, second_id = self._pair
            first = -(-won * share // self._whole)  # rounded up, as Note [Fair split] says
            if first == won:
                return ((first_id, won),)
            return ((first_id, first), (second_id, won - first))
        rounds, rest = divmod(won, self._whole)
        return tuple(
            [
                (line_id, part)
                for line_id, share, first in zip(
                    self.line_ids, self._shares, self._firsts[rest], strict=True
                )
                if (part := rounds * share + first)
            ]
        )

    def affordable_won(self, won: int, left: Mapping[int, int]) -> int:
        """The largest amount up to `won` whose every part fits what its line has left.

        First whole rounds of shares, as many as the scarcest line can pay; then, within the next
        round, as far as every line goes.
        """
        rests = [
            max(0, left[line_id]) if line_id != SHOP_LINE_ID else _ENDLESS_WON
            for line_id in self.line_ids
        ]
        rounds = min(rest // share for rest, share in zip(rests, self._shares, strict=True))
        further = min(
            bisect_right(parts, rest - rounds * share) - 1
            for parts, rest, share in zip(self._by_line, rests, self._shares, strict=True)
        )
        return min(won, rounds * self._whole + further)


def _first_parts(shares: Sequence[int], whole: int) -> tuple[tuple[int, ...], ...]:
    """For each amount below `whole`, how much of it each line pays."""
    given = [0] * len(shares)
    parts = [tuple(given)]
    for amount in range(1, whole):
        poorest = next(i for i, share in enumerate(shares) if given[i] * whole < amount * share)
        given[poorest] += 1
        parts.append(tuple(given))
    return tuple(parts)
