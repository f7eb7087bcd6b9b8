"""The kinds of incentive there are. Adding one is one file and one line here."""

from __future__ import annotations

from typing import Any, Final

from dure.policy.kinds import bracket_cashback, instant_discount
from dure.policy.kinds.kind import Kind

_ALL: Final[tuple[Kind[Any], ...]] = (
    bracket_cashback.KIND,
    instant_discount.KIND,
)
KINDS: Final[dict[str, Kind[Any]]] = {kind.name: kind for kind in _ALL}
