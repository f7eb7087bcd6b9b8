"""`dure races`: a hundred rounds on a durable server of its own, each exact."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import structlog

from dure.demo.races.command import main


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """The command sends logs to the stderr of its test, which is gone after it."""
    yield
    structlog.reset_defaults()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_is_exact_in_a_hundred_rounds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    status = main(["--rounds", "100", "--seed", "20191021", "--json"])
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["wrong"] == []
    assert (outcome["rounds"], outcome["exact"]) == (100, 100)
    assert outcome["books"] == "hold"
    assert outcome["coupons"] > 500
    assert status == 0
