"""Wrong messages in endless variety, the same for the same seed: for faults and tests only.

Starting from right messages of every kind: flipped bits, lost, doubled and foreign bytes, bitmaps
that name other fields, single fields with wrong content, wrong lengths of frames, plain noise. A
part of them gets a right MAC again, because what has none is refused at the second gate.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import iso8583

from dure.kernel.cardnetwork.fields import FIELD_BY_KEY
from dure.kernel.cardnetwork.macs import MacKey
from dure.kernel.cardnetwork.wire import frame, write_message

_ODD_TEXTS = ("", "0", "-1", "999999999999", "000000000000", "FFFF", "Ａ１", "\x00\x00", " " * 12)
_ODD_LENGTHS = (0, 1, 2, 11, 12, 13, 4095, 4096, 4097, 65_535)

Fields = dict[str, str]


class Mutator:
    """Makes one wrong frame after another from right messages and a MAC key that fits them."""

    def __init__(self, seeds: Sequence[Fields], mac: MacKey, chance: random.Random) -> None:
        self._seeds = [dict(seed) for seed in seeds]
        self._mac = mac
        self._chance = chance
        self._kinds: tuple[tuple[Callable[[], bytes], int], ...] = (
            (self._wrong_field, 30),
            (self._wrong_bytes_signed, 20),
            (self._wrong_bytes, 20),
            (self._wrong_bitmap, 10),
            (self._wrong_chip_data, 8),
            (self._noise, 5),
            (self._right, 5),
            (self._wrong_length, 2),
        )

    def next_frame(self) -> bytes:
        """One frame, seldom a right one."""
        makers = [kind for kind, _ in self._kinds]
        weights = [weight for _, weight in self._kinds]
        return self._chance.choices(makers, weights)[0]()

    def _seed(self) -> Fields:
        return dict(self._chance.choice(self._seeds))

    def _signed(self, fields: Fields) -> bytes:
        try:
            return frame(self._mac.signed(fields))
        except (iso8583.EncodeError, KeyError, UnicodeEncodeError):
            return frame(self._chance.randbytes(40))

    def _right(self) -> bytes:
        return self._signed(self._seed())

    def _wrong_field(self) -> bytes:
        """One to three fields put in, taken out or filled with something else."""
        fields = self._seed()
        for _ in range(self._chance.randint(1, 3)):
            key = self._chance.choice(list(FIELD_BY_KEY))
            if self._chance.random() < 0.6:
                key = self._chance.choice([name for name in fields if name in FIELD_BY_KEY])
            if self._chance.random() < 0.3:
                fields.pop(key, None)
            else:
                fields[key] = self._content(key)
        if self._chance.random() < 0.1:
            fields["t"] = f"{self._chance.randrange(10_000):04d}"
        return self._signed(fields)

    def _content(self, key: str) -> str:
        field = FIELD_BY_KEY[key]
        size = field.size if not field.length_digits else self._chance.randint(0, field.size)
        if field.content == "b":
            return self._chance.randbytes(size).hex()
        choice = self._chance.random()
        if choice < 0.3:
            text = self._chance.choice(_ODD_TEXTS)
            text = text.encode("latin-1", "replace").decode("latin-1")
            return text if field.length_digits else text[:size].rjust(size, "0")
        if choice < 0.7:
            return "".join(self._chance.choices("0123456789", k=size))
        return self._chance.randbytes(size).decode("latin-1")

    def _wrong_bytes(self) -> bytes:
        return frame(self._broken(self._mac.signed(self._seed())))

    def _wrong_bytes_signed(self) -> bytes:
        body = self._broken(self._mac.signed(self._seed())[:-8])
        return frame(body + self._mac.mac(body))

    def _broken(self, raw: bytes) -> bytes:
        data = bytearray(raw)
        chance = self._chance
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            match chance.randrange(6):
                case 0:
                    data[at] ^= 1 << chance.randrange(8)
                case 1:
                    data[at] = chance.randrange(256)
                case 2:
                    del data[at : at + chance.randint(1, 8)]
                case 3:
                    data[at:at] = chance.randbytes(chance.randint(1, 8))
                case 4:
                    data[at:at] = data[at : at + chance.randint(1, 40)]
                case _:
                    data = data[: at + 1]
            if not data:
                data = bytearray(b"0")
        return bytes(data[:4000])

    def _wrong_bitmap(self) -> bytes:
        raw = bytearray(write_message(self._seed()))
        for _ in range(self._chance.randint(1, 3)):
            raw[4 + self._chance.randrange(8)] ^= 1 << self._chance.randrange(8)
        body = bytes(raw)
        return frame(body + self._mac.mac(body))

    def _wrong_chip_data(self) -> bytes:
        fields = self._seed()
        data = bytes.fromhex(fields.get("55", "")) or self._chance.randbytes(60)
        fields["55"] = self._broken(data)[:255].hex()
        return self._signed(fields)

    def _noise(self) -> bytes:
        return frame(self._chance.randbytes(self._chance.randint(0, 300)))

    def _wrong_length(self) -> bytes:
        body = self._mac.signed(self._seed())
        length = self._chance.choice((*_ODD_LENGTHS, len(body) - 1, len(body) + 1))
        return length.to_bytes(2, "big") + body
