"""Opens many wallets at once, with what an earlier operator's books say they hold.

For the take-over of a city and for large test cities. Each wallet's balance comes as one OPENING
movement, so that the books balance from the first row; nobody pays while it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dure.authorization.money import expiry_of
from dure.engine.connection import AnyConnection
from dure.kernel.shards import shard_of_member, shard_of_token
from dure.ledger import recipes
from dure.ledger.movement import Movement, MovementKind


class OpeningWallet(NamedTuple):
    """One member's wallet as taken over. `usage_won` counts into the month YYYYMM `month`.

    `joined_day` is as in `MemberFacts`.
    """

    member_id: int
    level: int
    district: int
    birth_year: int
    charged_won: int
    cashback_won: int = 0
    month: int = 0
    usage_won: int = 0
    month_charged_won: int = 0
    joined_day: int = 0


class OpeningCard(NamedTuple):
    """One card as taken over; `status` and `kind` as in `card`, `expires_yymm` as printed."""

    token: bytes
    card_id: int
    member_id: int
    kind: int
    status: int
    expires_yymm: int
    masked_pan: str
    pvv: str | None = None


# Note [What changes stands last] in 0001_money.sql says why.
PACK_LOOSELY = "ALTER TABLE wallet SET (fillfactor = 80)"
PACK_TIGHTLY = "ALTER TABLE wallet SET (fillfactor = 90)"

_JOURNAL_COLUMNS = (
    "shard", "kind", "movement_id", "occurred_at_us", "member_id", "amount_won", "usage_won",
    "usage_month", "charged_after_won", "cashback_after_won", "leg_count", "request_key",
    "figures",
)  # fmt: skip
_WALLET_COLUMNS = (
    "shard", "member_id", "level", "district", "birth_year", "joined_day", "month", "last_id",
    "charged_won", "cashback_won", "usage_won", "month_charged_won", "charged_in_won",
    "cashback_in_won",
)  # fmt: skip
_LOT_COLUMNS = (
    "shard", "member_id", "movement_id", "in_from_won", "in_until_won", "expires_at_us",
)  # fmt: skip
_CARD_COLUMNS = (
    "shard", "token", "kind", "status", "expires_yymm", "card_id", "member_id", "masked_pan", "pvv",
    "issued_at_us",
)  # fmt: skip


async def open_wallets(
    connection: AnyConnection, wallets: Iterable[OpeningWallet], opened_at_us: int
) -> int:
    """Adds wallets with their opening movements and lots, in one transaction; returns how many.

    Movement ids follow `opened_at_us` one by one, so it must lie before the engine's first
    movement by at least as many microseconds as there are wallets.
    """
    listed = list(wallets)
    async with connection.transaction():
        await connection.execute(PACK_LOOSELY)
        await connection.copy_records_to_table(
            "movement", records=_movements(listed, opened_at_us), columns=_JOURNAL_COLUMNS
        )
        await connection.copy_records_to_table(
            "wallet", records=_wallets(listed, opened_at_us), columns=_WALLET_COLUMNS
        )
        await connection.copy_records_to_table(
            "lot", records=_lots(listed, opened_at_us), columns=_LOT_COLUMNS
        )
        await connection.execute(PACK_TIGHTLY)
    return len(listed)


def _movements(wallets: list[OpeningWallet], at_us: int) -> Iterator[tuple[object, ...]]:
    for place, wallet in enumerate(wallets):
        movement = Movement(
            MovementKind.OPENING, b"", 0, at_us, wallet.charged_won + wallet.cashback_won
        )
        recipes.open_with(movement, wallet.charged_won, wallet.cashback_won)
        yield (
            shard_of_member(wallet.member_id), MovementKind.OPENING, at_us + place, at_us,
            wallet.member_id, movement.amount_won, wallet.usage_won, wallet.month,
            wallet.charged_won, wallet.cashback_won, len(movement.accounts),
            _key(wallet.member_id, at_us), movement.accounts + movement.amounts,
        )  # fmt: skip


def _key(member_id: int, at_us: int) -> bytes:
    return at_us.to_bytes(8, "big") + member_id.to_bytes(8, "big")


def _wallets(wallets: list[OpeningWallet], at_us: int) -> Iterator[tuple[object, ...]]:
    for place, w in enumerate(wallets):
        yield (
            shard_of_member(w.member_id), w.member_id, w.level, w.district, w.birth_year,
            w.joined_day, w.month,
            at_us + place, w.charged_won, w.cashback_won, w.usage_won, w.month_charged_won,
            w.charged_won, w.cashback_won,
        )  # fmt: skip


def _lots(wallets: list[OpeningWallet], at_us: int) -> Iterator[tuple[object, ...]]:
    expires_at_us = expiry_of(at_us)
    for place, w in enumerate(wallets):
        if w.charged_won:
            yield (
                shard_of_member(w.member_id), w.member_id, at_us + place, 0, w.charged_won,
                expires_at_us,
            )  # fmt: skip


async def add_cards(
    connection: AnyConnection, cards: Iterable[OpeningCard], issued_at_us: int
) -> None:
    """Adds cards as they were, in one transaction."""
    await connection.copy_records_to_table(
        "card",
        records=(
            (
                shard_of_token(c.token),
                c.token,
                c.kind,
                c.status,
                c.expires_yymm,
                c.card_id,
                c.member_id,
                c.masked_pan,
                c.pvv,
                issued_at_us,
            )
            for c in cards
        ),
        columns=_CARD_COLUMNS,
    )


class OpeningLine(NamedTuple):
    """One budget line: appropriated in all, and spent of it before the take-over, in won.

    A line comes after its parent in the budget tree.
    """

    line_id: int
    code: str
    name_ko: str
    name_en: str
    payer: str
    district: int | None
    fiscal_year: int
    appropriated_won: int
    spent_won: int = 0
    parent_id: int | None = None


_ADD_LINE = """
INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, district, fiscal_year, parent_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_OPEN_LINE = """
UPDATE budget_line SET appropriated_won = appropriated_won + $2 WHERE line_id = $1
"""
_ADD_OPENING = """
INSERT INTO movement (shard, kind, movement_id, occurred_at_us, amount_won, request_key, leg_count,
  figures)
VALUES (0, $1, $2, $3, $4, $5, $6, $7)
"""


async def open_lines(
    connection: AnyConnection, lines: Iterable[OpeningLine], opened_at_us: int
) -> None:
    """Adds budget lines with what is left of them as their opening balance.

    What was spent before is recorded in the old operator's books and in the movement's amount
    here (appropriated minus spent); the line can give only what is left. Movement ids follow
    `opened_at_us` one by one.
    """
    async with connection.transaction():
        for place, line in enumerate(lines):
            await connection.execute(_ADD_LINE, *line[:7], line.parent_id)
            left_won = line.appropriated_won - line.spent_won
            if left_won == 0:
                continue
            movement = Movement(MovementKind.APPROPRIATE, b"", 0, opened_at_us, left_won)
            recipes.appropriate(movement, line.line_id)
            await connection.execute(_OPEN_LINE, line.line_id, left_won)
            await connection.execute(
                _ADD_OPENING, MovementKind.APPROPRIATE, opened_at_us + place, opened_at_us,
                left_won, _key(line.line_id + (1 << 40), opened_at_us), len(movement.accounts),
                movement.accounts + movement.amounts,
            )  # fmt: skip
