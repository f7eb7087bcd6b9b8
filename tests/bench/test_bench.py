"""`dure bench` in small: what it tells and in which units. Speed is never judged here."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TINY = ("--quick", "--json", "--wallets", "2000", "--shops", "200", "--runs", "1")


def bench(place: Path, *args: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "dure.config", "bench", *args, *TINY, "--place", str(place)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1, "one JSON object on one line"
    figures: dict[str, Any] = json.loads(done.stdout)
    assert not list(place.iterdir()), "nothing is left behind"
    return figures


def per_second(run: dict[str, Any]) -> float:
    approved, seconds = run["approved"], run["seconds"]
    return float(approved / seconds)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory that PostgreSQL's account can pass through."""
    with tempfile.TemporaryDirectory(prefix="dure-bench-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="module")
def scale(place: Path) -> dict[str, Any]:
    return bench(place, "scale", "--seconds", "2", "--rate", "200", "--sizes", "500,2_000")


@pytest.mark.campaign
def test_it_says_what_it_was_measured_on(scale: dict[str, Any]) -> None:
    machine, settings = scale["machine"], scale["settings"]
    assert machine["cores"] >= 1
    assert machine["fdatasync_per_s"] > 0
    assert {"cpu", "memory_gib", "kernel", "python", "file_system"} <= machine.keys()
    assert settings["fsync"] == settings["synchronous_commit"] == "on"
    assert {"shared_buffers", "max_wal_size", "checkpoint_timeout"} <= settings.keys()
    assert settings["seconds"] == 2


@pytest.mark.campaign
def test_it_compares_cities_of_different_size(scale: dict[str, Any]) -> None:
    by_wallets = scale["p99_ms_by_wallets"]
    assert list(by_wallets) == ["500", "2000"]
    assert scale["p99_ratio_max"] == pytest.approx(
        max(by_wallets.values()) / min(by_wallets.values()), abs=0.01
    )
    assert scale["p99_ratio_max"] >= 1
    assert scale["books"] == "exact"


@pytest.mark.campaign
def test_it_measures_the_engine_beside_two_others(place: Path) -> None:
    figures = bench(place, "engine", "--seconds", "2", "--rate", "200")
    (run,) = figures["runs"]
    assert run["approved"] == run["requests"], run["outcomes"]
    assert 300 < run["requests"] < 500, "200 a second for two seconds"
    assert 0.05 < figures["p50_ms"] <= figures["p99_ms"] <= run["max_ms"], "milliseconds"
    assert run["max_ms"] < run["seconds"] * 1_000 + 1
    assert figures["authorizations_per_s"] == pytest.approx(per_second(run), rel=0.01)
    assert 100 < figures["wal_bytes_per_authorization"] < 100_000, "bytes"
    assert figures["engine_cpu_us"] > 1, "microseconds"
    assert figures["checkpoint_inside_every_run"] is True
    assert figures["pgbench_tpcb_per_s"] > 0
    assert figures["ratio_to_one_by_one"] == pytest.approx(
        figures["authorizations_per_s"] / figures["one_by_one_per_s"], abs=0.01
    )
    assert "highest_rate_p99_25ms" in figures
    assert figures["books"] == "exact"


@pytest.mark.campaign
def test_it_measures_the_gateway_with_and_without_chip_and_pin(place: Path) -> None:
    figures = bench(place, "gateway", "--seconds", "2", "--rate", "200")
    plain, checked = figures["runs"]
    for run in (plain, checked):
        assert run["outcomes"] == {"00": run["requests"]}
        assert run["answers_checked"] > 0
    assert figures["messages_per_s"] == pytest.approx(per_second(plain), rel=0.01)
    assert figures["messages_per_s_emv_pin"] == pytest.approx(per_second(checked), rel=0.01)
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert 0 < figures["p50_ms_emv_pin"] <= figures["p99_ms_emv_pin"]
    assert figures["books"] == "exact"


@pytest.mark.campaign
def test_it_profiles_the_engine_when_asked(place: Path, tmp_path: Path) -> None:
    profile = tmp_path / "engine.prof"
    figures = bench(place, "engine", "--seconds", "1", "--profile", str(profile))
    assert figures["profiled"] is True
    assert profile.stat().st_size > 1_000


def test_it_measures_the_rules_alone(place: Path) -> None:
    figures = bench(place, "policy", "--seconds", "0.5")
    (run,) = figures["runs"]
    assert figures["evaluations_per_s"] == run["evaluations_per_s"] > 1_000
    assert figures["array_payments_per_s"] == run["array_payments_per_s"] > 1_000
    assert figures["payments_checked"] == figures["settings"]["payments"] == 20_000
    assert len(figures["settings"]["rules"]) == 4


@pytest.mark.campaign
def test_it_measures_the_engine_with_more_rules(place: Path) -> None:
    figures = bench(place, "engine", "--seconds", "2", "--rate", "200", "--rules", "10")
    (run,) = figures["runs"]
    assert run["approved"] == run["requests"], run["outcomes"]
    assert figures["settings"]["rules"] == 10
    assert figures["books"] == "exact"
