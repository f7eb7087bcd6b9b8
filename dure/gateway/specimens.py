"""One right message of every kind, for faults and tests: what a well-behaved acquirer sends."""

from __future__ import annotations

from dure.kernel.calendar import from_us, seoul
from dure.kernel.cardnetwork import chip, pins, private_data
from dure.kernel.cardnetwork.card_codes import card_code, card_code_key
from dure.kernel.cardnetwork.cards import card_number
from dure.kernel.cardnetwork.private_data import CODE_TAG, KRW
from dure.kernel.clock import Clock
from dure.kernel.keys import EMV_MASTER, PIN_ZONE, PIN_ZONE_AES, KeyRing

PAN = card_number(20_191_021)
PIN = "1234"
EXPIRY = "2912"
AMOUNT_WON = 15_000

Fields = dict[str, str]


def specimens(ring: KeyRing, acquirer: str, clock: Clock) -> dict[str, Fields]:
    """The messages by name, with trace numbers of their own and without MAC."""
    network = {"sign_on": "001", "sign_off": "002", "key_exchange": "101", "echo": "301"}
    made = {name: _network(acquirer, clock, code) for name, code in network.items()}
    purchase = _payment(acquirer, clock, "0200") | {"11": "900001"}
    hold = _payment(acquirer, clock, "0100") | {"11": "900002", "25": "06"}
    refund = _payment(acquirer, clock, "0200") | {"3": "200000", "38": "A1B2C3"}
    inquiry = _payment(acquirer, clock, "0100") | {"3": "310000", "4": "0" * 12}
    typed = _payment(acquirer, clock, "0200") | {"22": "812", "25": "59"} | _with_code(ring)
    stripe = _payment(acquirer, clock, "0200") | {"22": "901", "35": f"{PAN}={EXPIRY}201"}
    with_chip = _with_chip(purchase, ring)
    made |= {
        "purchase": purchase,
        "purchase_by_chip": with_chip,
        "purchase_with_pin": _with_pin(with_chip, ring),
        "purchase_with_aes_pin": _with_aes_pin(typed, ring),
        "purchase_by_stripe": {key: stripe[key] for key in stripe if key not in ("2", "14")},
        "purchase_online": typed,
        "hold": hold,
        "inquiry": inquiry,
        "refund": refund,
        "authorization_advice": _payment(acquirer, clock, "0120"),
        "purchase_advice": _payment(acquirer, clock, "0220"),
        "capture": _payment(acquirer, clock, "0220") | {"90": _original(hold)},
        "reversal": _reversal(purchase, "0400", clock),
        "partial_reversal": _reversal(purchase, "0400", clock)
        | {"95": f"{5_000:012d}{'0' * 12}C{'0' * 8}C{'0' * 8}"},
        "reversal_advice": _reversal(purchase, "0420", clock),
    }
    for number, (name, fields) in enumerate(made.items(), start=1):
        if name not in ("purchase", "hold"):  # Others name these two by their trace numbers.
            fields["11"] = f"{number:06d}"
    repeats = {
        f"{name}_repeated": fields | {"t": fields["t"][:3] + "1"} for name, fields in made.items()
    }
    return made | repeats


def _network(acquirer: str, clock: Clock, code: str) -> Fields:
    transmitted = f"{from_us(clock.now_us()):%m%d%H%M%S}"
    return {"t": "0800", "7": transmitted, "11": "000000", "32": acquirer, "70": code}


def _payment(acquirer: str, clock: Clock, message_type: str) -> Fields:
    now_us = clock.now_us()
    return {
        "t": message_type,
        "2": PAN,
        "3": "000000",
        "4": f"{AMOUNT_WON:012d}",
        "7": f"{from_us(now_us):%m%d%H%M%S}",
        "11": "000000",
        "12": f"{seoul(now_us):%H%M%S}",
        "13": f"{seoul(now_us):%m%d}",
        "14": EXPIRY,
        "18": "5812",
        "22": "901",
        "25": "00",
        "32": acquirer,
        "37": "929418000001",
        "41": "T0000001",
        "42": "S00000000000001",
        "49": KRW,
    }


def _with_chip(fields: Fields, ring: KeyRing) -> Fields:
    tags = {
        chip.AMOUNT: bytes.fromhex(fields["4"]),
        "9F03": bytes(6),
        "9F1A": b"\x04\x10",
        "95": bytes(5),
        chip.CURRENCY: b"\x04\x10",
        "9A": b"\x19" + bytes.fromhex(fields["13"]),
        "9C": b"\x00",
        "9F37": b"\x01\x02\x03\x04",
        "82": b"\x39\x00",
        chip.ATC: b"\x00\x01",
        chip.ISSUER_DATA: bytes.fromhex("06010A03A00000"),
        chip.CRYPTOGRAM_KIND: bytes([chip.ONLINE_REQUEST]),
        chip.SEQUENCE_NUMBER: b"\x00",
    }
    key = chip.session_key(chip.card_key(ring.key(EMV_MASTER), fields["2"]), tags[chip.ATC])
    tags[chip.ARQC] = chip.cryptogram(key, tags)
    return fields | {"22": "051", "55": chip.write_chip_data(tags).hex().upper()}


def _with_code(ring: KeyRing) -> Fields:
    code = card_code(card_code_key(ring), PAN, int(EXPIRY))
    return {"48": private_data.write({CODE_TAG: code})}


def _with_pin(fields: Fields, ring: KeyRing) -> Fields:
    block = pins.sealed_format_0(ring.key(PIN_ZONE), PIN, fields["2"])
    return fields | {"52": block.hex().upper()}


def _with_aes_pin(fields: Fields, ring: KeyRing) -> Fields:
    block = pins.sealed_format_4(ring.key(PIN_ZONE_AES), PIN, fields["2"])
    return fields | {"120": block.hex().upper()}


def _reversal(original: Fields, message_type: str, clock: Clock) -> Fields:
    return original | {
        "t": message_type,
        "7": f"{from_us(clock.now_us()):%m%d%H%M%S}",
        "90": _original(original),
    }


def _original(fields: Fields) -> str:
    return f"{fields['t']}{fields['11']}{fields['7']}{fields['32'].zfill(11)}{'0' * 11}"
