"""Gifts to a telephone number: the letter, and what giver and receiver do with the gift.

The money is the engine's (Note [Gifts] in authorization/gifts.py). Here stands for whom it is: the
number of the receiver, who may or may not be a member. Nothing here tells the giver which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import class_row

from dure.authorization.answers import Answer
from dure.authorization.facts import GiftState
from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import AnyRequest, ReturnGift, SendGift, TakeGift
from dure.kernel.calendar import DAY_US
from dure.people.gift_limits import gift_limit_at
from dure.people.members import PHONE_PURPOSE, normal_phone
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell
from dure.people.sealing import Sealer
from dure.people.tries import DAY_US as WORLD_DAY_US
from dure.people.tries import TryLimit, may_try

Ask = Callable[[AnyRequest], Answer]

WORDS_MAX: Final = 60
WORDS_PURPOSE: Final = "gift.words"
_GIVER: Final = TryLimit("gifts of one member", 30, WORLD_DAY_US)
_NUMBER: Final = TryLimit("gifts to one telephone", 10, WORLD_DAY_US)
_LIST_MAX: Final = 50


class GiftAmountError(ValueError):
    """A gift is of at least one won and of at most what the city's limit allows."""


class GiftWordsError(ValueError):
    """The words with a gift have at most WORDS_MAX characters, in one line."""


class OwnNumberError(ValueError):
    """Nobody sends a gift to his own number."""


class TooManyGiftsError(Exception):
    """This member has sent, or this number was sent, too many gifts today."""


class KeyUsedForAnotherGiftError(Exception):
    """The key was used before for a gift of another amount, or to another number."""


class GiftNotFoundError(LookupError):
    """No gift of this number is the member's to see."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter and how its gift stands. Amounts in whole won, instants of the city's clock.

    `state` is 0 while the engine has not answered. `refused` is why it did not send the gift.
    """

    letter_id: int
    giver_id: int
    won: int
    phone_sealed: bytes
    words_sealed: bytes
    phone_index: bytes
    request_key: bytes
    written_at_us: int
    until_us: int
    gift_id: int | None
    refused: int
    state: int

    def phone(self, sealer: Sealer) -> str:
        """The number that the giver wrote; for the giver alone."""
        return sealer.open(self.phone_sealed, PHONE_PURPOSE)

    def words(self, sealer: Sealer) -> str:
        """What the giver wrote to the receiver."""
        return sealer.open(self.words_sealed, WORDS_PURPOSE)


_LETTER: Final = """
SELECT l.letter_id, l.giver_id, l.won, l.phone_sealed, l.words_sealed, l.phone_index,
       l.request_key, l.written_at_us, l.until_us, l.gift_id, l.refused,
       coalesce(g.state, 0) AS state
FROM gift_letter l
LEFT JOIN gift g ON g.shard = l.giver_id %% 64 AND g.gift_id = l.gift_id
"""


def write_letter(
    connection: Connection[Any],
    sealer: Sealer,
    *,
    key: bytes,
    giver_id: int,
    phone: str,
    won: int,
    words: str,
    at_us: int,
) -> Letter:
    """Notes what a member wants to give and to which number; `send_gift` moves the money.

    The same key again gives the letter that is there. Raises PersonalDataWrongError for what is no
    mobile number, GiftAmountError, GiftWordsError, OwnNumberError, TooManyGiftsError,
    KeyUsedForAnotherGiftError.
    """
    number, words = normal_phone(phone), words.strip()
    limit = gift_limit_at(connection, at_us)
    if len(words) > WORDS_MAX or not words.isprintable():
        raise GiftWordsError
    index = sealer.index(number, PHONE_PURPOSE)
    found = _find_by_key(connection, key)
    if found is None and not 0 < won <= limit.won_max:
        raise GiftAmountError(won)
    if found is None:
        _check_giver(connection, sealer, giver_id, index)
        connection.execute(
            "INSERT INTO gift_letter (request_key, giver_id, won, phone_index, phone_sealed, "
            "words_sealed, written_at_us, until_us) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (request_key) DO NOTHING",
            (
                key, giver_id, won, index, sealer.seal(number, PHONE_PURPOSE),
                sealer.seal(words, WORDS_PURPOSE), at_us, at_us + limit.waits_days * DAY_US,
            ),
        )  # fmt: skip
        found = _find_by_key(connection, key)
    assert found is not None, "it was there, or has just been written"
    if (found.giver_id, found.won, found.phone_index) != (giver_id, won, index):
        raise KeyUsedForAnotherGiftError(key.hex())
    return found


def _check_giver(connection: Connection[Any], sealer: Sealer, giver_id: int, index: bytes) -> None:
    if _phone_index(connection, giver_id) == index:
        raise OwnNumberError
    who = sealer.index(str(giver_id), "gift.giver")
    if not (may_try(connection, _GIVER, who) and may_try(connection, _NUMBER, index)):
        raise TooManyGiftsError


def _phone_index(connection: Connection[Any], member_id: int) -> bytes | None:
    row = connection.execute(
        "SELECT phone_index FROM member WHERE member_id = %s AND status = 2", (member_id,)
    ).fetchone()
    return None if row is None or row[0] is None else bytes(row[0])


def _find_by_key(connection: Connection[Any], key: bytes) -> Letter | None:
    return _find(connection, "WHERE l.request_key = %s", (key,))


def _find(connection: Connection[Any], where: str, values: tuple[object, ...]) -> Letter | None:
    with connection.cursor(row_factory=class_row(Letter)) as cursor:
        return cursor.execute((_LETTER + where).encode(), values).fetchone()


def _list(connection: Connection[Any], where: str, values: tuple[object, ...]) -> list[Letter]:
    with connection.cursor(row_factory=class_row(Letter)) as cursor:
        return cursor.execute((_LETTER + where).encode(), values).fetchall()


def send_gift(connection: Connection[Any], ask: Ask, letter: Letter) -> Letter:
    """Has the engine move the money of a letter, and gives the letter as it then stands.

    May be called any number of times. What the engine client raises when it has gone, passes.
    """
    if letter.gift_id is None and not letter.refused:
        answer = ask(
            SendGift(
                key=letter.request_key,
                occurred_at_us=letter.written_at_us,
                member_id=letter.giver_id,
                amount_won=letter.won,
                until_us=letter.until_us,
            )
        )
        if not answer.retry_can_help:
            connection.execute(
                "UPDATE gift_letter SET gift_id = %s, refused = %s "
                "WHERE letter_id = %s AND gift_id IS NULL",
                (
                    answer.movement_id if answer.approved else None, int(answer.reason),
                    letter.letter_id,
                ),
            )  # fmt: skip
    found = _find_by_key(connection, letter.request_key)
    assert found is not None, "a letter is never deleted"
    return found


def sent_gifts(connection: Connection[Any], giver_id: int) -> list[Letter]:
    """What a member has sent, the newest first."""
    where = "WHERE l.giver_id = %s ORDER BY l.letter_id DESC LIMIT %s"
    return _list(connection, where, (giver_id, _LIST_MAX))


def gifts_to(connection: Connection[Any], member_id: int, at_us: int) -> list[Letter]:
    """What waits for a member, by the number that the member has now; the first to end first."""
    where = (
        "WHERE l.phone_index = (SELECT phone_index FROM member WHERE member_id = %s "
        "AND status = 2) AND l.giver_id <> %s AND g.state = 1 AND l.until_us > %s "
        "ORDER BY l.until_us, l.letter_id LIMIT %s"
    )
    return _list(connection, where, (member_id, member_id, at_us, _LIST_MAX))


def sent_gift(connection: Connection[Any], giver_id: int, letter_id: int) -> Letter:
    """A gift that the member has sent. Raises GiftNotFoundError."""
    where = "WHERE l.letter_id = %s AND l.giver_id = %s"
    found = _find(connection, where, (letter_id, giver_id))
    if found is None:
        raise GiftNotFoundError(letter_id)
    return found


def received_gift(connection: Connection[Any], member_id: int, letter_id: int) -> Letter:
    """A gift that was sent to the number that the member has, however it stands.

    Raises GiftNotFoundError.
    """
    letter = _find(connection, "WHERE l.letter_id = %s", (letter_id,))
    index = _phone_index(connection, member_id)
    if letter is None or letter.gift_id is None or letter.phone_index != index:
        raise GiftNotFoundError(letter_id)
    return letter


def take_gift(
    connection: Connection[Any],
    ask: Ask,
    *,
    key: bytes,
    member_id: int,
    letter_id: int,
    at_us: int,
) -> Answer:
    """A member takes a gift that was sent to the number that he has. Raises GiftNotFoundError.

    Who would hold too much is told until when the gift waits, and may ask again.
    """
    letter = received_gift(connection, member_id, letter_id)
    assert letter.gift_id is not None, "who sees it as received has a gift"
    answer = ask(
        TakeGift(
            key=key,
            occurred_at_us=at_us,
            member_id=member_id,
            giver_id=letter.giver_id,
            gift_id=letter.gift_id,
        )
    )
    if answer.reason == DeclineReason.OVER_HOLDING_LIMIT:
        tell(
            connection, member_id=member_id, kind=NoticeKind.GIFT_WAITS, at_us=at_us,
            values={"amount_won": letter.won, "until_us": letter.until_us},
            key=f"gift waits {letter_id}",
        )  # fmt: skip
    return answer


def take_gift_back(
    connection: Connection[Any],
    ask: Ask,
    *,
    key: bytes,
    giver_id: int,
    letter_id: int,
    at_us: int,
) -> Answer:
    """The giver wants a gift back that nobody has taken. Raises GiftNotFoundError."""
    letter = sent_gift(connection, giver_id, letter_id)
    if letter.gift_id is None:
        raise GiftNotFoundError(letter_id)
    return ask(
        ReturnGift(
            key=key,
            occurred_at_us=at_us,
            member_id=giver_id,
            gift_id=letter.gift_id,
            withdrawn=True,
        )
    )


def unsent_letters(connection: Connection[Any], *, before_us: int, count: int) -> list[Letter]:
    """Letters whose gift the engine had not answered, written before the instant."""
    where = (
        "WHERE l.gift_id IS NULL AND l.refused = 0 AND l.written_at_us < %s "
        "ORDER BY l.written_at_us LIMIT %s"
    )
    return _list(connection, where, (before_us, count))


def is_waiting(letter: Letter, at_us: int) -> bool:
    """Whether the gift may still be taken."""
    return letter.state == GiftState.WAITING and letter.until_us > at_us
