"""Limits beside the brackets: most won per payment, per member and month, and by a sum used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml

from dure.policy.document_errors import Fault, Place
from dure.policy.reading import Reader, nearest


@dataclass(frozen=True, slots=True)
class Caps:
    """None means no limit. The month is the city's, the member's cards count together.

    `member_…` holds for as long as the member is one, over all versions of the rule.
    """

    payment_cashback_won_max: int | None = None
    month_cashback_won_max: int | None = None
    month_payments_max: int | None = None
    member_cashback_won_max: int | None = None
    member_payments_max: int | None = None


@dataclass(frozen=True, slots=True)
class Stops:
    """What ends a rule within its period: a line with nothing left, or a sum paid out."""

    line_used_up: str | None = None
    until_sum_used_won: int | None = None
    line_place: Place | None = None


_CAPS_EXAMPLE: Final = "{per_payment: {cashback_won_max: 10000}}"


def read_caps(reader: Reader, node: yaml.Node | None) -> Caps:
    """Reads `caps`, with `per_payment`, `per_month` and `per_member`."""
    if node is None:
        return Caps()
    entries = reader.mapping(node, "caps", ["per_payment", "per_month", "per_member"])
    payment = entries.get("per_payment")
    month = entries.get("per_month")
    in_payment = reader.mapping(payment, "per_payment", ["cashback_won_max"]) if payment else {}
    in_month = (
        reader.mapping(month, "per_month", ["cashback_won_max", "payments_max"]) if month else {}
    )
    member = entries.get("per_member")
    in_member = (
        reader.mapping(member, "per_member", ["cashback_won_max", "payments_max"]) if member else {}
    )
    if isinstance(node, yaml.MappingNode) and not node.value:
        reader.refuse(node, Fault.LIMITS_NOTHING, key="caps", example=_CAPS_EXAMPLE)
    return Caps(
        reader.integer(in_payment.get("cashback_won_max"), "cashback_won_max"),
        reader.integer(in_month.get("cashback_won_max"), "cashback_won_max"),
        reader.integer(in_month.get("payments_max"), "payments_max"),
        reader.integer(in_member.get("cashback_won_max"), "cashback_won_max"),
        reader.integer(in_member.get("payments_max"), "payments_max"),
    )


def read_stops(reader: Reader, node: yaml.Node | None) -> Stops:
    """Reads `stops_when`, with `line_used_up` and `until_sum_used_won`."""
    if node is None:
        return Stops()
    entries = reader.mapping(node, "stops_when", ["line_used_up", "until_sum_used_won"])
    if isinstance(node, yaml.MappingNode) and not node.value:
        example = "{until_sum_used_won: 100000000}"
        reader.refuse(node, Fault.LIMITS_NOTHING, key="stops_when", example=example)
    line_node = entries.get("line_used_up")
    return Stops(
        reader.text(line_node, "line_used_up", "incheon-2019-seogu"),
        reader.integer(entries.get("until_sum_used_won"), "until_sum_used_won", 1),
        reader.place(line_node) if line_node is not None else None,
    )


def refuse_unknown_stop_line(reader: Reader, stops: Stops, known: list[str]) -> None:
    """Reports a `line_used_up` that names no budget line."""
    line = stops.line_used_up
    if line is not None and stops.line_place is not None and line not in known:
        near = nearest(line, known)
        reader.refuse_at(stops.line_place, Fault.UNKNOWN_LINE, value=line, nearest=near)
