"""Coupons and the months of shops between the books in memory and PostgreSQL: read and written.

A payment of a member without coupons costs nothing here: `COUPONS_HELD` in the wallet's sums says
that there are some, and only then they are read, together with the wallet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from dure.authorization.changes import Changes
from dure.authorization.coupons import coupon_won_of, find_coupon_rule
from dure.authorization.facts import COUPONS_HELD, Coupon, Wallet
from dure.authorization.requests import AnyRequest, ClaimCoupon
from dure.engine.connection import AnyConnection
from dure.engine.resident import ResidentBooks
from dure.engine.rows import Row
from dure.kernel.calendar import month_of
from dure.kernel.shards import shard_of_member
from dure.ledger.movement import PAYMENTS

_COUPON_COLUMNS: Final = """
c.shard, c.coupon_id, c.member_id, c.rule, c.rule_version_id, c.place, c.per_person, c.worth_won,
c.reserved_won, c.from_us, c.until_us, c.state, c.used_by
"""
FIND_OPEN_COUPONS: Final = f"""
SELECT {_COUPON_COLUMNS}
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, member_id)
JOIN coupon c ON c.shard = k.shard AND c.member_id = k.member_id AND c.state = 1
"""
FIND_USED_COUPONS: Final = f"""
SELECT u.movement_id, {_COUPON_COLUMNS}
FROM unnest($1::smallint[], $2::bigint[]) AS k(shard, movement_id)
JOIN coupon_use u ON u.shard = k.shard AND u.movement_id = k.movement_id
JOIN coupon c ON c.shard = u.shard AND c.coupon_id = u.coupon_id
"""
FIND_ISSUED: Final = "SELECT rule, issued FROM coupon_stock WHERE rule = ANY($1::text[])"
LOAD_SHOP_MONTHS: Final = "SELECT shop_id, month, given_won FROM shop_month"
FIND_SHOP_MONTHS: Final = """
SELECT m.shop_id, m.month, m.given_won
FROM unnest($1::integer[], $2::integer[]) AS k(shop_id, month)
JOIN shop_month m ON m.shop_id = k.shop_id AND m.month = k.month
"""

# Rows that engines share are locked in the order of their keys; see Note [Stock of coupons].
ISSUE_COUPONS: Final = """
INSERT INTO coupon_stock (rule, issued, stock)
SELECT * FROM unnest($1::text[], $2::integer[], $3::integer[]) AS u(rule, issued, stock)
ORDER BY rule
ON CONFLICT (rule)
DO UPDATE SET issued = coupon_stock.issued + excluded.issued, stock = excluded.stock
"""
MAKE_COUPONS: Final = """
INSERT INTO coupon (shard, coupon_id, member_id, rule, rule_version_id, place, per_person,
  worth_won, reserved_won, from_us, until_us, state, used_by)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::text[], $5::integer[],
  $6::smallint[], $7::smallint[], $8::integer[], $9::integer[], $10::bigint[], $11::bigint[],
  $12::smallint[], $13::bigint[])
"""
CHANGE_COUPONS: Final = """
UPDATE coupon c SET state = u.state, used_by = u.used_by, worth_won = u.worth_won,
  reserved_won = u.reserved_won
FROM unnest($1::smallint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::integer[],
  $6::integer[])
AS u(shard, coupon_id, state, used_by, worth_won, reserved_won)
WHERE c.shard = u.shard AND c.coupon_id = u.coupon_id
"""
USE_COUPONS: Final = """
INSERT INTO coupon_use (shard, movement_id, coupon_id, won)
SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bigint[], $4::integer[])
"""
# A ceiling of 0 says that discount was given back only, which no ceiling holds up.
GIVE_DISCOUNTS: Final = """
INSERT INTO shop_month (shop_id, month, given_won, ceiling_won)
SELECT shop_id, month, greatest(given_won, 0), ceiling_won
FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[])
AS u(shop_id, month, given_won, ceiling_won)
ORDER BY shop_id, month
ON CONFLICT (shop_id, month) DO UPDATE SET given_won = shop_month.given_won + (
    SELECT u.given_won FROM unnest($1::integer[], $2::integer[], $3::bigint[])
    AS u(shop_id, month, given_won)
    WHERE u.shop_id = excluded.shop_id AND u.month = excluded.month),
  ceiling_won = CASE WHEN excluded.ceiling_won > 0 THEN excluded.ceiling_won
                ELSE shop_month.ceiling_won END
"""


def expect_coupons(wallet: Wallet, expected: list[int]) -> None:
    """Notes a wallet that has just been read among those whose coupons must be read too."""
    if wallet.counters and wallet.counters.get(COUPONS_HELD):
        wallet.coupons = {}
        expected.append(wallet.member_id)


async def load_open_coupons(
    connection: AnyConnection, books: ResidentBooks, member_ids: Sequence[int]
) -> None:
    """Reads the open coupons of members whose wallets have just been read."""
    if not member_ids:
        return
    shards = [shard_of_member(member_id) for member_id in member_ids]
    for row in await connection.fetch(FIND_OPEN_COUPONS, shards, list(member_ids)):
        coupon = _read_coupon(row, 0)
        coupons = books.wallets[coupon.member_id].coupons
        assert coupons is not None
        coupons[coupon.coupon_id] = coupon


def _read_coupon(row: Row, first: int) -> Coupon:
    return Coupon(*[row[place] for place in range(first, first + 13)])


async def gather_stock(
    connection: AnyConnection, books: ResidentBooks, requests: Sequence[AnyRequest]
) -> None:
    """Reads how many coupons are issued of the rules that are claimed of."""
    versions = {r.rule_version_id for r in requests if isinstance(r, ClaimCoupon)}
    found = [find_coupon_rule(books.rules, version) for version in versions]
    names = {rule.document.id for rule in found if rule is not None}
    if names:
        rows = await connection.fetch(FIND_ISSUED, list(names))
        books.issued = {row[0]: row[1] for row in rows}


async def gather_given(connection: AnyConnection, books: ResidentBooks) -> None:
    """What the originals in memory drew on: the coupons of payments and the months of shops."""
    by_coupon, shop_months = [], set()
    for movement in books.by_id.values():
        if movement.kind not in PAYMENTS or movement.reason:
            continue
        if movement.discount_won:
            shop_months.add((movement.shop_id or 0, month_of(movement.occurred_at_us)))
        if coupon_won_of(movement):
            by_coupon.append((movement.shard, movement.movement_id))
    if by_coupon:
        await _used_coupons(connection, books, by_coupon)
    if shop_months:
        await _shop_months(connection, books, shop_months)


async def _used_coupons(
    connection: AnyConnection, books: ResidentBooks, payments: Sequence[tuple[int, int]]
) -> None:
    """One object for one coupon: the wallet's where it is open, else one for all its payments."""
    columns = [place[0] for place in payments], [place[1] for place in payments]
    read: dict[int, Coupon] = {}
    for row in await connection.fetch(FIND_USED_COUPONS, *columns):
        coupon = _read_coupon(row, 1)
        wallet = books.wallets.find(coupon.member_id)
        held = (wallet.coupons or {}) if wallet is not None else {}
        coupon = held.get(coupon.coupon_id) or read.setdefault(coupon.coupon_id, coupon)
        books.coupons_used[(coupon.shard, row[0])] = coupon


async def _shop_months(
    connection: AnyConnection, books: ResidentBooks, shop_months: Iterable[tuple[int, int]]
) -> None:
    """Other engines add to these sums as well, and what is given back must be known exactly."""
    listed = list(shop_months)
    columns = [place[0] for place in listed], [place[1] for place in listed]
    for row in await connection.fetch(FIND_SHOP_MONTHS, *columns):
        books.shop_months[(row[0], row[1])] = row[2]


async def load_shop_months(connection: AnyConnection, books: ResidentBooks) -> None:
    """All sums of shops with a ceiling; they are few, and stay in memory."""
    rows = await connection.fetch(LOAD_SHOP_MONTHS)
    books.shop_months = {(row[0], row[1]): row[2] for row in rows}


def coupon_statements(changes: Changes) -> list[tuple[str, list[Any]]]:
    """The statements that write what a batch changed of coupons and shops' months.

    They come last in a batch: stocks and months are rows that engines share, and whoever locks one
    has locked its slices before. The rows of the coupons themselves belong to one engine.
    """
    statements: list[tuple[str, list[Any]]] = []
    if changes.issued:
        issued = [(rule, count, stock) for rule, (count, stock) in changes.issued.items()]
        statements.append((ISSUE_COUPONS, _transposed(issued)))
    if changes.coupons_made:
        made = [
            (c.shard, c.coupon_id, c.member_id, c.rule, c.rule_version_id, c.place, c.per_person,
             c.worth_won, c.reserved_won, c.from_us, c.until_us, c.state, c.used_by)
            for c in changes.coupons_made
        ]  # fmt: skip
        statements.append((MAKE_COUPONS, _transposed(made)))
    if changes.coupons:
        changed = [
            (c.shard, c.coupon_id, c.state, c.used_by, c.worth_won, c.reserved_won)
            for c in changes.coupons.values()
        ]
        statements.append((CHANGE_COUPONS, _transposed(changed)))
    if changes.coupon_uses:
        statements.append((USE_COUPONS, _transposed(changes.coupon_uses)))
    if changes.shop_months:
        months = [(*key, won, ceiling) for key, (won, ceiling) in changes.shop_months.items()]
        statements.append((GIVE_DISCOUNTS, _transposed(months)))
    return statements


def _transposed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
