import json
import stat
from pathlib import Path

import pytest

from dure.kernel.keys import (
    CARD_TOKEN,
    DEMO_MARK,
    EMV_MASTER,
    MASTER_KEY_VARIABLE,
    PIN_VERIFICATION,
    PIN_ZONE,
    KeyRing,
    KeyUnknownError,
    MasterKeyError,
    enroll_acquirer,
    exchange_key_of,
    mac_key_of,
    mask_pan,
)

MASTER = {MASTER_KEY_VARIABLE: "ab" * 32}
OTHER = {MASTER_KEY_VARIABLE: "cd" * 32}


def test_it_makes_demo_keys_once_where_no_master_key_is_named(tmp_path: Path) -> None:
    first = KeyRing.open(tmp_path, {})
    second = KeyRing.open(tmp_path, {})
    assert first.is_demo
    assert first.key(CARD_TOKEN) == second.key(CARD_TOKEN)
    assert first.acquirers() == ["990001", "990002", "990003"]
    for name in ("demo-master.json", "ring.json"):
        content = json.loads((tmp_path / "keys" / name).read_text())
        assert content["note"] == DEMO_MARK


def test_it_keeps_its_files_from_other_users(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, {})
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_it_seals_keys_under_the_master_key_and_stores_none_in_the_clear(tmp_path: Path) -> None:
    ring = KeyRing.open(tmp_path, MASTER)
    assert not ring.is_demo
    assert ring.acquirers() == []
    stored = b"".join(path.read_bytes() for path in (tmp_path / "keys").iterdir())
    for name in (CARD_TOKEN, EMV_MASTER, PIN_ZONE, PIN_VERIFICATION):
        key = ring.key(name)
        assert key not in stored
        assert key.hex().encode() not in stored.lower()
    assert KeyRing.open(tmp_path, MASTER).key(PIN_ZONE) == ring.key(PIN_ZONE)


@pytest.mark.parametrize("environment", [{}, OTHER, {MASTER_KEY_VARIABLE: "ab"}, {"x": "y"}])
def test_it_does_not_open_without_its_master_key(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    KeyRing.open(tmp_path, MASTER)
    with pytest.raises(MasterKeyError):
        KeyRing.open(tmp_path, environment)


def test_it_does_not_open_a_demo_ring_under_a_master_key(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, {})
    with pytest.raises(MasterKeyError):
        KeyRing.open(tmp_path, MASTER)


def test_it_notices_a_sealed_key_put_in_anothers_place(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, MASTER)
    path = tmp_path / "keys" / "ring.json"
    content = json.loads(path.read_text())
    content["keys"][PIN_ZONE] = content["keys"][EMV_MASTER]
    path.write_text(json.dumps(content))
    with pytest.raises(MasterKeyError):
        KeyRing.open(tmp_path, MASTER)


def test_it_enrolls_an_acquirer_once(tmp_path: Path) -> None:
    KeyRing.open(tmp_path, MASTER)
    first = enroll_acquirer(tmp_path, "123456", MASTER)
    second = enroll_acquirer(tmp_path, "123456", MASTER)
    assert first.acquirers() == ["123456"]
    assert first.key(mac_key_of("123456")) == second.key(mac_key_of("123456"))
    assert len(first.key(exchange_key_of("123456"))) == 32


@pytest.mark.parametrize("name", ["", "12a", "123456789012", "１２"])
def test_it_enrolls_nobody_whose_name_no_message_can_carry(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="eleven digits"):
        enroll_acquirer(tmp_path, name, MASTER)


def test_it_shows_no_key_and_travels_nowhere() -> None:
    ring = KeyRing.generate()
    assert repr(ring) == "<KeyRing of 11 keys, demo>"
    with pytest.raises(TypeError):
        ring.__reduce__()
    with pytest.raises(KeyUnknownError) as caught:
        ring.key("nothing")
    assert ring.key(PIN_ZONE).hex() not in repr(caught.value)


def test_it_makes_keys_with_odd_parity() -> None:
    for name in (EMV_MASTER, PIN_ZONE, PIN_VERIFICATION, mac_key_of("990001")):
        assert all(byte.bit_count() % 2 for byte in KeyRing.generate().key(name))


def test_it_gives_a_card_the_same_token_only_under_the_same_key() -> None:
    one, other = KeyRing.generate(), KeyRing.generate()
    assert one.card_token("9999990000000012") == one.card_token("9999990000000012")
    assert one.card_token("9999990000000012") != one.card_token("9999990000000020")
    assert one.card_token("9999990000000012") != other.card_token("9999990000000012")
    assert len(one.card_token("9999990000000012")) == 16


def test_it_masks_all_but_the_first_six_and_last_four_digits() -> None:
    assert mask_pan("9999990000000012") == "999999******0012"
