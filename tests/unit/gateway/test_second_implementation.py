"""py8583 (LGPL-2.1), written by others and not used inside, reads and writes the same messages."""

import asyncio
from copy import deepcopy

import pytest
from py8583.py8583 import DT, LT, Iso8583
from py8583.py8583spec import IsoSpec1987ASCII

from dure.kernel.cardnetwork.fields import FIELDS
from dure.kernel.cardnetwork.macs import MacKey
from dure.kernel.cardnetwork.wire import frame
from dure.kernel.keys import mac_key_of
from tests.unit.gateway.desk import Desk, fields_of
from tests.unit.gateway.line import ACQUIRER, line

_LENGTH_TYPES = {0: LT.FIXED, 2: LT.LLVAR, 3: LT.LLLVAR}


def foreign_spec() -> IsoSpec1987ASCII:
    """Our line's fields in the other implementation's words."""
    spec = IsoSpec1987ASCII()
    spec.ContentTypes = deepcopy(spec.ContentTypes)
    spec.DataType(1, DT.BIN)
    for field in FIELDS:
        binary = field.content == "b"
        spec.DataType(field.number, DT.BIN if binary else DT.ASCII)
        if field.length_digits:
            spec.LengthDataType(field.number, DT.ASCII)
        # Its numbers lose their leading zeros; as text they are what was sent.
        spec.ContentTypes[field.number] = {
            "ContentType": "b" if binary else "ans",
            "MaxLen": field.size,
            "LenType": _LENGTH_TYPES[field.length_digits],
        }
    return spec


def foreign_read(raw: bytes) -> dict[str, str]:
    """All fields of a message as the other implementation finds them."""
    message = Iso8583(raw, foreign_spec())
    present = [number for number, bit in message.Bitmap().items() if bit and number != 1]
    return {"t": message.MTI()} | {str(number): message.FieldData(number) for number in present}


def foreign_write(fields: dict[str, str]) -> bytes:
    """The message's bytes as the other implementation writes them."""
    message = Iso8583(IsoSpec=foreign_spec())
    message.MTI(fields["t"])
    for key, text in fields.items():
        if key not in ("t", "p", "1"):
            message.Field(int(key), 1)
            # Binary content is given in hex, whose length it would measure against bytes.
            message._Iso8583__FieldData[int(key)] = text
    return bytes(message.BuildIso())


def foreign_signed(fields: dict[str, str], mac: MacKey) -> bytes:
    """The same with a MAC over the bytes that the other implementation wrote."""
    place = "128" if any(key.isdigit() and int(key) > 64 for key in fields) else "64"
    raw = foreign_write(fields | {place: "00" * 8})
    return raw[:-8] + mac.mac(raw[:-8])


NAMES = sorted(Desk().messages)


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_what_we_write(name: str) -> None:
    desk = Desk()
    fields = dict(desk.messages[name])
    found = foreign_read(desk.mac.signed(fields))
    assert found == {key: text for key, text in fields.items() if key not in ("p", "1")}


@pytest.mark.parametrize("name", NAMES)
def test_it_writes_the_very_bytes_that_we_write(name: str) -> None:
    desk = Desk()
    fields = {key: text for key, text in desk.messages[name].items() if key not in ("p", "1")}
    assert foreign_signed(fields, desk.mac) == desk.mac.signed(dict(fields))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_answered_and_reads_the_answer(name: str) -> None:
    desk = Desk()
    fields = {key: text for key, text in desk.messages[name].items() if key not in ("p", "1")}
    outcome = desk.say_raw(foreign_signed(fields, desk.mac))
    if outcome is not None and not isinstance(outcome, bytes):
        from tests.unit.gateway.line import approve

        outcome = desk.reception.answer(desk.session, outcome, approve(outcome.request))
    assert isinstance(outcome, bytes)
    found = foreign_read(outcome[2:])
    assert found["39"] == "00"
    ours = fields_of(outcome)
    assert found == {key: text for key, text in ours.items() if key not in ("p", "1")}


def test_it_pays_over_a_real_line() -> None:
    async def story() -> None:
        async with line() as opened:
            desk = Desk()
            mac = MacKey(opened.ring.key(mac_key_of(ACQUIRER)))
            reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
            for name in ("sign_on", "purchase", "reversal"):
                fields = {key: text for key, text in desk.messages[name].items() if key != "p"}
                fields.pop("1", None)
                writer.write(frame(foreign_signed(fields, mac)))
                length = int.from_bytes(await reader.readexactly(2), "big")
                found = foreign_read(await reader.readexactly(length))
                assert found["39"] == "00"
                assert found["11"] == fields["11"]
            writer.close()

    asyncio.run(story())
