"""Due work of coupons and cards: the queue served, tickets told, cards made and posted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import structlog

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.jobs.desk import Desk, Outcome
from dure.kernel.calendar import DAY_US
from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell
from dure.people.sealing import sealer_of
from dure.wallets.card_delivery import DeliveryState, deliveries_due, forget_addresses
from dure.wallets.card_life import card_keys
from dure.wallets.card_maker import maker_of
from dure.wallets.card_posting import Post, advance
from dure.wallets.cards import CardRefusedError
from dure.wallets.coupon_queue import (
    TicketState,
    queues_waiting,
    ticket_told,
    untold_tickets,
    work_off,
)
from dure.wallets.coupons import find_offer, read_published

log = structlog.get_logger("dure.worker")

AT_ONCE: Final = 50
QUEUE_PATIENCE_S: Final = 0.5
SOON_US: Final = 3 * DAY_US
"""So long (of the city's clock) before a coupon ends its member is told."""
UNSEEN_US: Final = 30 * 1_000_000
"""So long (of the machine's clock) a member may look for the answer before a notice tells it."""

_TOLD: Final = {
    DeliveryState.SENT: NoticeKind.CARD_SENT,
    DeliveryState.ARRIVED: NoticeKind.CARD_SENT,
    DeliveryState.CAME_BACK: NoticeKind.CARD_BACK,
}


def serve_coupons(desk: Desk) -> Outcome:
    """Serves the queues for coupons that no tap is serving, and tells who has looked elsewhere."""

    def ask_all(requests: Sequence[AnyRequest]) -> list[Answer]:
        return [desk.ask(request) for request in requests]

    units = 0
    for version in queues_waiting(desk.connection):
        if desk.stopping():
            return Outcome(units)
        units += work_off(
            desk.connection, ask_all, rule_version_id=version, patience_s=QUEUE_PATIENCE_S
        )
    more = units > 0 and bool(queues_waiting(desk.connection))
    return Outcome(units + _tell_tickets(desk), more=more)


def _tell_tickets(desk: Desk) -> int:
    before = time.time_ns() // 1000 - UNSEEN_US
    tickets = untold_tickets(desk.connection, before_machine_us=before, count=AT_ONCE)
    for ticket in tickets:
        offer = find_offer(desk.connection, ticket.rule_version_id, ticket.drawn_at_us)
        if offer is not None:
            got = ticket.state is TicketState.CLAIMED
            title = offer.document.title
            tell(
                desk.connection,
                member_id=ticket.member_id,
                kind=NoticeKind.COUPON_CLAIMED if got else NoticeKind.COUPON_MISSED,
                values={"name_ko": title.ko, "name_en": title.en},
                at_us=desk.clock.now_us(),
                key=f"coupon ticket {ticket.ticket_id}",
            )
        ticket_told(desk.connection, ticket.ticket_id)
    return len(tickets)


def post_cards(desk: Desk) -> Outcome:
    """Takes cards of plastic on: ordered from the maker, posted, arrived, or come back."""
    due = deliveries_due(desk.connection, AT_ONCE)
    ring = _ring(home_directory()) if due else None
    maker = None if ring is None else maker_of(ring, desk.connection, desk.clock)
    if ring is None or maker is None:
        return Outcome()
    keys, sealer = card_keys(ring), sealer_of(ring)
    post = Post(desk.connection, desk.ask, keys, sealer, maker, desk.clock)
    units = 0
    for delivery_id in due:
        if desk.stopping():
            return Outcome(units)
        try:
            changed = advance(post, delivery_id)
        except CardRefusedError as refused:
            log.warning("a card was not issued", delivery=delivery_id, reason=refused.reason.name)
            continue
        if changed is not None:
            units += 1
            if changed.state in _TOLD:
                tell(
                    desk.connection,
                    member_id=changed.member_id,
                    kind=_TOLD[changed.state],
                    values={},
                    at_us=changed.changed_at_us,
                    key=f"{_TOLD[changed.state].value} {changed.delivery_id} {changed.attempt}",
                )
    return Outcome(units, more=len(due) == AT_ONCE)


def forget_card_addresses(desk: Desk) -> Outcome:
    """Once a day of the city: addresses of cards that arrived long ago are forgotten."""
    today = desk.clock.now_us() // DAY_US
    if desk.mark >= today:
        return Outcome(mark=desk.mark)
    return Outcome(forget_addresses(desk.connection, at_us=desk.clock.now_us()), mark=today)


_ENDING: Final = """
SELECT c.coupon_id, c.member_id, c.until_us, v.document, v.rule || '@' || v.version
FROM coupon c JOIN member m ON m.member_id = c.member_id AND m.status = 2
JOIN rule_version v USING (rule_version_id)
WHERE c.state = 1 AND c.until_us > %(now)s AND c.until_us <= %(soon)s
  AND c.until_us - c.from_us > %(soon)s - %(now)s
  AND NOT EXISTS (SELECT 1 FROM member_notice n
                  WHERE n.member_id = c.member_id AND n.key = 'coupon ends ' || c.coupon_id)
ORDER BY c.until_us LIMIT %(count)s
"""


def tell_of_ending_coupons(desk: Desk) -> Outcome:
    """Once a day of the city: members are told of coupons that end within SOON_US.

    Who has claimed one that is good for a shorter time knows it, and is not told.
    """
    now_us = desk.clock.now_us()
    today = now_us // DAY_US
    if desk.mark >= today:
        return Outcome(mark=desk.mark)
    asked = {"now": now_us, "soon": now_us + SOON_US, "count": AT_ONCE}
    ending = desk.connection.execute(_ENDING, asked).fetchall()
    for coupon_id, member_id, until_us, text, name in ending:
        title = read_published(text, name).title
        tell(
            desk.connection,
            member_id=member_id,
            kind=NoticeKind.COUPON_LAPSES,
            values={"until_us": until_us - 1, "name_ko": title.ko, "name_en": title.en},
            at_us=now_us,
            key=f"coupon ends {coupon_id}",
        )
    more = len(ending) == AT_ONCE
    return Outcome(len(ending), mark=desk.mark if more else today, more=more)


@lru_cache(maxsize=4)
def _ring(home: Path) -> KeyRing:
    return KeyRing.open(home)
