"""The messages an acquirer sends: as fields for any purpose, as templates where many are needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dure.demo.acquirer_card import SyntheticCard
from dure.kernel.calendar import from_us, seoul
from dure.kernel.cardnetwork import pins, private_data
from dure.kernel.cardnetwork.private_data import KRW
from dure.kernel.clock import Clock

TRACE_MAX = 999_999
_REST_OF_FIELD_95 = "0" * 12 + "C" + "0" * 8 + "C" + "0" * 8

_BY_NUMBER = ("01", "81")
"""How field 22 begins where the holder gives the number and its code of three digits."""


class Till(NamedTuple):
    """Where a card is presented: terminal (8), shop code (15), the shop's MCC (4)."""

    terminal: str
    shop_code: str
    mcc: str = "5812"


class Times(NamedTuple):
    """One instant as fields 7, 12 and 13 and as YYMMDD."""

    transmitted: str
    local_time: str
    local_day: str
    day: str


class Stamps:
    """The acquirer's trace numbers and the city's time; a second's text is made once."""

    def __init__(self, clock: Clock, first_trace: int = 1) -> None:
        self._clock = clock
        self._trace = first_trace - 1
        self._second = -1
        self._times = Times("", "", "", "")

    def trace(self) -> str:
        """The next trace number, from 000001 to 999999 and round again."""
        self._trace = self._trace % TRACE_MAX + 1
        return f"{self._trace:06d}"

    def times(self) -> Times:
        """The city's time now."""
        now_us = self._clock.now_us()
        second = now_us // 1_000_000
        if second != self._second:
            self._second = second
            world, city = from_us(now_us), seoul(now_us)
            self._times = Times(
                f"{world:%m%d%H%M%S}", f"{city:%H%M%S}", f"{city:%m%d}", f"{city:%y%m%d}"
            )
        return self._times


class PinKeys(NamedTuple):
    """The keys that close PIN blocks: ISO-0 (triple DES) and ISO-4 (AES)."""

    format_0: bytes
    format_4: bytes

    def __repr__(self) -> str:
        return "<PinKeys>"


class MessageMaker:
    """Makes an acquirer's messages as fields. Every argument has the ordinary value."""

    def __init__(self, acquirer: str, stamps: Stamps, pin_keys: PinKeys) -> None:
        self.acquirer = acquirer
        self.stamps = stamps
        self.pin_keys = pin_keys

    def network(self, code: str) -> dict[str, str]:
        """0800 with field 70: 001 sign-on, 002 sign-off, 101 key exchange, 301 echo."""
        return {
            "t": "0800",
            "7": self.stamps.times().transmitted,
            "11": self.stamps.trace(),
            "32": self.acquirer,
            "70": code,
        }

    def payment(
        self,
        card: SyntheticCard,
        till: Till,
        amount_won: int,
        *,
        message_type: str = "0200",
        processing: str = "000000",
        condition: str = "00",
        entry: str = "051",
        chip: bool = True,
        pin_format: int | None = None,
    ) -> dict[str, str]:
        """0100 or 0200, and their advices: a payment, hold, inquiry or refund.

        `chip` adds field 55 where the card has a chip; `pin_format` 0 or 4 adds a PIN block.
        """
        times = self.stamps.times()
        fields = {
            "t": message_type,
            "2": card.pan,
            "3": processing,
            "4": f"{amount_won:012d}",
            "7": times.transmitted,
            "11": self.stamps.trace(),
            "12": times.local_time,
            "13": times.local_day,
            "14": f"{card.expires_yymm:04d}",
            "18": till.mcc,
            "22": entry,
            "25": condition,
            "32": self.acquirer,
            "41": f"{till.terminal:<8}",
            "42": f"{till.shop_code:<15}",
            "49": KRW,
        }
        if card.code and entry.startswith(_BY_NUMBER):
            fields["48"] = private_data.write({private_data.CODE_TAG: card.code})
        if chip and card.chip_key:
            fields["55"] = card.chip_data(amount_won, times.day)
        elif entry == "051":
            fields["22"] = "901"  # The magnetic stripe, whole.
            fields["35"] = card.track_2
        if pin_format == 0:
            block = pins.sealed_format_0(self.pin_keys.format_0, card.pin, card.pan)
            fields["52"] = block.hex().upper()
        elif pin_format == 4:
            block = pins.sealed_format_4(self.pin_keys.format_4, card.pin, card.pan)
            fields["120"] = block.hex().upper()
        return fields

    def inquiry(self, card: SyntheticCard, till: Till) -> dict[str, str]:
        """0100 with processing code 31: the balances."""
        return self.payment(card, till, 0, message_type="0100", processing="310000")

    def hold(self, card: SyntheticCard, till: Till, amount_won: int) -> dict[str, str]:
        """0100 with condition 06: a pre-authorization."""
        return self.payment(card, till, amount_won, message_type="0100", condition="06")

    def capture(
        self,
        card: SyntheticCard,
        till: Till,
        amount_won: int,
        hold: Mapping[str, str],
        approval_code: str = "",
    ) -> dict[str, str]:
        """0220 that turns a hold into a payment, naming it by fields 90 and 38."""
        fields = self.advice(card, till, amount_won) | {"90": original_elements(hold)}
        return fields | ({"38": approval_code} if approval_code else {})

    def advice(
        self, card: SyntheticCard, till: Till, amount_won: int, message_type: str = "0220"
    ) -> dict[str, str]:
        """0220 or 0120: what has already happened at the terminal."""
        return self.payment(card, till, amount_won, message_type=message_type, chip=False)

    def refund(
        self, card: SyntheticCard, till: Till, amount_won: int, approval_code: str
    ) -> dict[str, str]:
        """0200 with processing code 20: goods came back; the payment by its approval code."""
        fields = self.payment(card, till, amount_won, processing="200000", chip=False)
        return fields | {"38": approval_code}

    def reversal(
        self, original: Mapping[str, str], *, rest_won: int = 0, message_type: str = "0400"
    ) -> dict[str, str]:
        """0400 or 0420: the original is undone down to `rest_won`."""
        kept = ("2", "3", "4", "12", "13", "14", "18", "22", "25", "32", "41", "42", "49")
        fields = {"t": message_type} | {key: original[key] for key in kept if key in original}
        fields["7"] = self.stamps.times().transmitted
        fields["11"] = self.stamps.trace()
        fields["90"] = original_elements(original)
        if rest_won:
            fields["95"] = f"{rest_won:012d}{_REST_OF_FIELD_95}"
        return fields


def original_elements(original: Mapping[str, str]) -> str:
    """Field 90: type, trace number, instant and acquirer of the original."""
    return f"{original['t']}{original['11']}{original['7']}{original['32'].zfill(11)}{'0' * 11}"


def repeat(fields: Mapping[str, str]) -> dict[str, str]:
    """The same message sent again: only the last digit of its type differs."""
    return dict(fields) | {"t": fields["t"][:3] + "1"}


class PaymentTemplate:
    """A magnetic-stripe purchase (0200) at one till, as bytes with holes.

    For load: filling one takes about two microseconds, where fields and codec take forty. The
    bytes are those of `MessageMaker.payment(..., chip=False)` with fields 2, 14 and 35.
    """

    # The bitmap of fields 2 3 4 7 11 12 13 14 18 22 25 32 35 41 42 49 and 64.
    _BITMAP = sum(
        1 << (64 - number)
        for number in (2, 3, 4, 7, 11, 12, 13, 14, 18, 22, 25, 32, 35, 41, 42, 49, 64)
    ).to_bytes(8, "big")

    def __init__(self, acquirer: str, till: Till) -> None:
        self._middle = f"{till.mcc}90100{len(acquirer):02d}{acquirer}24".encode("ascii")
        self._end = f"{till.terminal:<8}{till.shop_code:<15}{KRW}".encode("ascii")
        self._start = b"0200" + self._BITMAP + b"16"

    def filled(self, card: SyntheticCard, amount_won: int, trace: str, times: Times) -> bytes:
        """The message without its MAC, which must follow."""
        expiry = f"{card.expires_yymm:04d}"
        head = (
            f"{card.pan}000000{amount_won:012d}{times.transmitted}{trace}"
            f"{times.local_time}{times.local_day}{expiry}"
        )
        return b"".join(
            (
                self._start,
                head.encode("ascii"),
                self._middle,
                card.pan.encode("ascii"),
                b"=",
                expiry.encode("ascii"),
                b"201",
                self._end,
            )
        )
