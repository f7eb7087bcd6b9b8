"""A gift for a payment in a member's first days; `eligibility` must say how many they are."""

from __future__ import annotations

from typing import Final

import yaml

from dure.policy.document_errors import Fault
from dure.policy.kinds import gifts
from dure.policy.kinds.gifts import Gift
from dure.policy.kinds.kind import Kind, Moment
from dure.policy.reading import Nodes, Reader


def _read(reader: Reader, entries: Nodes) -> Gift | None:
    """Refuses a document without `eligibility.joined_within_days`."""
    asked = entries.get("eligibility")
    pairs = asked.value if isinstance(asked, yaml.MappingNode) else []
    if not any(getattr(key, "value", None) == "joined_within_days" for key, _ in pairs):
        reader.refuse(asked or entries["kind"], Fault.DAYS_NEEDED, kind="new_member")
        return None
    return gifts.read(reader, entries)


KIND: Final[Kind[Gift]] = Kind(
    name="new_member",
    noun=("가입 축하금", "welcome gift"),
    moment=Moment.PURCHASE,
    required=gifts.REQUIRED,
    optional=gifts.OPTIONAL,
    read=_read,
    choose=gifts.choose,
    amount=gifts.amount,
    numbers=gifts.numbers,
    times_max=gifts.times_max,
    because=gifts.because,
)
