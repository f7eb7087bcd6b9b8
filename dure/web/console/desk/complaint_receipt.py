"""The payment that a complaint is about, for the official who answers: facts and won by won."""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.people.complaints import Complaint
from dure.web.shared.disputed import Disputed, find_disputed
from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class DisputedReceipt:
    """The payment in a line."""

    line: Disputed


def disputed_receipt(
    connection: Connection[TupleRow], complaint: Complaint, language: Language
) -> DisputedReceipt | None:
    """The payment of the complaint; None where it is about none."""
    if complaint.movement_id is None:
        return None
    line = find_disputed(connection, complaint.member_id, complaint.movement_id, language)
    return None if line is None else DisputedReceipt(line)
