"""The three digits of a card: as the card trade derives them, and refused when they are wrong."""

import pytest

from dure.authorization.requests import Purchase
from dure.gateway.card_codes import TAG, WRONG_KEPT_S, WRONG_MAX, CodeDesk
from dure.gateway.response_codes import Refusal, RefusedError
from dure.kernel.cardnetwork import private_data
from dure.kernel.cardnetwork.card_codes import card_code, card_code_key, is_card_code
from dure.kernel.cardnetwork.cards import card_number
from dure.kernel.keys import KeyRing
from tests.unit.gateway.desk import Desk

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
PAN, EXPIRES = card_number(1), 2410


def asking(code: str, entry: str = "812") -> dict[str, str]:
    return {"22": entry, "48": private_data.write({TAG: code})}


def is_taken(desk: CodeDesk, fields: dict[str, str]) -> bool:
    try:
        desk.check(fields, PAN, b"token", EXPIRES)
    except RefusedError as error:
        return error.refusal is not Refusal.CARD_CODE_WRONG
    return True


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


def test_it_takes_what_carries_no_code_and_refuses_a_wrong_one() -> None:
    desk, right = CodeDesk(KEY), card_code(KEY, PAN, EXPIRES)
    wrong = f"{(int(right) + 1) % 1000:03d}"
    assert is_taken(desk, asking(right))
    assert not is_taken(desk, asking(wrong))
    assert not is_taken(desk, asking(wrong, "011"))
    assert not is_taken(desk, asking(""))
    assert is_taken(desk, asking(wrong, "051")), "a chip has proved the card"
    assert is_taken(desk, {"22": "812"})
    assert is_taken(desk, {"22": "812", "48": "an acquirer's own words"})


def test_it_is_not_guessed_by_trying() -> None:
    now_s = 0.0
    desk, right = CodeDesk(KEY, lambda: now_s), card_code(KEY, PAN, EXPIRES)
    wrong = f"{(int(right) + 1) % 1000:03d}"
    for _ in range(WRONG_MAX):
        assert not is_taken(desk, asking(wrong))
    assert not is_taken(desk, asking(right))
    now_s = WRONG_KEPT_S + 1
    assert is_taken(desk, asking(right))


@pytest.mark.parametrize("right", [True, False])
def test_a_message_without_chip_is_refused_for_a_wrong_code(right: bool) -> None:
    desk = Desk()
    plain = desk.messages["purchase"]
    fields = {name: value for name, value in plain.items() if name not in ("55", "52", "35", "23")}
    fields |= {"2": PAN, "14": f"{EXPIRES:04d}"}
    code = card_code(card_code_key(desk.ring), PAN, EXPIRES)
    if not right:
        code = f"{(int(code) + 1) % 1000:03d}"
    fields |= asking(code)
    if right:
        assert isinstance(desk.asked(fields), Purchase)
    else:
        assert desk.code(fields) == "63"
