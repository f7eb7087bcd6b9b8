"""Visits to the console: codes of the second factor, kinds of pages, a whole measurement."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from dure.demo.bench.console_part import figures_of
from dure.demo.bench.console_visits import Visit, code_of, kind_of

RFC_6238_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(("at_s", "code"), [
    (59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130"),
])  # fmt: skip
def test_it_shows_the_codes_of_the_standards_test_vectors(at_s: float, code: str) -> None:
    assert code_of(RFC_6238_SECRET, at_s) == code


@pytest.mark.parametrize(("address", "kind"), [
    ("/console/", "/console/"),
    ("/en/console/budget", "/console/budget"),
    ("/console/budget/lines/incheon-2020-city/commit", "/console/budget/lines/:name/commit"),
    ("/console/forecast/incheon-2020-city", "/console/forecast/:name"),
    ("/console/forecast/works/12?stay", "/console/forecast/works/:n?stay"),
    ("/console/rules/bench-rule-1/12", "/console/rules/:rule/:n"),
    ("/console/plans/7?plan=a&plan=b", "/console/plans/:n?plan"),
])  # fmt: skip
def test_it_counts_pages_of_one_kind_together(address: str, kind: str) -> None:
    assert kind_of(address) == kind


def test_it_tells_percentiles_in_milliseconds() -> None:
    visits = [Visit("/console/", float(ms), 200, was_counted=True) for ms in range(1, 101)]
    assert figures_of(visits) == {"p50_ms": 51, "p95_ms": 96, "p99_ms": 100, "visits": 100}


@pytest.mark.campaign
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_measures_every_page_of_a_small_city() -> None:
    with tempfile.TemporaryDirectory(prefix="dure-bench-test-", dir="/tmp") as folder:
        place = Path(folder)
        place.chmod(0o711)
        done = subprocess.run(
            [sys.executable, "-m", "dure.config", "bench", "console", "--quick", "--json",
             "--runs", "1", "--seconds", "4", "--place", str(place)],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert not list(place.iterdir()), "nothing is left behind"
    figures = json.loads(done.stdout)
    assert figures["part"] == "console"
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    assert figures["pages"] > 30
    assert figures["history"]["forecasts"] == 46
