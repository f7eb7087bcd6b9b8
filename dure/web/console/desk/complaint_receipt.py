"""The payment that a complaint is about, for the official who answers: facts and won by won."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.kernel.calendar import seoul
from dure.people.complaints import Complaint
from dure.policy.audiences import Audience
from dure.wallets.history import FoundMovement, find_movement, given_back_of
from dure.web.shared.amounts import exact_won
from dure.web.shared.disputed import Disputed, find_disputed
from dure.web.shared.explained import ReceiptFace, receipt_face
from dure.web.shared.language import Language
from dure.web.shared.payment_told import explains, tell_payment
from dure.web.shared.refusals_told import tell_refusal
from dure.web.shared.rules import Rulebook
from dure.web.shared.words import CHANNELS

_rulebook: Final = Rulebook()


@dataclass(frozen=True, slots=True)
class DisputedReceipt:
    """The payment in a line, how it was made, what came of it, and each won of what it earned.

    `refusal` says why it was refused; `backs` are its cancellations as text.
    """

    line: Disputed
    how: str
    refusal: str
    backs: tuple[str, ...]
    explained: ReceiptFace | None


def disputed_receipt(
    connection: Connection[TupleRow], complaint: Complaint, language: Language
) -> DisputedReceipt | None:
    """The payment of the complaint as an official sees it; None where it is about none."""
    if complaint.movement_id is None:
        return None
    member_id, movement_id = complaint.member_id, complaint.movement_id
    line = find_disputed(connection, member_id, movement_id, language)
    found = find_movement(connection, member_id, movement_id)
    if line is None or found is None:
        return None
    backs = given_back_of(connection, member_id, movement_id)
    refusal = ""
    if found.line.reason:
        told = tell_refusal(found.line.reason, Audience.OFFICIAL, language)
        refusal = f"{told.happened} {told.remedy}"
    return DisputedReceipt(
        line=line,
        how=language.choose(*CHANNELS.get(found.line.channel, ("", ""))),
        refusal=refusal,
        backs=tuple(
            f"{seoul(back.occurred_at_us):%Y-%m-%d %H:%M} · {exact_won(back.amount_won, language)}"
            for back in backs
        ),
        explained=_explained(connection, member_id, found, language),
    )


def _explained(
    connection: Connection[TupleRow], member_id: int, found: FoundMovement, language: Language
) -> ReceiptFace | None:
    if not explains(found.line):
        return None
    told = tell_payment(
        connection,
        _rulebook.rules(connection),
        member_id=member_id,
        line=found.line,
        shop_code=found.shop_code,
        usage_before_won=found.usage_before_won,
        audience=Audience.OFFICIAL,
    )
    return receipt_face(found.line, found.district, told, Audience.OFFICIAL, language, {})
