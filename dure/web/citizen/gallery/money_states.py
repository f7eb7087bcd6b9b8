"""Transfers between bank and wallet in every state, and the page of a wallet that is being made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.authorization.reasons import DeclineReason
from dure.wallets.transfers import Purpose, Transfer, TransferState
from dure.web.citizen.gallery.state import State, Values, always
from dure.web.citizen.home.words import HOME_WORDS
from dure.web.citizen.money.charging import state_told
from dure.web.citizen.money.words import MONEY_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.language import Language

_AMOUNT_WON: Final = 50_000
_NAMES: Final = {
    Purpose.TOP_UP: ("충전", "A charge"),
    Purpose.WITHDRAWAL: ("돌려받기", "Getting back"),
}
_STATES: Final = {
    TransferState.SENT: ("은행에 보냄", "sent to the bank"),
    TransferState.UNKNOWN: ("은행이 대답하지 않음", "the bank does not answer"),
    TransferState.BOOKED: ("끝남", "done"),
    TransferState.FAILED: ("은행이 거절함", "refused by the bank"),
    TransferState.RETURNED: ("되돌려 보냄", "sent back"),
    TransferState.REFUSED: ("거절됨", "refused"),
}


def _transfer(purpose: Purpose, state: TransferState) -> Values:
    reasons = (TransferState.RETURNED, TransferState.REFUSED)
    reason = DeclineReason.OVER_HOLDING_LIMIT if state in reasons else DeclineReason(0)
    transfer = Transfer(
        7, 1, _AMOUNT_WON, purpose, state, reason, 1, False, False, 0, "gallery", bytes(16), None,
        None, 0, None,
    )  # fmt: skip

    def values(language: Language) -> Mapping[str, object]:
        title, why, kind = state_told(transfer, language)
        return {
            "title": title,
            "state": kind,
            "why": why,
            "amount": exact_won(_AMOUNT_WON, language),
            "account": {"bank_name": "시험은행", "masked_number": "****1234"},
            "number": transfer.transfer_id,
            "is_open": False,
            "again": kind == "failed",
            "is_charge": purpose is Purpose.TOP_UP,
        }

    return values


MONEY_STATES: Final = (
    State("home-opening", ("여는 중인 지갑", "A wallet being made"), "citizen/home/opening.html",
          HOME_WORDS, always()),
    *(
        State(
            f"transfer-{purpose.name.lower().replace('_', '-')}-{state.name.lower()}",
            (f"{_NAMES[purpose][0]}: {korean}", f"{_NAMES[purpose][1]}: {english}"),
            "citizen/money/state.html", MONEY_WORDS, _transfer(purpose, state),
        )
        for purpose in _NAMES
        for state, (korean, english) in _STATES.items()
    ),
)  # fmt: skip
"""One page for each; a page that is still open reloads itself, which a gallery does not."""
