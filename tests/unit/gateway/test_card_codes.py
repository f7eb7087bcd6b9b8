"""The three digits of a card: as the card trade derives them, told to the engine, demanded."""

import pytest

from dure.authorization.requests import Inquire, ProofCheck, Purchase
from dure.gateway.card_codes import find_code
from dure.gateway.settings import GatewaySettings
from dure.kernel.cardnetwork import private_data
from dure.kernel.cardnetwork.card_codes import card_code, card_code_key, is_card_code
from dure.kernel.cardnetwork.cards import card_number
from dure.kernel.cardnetwork.private_data import CODE_TAG
from dure.kernel.keys import KeyRing
from tests.unit.gateway.desk import Desk

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
PAN, EXPIRES = card_number(1), 2410
RIGHT = card_code(KEY, PAN, EXPIRES)
WRONG = f"{(int(RIGHT) + 1) % 1000:03d}"


def asking(code: str, entry: str = "812") -> dict[str, str]:
    return {"22": entry, "48": private_data.write({CODE_TAG: code})}


def test_it_is_what_the_algorithm_as_written_down_gives() -> None:
    assert card_code(KEY, "4123456789012345", 8701) == _by_hand("4123456789012345", "8701")


def _by_hand(pan: str, expiry: str) -> str:
    """The algorithm as it is written down: three encryptions, then digits before letters."""
    from psec import des

    data = f"{pan}{expiry}000".ljust(32, "0")
    first, second = bytes.fromhex(data[:16]), bytes.fromhex(data[16:])
    block = des.encrypt_tdes_ecb(KEY[:8] * 2, first)
    block = bytes(one ^ other for one, other in zip(block, second, strict=True))
    letters = des.encrypt_tdes_ecb(KEY, block).hex()
    digits = [one for one in letters if one.isdigit()]
    digits += [str(int(one, 16) - 10) for one in letters if not one.isdigit()]
    return "".join(digits[:3])


def test_it_follows_from_number_and_end_under_each_rings_own_key() -> None:
    ring = KeyRing.generate()
    key = card_code_key(ring)
    code = card_code(key, PAN, EXPIRES)
    assert len(code) == 3
    assert is_card_code(key, PAN, EXPIRES, code)
    assert card_code_key(KeyRing.generate()) != key
    others = {card_code(key, card_number(serial), EXPIRES) for serial in range(50)}
    assert len(others) > 30


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (asking(RIGHT), ProofCheck.RIGHT),
        (asking(WRONG), ProofCheck.WRONG),
        (asking(WRONG, "011"), ProofCheck.WRONG),
        (asking(RIGHT, "102"), ProofCheck.RIGHT),
        (asking(""), ProofCheck.WRONG),
        (asking("١٢٣"), ProofCheck.WRONG),
        (asking(WRONG, "051"), ProofCheck.ABSENT),
        ({"22": "812"}, ProofCheck.ABSENT),
        ({"22": "812", "48": "an acquirer's own words"}, ProofCheck.ABSENT),
    ],
)
def test_it_finds_what_a_message_says_of_the_code(
    fields: dict[str, str], found: ProofCheck
) -> None:
    assert find_code(fields, KEY, PAN, EXPIRES) == found


def test_it_tells_the_engine_whether_the_code_is_right() -> None:
    desk = Desk()
    code = card_code(card_code_key(desk.ring), PAN, EXPIRES)
    for typed, found in (
        (code, ProofCheck.RIGHT),
        (f"{(int(code) + 1) % 1000:03d}", ProofCheck.WRONG),
    ):
        request = desk.asked(by_number(desk) | asking(typed))
        assert isinstance(request, Purchase)
        assert request.proof.code == found


@pytest.mark.parametrize("entry", ["012", "812"])
def test_it_refuses_a_payment_by_number_alone_without_a_code(entry: str) -> None:
    desk = Desk()
    fields = by_number(desk) | {"22": entry}
    assert desk.code(fields) == "63"
    assert desk.code(fields | {"48": "an acquirer's own words"}) == "63"
    assert desk.code(fields | {"t": "0100"}) == "63"


def test_it_asks_for_no_code_where_another_proof_or_no_payment_is_sent() -> None:
    desk = Desk()
    fields = by_number(desk)
    assert isinstance(desk.asked(fields | {"22": "102"}), Purchase), "a number on file"
    assert isinstance(desk.asked(fields | {"22": "901"}), Purchase), "a stripe"
    with_pin = desk.messages["purchase_with_aes_pin"]
    assert isinstance(desk.asked({k: v for k, v in with_pin.items() if k != "48"}), Purchase)
    assert isinstance(desk.asked(fields | {"22": "812", "t": "0220"}), Purchase)
    inquiry = fields | {"22": "812", "t": "0100", "3": "310000", "4": "0" * 12}
    assert isinstance(desk.asked(inquiry), Inquire)


def test_it_asks_for_no_code_where_the_city_does_not_want_it() -> None:
    desk = Desk(GatewaySettings(code_required=False))
    assert isinstance(desk.asked(by_number(desk) | {"22": "812"}), Purchase)


def by_number(desk: Desk) -> dict[str, str]:
    plain = desk.messages["purchase"]
    fields = {name: value for name, value in plain.items() if name not in ("55", "52", "35", "23")}
    return fields | {"2": PAN, "14": f"{EXPIRES:04d}"}
