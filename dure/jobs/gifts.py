"""Due work on gifts: what nobody took goes back, who is concerned is told."""

from __future__ import annotations

from typing import Final

from dure.authorization.requests import ReturnGift
from dure.jobs.desk import Desk, Outcome, key_of
from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing
from dure.people.gift_news import tell_givers, tell_receivers
from dure.people.gifts import send_gift, unsent_letters
from dure.people.sealing import Sealer, sealer_of
from dure.people.sms import sms_centre

BATCH: Final = 100
PATIENCE_US: Final = 10 * 1_000_000


def return_gifts(desk: Desk) -> Outcome:
    """Gifts whose time is over go back to their givers."""
    now_us = desk.clock.now_us()
    due = desk.connection.execute(
        "SELECT giver_id, gift_id FROM gift WHERE state = 1 AND until_us <= %s "
        "ORDER BY until_us LIMIT %s",
        (now_us, BATCH),
    ).fetchall()
    done = 0
    for giver_id, gift_id in due:
        if desk.stopping():
            return Outcome(done)
        answer = desk.ask(
            ReturnGift(
                key=key_of("return gift", giver_id, gift_id),
                occurred_at_us=now_us,
                member_id=giver_id,
                gift_id=gift_id,
            )
        )
        done += answer.approved and not answer.repeated
    return Outcome(done, more=done == BATCH)


def tell_gifts(desk: Desk) -> Outcome:
    """Sends gifts that the engine had not answered, and tells receivers and givers."""
    connection, now_us = desk.connection, desk.clock.now_us()
    letters = unsent_letters(connection, before_us=now_us - PATIENCE_US, count=BATCH)
    for letter in letters:
        if desk.stopping():
            return Outcome(0)
        send_gift(connection, desk.ask, letter)
    centre = sms_centre(connection)
    told = tell_receivers(connection, _open_sealer, centre, at_us=now_us, count=BATCH)
    ended = tell_givers(connection, at_us=now_us, count=BATCH)
    return Outcome(len(letters) + told + ended, more=BATCH in (told, ended))


def _open_sealer() -> Sealer:
    return sealer_of(KeyRing.open(home_directory()))
