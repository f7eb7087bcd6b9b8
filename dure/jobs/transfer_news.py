"""Tells members what became of bank transfers that they did not wait for."""

from __future__ import annotations

from typing import Final

from dure.jobs.desk import Desk, Outcome
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell
from dure.wallets.transfers import Purpose, TransferState

BATCH: Final = 100
WAITED_US: Final = 60 * 1_000_000
"""A charge that the bank confirmed sooner was seen on its page; its member is not told again."""
_ENDED: Final = """
SELECT transfer_id, member_id, amount_won, purpose, state, automatic,
       coalesce(settled_at_us, asked_at_us) - asked_at_us
FROM bank_transfer WHERE NOT told AND state > 5 AND NOT (state = 6 AND purpose = 2)
ORDER BY transfer_id LIMIT %s
"""


def tell_transfers(desk: Desk) -> Outcome:
    """Leaves a notice for each transfer that has ended and was not told of yet."""
    now_us = desk.clock.now_us()
    ended = desk.connection.execute(_ENDED, (BATCH,)).fetchall()
    for transfer_id, member_id, won, purpose, state, automatic, waited_us in ended:
        kind = _kind(Purpose(purpose), TransferState(state), automatic, waited_us)
        with desk.connection.transaction():
            if kind is not None:
                tell(
                    desk.connection, member_id=member_id, kind=kind, at_us=now_us,
                    values={"amount_won": won}, key=f"transfer {transfer_id}",
                )  # fmt: skip
            desk.connection.execute(
                "UPDATE bank_transfer SET told = true WHERE transfer_id = %s", (transfer_id,)
            )
    return Outcome(len(ended), more=len(ended) == BATCH)


def _kind(
    purpose: Purpose, state: TransferState, automatic: bool, waited_us: int
) -> NoticeKind | None:
    match purpose, state:
        case Purpose.TOP_UP, TransferState.BOOKED if automatic or waited_us > WAITED_US:
            return NoticeKind.CHARGE_ARRIVED
        case Purpose.TOP_UP, TransferState.FAILED | TransferState.RETURNED if automatic:
            return NoticeKind.AUTO_CHARGE_FAILED
        case Purpose.TOP_UP, TransferState.FAILED:
            return NoticeKind.CHARGE_FAILED
        case Purpose.WITHDRAWAL, TransferState.BOOKED:
            return NoticeKind.WITHDRAWAL_PAID
        case Purpose.WITHDRAWAL, TransferState.RETURNED:
            return NoticeKind.WITHDRAWAL_FAILED
        case _:
            return None  # Refused at once and seen on its page, or the way back of a charge.
