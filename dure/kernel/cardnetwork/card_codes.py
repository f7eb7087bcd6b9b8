"""The three digits that prove a card number where there is no chip: a card verification value.

Computed as the card trade does (CVV2: number, end of validity and service code 000 under a key of
two DES halves) and stored nowhere. The key is derived from the ring's own, so every ring has it.
"""

from __future__ import annotations

import hmac
from typing import Final

from psec import cvv

from dure.kernel.keys import CARD_TOKEN, KeyRing

SERVICE_CODE: Final = "000"
"""What stands for the service code in a value that is read by a person, not from a stripe."""
CODE_DIGITS: Final = 3


def card_code_key(ring: KeyRing) -> bytes:
    """The key of the codes: 16 bytes, the same for as long as the ring's card token key is."""
    return hmac.digest(ring.key(CARD_TOKEN), b"card verification", "sha256")[:16]


def card_code(key: bytes, pan: str, expires_yymm: int) -> str:
    """The code of a card: three digits that follow from number and end of validity alone."""
    code: str = cvv.generate_cvv(key, pan, f"{expires_yymm:04d}", SERVICE_CODE)
    return code


def is_card_code(key: bytes, pan: str, expires_yymm: int, code: str) -> bool:
    """Whether it is the code of the card; takes as long for every wrong one."""
    return hmac.compare_digest(card_code(key, pan, expires_yymm).encode(), code.encode())
