"""`dure bench forecast` in small: what it tells. Speed is never judged here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.test_bench import bench

pytestmark = [pytest.mark.campaign, pytest.mark.slow, pytest.mark.timeout(300)]


def test_it_tells_what_twenty_lines_and_a_search_take(tmp_path: Path) -> None:
    figures = bench(tmp_path, "forecast", "--members", "300")
    assert figures["part"] == "forecast"
    assert figures["lines"] == 20
    assert figures["days"] == 365
    assert figures["futures"] == 100
    for name in ("seconds", "peak_gib", "fit_seconds", "plan_seconds", "plan_proposals"):
        assert figures[name] > 0, name
    assert len(figures["runs"]) == figures["settings"]["runs"]
