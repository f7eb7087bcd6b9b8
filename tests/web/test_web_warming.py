"""What a page server reads before the first member comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines import RunningEngine


def test_it_knows_shops_rules_and_the_city_before_anybody_asks(
    city: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.merchants import guide
    from dure.merchants.guide import KeptGuide
    from dure.web.warming import warm_up

    fresh = KeptGuide()
    monkeypatch.setattr(guide, "GUIDE", fresh)
    reading = warm_up()
    reading.join(30)
    assert not reading.is_alive()
    kept = fresh._guide
    assert kept is not None
    assert len(kept[1]) == 3, "the shops that may take the currency"


def test_it_serves_all_the_same_where_nothing_can_be_read(
    web_home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from dure.merchants import guide
    from dure.merchants.guide import KeptGuide
    from dure.web.warming import warm_up

    monkeypatch.setattr(guide, "GUIDE", KeptGuide())
    warm_up().join(30)
    assert "Traceback" not in capfd.readouterr().err
