"""The load on the app's pages and the city behind it: what is asked, what is told, exact books."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path

import pytest

from dure.demo.bench.load import Tally
from dure.demo.bench.web_load import Page, body_length, figures_by_kind, requests

PAGES = (Page("home", "/app/"), Page("pay", "/app/pay"))


def test_it_asks_for_the_pages_in_turn_as_members_who_are_signed_in() -> None:
    kinds, packed = requests(PAGES, ["one", "two"], 4, random.Random(1))
    assert kinds == [0, 1, 0, 1]
    assert packed[1].startswith(b"GET /app/pay HTTP/1.1\r\n")
    assert all(b"Cookie: dure_member=" in one and one.endswith(b"\r\n\r\n") for one in packed)


@pytest.mark.parametrize(("head", "length"), [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nX: y", 1234),
    (b"HTTP/1.1 304 Not Modified\r\nX: y", 0),
])  # fmt: skip
def test_it_reads_how_long_an_answer_is(head: bytes, length: int) -> None:
    assert body_length(head) == length


async def tallied() -> Tally:
    tally = Tally(array("d", [0.0, 0.5, 1.0, 1.5]), 0.75)
    for number, now_s in enumerate((0.9, 0.6, 1.010, 1.520)):
        tally.take(number, now_s, 200)
    return tally


def test_it_tells_each_kind_of_page_by_itself_without_the_warm_up() -> None:
    import asyncio

    figures = figures_by_kind(asyncio.run(tallied()), [0, 1, 0, 1], PAGES)
    assert figures["home_p95_ms"] == pytest.approx(10.0)
    assert figures["pay_p95_ms"] == pytest.approx(20.0)


@pytest.mark.campaign
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_measures_the_app_of_a_small_city_whose_books_are_exact() -> None:
    with tempfile.TemporaryDirectory(prefix="dure-bench-test-", dir="/tmp") as folder:
        place = Path(folder)
        place.chmod(0o711)
        done = subprocess.run(
            [sys.executable, "-m", "dure.config", "bench", "web", "--quick", "--json",
             "--runs", "1", "--place", str(place)],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert not list(place.iterdir()), "nothing is left behind"
    assert "the books are exact" in done.stderr
    figures = json.loads(done.stdout)
    assert figures["part"] == "web"
    assert 0 < figures["home_p50_ms"] <= figures["home_p95_ms"]
    assert 0 < figures["pay_p50_ms"] <= figures["pay_p95_ms"]
    assert figures["at_pages_per_s"] > 0
    assert figures["pages_per_s"] in (0, 20), "one step, held or not"
    assert figures["payments"] == 20 * figures["members"]
    assert 0 < figures["first_load_bytes"] <= 250_000
