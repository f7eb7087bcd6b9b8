"""PIN blocks of ISO 9564 (formats 0 and 4) and the PIN verification value that stands for a PIN."""

from __future__ import annotations

from psec import des, pin, pinblock

KEY_INDEX = "1"
PIN_DIGITS = 4
# What no verification value is: a PIN whose length no card of ours has is wrong, not unreadable.
NO_VALUE = "----"


class PinBlockUnreadableError(Exception):
    """The block does not open to a PIN of this card: it was made under another key, or for another.

    Says nothing of what was found. A wrong PIN opens well; this is the line's fault.
    """


def pin_of_format_0(key: bytes, block: bytes, pan: str) -> str:
    """The PIN in an ISO-0 block of 8 bytes under a triple DES key."""
    try:
        return str(pinblock.decode_pinblock_iso_0(des.decrypt_tdes_ecb(key, block), pan))
    except ValueError:
        # psec says in its error what it found, which may be a PIN: nothing of it goes further.
        raise PinBlockUnreadableError from None


def pin_of_format_4(key: bytes, block: bytes, pan: str) -> str:
    """The PIN in an ISO-4 block of 16 bytes under an AES key."""
    try:
        return str(pinblock.decipher_pinblock_iso_4(key, block, pan))
    except ValueError:
        raise PinBlockUnreadableError from None


def sealed_format_0(key: bytes, entered: str, pan: str) -> bytes:
    """An ISO-0 block of 8 bytes under a triple DES key."""
    return bytes(des.encrypt_tdes_ecb(key, pinblock.encode_pinblock_iso_0(entered, pan)))


def sealed_format_4(key: bytes, entered: str, pan: str) -> bytes:
    """An ISO-4 block of 16 bytes under an AES key."""
    return bytes(pinblock.encipher_pinblock_iso_4(key, entered, pan))


def verification_value(key: bytes, entered: str, pan: str) -> str:
    """The four digits (Visa PVV, key index 1) that the card's record keeps instead of the PIN."""
    if len(entered) != PIN_DIGITS:
        return NO_VALUE
    return str(pin.generate_visa_pvv(key, KEY_INDEX, entered, pan))
