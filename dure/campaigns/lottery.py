"""Lotteries over payments: a seed is committed, tickets are written down, winners drawn and paid.

See Note [A draw that anybody can check] in 0010_awards.sql.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.awards import award_key
from dure.authorization.requests import Award
from dure.campaigns.office import (
    CampaignRefusedError,
    Office,
    published_shops,
    refuse_without_money,
)
from dure.campaigns.tickets import PORTION, Ticket, TicketList, Win, find_tickets, winners
from dure.kernel.calendar import seoul
from dure.people.sealing import Sealer
from dure.policy.compiled import CompiledRule
from dure.policy.kinds.lottery import Lottery

KIND = "lottery"
SEED_PURPOSE = "lottery.seed"
DRAWN, PAID, REFUSED = 1, 2, 3


class Drawing(NamedTuple):
    """A lottery as the public sees it; the last four are None before the draw."""

    rule_version_id: int
    commitment: str
    committed_at_us: int
    seed: str | None
    drawn_at_us: int | None
    tickets: int | None
    tickets_sha256: str | None


class Winner(NamedTuple):
    """A prize, and whether it is paid; `reason` is the engine's when it refused."""

    place: int
    ticket: Ticket
    prize_won: int
    state: int
    reason: int


def commit(office: Office, rule: CompiledRule, sealer: Sealer, seed: str | None = None) -> Drawing:
    """Publishes the hash of a fresh secret seed, once, before the rule's period ends.

    Raises CampaignRefusedError when the period is over: then the tickets are known, and a seed
    could be chosen.
    """
    there = find_drawing(office.connection, rule.rule_id)
    if there is not None:
        return there
    now_us = office.clock.now_us()
    if now_us >= rule.document.until_us:
        raise CampaignRefusedError(
            "씨앗값의 해시는 규칙의 기간이 끝나기 전에 공표해야 합니다. 이 추첨은 할 수 없습니다.",
            "the seed has to be committed before the period ends; this lottery cannot be drawn",
        )
    secret = seed or secrets.token_hex(32)
    office.connection.execute(
        "INSERT INTO lottery (rule_version_id, commitment, seed_sealed, committed_at_us)"
        " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (rule.rule_id, _sha256(secret), sealer.seal(secret, SEED_PURPOSE), now_us),
    )
    drawing = find_drawing(office.connection, rule.rule_id)
    assert drawing is not None, "a commitment is never taken away"
    return drawing


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def draw(office: Office, rule: CompiledRule, sealer: Sealer) -> Drawing:
    """After `draw_at`: writes the tickets down, reveals the seed and keeps the winners, once.

    Nothing is paid here (`pay_winners`). Raises CampaignRefusedError when nothing was committed, it
    is too early, or the budget lines cannot pay every prize.
    """
    connection = office.connection
    drawing = find_drawing(connection, rule.rule_id)
    if drawing is None:
        raise CampaignRefusedError(
            "공표한 씨앗값 해시가 없습니다."
            " 기간이 끝나기 전에 dure campaign commit으로 공표하세요.",
            "no seed is committed; run dure campaign commit before the period ends",
        )
    if drawing.drawn_at_us is not None:
        return drawing
    terms = _terms(rule)
    now_us = office.clock.now_us()
    earliest_us = max(terms.draw_at_us, rule.document.until_us)
    if now_us < earliest_us:
        when = f"{seoul(earliest_us):%Y-%m-%d %H:%M}"
        raise CampaignRefusedError(
            f"{when}부터 추첨할 수 있습니다. 그 뒤에 다시 하세요.",
            f"it may be drawn from {when} (Seoul); try again then",
        )
    refuse_without_money(connection, rule, [(prize.won, prize.count) for prize in terms.prizes])
    shops = published_shops(connection)
    with connection.transaction():
        row = connection.execute(
            "SELECT seed_sealed, drawn_at_us FROM lottery WHERE rule_version_id = %s FOR UPDATE",
            (rule.rule_id,),
        ).fetchone()
        assert row is not None
        if row[1] is None:
            seed = sealer.open(bytes(row[0]), SEED_PURPOSE)
            listed = _write_tickets(connection, rule, find_tickets(connection, rule, shops))
            connection.execute(
                "UPDATE lottery SET seed = %s, drawn_at_us = %s, tickets = %s, tickets_sha256 = %s"
                " WHERE rule_version_id = %s",
                (seed, now_us, listed.count, listed.sha256, rule.rule_id),
            )
            prizes = [(prize.won, prize.count) for prize in terms.prizes]
            tickets = read_tickets(connection, rule.rule_id)
            _keep(connection, rule.rule_id, winners(seed, listed.sha256, tickets, prizes))
    drawn = find_drawing(connection, rule.rule_id)
    assert drawn is not None
    return drawn


def _terms(rule: CompiledRule) -> Lottery:
    terms = rule.document.terms
    assert isinstance(terms, Lottery), "a lottery has the terms of one"
    return terms


def _write_tickets(
    connection: Connection[Any], rule: CompiledRule, tickets: Iterator[Ticket]
) -> TicketList:
    """Hashes the tickets and copies them in portions; reading and copying take turns."""
    listed = TicketList()
    copying = (
        "COPY lottery_ticket (rule_version_id, place, shard, movement_id, member_id) FROM STDIN"
    )
    while portion := list(islice(tickets, PORTION)):
        with connection.cursor() as cursor, cursor.copy(copying) as copy:
            for ticket in portion:
                listed.add(ticket)
                copy.write_row((rule.rule_id, listed.count, *ticket))
    return listed


def read_tickets(connection: Connection[Any], rule_version_id: int) -> Iterator[Ticket]:
    """The list as it was hashed; to be read within a transaction."""
    with connection.cursor("listed") as cursor:
        cursor.itersize = PORTION
        cursor.execute(
            "SELECT shard, movement_id, member_id FROM lottery_ticket WHERE rule_version_id = %s"
            " ORDER BY place",
            (rule_version_id,),
        )
        for row in cursor:
            yield Ticket(*row)


def _keep(connection: Connection[Any], rule_version_id: int, wins: list[Win]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO lottery_winner (rule_version_id, place, shard, movement_id, member_id,"
            " prize_won) VALUES (%s, %s, %s, %s, %s, %s)",
            [(rule_version_id, win.place, *win.ticket, win.prize_won) for win in wins],
        )


def pay_winners(office: Office, rule_version_id: int) -> int:
    """Asks the engine for every prize that is not paid; gives how many are paid by this call.

    May be called at any time and any number of times: each prize has a key of its own. What the
    engine refuses is kept with its reason and asked for again the next time.
    """
    paid = 0
    for winner in read_winners(office.connection, rule_version_id):
        if winner.state == PAID:
            continue
        member_id, payment_id = winner.ticket.member_id, winner.ticket.movement_id
        answer = office.ask(
            Award(
                key=award_key(rule_version_id, member_id, payment_id),
                occurred_at_us=office.clock.now_us(),
                member_id=member_id,
                rule_version_id=rule_version_id,
                choice=winner.prize_won,
                original_id=payment_id,
            )
        )
        if answer.retry_can_help:
            break
        state, reason = (PAID, 0) if answer.approved else (REFUSED, int(answer.reason))
        office.connection.execute(
            "UPDATE lottery_winner SET state = %s, reason = %s"
            " WHERE rule_version_id = %s AND place = %s",
            (state, reason, rule_version_id, winner.place),
        )
        paid += answer.approved
    return paid


def find_drawing(connection: Connection[Any], rule_version_id: int) -> Drawing | None:
    """The lottery as the public may see it, once it is committed."""
    row = connection.execute(
        "SELECT rule_version_id, commitment, committed_at_us, seed, drawn_at_us, tickets,"
        " tickets_sha256 FROM lottery WHERE rule_version_id = %s",
        (rule_version_id,),
    ).fetchone()
    return None if row is None else Drawing(*row)


def read_winners(connection: Connection[Any], rule_version_id: int) -> list[Winner]:
    """The prizes from the first on, with whether they are paid."""
    rows = connection.execute(
        "SELECT place, shard, movement_id, member_id, prize_won, state, reason FROM lottery_winner"
        " WHERE rule_version_id = %s ORDER BY place",
        (rule_version_id,),
    )
    return [Winner(row[0], Ticket(*row[1:4]), row[4], row[5], row[6]) for row in rows]
