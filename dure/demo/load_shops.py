"""Writes the city's shops into the registry: shops, decisions, offers, terminals; by COPY."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dure.demo.names import addresses, shop_names
from dure.demo.places import draw_places
from dure.demo.sectors import ALL_SECTORS
from dure.demo.shops import Shops, business_numbers, shop_code, terminal_code
from dure.kernel.calendar import SEOUL
from dure.merchants.standing import Decision

if TYPE_CHECKING:
    from asyncpg import Connection, Record

_FIRST_DAY: Final = date(2018, 7, 1)
_DAYS: Final = 420
"""Shops joined between the pilot of June 2018 and the end of August 2019."""
_DECIDED_BY: Final = "demo"
_TURNED: Final = datetime(2019, 10, 1, 9, tzinfo=SEOUL)
_TURNED_WHY: Final = {
    Decision.SUSPENDED: "견본: 현장 점검 중",
    Decision.CANCELLED: "견본: 폐업 신고",
}


async def copy_shops(connection: Connection[Record], shops: Shops) -> None:
    """Writes all shops with their history, offers and one terminal each."""
    await connection.copy_records_to_table(
        "shop",
        columns=[
            "shop_id", "district", "sales_band", "marks", "trade", "status", "shop_code",
            "business_number", "name_ko", "owner_name", "sector", "mcc", "address", "latitude",
            "longitude", "added_at",
        ],
        records=_shop_rows(shops),
    )  # fmt: skip
    await connection.copy_records_to_table(
        "shop_status",
        columns=["shop_id", "decision", "decided_at", "effective_at", "reason", "decided_by"],
        records=_decision_rows(shops),
    )
    await connection.copy_records_to_table(
        "benefit_offer", columns=["shop_id", "discount_bp", "from_day"], records=_offer_rows(shops)
    )
    await connection.copy_records_to_table(
        "terminal",
        columns=["terminal", "shop_id"],
        records=((terminal_code(shop_id), shop_id) for shop_id in shops.shop_id.tolist()),
    )
    await connection.execute(
        "SELECT setval(pg_get_serial_sequence('shop', 'shop_id'), (SELECT max(shop_id) FROM shop))"
    )


def _shop_rows(shops: Shops) -> Iterator[tuple[object, ...]]:
    rows = zip(
        shops.shop_id.tolist(), shops.district.tolist(), shops.sales_band.tolist(),
        shops.marks.tolist(), shops.sector.tolist(), shops.standing.tolist(),
        business_numbers(len(shops)), shop_names(shops.shop_id, shops.sector),
        addresses(shops.shop_id, shops.district), draw_places(shops.district, shops.marks),
        strict=True,
    )  # fmt: skip
    for shop_id, district, band, marks, position, standing, number, name, address, place in rows:
        sector = ALL_SECTORS[position]
        yield (
            shop_id, district, band, marks, int(sector.trade), standing, shop_code(shop_id),
            number, name, f"사장님 {shop_id}", sector.ksic, sector.mcc, address, *place,
            _applied_at(shop_id),
        )  # fmt: skip


def _decision_rows(shops: Shops) -> Iterator[tuple[object, ...]]:
    """Every shop applied; most were approved two days later and hold from the day after."""
    for shop_id, standing in zip(shops.shop_id.tolist(), shops.standing.tolist(), strict=True):
        applied_at = _applied_at(shop_id)
        yield (shop_id, int(Decision.APPLIED), applied_at, applied_at, "", _DECIDED_BY)
        if standing == Decision.APPLIED:
            continue
        approved_at = applied_at + timedelta(days=2)
        effective_at = datetime.combine(
            approved_at.date() + timedelta(days=1), datetime.min.time(), tzinfo=SEOUL
        )
        yield (shop_id, int(Decision.APPROVED), approved_at, effective_at, "", _DECIDED_BY)
        why = _TURNED_WHY.get(Decision(standing))
        if why is not None:
            yield (shop_id, standing, _TURNED, _TURNED, why, _DECIDED_BY)


def _offer_rows(shops: Shops) -> Iterator[tuple[int, int, date]]:
    for shop_id, offer_bp in zip(shops.shop_id.tolist(), shops.offer_bp.tolist(), strict=True):
        if offer_bp:
            yield shop_id, offer_bp, _FIRST_DAY + timedelta(days=_DAYS)


def _applied_at(shop_id: int) -> datetime:
    """A day and hour of its own for each shop, the same at every load."""
    day = _FIRST_DAY + timedelta(days=shop_id * 263 % (_DAYS - 10))
    return datetime(day.year, day.month, day.day, 9 + shop_id % 9, tzinfo=SEOUL)
