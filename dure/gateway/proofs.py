"""What the terminal proved: the chip's cryptogram and the PIN, checked with keys only we hold."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from typing import NamedTuple

from dure.authorization.requests import CardProof, ProofCheck
from dure.gateway.card_codes import demand_code, find_code
from dure.gateway.response_codes import Refusal, RefusedError
from dure.kernel.cardnetwork import chip, pins
from dure.kernel.cardnetwork.card_codes import card_code_key
from dure.kernel.cardnetwork.private_data import KRW
from dure.kernel.keys import EMV_MASTER, PIN_VERIFICATION, KeyRing


class ChipFinding(NamedTuple):
    """A right cryptogram and the key that answers it; the repr holds neither."""

    session_key: bytes
    arqc: bytes

    def __repr__(self) -> str:
        return "<ChipFinding>"


class CardKeys:
    """The chips' own keys, derived once and kept for the cards seen last.

    They are found by the card's token, so that no card number stays in memory.
    """

    __slots__ = ("_issuer_key", "_keys", "_max")

    def __init__(self, issuer_key: bytes, keys_max: int) -> None:
        self._issuer_key = issuer_key
        self._keys: OrderedDict[tuple[bytes, str], bytes] = OrderedDict()
        self._max = keys_max

    def __len__(self) -> int:
        return len(self._keys)

    def key_of(self, pan: str, token: bytes, sequence_number: str) -> bytes:
        """The chip's key for the card and its sequence number of two digits."""
        name = (token, sequence_number)
        key = self._keys.get(name)
        if key is not None:
            self._keys.move_to_end(name)
            return key
        key = chip.card_key(self._issuer_key, pan, sequence_number)
        self._keys[name] = key
        if len(self._keys) > self._max:
            self._keys.popitem(last=False)
        return key


class Prover:
    """Checks what a message proves of card and holder."""

    __slots__ = ("_card_keys", "_code_key", "_code_required", "_pvv_key")

    def __init__(self, ring: KeyRing, card_keys_max: int, *, code_required: bool) -> None:
        self._card_keys = CardKeys(ring.key(EMV_MASTER), card_keys_max)
        self._code_key = card_code_key(ring)
        self._code_required = code_required
        self._pvv_key = ring.key(PIN_VERIFICATION)

    def prove(
        self,
        fields: dict[str, str],
        pan: str,
        token: bytes,
        expires_yymm: int,
        pin_keys: tuple[bytes, bytes],
    ) -> tuple[CardProof, ChipFinding | None]:
        """The proof for the engine, and what is needed to answer the chip.

        `pin_keys` open ISO-0 and ISO-4 blocks. Raises RefusedError for a block or chip data that
        cannot be read: a line's fault, which must not count as the citizen's wrong PIN; and for a
        payment by number alone without a code, where codes are required.
        """
        code = find_code(fields, self._code_key, pan, expires_yymm)
        if self._code_required:
            demand_code(fields, code)
        pvv = self._pvv(fields, pan, pin_keys)
        if "55" not in fields:
            return CardProof(expires_yymm=expires_yymm, pvv=pvv, code=code), None
        result, atc, finding = self._check_chip(fields, pan, token)
        return CardProof(expires_yymm=expires_yymm, pvv=pvv, cryptogram=result, atc=atc), finding

    def _pvv(self, fields: dict[str, str], pan: str, keys: tuple[bytes, bytes]) -> str | None:
        try:
            if "52" in fields:
                entered = pins.pin_of_format_0(keys[0], bytes.fromhex(fields["52"]), pan)
            elif "120" in fields:
                entered = pins.pin_of_format_4(keys[1], bytes.fromhex(fields["120"]), pan)
            else:
                return None
        except pins.PinBlockUnreadableError:
            key = "52" if "52" in fields else "120"
            raise RefusedError(Refusal.PIN_BLOCK_UNREADABLE, key) from None
        return pins.verification_value(self._pvv_key, entered, pan)

    def _check_chip(
        self, fields: dict[str, str], pan: str, token: bytes
    ) -> tuple[ProofCheck, int, ChipFinding | None]:
        try:
            tags = chip.read_chip_data(bytes.fromhex(fields["55"]))
        except chip.ChipDataUnreadableError:
            raise RefusedError(Refusal.FIELD_WRONG, "55") from None
        atc = tags[chip.ATC]
        counter = int.from_bytes(atc, "big")
        key = chip.session_key(
            self._card_keys.key_of(pan, token, _sequence_number(fields, tags)), atc
        )
        if not _covers(tags, fields) or not hmac.compare_digest(
            chip.cryptogram(key, tags), tags[chip.ARQC]
        ):
            return ProofCheck.WRONG, counter, None
        return ProofCheck.RIGHT, counter, ChipFinding(key, tags[chip.ARQC])


def _sequence_number(fields: dict[str, str], tags: dict[str, bytes]) -> str:
    if chip.SEQUENCE_NUMBER in tags:
        return tags[chip.SEQUENCE_NUMBER].hex()[-2:]
    return fields.get("23", "000")[-2:]


def _covers(tags: dict[str, bytes], fields: dict[str, str]) -> bool:
    """Whether the cryptogram asks to go online and is over this message's amount and currency.

    Without this a cryptogram over 1,000 won would pay a message over 100,000.
    """
    return (
        tags[chip.CRYPTOGRAM_KIND][0] & 0xC0 == chip.ONLINE_REQUEST
        and tags[chip.AMOUNT].hex() == fields.get("4", "0" * 12)
        and tags[chip.CURRENCY].hex() == f"0{KRW}"
    )
