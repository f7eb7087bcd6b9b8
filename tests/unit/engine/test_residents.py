"""Values in two generations and many parts: a plain set says what must still be there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dure.engine.residents import PARTS, RecentKeys, Residents

KEYS = st.integers(0, 3 * PARTS)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS),
        st.tuples(st.just("ask"), KEYS),
        st.tuples(st.just("lose"), KEYS),
        st.tuples(st.just("room"), st.just(0)),
    ),
    max_size=60,
)


@given(STEPS, st.sampled_from([0, 1, PARTS, 10 * PARTS]))
def test_it_keeps_whatever_was_asked_for_since_the_last_room_was_made(
    steps: list[tuple[str, int]], most: int
) -> None:
    kept: Residents[int, str] = Residents(most)
    fresh: set[int] = set()
    ever: set[int] = set()
    for step, key in steps:
        if step == "put":
            kept[key] = str(key)
            fresh.add(key)
            ever.add(key)
        elif step == "ask" and kept.find(key) is not None:
            fresh.add(key)
        elif step == "lose":
            kept.pop(key, None)
            fresh.discard(key)
            ever.discard(key)
        elif step == "room":
            kept.make_room()
            before, fresh = fresh, set()
            assert before <= set(kept)
        assert fresh <= set(kept)
        assert set(kept) <= ever
        assert len(kept) == len(set(kept))
    if most >= 10 * PARTS:
        assert set(kept) == ever, "there was room for all"


def test_it_lets_go_what_was_not_asked_for() -> None:
    kept: Residents[int, int] = Residents(0)
    kept[1] = kept[1 + PARTS] = 1
    kept.make_room()
    assert 1 in kept
    kept.make_room()
    assert 1 in kept
    assert 1 + PARTS not in kept


def test_it_forgets_everything_when_told() -> None:
    kept: Residents[int, int] = Residents(0)
    kept[1] = 1
    kept.make_room()
    kept[2] = 2
    kept.clear()
    assert not len(kept)
    kept.make_room()
    assert 1 not in kept


@given(st.lists(st.binary(min_size=16, max_size=16), unique=True, max_size=50))
def test_it_remembers_the_latest_keys_and_at_most_twice_its_share(keys: list[bytes]) -> None:
    recent = RecentKeys(PARTS)
    for key in keys:
        recent.add(key)
        assert key in recent
    of_part: dict[int, list[bytes]] = {}
    for key in keys:
        of_part.setdefault(hash(key) % PARTS, []).append(key)
    for part in of_part.values():
        assert [key for key in part if key in recent] == part[-2:]
    recent.clear()
    assert not any(key in recent for key in keys)
