"""A top-up brings more than was paid in; `caps` say how much of it a month."""

from __future__ import annotations

from typing import Final

from dure.policy.kinds import rates
from dure.policy.kinds.kind import Kind, Moment
from dure.policy.kinds.rates import Rates
from dure.policy.reading import Nodes, Reader


def _read(reader: Reader, entries: Nodes) -> Rates | None:
    rate_bp = rates.read_rate(reader, entries.get("rate_bp"), "rate_bp")
    return None if rate_bp is None else Rates(((0, rate_bp),))


KIND: Final[Kind[Rates]] = Kind(
    name="charge_bonus",
    noun=("충전 보너스", "top-up bonus"),
    moment=Moment.CHARGE,
    required={"rate_bp": "500"},
    at_shop=False,
    read=_read,
    amount=rates.amount,
    portions=rates.portions,
)
