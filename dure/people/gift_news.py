"""What receivers and givers are told of gifts: a text message for each, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from psycopg import Connection

from dure.authorization.facts import GiftState
from dure.kernel.calendar import seoul
from dure.people.members import PHONE_PURPOSE
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell
from dure.people.sealing import Sealer
from dure.people.sms import SmsCentre, SmsSilentError

_TEXT: Final = (
    "[두레] {won:,}원 선물이 왔습니다. {until}까지 두레 앱에서 받아 주세요. 회원이 아니면 "
    "이 번호로 가입한 뒤 받을 수 있고, 받지 않으면 보낸 분에게 돌아갑니다.\n"
    "[Dure] A gift of {won:,} won has come. Take it in the app by {until}, joining with this "
    "number if you are no member yet."
)


def tell_receivers(
    connection: Connection[Any],
    open_sealer: Callable[[], Sealer],
    centre: SmsCentre,
    *,
    at_us: int,
    count: int,
) -> int:
    """Texts the numbers that gifts were sent to, and leaves a notice where a member has the number.

    Both happen here and not while the giver waits, so that no answer's time tells who is a member.
    """
    rows = connection.execute(
        "SELECT letter_id, won, until_us, phone_index, phone_sealed FROM gift_letter "
        "WHERE NOT told AND gift_id IS NOT NULL ORDER BY letter_id LIMIT %s",
        (count,),
    ).fetchall()
    sealer = open_sealer() if rows else None
    for letter_id, won, until_us, index, phone_sealed in rows:
        assert sealer is not None, "it is opened where there is a letter"
        until = f"{seoul(until_us):%Y-%m-%d %H:%M}"
        # Without a receipt the notice stands, and the gift shows on the receiver's pages.
        with suppress(SmsSilentError):
            centre.send(
                phone=sealer.open(bytes(phone_sealed), PHONE_PURPOSE),
                text=_TEXT.format(won=won, until=until),
                key=f"gift:{letter_id}",
            )
        member = connection.execute(
            "SELECT member_id FROM member WHERE phone_index = %s AND status = 2", (index,)
        ).fetchone()
        with connection.transaction():
            if member is not None:
                tell(
                    connection, member_id=member[0], kind=NoticeKind.GIFT_CAME, at_us=at_us,
                    values={"amount_won": won, "until_us": until_us}, key=f"gift came {letter_id}",
                )  # fmt: skip
            connection.execute(
                "UPDATE gift_letter SET told = true WHERE letter_id = %s", (letter_id,)
            )
    return len(rows)


def tell_givers(connection: Connection[Any], *, at_us: int, count: int) -> int:
    """Tells givers that their gifts were taken, or are back."""
    rows = connection.execute(
        "SELECT l.letter_id, l.giver_id, l.won, g.state FROM gift_letter l "
        "JOIN gift g ON g.shard = l.giver_id %% 64 AND g.gift_id = l.gift_id "
        "WHERE NOT l.end_told AND l.gift_id IS NOT NULL AND g.state > 1 "
        "ORDER BY l.letter_id LIMIT %s",
        (count,),
    ).fetchall()
    for letter_id, giver_id, won, state in rows:
        taken = state == GiftState.TAKEN
        with connection.transaction():
            tell(
                connection, member_id=giver_id, at_us=at_us, values={"amount_won": won},
                kind=NoticeKind.GIFT_TAKEN if taken else NoticeKind.GIFT_RETURNED,
                key=f"gift over {letter_id}",
            )  # fmt: skip
            connection.execute(
                "UPDATE gift_letter SET end_told = true WHERE letter_id = %s", (letter_id,)
            )
    return len(rows)
