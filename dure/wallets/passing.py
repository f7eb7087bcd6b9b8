"""The movements that a member sees, page by page: filtered and searched along the member's chain.

See Note [The chain of a member] in 0003_charging.sql. A page reads no more than STEPS_MAX rows of
the chain, however much happened, and says where the next one goes on.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, Account
from dure.ledger.movement import GIVINGS_BACK, PAYMENTS, TAKINGS, MovementKind

PAGE: Final = 30
STEPS_MAX: Final = 3_000
"""A page that is filtered looks so far back; a member with 100 payments a day sees a month."""
SEARCH_CHARACTERS_MAX: Final = 40

_K = MovementKind
UNSEEN: Final = frozenset(
    {
        _K.REVERSED_FIRST, _K.INQUIRY, _K.WITHDRAW_PAID, _K.OPEN_WALLET, _K.CHANGE_WALLET,
        _K.ISSUE_CARD, _K.CHANGE_CARD, _K.COUPON_CLAIM, _K.COUPON_EXPIRE, _K.EXPIRE_HOLD,
    }
)  # fmt: skip
"""Movements that bring a member nothing and take nothing: they are not shown."""


class Sort(StrEnum):
    """What a member looks for; the values stand in addresses."""

    ALL = "all"
    PAID = "paid"
    BACK = "back"
    CHARGED = "charged"
    GIVEN = "given"
    GIFTS = "gifts"
    REFUSED = "refused"


_GIFTS: Final = frozenset(
    int(kind) for kind in MovementKind if "GIFT" in kind.name or "DONAT" in kind.name
)
KINDS: Final[dict[Sort, frozenset[int]]] = {
    Sort.PAID: frozenset({*TAKINGS, _K.HOLD}),
    Sort.BACK: frozenset({*GIVINGS_BACK, _K.RELEASE}),
    Sort.CHARGED: frozenset(
        {_K.CHARGE, _K.CHARGE_SUSPENDED, _K.RETURN_CHARGE, _K.WITHDRAW, _K.WITHDRAW_FAILED}
    ),
    Sort.GIVEN: frozenset({_K.GRANT, _K.AWARD, _K.EXPIRE_MONEY}),
    Sort.GIFTS: _GIFTS,
}


class Passed(NamedTuple):
    """A movement in a list. Amounts in whole won.

    `purses_won` is what it brought to all purses together (negative: what it took), without the
    cashback it earned, which is `earned_won` (negative: taken back). `back_won` is how much of a
    payment's price has been given back since; `usage_won` counts as paid in its month.
    """

    movement_id: int
    kind: int
    reason: int
    occurred_at_us: int
    amount_won: int
    discount_won: int
    purses_won: int
    earned_won: int
    channel: int
    shop_name_ko: str
    shop_name_en: str
    back_won: int = 0
    usage_won: int = 0


class PassedPage(NamedTuple):
    """A page of movements, the newest first; `before_id` is where the next goes on.

    The next page may be empty: then nothing that fits lay within STEPS_MAX.
    """

    lines: tuple[Passed, ...]
    before_id: int | None


_LIST: Final = """
WITH RECURSIVE chain AS (
  SELECT j.movement_id, j.previous_id, j.kind, j.reason, j.shop_id, 1 AS place FROM journal j
  WHERE j.shard = %(member)s %% 64 AND j.member_id = %(member)s AND j.movement_id = coalesce(
    (SELECT b.previous_id FROM journal b WHERE b.shard = %(member)s %% 64
     AND b.movement_id = %(before)s AND b.member_id = %(member)s),
    CASE WHEN %(before)s::bigint IS NULL THEN coalesce(%(first)s::bigint,
      (SELECT last_id FROM wallet WHERE shard = %(member)s %% 64 AND member_id = %(member)s)) END)
  AND j.movement_id >= %(since)s
  UNION ALL
  SELECT j.movement_id, j.previous_id, j.kind, j.reason, j.shop_id, chain.place + 1
  FROM chain JOIN journal j ON j.shard = %(member)s %% 64 AND j.movement_id = chain.previous_id
  WHERE chain.place < %(steps)s AND chain.previous_id >= %(since)s
), fitting AS (
  SELECT c.movement_id, c.place, s.name_ko, s.name_en
  FROM chain c LEFT JOIN shop s ON s.shop_id = c.shop_id
  WHERE c.kind <> ALL(%(unseen)s)
    AND (%(kinds)s::integer[] IS NULL OR (c.kind = ANY(%(kinds)s) AND c.reason = 0))
    AND (NOT %(refused)s OR c.reason <> 0)
    AND (%(search)s = '' OR s.name_ko ILIKE %(search)s OR s.name_en ILIKE %(search)s)
  ORDER BY c.place LIMIT %(count)s
)
SELECT j.movement_id, j.kind, j.reason, j.occurred_at_us, j.amount_won, j.discount_won,
       j.accounts, j.amounts, j.incentive, j.channel, f.name_ko, f.name_en,
       coalesce(b.cancelled_won, 0), j.usage_won, tail.movement_id, tail.previous_id
FROM (SELECT movement_id, previous_id FROM chain ORDER BY place DESC LIMIT 1) tail
LEFT JOIN fitting f ON true
LEFT JOIN journal j ON j.shard = %(member)s %% 64 AND j.movement_id = f.movement_id
LEFT JOIN cancellation b ON b.shard = j.shard AND b.original_id = j.movement_id
  AND j.kind = ANY(%(payments)s)
ORDER BY f.place
"""


def passed(
    connection: Connection[Any],
    member_id: int,
    *,
    sort: Sort = Sort.ALL,
    search: str = "",
    before_id: int | None = None,
    first_id: int | None = None,
    since_us: int = 0,
    count: int = PAGE,
) -> PassedPage:
    """The member's movements from `first_id` on (without it the last), or those before `before_id`.

    Nothing recorded before `since_us` is among them. `search` is part of a shop's name.
    """
    narrow = sort is not Sort.ALL or bool(search)
    steps = STEPS_MAX if narrow else 2 * count
    rows = connection.execute(
        _LIST,
        {
            "member": member_id,
            "before": before_id,
            "first": first_id,
            "since": since_us,
            "steps": steps,
            "count": count,
            "unseen": _numbers(UNSEEN),
            "kinds": _numbers(KINDS[sort]) if sort in KINDS else None,
            "payments": _numbers(PAYMENTS),
            "refused": sort is Sort.REFUSED,
            "search": _pattern(search),
        },
    ).fetchall()
    if not rows:
        return PassedPage((), None)
    lines = tuple(_passed(row) for row in rows if row[0] is not None)
    tail_id, tail_previous = rows[0][14:]
    walked_all = tail_previous is None or tail_previous < since_us
    if len(lines) == count and not (walked_all and lines[-1].movement_id == tail_id):
        return PassedPage(lines, lines[-1].movement_id)
    return PassedPage(lines, None if walked_all else tail_id)


def _passed(row: tuple[Any, ...]) -> Passed:
    kind, accounts, amounts, incentive = row[1], row[6], row[7], row[8] or []
    earned_won = sum(incentive[1::4])
    purses_won = -sum(
        won for account, won in zip(accounts, amounts, strict=True) if _is_members(account)
    )
    return Passed(
        movement_id=row[0],
        kind=kind,
        reason=row[2],
        occurred_at_us=row[3],
        amount_won=row[4],
        discount_won=row[5],
        purses_won=purses_won - earned_won,
        earned_won=earned_won,
        channel=row[9],
        shop_name_ko=row[10] or "",
        shop_name_en=row[11] or "",
        back_won=row[12],
        usage_won=row[13],
    )


def _is_members(account: int) -> bool:
    """Whether it is money of the member: a purse, or a claim against later cashback."""
    return account in _OWN or ALLOWANCE_BASE < account < BUDGET_BASE


_OWN: Final = frozenset({Account.MEMBER_CHARGED, Account.MEMBER_CASHBACK, Account.MEMBER_CLAIMS})


def _numbers(kinds: Collection[int]) -> list[int]:
    return sorted(int(kind) for kind in kinds)


def _pattern(search: str) -> str:
    """What ILIKE looks for; what a person writes means itself."""
    plain = " ".join(search.split())[:SEARCH_CHARACTERS_MAX]
    for letter in ("\\", "%", "_"):
        plain = plain.replace(letter, f"\\{letter}")
    return f"%{plain}%" if plain else ""
