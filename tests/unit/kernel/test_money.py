"""The one place where a division of money is rounded."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from dure.kernel.money import share_down
from dure.kernel.shards import SHARDS, shard_of_member, shard_of_token


@given(st.integers(0, 10**15), st.integers(0, 10_000))
def test_a_share_is_the_exact_one_without_its_fraction(amount_won: int, rate_bp: int) -> None:
    assert share_down(amount_won, rate_bp) == floor(Fraction(amount_won * rate_bp, 10_000))


@given(st.integers(1, 2**62), st.binary(min_size=16, max_size=16))
def test_every_member_and_card_has_a_shard(member_id: int, token: bytes) -> None:
    assert 0 <= shard_of_member(member_id) < SHARDS
    assert 0 <= shard_of_token(token) < SHARDS
