"""`dure bench simulate` in small: what it tells. Speed is never judged here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.test_bench import bench

pytestmark = [pytest.mark.campaign, pytest.mark.slow, pytest.mark.timeout(300)]


def test_it_tells_what_a_year_and_many_scenarios_take(tmp_path: Path) -> None:
    figures = bench(tmp_path, "simulate", "--members", "300")
    assert figures["part"] == "simulate"
    assert figures["payments"] > 30_000
    assert figures["scenarios"] == 10
    for name in ("seconds", "peak_gib", "scenarios_seconds", "preview_seconds", "build_seconds"):
        assert figures[name] > 0, name
    assert 0 <= figures["preview_error_bp"] < 1_000
    assert figures["settings"]["members"] == 300
