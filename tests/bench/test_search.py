"""The search for the highest rate that holds."""

from __future__ import annotations

from array import array

import pytest

from dure.demo.bench.load import Tally, Wanted, frames, percentile
from dure.demo.bench.measured_city import highest_rate
from dure.engine import wire


@pytest.mark.parametrize("limit", [1_500.0, 9_000.0, 10_000.0, 17_321.0, 60_000.0])
def test_it_encloses_the_highest_rate_that_holds(limit: float) -> None:
    found, steps = highest_rate(lambda rate: rate <= limit, 10_000.0, 40)
    assert found <= limit <= found * 1.06 + 1
    assert all(held == (rate <= limit + 0.1) for rate, held in steps)


def test_it_tries_a_rate_again_before_it_gives_it_up() -> None:
    tried: list[float] = []

    def holds(rate: float) -> bool:
        tried.append(rate)
        return tried.count(rate) == 2

    found, _ = highest_rate(holds, 100.0, 1)
    assert (found, tried) == (100.0, [100.0, 100.0])


def test_it_finds_nothing_where_nothing_holds() -> None:
    assert highest_rate(lambda _: False, 100.0, 5)[0] == 0.0


def test_it_takes_percentiles_by_nearest_rank() -> None:
    assert percentile([1, 2, 3, 4], 0.5) == 3
    assert percentile(list(range(1, 101)), 0.99) == 100
    assert percentile([7], 0.99) == 7


def wanted(seed: int = 1) -> Wanted:
    return Wanted(1_000.0, 2.0, 1.0, 50, 5, 1_579_057_200_000_000, seed)


def test_it_makes_the_same_load_from_the_same_seed_and_keys_that_rise() -> None:
    due_s, packed = frames(wanted())
    assert frames(wanted()) == (due_s, packed)
    assert frames(wanted(2)) != (due_s, packed)
    assert 2_700 < len(packed) < 3_300
    requests = [wire.read_request(frame[wire.HEADER_BYTES :]) for frame in packed]
    keys = [request.key for request in requests]
    assert keys == sorted(set(keys))


def test_it_counts_a_latency_from_the_instant_at_which_the_request_was_due() -> None:
    tally = Tally(array("d", [0.5, 1.0, 2.0]), 1.0)
    for number, now_s in ((0, 5.0), (2, 2.25), (1, 3.0)):
        tally.take(number, now_s, 0)
    figures = tally.figures(0)
    assert (figures["requests"], figures["approved"]) == (2, 2), "the warm-up is left out"
    assert figures["max_ms"] == 2_000.0
    assert figures["seconds"] == 2.0
    assert figures["approved_per_s"] == 1.0
