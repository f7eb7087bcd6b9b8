"""Rates up to a month's payments, one for all or one for each word of a table.

Shared by the kinds that know nothing but rates: how they are read, computed and shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from dure.kernel.money import BASIS_POINTS_WHOLE, share_down
from dure.policy.document_errors import Fault
from dure.policy.kinds.kind import Amount, Portions
from dure.policy.kinds.numbers import Numbers, flat
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence, percent

MONTH_KEY: Final = "month_payments_won_max"
MONTH_EXAMPLE: Final[dict[str, str]] = {MONTH_KEY: "500000"}


@dataclass(frozen=True, slots=True)
class Rates:
    """(choice, rate in bp) in the document's order, and the month's payments up to which they hold.

    None as `month_payments_won_max` means that there is no such limit.
    """

    by_choice: tuple[tuple[int, int], ...]
    month_payments_won_max: int | None = None

    @property
    def choices(self) -> frozenset[int]:
        return frozenset(choice for choice, _ in self.by_choice)


def read_rate(reader: Reader, node: yaml.Node | None, key: str, low: int = 1) -> int | None:
    """A rate from `low` to the whole; above it is a fault of its own that tells what bp are."""
    rate_bp = reader.integer(node, key, low)
    if node is not None and rate_bp is not None and rate_bp > BASIS_POINTS_WHOLE:
        reader.refuse(node, Fault.RATE_OVER_WHOLE, value=rate_bp)
        return None
    return rate_bp


def read_single(reader: Reader, entries: Nodes) -> Rates | None:
    """`rate_bp` and, where there is one, `month_payments_won_max`."""
    rate_bp = read_rate(reader, entries.get("rate_bp"), "rate_bp")
    most_won = reader.integer(entries.get(MONTH_KEY), MONTH_KEY, 1)
    return None if rate_bp is None else Rates(((0, rate_bp),), most_won)


def read_table(
    reader: Reader, entries: Nodes, key: str, choices: Mapping[str, int]
) -> Rates | None:
    """A mapping of known words to rates; a word that is not named gets nothing."""
    node = entries.get(key)
    most_won = reader.integer(entries.get(MONTH_KEY), MONTH_KEY, 1)
    if node is None:
        return None
    words = list(choices)
    rates = reader.mapping(node, key, words)
    if isinstance(node, yaml.MappingNode) and not node.value:
        reader.refuse(node, Fault.EMPTY, key=key, example=f"{{{words[0]}: 500}}")
    read = [(choices[word], read_rate(reader, rates[word], f"{key}.{word}")) for word in rates]
    whole = tuple((choice, rate_bp) for choice, rate_bp in read if rate_bp is not None)
    return Rates(whole, most_won) if whole and len(whole) == len(read) else None


def amount(terms: Rates) -> Amount:
    """What the rate of the choice gives for the part within the month's limit, rounded down."""
    rates, most_won = dict(terms.by_choice), terms.month_payments_won_max

    def earned(base_won: int, month_net_won: int, choice: int) -> tuple[int, int]:
        rate_bp = rates[choice]
        full_won = share_down(base_won, rate_bp)
        if most_won is None:
            return full_won, full_won
        rest_won = most_won - (month_net_won if month_net_won > 0 else 0)
        if base_won <= rest_won:
            return full_won, full_won
        return share_down(rest_won, rate_bp) if rest_won > 0 else 0, full_won

    return earned


def numbers(terms: Rates) -> Numbers:
    """The rate of each choice, as `amount` uses it."""
    rates, most_won = dict(terms.by_choice), terms.month_payments_won_max
    return Numbers(lambda choice: flat(rates[choice], most_won))


def portions(terms: Rates, base_won: int, month_net_won: int, choice: int) -> Portions:
    """The part of the base that earns, at the rate of the choice."""
    most_won = terms.month_payments_won_max
    if most_won is not None:
        base_won = min(base_won, max(0, most_won - max(0, month_net_won)))
    return ((base_won, dict(terms.by_choice)[choice]),) if base_won else ()


def ceiling_won(terms: Rates) -> int | None:
    """The month's net payments up to which it earns; None when there is no limit."""
    return terms.month_payments_won_max


def among(asked: frozenset[int], own: frozenset[int]) -> frozenset[int]:
    """What a document asks for, narrowed by the words of its table; empty in `asked` is any."""
    return asked & own if asked & own else own


Names = Mapping[int, tuple[str, str]]
"""What the choices of a table are called, in Korean and in English."""


def tells(code: str, names: Names) -> Callable[[Rates, int], tuple[Sentence, ...]]:
    """Says which word of the table held, and its rate."""

    def told(terms: Rates, choice: int) -> tuple[Sentence, ...]:
        rate = percent(dict(terms.by_choice)[choice])
        ko, en = names[choice]
        return (Sentence(code, f"적용 요율: {ko} {rate}", f"Rate that holds: {en}, {rate}"),)

    return told


def named(terms: Rates, names: Names) -> tuple[str, str]:
    """All words of a table, for the sentence that says who would have earned."""
    found = [names[choice] for choice, _ in terms.by_choice]
    return ", ".join(ko for ko, _ in found), ", ".join(en for _, en in found)
