"""A synthetic card at a terminal: its number, its PIN, and a chip that makes real cryptograms."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from dure.kernel.cardnetwork import chip, pins
from dure.kernel.cardnetwork.private_data import KRW
from dure.kernel.keys import EMV_MASTER, PIN_VERIFICATION, KeyRing

COUNTRY = bytes.fromhex("0410")
_CURRENCY = bytes.fromhex(f"0{KRW}")
_ISSUER_DATA = bytes.fromhex("06010A03A00000")
_PROFILE = bytes.fromhex("3900")


@dataclass(slots=True)
class SyntheticCard:
    """A card as a terminal holds it. The repr shows neither number, PIN nor key."""

    pan: str = field(repr=False)
    expires_yymm: int = 2912
    pin: str = field(default="", repr=False)
    chip_key: bytes = field(default=b"", repr=False)
    atc: int = 0
    sequence_number: str = "00"
    code: str = field(default="", repr=False)

    @classmethod
    def personalize(
        cls, ring: KeyRing, pan: str, *, expires_yymm: int = 2912, pin: str = "", atc: int = 0
    ) -> SyntheticCard:
        """A card with a chip, as the issuer would make it."""
        key = chip.card_key(ring.key(EMV_MASTER), pan)
        return cls(pan, expires_yymm, pin, key, atc)

    @property
    def track_2(self) -> str:
        """Track 2: number, expiry, service code 201 (chip, normal authorization)."""
        return f"{self.pan}={self.expires_yymm:04d}201"

    def verification_value(self, ring: KeyRing) -> str:
        """What the issuer keeps of the PIN (Visa PVV)."""
        return pins.verification_value(ring.key(PIN_VERIFICATION), self.pin, self.pan)

    def chip_data(self, amount_won: int, day: str) -> str:
        """Field 55 of a request, in hex: the next counter and its cryptogram. `day` is YYMMDD."""
        self.atc += 1
        atc = self.atc.to_bytes(2, "big")
        tags = {
            chip.AMOUNT: bytes.fromhex(f"{amount_won:012d}"),
            "9F03": bytes(6),
            "9F1A": COUNTRY,
            "95": bytes(5),
            chip.CURRENCY: _CURRENCY,
            "9A": bytes.fromhex(day),
            "9C": b"\x00",
            "9F37": secrets.token_bytes(4),
            "82": _PROFILE,
            chip.ATC: atc,
            chip.ISSUER_DATA: _ISSUER_DATA,
            chip.CRYPTOGRAM_KIND: bytes([chip.ONLINE_REQUEST]),
            chip.SEQUENCE_NUMBER: bytes.fromhex(self.sequence_number),
        }
        tags[chip.ARQC] = chip.cryptogram(chip.session_key(self.chip_key, atc), tags)
        return chip.write_chip_data(tags).hex().upper()

    def accepts(self, request: Mapping[str, str], answer: Mapping[str, str]) -> bool:
        """Whether the issuer's answer in field 55 is right for the request's cryptogram."""
        asked = chip.read_chip_data(bytes.fromhex(request["55"]))
        key = chip.session_key(self.chip_key, asked[chip.ATC])
        expected = chip.response_cryptogram(key, asked[chip.ARQC], answer["39"])
        given = {chip.ISSUER_AUTHENTICATION: expected}
        return bytes.fromhex(answer.get("55", "")) == chip.write_chip_data(given)
