"""Ten rounds of `dure faults`: kill -9 under load, on a durable server of its own."""

from __future__ import annotations

import json

import pytest

from dure.demo.faults.command import main


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_it_loses_nothing_and_does_nothing_twice_in_ten_rounds_of_kill_9(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    status = main(["--rounds", "10", "--members", "1000", "--seed", "20191021", "--json"])
    outcome = json.loads(capsys.readouterr().out)
    assert outcome["contradictions"] == []
    assert (outcome["rounds"], outcome["lost"], outcome["double"]) == (10, 0, 0)
    assert outcome["books"] == "exact"
    assert outcome["open"] == 0
    assert outcome["acknowledged"] > 1_000
    assert outcome["server"]["fsync"] == "on"
    assert outcome["server"]["synchronous_commit"] == "on"
    assert len(outcome["deaths"]) > 1, "not always the same death"
    assert status == 0
