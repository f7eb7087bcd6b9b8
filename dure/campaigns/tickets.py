"""Which payments take part in a lottery, and which of them win. The second half is pure.

The method is told in docs/campaigns.md, so that anybody can find the winners again.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.books import Books
from dure.authorization.remains import what_remains
from dure.engine.rows import read_movement
from dure.engine.statements import MOVEMENT_COLUMNS
from dure.ledger.movement import PAYMENTS, Movement
from dure.merchants.directory import ShopEntry
from dure.policy.compiled import CompiledRule
from dure.policy.evaluate import RuleSet
from dure.policy.kinds.lottery import Lottery
from dure.policy.occasions import MemberFacts, Occasion

PORTION = 5_000

# What was cancelled wholly is no ticket; the order is that of recording, and never changes.
_PAYMENTS = f"""
SELECT {MOVEMENT_COLUMNS}, coalesce(c.cancelled_won, 0), w.district, w.birth_year, w.level,
  w.joined_day
FROM journal j
LEFT JOIN cancellation c ON c.shard = j.shard AND c.original_id = j.movement_id
JOIN wallet w ON w.shard = j.shard AND w.member_id = j.member_id
WHERE j.kind = ANY(%s) AND j.reason = 0
  AND j.occurred_at_us >= %s AND j.occurred_at_us < %s
  AND coalesce(c.cancelled_won, 0) < j.amount_won
ORDER BY j.movement_id, j.shard
"""
_PAYMENT_COLUMNS = 23


class Ticket(NamedTuple):
    """A payment that takes part. Its number is what the public list shows."""

    shard: int
    movement_id: int
    member_id: int

    @property
    def number(self) -> str:
        """As the list names it: two digits of the shard, a hyphen, the number of the movement."""
        return f"{self.shard:02d}-{self.movement_id}"


class Win(NamedTuple):
    """A ticket that won: its place from 1, and the prize in won."""

    place: int
    ticket: Ticket
    prize_won: int


def find_tickets(
    connection: Connection[Any], rule: CompiledRule, shops: dict[int, ShopEntry]
) -> Iterator[Ticket]:
    """Every standing payment of the rule's period for which it holds, in the order of recording.

    What counts is what is left of a payment and earns: at least the rule's `min_won`. Districts,
    levels and birth years of members are those of today.
    """
    document = rule.document
    nobody = Books(RuleSet(()))
    with connection.cursor("tickets") as cursor:
        cursor.itersize = PORTION
        cursor.execute(_PAYMENTS.encode(), (sorted(PAYMENTS), document.from_us, document.until_us))
        for row in cursor:
            payment = read_movement(row)
            cancelled_won, district, birth_year, level, joined_day = row[_PAYMENT_COLUMNS:]
            member = MemberFacts(district, birth_year, level, joined_day)
            shop = shops.get(payment.shop_id or 0)
            rest_won = payment.amount_won - cancelled_won
            if shop is not None and _takes_part(rule, payment, rest_won, shop, member, nobody):
                assert payment.member_id is not None
                yield Ticket(payment.shard, payment.movement_id, payment.member_id)


def _takes_part(
    rule: CompiledRule,
    payment: Movement,
    rest_won: int,
    shop: ShopEntry,
    member: MemberFacts,
    nobody: Books,
) -> bool:
    payment.incentive = None  # What it earned does not matter here, and need not be worked out.
    rest = what_remains(payment, rest_won, nobody)
    terms = rule.document.terms
    assert isinstance(terms, Lottery), "a lottery has the terms of one"
    if rest.split.charged_won < terms.min_won:
        return False
    facts = shop.facts_at(payment.occurred_at_us)
    districts = rule.document.eligibility.shop_districts
    if districts and facts.district not in districts:
        return False
    occasion = Occasion(
        payment.occurred_at_us, rest.price_won, rest.split.charged_won,
        payment.usage_before_won, facts, member, payment.channel, {},
    )  # fmt: skip
    return rule.holds(occasion)


class TicketList:
    """The hash of a list of tickets, taken while it is written down."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.count = 0

    def add(self, ticket: Ticket) -> None:
        """The next ticket: its number and a line feed go into the hash."""
        self._hash.update(f"{ticket.number}\n".encode())
        self.count += 1

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def score(seed: str, tickets_sha256: str, ticket: Ticket) -> str:
    """The SHA-256 of seed, hash of the list and ticket: Note [A draw that anybody can check]."""
    return hashlib.sha256(f"{seed} {tickets_sha256} {ticket.number}".encode()).hexdigest()


def winners(
    seed: str, tickets_sha256: str, tickets: Iterable[Ticket], prizes: Iterable[tuple[int, int]]
) -> list[Win]:
    """The lowest scores win, the first prize first; of a member only the best ticket counts.

    `prizes` is (won, how many) from the first to the last. With fewer members than prizes the last
    prizes stay where they are.
    """
    best: dict[int, tuple[str, Ticket]] = {}
    for ticket in tickets:
        mark = (score(seed, tickets_sha256, ticket), ticket)
        held = best.get(ticket.member_id)
        if held is None or mark < held:
            best[ticket.member_id] = mark
    wons = [won for won, count in prizes for _ in range(count)]
    lowest = heapq.nsmallest(len(wons), best.values())
    return [
        Win(place, ticket, won)
        for place, ((_, ticket), won) in enumerate(zip(lowest, wons, strict=False), 1)
    ]
