"""The code of a card at a shop that sees no chip: whether it is right, and where it must be there.

The engine counts the wrong ones, as it counts wrong PINs; see `authorization.identify`.
"""

from __future__ import annotations

from typing import Final

from dure.authorization.requests import ProofCheck
from dure.gateway.message_types import PURCHASE
from dure.gateway.response_codes import Refusal, RefusedError
from dure.kernel.cardnetwork import private_data
from dure.kernel.cardnetwork.card_codes import is_card_code

_WITHOUT_CHIP: Final = ("01", "10", "81")
"""How field 22 begins where the number was typed in, lay on file, or came over the internet."""
_FROM_THE_HOLDER: Final = ("01", "81")
"""Those where the holder gives the number just now: nobody may keep the code with it on file."""
_OTHER_PROOFS: Final = ("52", "120", "55")


def find_code(fields: dict[str, str], key: bytes, pan: str, expires_yymm: int) -> ProofCheck:
    """What the code in the message says; what an acquirer else puts in field 48 is left aside."""
    if "48" not in fields or not fields.get("22", "").startswith(_WITHOUT_CHIP):
        return ProofCheck.ABSENT
    try:
        code = private_data.read(fields["48"]).get(private_data.CODE_TAG)
    except private_data.PrivateDataUnreadableError:
        return ProofCheck.ABSENT
    if code is None:
        return ProofCheck.ABSENT
    return ProofCheck.RIGHT if is_card_code(key, pan, expires_yymm, code) else ProofCheck.WRONG


def demand_code(fields: dict[str, str], code: ProofCheck) -> None:
    """Lets a payment by number alone pass only with a code or a PIN. Raises RefusedError."""
    if (
        code == ProofCheck.ABSENT
        and fields["3"].startswith(PURCHASE)
        and fields["22"].startswith(_FROM_THE_HOLDER)
        and not any(field in fields for field in _OTHER_PROOFS)
    ):
        raise RefusedError(Refusal.CARD_CODE_MISSING, "48")
