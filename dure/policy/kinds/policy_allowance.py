"""A grant to members whom `eligibility` names, into the purse of a programme, with an end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.kernel.calendar import DAY_US
from dure.policy.document_errors import Fault
from dure.policy.kinds.kind import Amount, Kind, Moment
from dure.policy.reading import Nodes, Reader

_PROGRAMME_MAX: Final = 999_999


@dataclass(frozen=True, slots=True)
class PolicyAllowance:
    """`amount_won` for the purse of `programme`; it ends at an instant or after so many days."""

    programme: int
    amount_won: int
    expires_at_us: int | None
    valid_days: int | None

    def ends_us(self, granted_at_us: int) -> int:
        """When a grant of that instant ends, in microseconds since 1970."""
        if self.expires_at_us is not None:
            return self.expires_at_us
        return granted_at_us + (self.valid_days or 0) * DAY_US


def _read(reader: Reader, entries: Nodes) -> PolicyAllowance | None:
    programme = reader.integer(entries.get("programme"), "programme", 1, _PROGRAMME_MAX)
    amount_won = reader.integer(entries.get("amount_won"), "amount_won", 1)
    if ("expires_on" in entries) == ("valid_days" in entries):
        place = entries.get("valid_days") or entries["kind"]
        reader.refuse(place, Fault.ONE_OF, one="expires_on", other="valid_days")
        return None
    expires_at_us = reader.instant_us(entries.get("expires_on"), "expires_on")
    valid_days = reader.integer(entries.get("valid_days"), "valid_days", 1, 3_660)
    if programme is None or amount_won is None or (expires_at_us is None and valid_days is None):
        return None
    return PolicyAllowance(programme, amount_won, expires_at_us, valid_days)


def _amount(terms: PolicyAllowance) -> Amount:
    amount_won = terms.amount_won

    def granted(_base_won: int, _month_net_won: int, _choice: int) -> tuple[int, int]:
        return amount_won, amount_won

    return granted


KIND: Final[Kind[PolicyAllowance]] = Kind(
    name="policy_allowance",
    noun=("정책수당", "policy allowance"),
    moment=Moment.LATER,
    required={"programme": "5", "amount_won": "100000"},
    optional={"expires_on": "2021-12-31", "valid_days": "90"},
    at_shop=False,
    read=_read,
    amount=_amount,
)
