"""Amounts and rates read as people say them."""

import pytest

from dure.web.shared.amounts import exact_won, percent, share_percent, short_won
from dure.web.shared.language import Language

KO, EN = Language.KOREAN, Language.ENGLISH


@pytest.mark.parametrize(
    ("won", "korean", "english"),
    [
        (0, "0원", "₩0"),
        (9_999, "9,999원", "₩9,999"),
        (10_000, "1만 원", "₩10,000"),
        (304_865, "30만 4,865원", "₩304,865"),
        (1_999_999, "199만 원", "₩1.99 million"),
        (1_000_000, "100만 원", "₩1 million"),
        (46_800_000_000, "468억 원", "₩46.80 billion"),
        (585_830_000, "5억 8,583만 원", "₩585.83 million"),
        (1_100_000_000_000, "1조 1,000억 원", "₩1.10 trillion"),
        (-54_000_000, "−5,400만 원", "−₩54 million"),
    ],
)
def test_it_cuts_an_amount_to_what_is_read(won: int, korean: str, english: str) -> None:
    assert short_won(won, KO) == korean
    assert short_won(won, EN) == english


def test_it_shows_every_won_where_every_won_counts() -> None:
    assert exact_won(1_234_567, KO) == "1,234,567원"
    assert exact_won(-480, EN) == "−₩480"


@pytest.mark.parametrize(
    ("rate_bp", "text"), [(600, "6%"), (125, "1.25%"), (50, "0.5%"), (0, "0%"), (-300, "−3%")]
)
def test_it_writes_a_rate_without_needless_digits(rate_bp: int, text: str) -> None:
    assert percent(rate_bp) == text


def test_it_never_rounds_a_share_up() -> None:
    assert share_percent(999, 1000) == "99.9%"
    assert share_percent(9999, 10_000) == "99.9%"
    assert share_percent(1, 0) == "0%"
