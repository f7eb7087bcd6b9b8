"""Cashback at rates that depend on the member's net payments of the month, as in 4/2/1%."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml

from dure.kernel.money import share_down
from dure.policy.document_errors import Fault
from dure.policy.kinds.kind import Amount, Kind, Moment, Portions
from dure.policy.kinds.numbers import Numbers, Scale
from dure.policy.kinds.rates import read_rate
from dure.policy.reading import Nodes, Reader

OPEN_WON: Final = 10**18
"""The upper end of a bracket without end; above every amount."""


@dataclass(frozen=True, slots=True)
class Bracket:
    """From `from_won` (included) to `below_won` (excluded) of the month's net payments."""

    from_won: int
    below_won: int
    rate_bp: int


@dataclass(frozen=True, slots=True)
class Brackets:
    """Brackets that follow each other from 0 without gap; beyond the last nothing is earned."""

    brackets: tuple[Bracket, ...]


def read(reader: Reader, entries: Nodes) -> Brackets | None:
    """Reads `brackets`: from 0, without gap or overlap."""
    node = entries.get("brackets")
    if node is None:
        return None
    nodes = reader.items(node, "brackets", "[{from_won: 0, below_won: 300000, rate_bp: 300}]")
    if isinstance(node, yaml.SequenceNode) and not nodes:
        reader.refuse(node, Fault.EMPTY, key="brackets", example="- {from_won: 0, rate_bp: 600}")
    brackets = [_read_bracket(reader, item) for item in nodes]
    whole = [bracket for bracket in brackets if bracket is not None]
    if not whole or len(whole) < len(brackets):
        return None
    _refuse_unordered(reader, nodes, whole)
    return Brackets(tuple(whole))


def _read_bracket(reader: Reader, node: yaml.Node) -> Bracket | None:
    required = {"from_won": "0", "rate_bp": "600"}
    entries = reader.mapping(node, "brackets", ["from_won", "below_won", "rate_bp"], required)
    from_won = reader.integer(entries.get("from_won"), "from_won")
    below_node = entries.get("below_won")
    if below_node is None or getattr(below_node, "value", None) == "open":
        below_won: int | None = OPEN_WON
    else:
        below_won = reader.integer(below_node, "below_won")
    rate_bp = read_rate(reader, entries.get("rate_bp"), "rate_bp", 0)
    if from_won is None or below_won is None or rate_bp is None:
        return None
    if below_won <= from_won:
        reader.refuse(below_node or node, Fault.BRACKET_EMPTY, below=below_won, start=from_won)
        return None
    return Bracket(from_won, below_won, rate_bp)


def _refuse_unordered(reader: Reader, nodes: list[yaml.Node], brackets: list[Bracket]) -> None:
    """Reports a first bracket that is not at 0, and gaps and overlaps between brackets."""
    if brackets[0].from_won != 0:
        reader.refuse(nodes[0], Fault.BRACKET_FIRST, value=brackets[0].from_won)
    for node, before, bracket in zip(nodes[1:], brackets, brackets[1:], strict=False):
        start, below = bracket.from_won, before.below_won
        if below == OPEN_WON:
            reader.refuse(node, Fault.BRACKET_AFTER_OPEN, value=start)
        elif start < below:
            reader.refuse(node, Fault.BRACKET_OVERLAP, value=start, below=below)
        elif start > below:
            reader.refuse(node, Fault.BRACKET_GAP, value=start, below=below)


def _paying(terms: Brackets) -> list[Bracket]:
    """The brackets up to the last that pays; a rate of 0 at the end only says where it ends."""
    paying = list(terms.brackets)
    while paying and paying[-1].rate_bp == 0:
        paying.pop()
    return paying


def amount(terms: Brackets) -> Amount:
    """Exact products of all brackets are summed first and rounded down once.

    What lies beyond the last bracket that pays is a limit: `full` counts it at that last rate.
    """
    flat = tuple((b.from_won, b.below_won, b.rate_bp) for b in _paying(terms))
    _, ceiling, last_rate_bp = flat[-1] if flat else (0, 0, 0)

    def earned(base_won: int, month_net_won: int, _choice: int) -> tuple[int, int]:
        start = month_net_won if month_net_won > 0 else 0
        end = start + base_won
        won_bp = 0
        for from_won, below_won, rate_bp in flat:
            if end <= from_won:
                break
            if start < below_won:
                low = start if start > from_won else from_won
                high = end if end < below_won else below_won
                won_bp += (high - low) * rate_bp
        won = share_down(won_bp, 1)
        if end <= ceiling:
            return won, won
        beyond = end - (start if start > ceiling else ceiling)
        return won, share_down(won_bp + beyond * last_rate_bp, 1)

    return earned


def numbers(terms: Brackets) -> Numbers:
    """The brackets up to the last that pays."""
    scale = Scale(tuple((b.from_won, b.below_won, b.rate_bp) for b in _paying(terms)))
    return Numbers(lambda _choice: scale)


def portions(terms: Brackets, base_won: int, month_net_won: int, _choice: int) -> Portions:
    """The part of the base in each bracket that pays, with its rate."""
    start = max(0, month_net_won)
    parts = (
        (min(start + base_won, b.below_won) - max(start, b.from_won), b.rate_bp)
        for b in terms.brackets
    )
    return tuple((won, rate_bp) for won, rate_bp in parts if won > 0 and rate_bp > 0)


def ceiling_won(terms: Brackets) -> int | None:
    """Where the last bracket that pays ends; None when it has no end."""
    paying = _paying(terms)
    ceiling = paying[-1].below_won if paying else 0
    return None if ceiling == OPEN_WON else ceiling


KIND: Final[Kind[Brackets]] = Kind(
    name="bracket_cashback",
    noun=("캐시백", "cashback"),
    moment=Moment.PURCHASE,
    required={"brackets": "[{from_won: 0, below_won: 300000, rate_bp: 300}]"},
    read=read,
    amount=amount,
    numbers=numbers,
    portions=portions,
    ceiling_won=ceiling_won,
)
