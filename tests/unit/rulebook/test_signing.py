"""The officials' keys: made once, sealed, and apart from those of the card trade."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dure.kernel.keys import MASTER_KEY_VARIABLE, KeyRing, MasterKeyError
from dure.rulebook.signing import signing_key

MASTER = {MASTER_KEY_VARIABLE: "ab" * 32}
OTHER = {MASTER_KEY_VARIABLE: "cd" * 32}


def raw(home: Path, official: str) -> bytes:
    return signing_key(home, official, MASTER).private_bytes_raw()


def test_each_official_has_one_key_and_keeps_it(tmp_path: Path) -> None:
    kim, lee = raw(tmp_path, "kim"), raw(tmp_path, "lee")
    assert kim != lee
    assert raw(tmp_path, "kim") == kim


def test_keys_are_sealed_and_apart_from_the_card_trades(tmp_path: Path) -> None:
    kim = raw(tmp_path, "kim")
    ring = tmp_path / "keys" / "officials.json"
    assert stat.S_IMODE(ring.stat().st_mode) == 0o600
    assert kim not in ring.read_bytes()
    assert kim.hex() not in ring.read_text().lower()
    assert list(json.loads(ring.read_text())["keys"]) == ["sign:kim"]
    assert not KeyRing.open(tmp_path, MASTER).has("sign:kim")


def test_they_do_not_open_under_another_master_key_or_anothers_name(tmp_path: Path) -> None:
    raw(tmp_path, "kim")
    with pytest.raises(MasterKeyError):
        signing_key(tmp_path, "kim", OTHER)
    ring = tmp_path / "keys" / "officials.json"
    content = json.loads(ring.read_text())
    content["keys"]["sign:lee"] = content["keys"]["sign:kim"]
    ring.write_text(json.dumps(content))
    with pytest.raises(MasterKeyError):
        signing_key(tmp_path, "lee", MASTER)


def test_many_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: raw(tmp_path, "kim"), range(24)))
    assert len(keys) == 1
