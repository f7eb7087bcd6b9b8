"""The jobs: each finds what is due in the tables, does it in small steps, and may be repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from dure.authorization.requests import ExpireCoupon, ExpireHold, ExpireMoney
from dure.budget.due import finish_due as finish_due_budget
from dure.budget.office import Office
from dure.forecast.city.asking import ask_if_due
from dure.jobs.access import forget_ways_in
from dure.jobs.campaigns import grant_allowances, keep_lotteries, pay_referrals
from dure.jobs.desk import Desk, Outcome, key_of
from dure.jobs.gifts import return_gifts, tell_gifts
from dure.jobs.locks import settle_wallet_locks
from dure.jobs.payment_texts import text_payments
from dure.jobs.promotion import (
    forget_card_addresses,
    post_cards,
    serve_coupons,
    tell_of_ending_coupons,
)
from dure.jobs.transfer_news import tell_transfers
from dure.jobs.upkeep import sweep_tables
from dure.kernel.calendar import DAY_US, day_of, month_of, start_of_day_us
from dure.kernel.clock import SystemClock
from dure.kernel.shards import SHARDS
from dure.people.members import MemberRefusedError, open_wallet, openings_under_way
from dure.report.counting import Counted, catch_up
from dure.report.live import speed_of
from dure.wallets.auto_charge import request_due_auto_charges
from dure.wallets.charging import Till, advance
from dure.wallets.qr import forget_old_tokens
from dure.wallets.transfers import claim_due

BATCH = 100
"""How much a job takes at once; short, so that a worker that must stop stops soon."""
HELD_BACK_DAYS = 40
"""Expired money that a hold reserves lapses when the hold has ended: so far back we look again."""
TOKENS_KEPT_US = DAY_US
HOUR_US = 3_600 * 1_000_000
"""A coupon that a late cancellation brings back after it lapsed lapses under a new key."""
LOOKS = 8
SHARDS_A_LOOK = SHARDS // LOOKS
OPENING_PATIENCE_US = 10 * 1_000_000


class Job(NamedTuple):
    """A job: what it is called, how often it looks (real seconds), and what it does."""

    name: str
    every_seconds: float
    run: Callable[[Desk], Outcome]


def finish_transfers(desk: Desk) -> Outcome:
    """Takes bank transfers on: those just asked for, and those whose bank had not answered."""
    till = Till(desk.connection, desk.bank, desk.ask, desk.clock)
    due = claim_due(desk.connection, BATCH)
    for units, transfer_id in enumerate(due):
        if desk.stopping():
            return Outcome(units)
        advance(till, transfer_id)
    return Outcome(len(due), more=len(due) == BATCH)


def request_auto_charges(desk: Desk) -> Outcome:
    """Requests the automatic top-ups of wallets that have fallen below.

    Each look is at an eighth of the shards, so that many wallets cost a few milliseconds at a
    time; `mark` counts the looks.
    """
    first = desk.mark % LOOKS * SHARDS_A_LOOK
    units = request_due_auto_charges(
        desk.connection,
        at_us=desk.clock.now_us(),
        shards=range(first, first + SHARDS_A_LOOK),
        count=BATCH,
    )
    more = units == BATCH
    return Outcome(units, mark=desk.mark if more else desk.mark + 1, more=more)


def expire_holds(desk: Desk) -> Outcome:
    """Releases holds whose time is over."""
    now_us = desk.clock.now_us()
    due = desk.connection.execute(
        "SELECT member_id, movement_id FROM hold WHERE state = 1 AND expires_at_us <= %s "
        "ORDER BY expires_at_us LIMIT %s",
        (now_us, BATCH),
    ).fetchall()
    done = 0
    for member_id, hold_id in due:
        if desk.stopping():
            return Outcome(done)
        answer = desk.ask(
            ExpireHold(
                key=key_of("expire hold", member_id, hold_id),
                occurred_at_us=now_us,
                member_id=member_id,
                hold_id=hold_id,
            )
        )
        done += answer.approved and not answer.repeated
    return Outcome(done, more=done == BATCH)


def expire_coupons(desk: Desk) -> Outcome:
    """What is reserved for coupons whose time is over returns to their budget lines."""
    now_us = desk.clock.now_us()
    due = desk.connection.execute(
        "SELECT member_id, coupon_id FROM coupon WHERE state = 1 AND until_us <= %s "
        "ORDER BY until_us LIMIT %s",
        (now_us, BATCH),
    ).fetchall()
    done = 0
    for member_id, coupon_id in due:
        if desk.stopping():
            return Outcome(done)
        answer = desk.ask(
            ExpireCoupon(
                key=key_of("expire coupon", member_id, coupon_id, now_us // HOUR_US),
                occurred_at_us=now_us,
                member_id=member_id,
                coupon_id=coupon_id,
            )
        )
        done += answer.approved and not answer.repeated
    return Outcome(done, more=done == BATCH)


_LOTS = """
SELECT DISTINCT l.member_id FROM lot l
JOIN wallet w ON w.shard = l.shard AND w.member_id = l.member_id
WHERE l.withdrawn_by IS NULL AND l.expires_at_us > %(since)s AND l.expires_at_us <= %(now)s
  AND l.in_until_won > w.charged_in_won - w.charged_won AND w.charged_won > w.held_won
"""
_ALLOWANCES = """
SELECT DISTINCT member_id FROM allowance_purse WHERE left_won > 0 AND expires_at_us <= %(now)s
"""
_CASHBACK = """
SELECT w.member_id FROM wallet w JOIN (
  SELECT shard, member_id, max(cashback_in_won) AS old_won FROM month_usage
  WHERE month < %(month)s GROUP BY shard, member_id
) AS past USING (shard, member_id)
WHERE w.cashback_won > 0 AND past.old_won > w.cashback_in_won - w.cashback_won
"""


def expire_money(desk: Desk) -> Outcome:
    """Once a day of the city: what is left of expired charges, cashback and allowances lapses."""
    now_us = desk.clock.now_us()
    today_us = start_of_day_us(day_of(now_us))
    if desk.mark >= today_us:
        return Outcome(mark=desk.mark)
    period = {
        "since": max(0, desk.mark - HELD_BACK_DAYS * DAY_US),
        "now": now_us,
        "month": month_of(now_us) - 500,
    }
    members: set[int] = set()
    for query in (_LOTS, _ALLOWANCES, _CASHBACK):
        members |= {row[0] for row in desk.connection.execute(query, period)}
    done = 0
    for member_id in sorted(members):
        if desk.stopping():
            return Outcome(done, mark=desk.mark)
        answer = desk.ask(
            ExpireMoney(
                key=key_of("expire money", member_id, today_us),
                occurred_at_us=now_us,
                member_id=member_id,
            )
        )
        if answer.retry_can_help:
            return Outcome(done, mark=desk.mark)
        done += answer.approved and not answer.repeated
    return Outcome(done, mark=today_us)


def finish_openings(desk: Desk) -> Outcome:
    """Opens the wallets of members whose joining the engine had not answered."""
    before_us = desk.clock.now_us() - OPENING_PATIENCE_US
    waiting = openings_under_way(desk.connection, before_us=before_us, count=BATCH)
    for units, member_id in enumerate(waiting):
        if desk.stopping():
            return Outcome(units)
        try:
            open_wallet(desk.connection, desk.ask, member_id)
        except MemberRefusedError:
            continue  # Noted in the member's row: it is REFUSED now.
    return Outcome(len(waiting))


def count_journal(desk: Desk) -> Outcome:
    """Keeps the live page's sums near the end of the journal, also while nobody looks."""
    counted = catch_up(desk.connection, speed=speed_of(desk.clock))
    return Outcome(mark=desk.mark, more=counted is Counted.PARTLY)


def forget_tokens(desk: Desk) -> Outcome:
    """Deletes QR tokens that expired more than a day ago."""
    return Outcome(
        forget_old_tokens(desk.connection, before_us=SystemClock().now_us() - TOKENS_KEPT_US)
    )


def keep_budget(desk: Desk) -> Outcome:
    """Releases budget lines whose date has come; finishes what the engine had not answered."""
    office = Office(desk.connection, desk.ask, desk.clock.now_us)
    units = finish_due_budget(office, BATCH)
    return Outcome(units, more=units >= BATCH)


def ask_forecasts(desk: Desk) -> Outcome:
    """Puts the city's forecast on the list: every night, and when rules or money change."""
    return Outcome(ask_if_due(desk.connection, desk.clock.now_us()))


JOBS: tuple[Job, ...] = (
    Job("finish-transfers", 0.5, finish_transfers),
    Job("request-auto-charges", 2, request_auto_charges),
    Job("expire-holds", 1, expire_holds),
    Job("return-gifts", 1, return_gifts),
    Job("tell-gifts", 1, tell_gifts),
    Job("tell-transfers", 1, tell_transfers),
    Job("expire-coupons", 5, expire_coupons),
    Job("expire-money", 15, expire_money),
    Job("finish-openings", 5, finish_openings),
    Job("count-journal", 2, count_journal),
    Job("forget-tokens", 60, forget_tokens),
    Job("keep-lotteries", 60, keep_lotteries),
    Job("pay-referrals", 30, pay_referrals),
    Job("grant-allowances", 60, grant_allowances),
    Job("keep-budget", 5, keep_budget),
    Job("ask-forecasts", 2, ask_forecasts),
    Job("serve-coupons", 0.5, serve_coupons),
    Job("post-cards", 5, post_cards),
    Job("tell-of-ending-coupons", 30, tell_of_ending_coupons),
    Job("forget-card-addresses", 60, forget_card_addresses),
    Job("settle-wallet-locks", 5, settle_wallet_locks),
    Job("text-payments", 5, text_payments),
    Job("forget-ways-in", 600, forget_ways_in),
    Job("sweep-tables", 300, sweep_tables),
)
