"""Funds of the demo city to which members may give; they are made up."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

from dure.wallets.donations import Fund, name_fund

_FUNDS: Final = (
    Fund(
        1, "아이 밥상 기금", "Children's meals", "방학에 밥을 거르는 아이가 없게 (시연용)",
        "So that no child goes without a meal in the holidays (demo)", 0,
    ),
    Fund(
        2, "섬 마을 기금", "Island villages", "섬 마을의 배편과 돌봄 (시연용)",
        "Boats and care for the villages of the islands (demo)", 0,
    ),
)  # fmt: skip


def name_demo_funds(connection: Connection[Any]) -> None:
    """Names the funds; again changes nothing."""
    for fund in _FUNDS:
        name_fund(connection, fund)
