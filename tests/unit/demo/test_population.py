"""The synthetic city has the shape that was published, within the tolerances stated here."""

import time

import numpy as np
import pytest

from dure.demo import names
from dure.demo.cards import card_numbers, masked
from dure.demo.city import City, CitySizeError, draw_city
from dure.demo.people import MONTH_OF_A_MEMBER_WON, POPULATION, residents_of
from dure.demo.sectors import ALL_SECTORS, DAYS, HOURS, SECTORS, mean_ticket_won
from dure.demo.shops import business_numbers, shop_code, terminal_code
from dure.policy.districts import DISTRICT_NAMES


@pytest.fixture(scope="module")
def city() -> City:
    return draw_city(200_000, 20_000, seed=7)


def test_it_has_members_in_the_ten_districts_by_population(city: City) -> None:
    homes = city.members.district[residents_of(city.members)]
    whole = sum(POPULATION.values())
    assert set(POPULATION) == set(DISTRICT_NAMES)
    for code, people in POPULATION.items():
        assert np.mean(homes == code) == pytest.approx(people / whole, abs=0.004)


def test_it_has_98_percent_residents(city: City) -> None:
    assert residents_of(city.members).mean() == pytest.approx(0.98, abs=0.002)


def test_it_has_nobody_younger_than_fourteen(city: City) -> None:
    assert 2019 - city.members.birth_year.max() >= 14


def test_it_has_sixty_percent_who_pay_in_a_month(city: City) -> None:
    assert city.members.active.mean() == pytest.approx(0.60, abs=0.005)
    assert not city.members.month_won[~city.members.active].any()


def test_it_spends_what_october_2019_spent(city: City) -> None:
    assert city.members.month_won.mean() == pytest.approx(MONTH_OF_A_MEMBER_WON, rel=0.02)


def test_it_scatters_spending_as_september_2020_did(city: City) -> None:
    """28% (another paper: 25%) over 500,000 won make 55% of payments; 7% lie beyond a million."""
    month = city.members.month_won[city.members.active]
    month = month * (343_000 / month.mean())
    assert np.mean(month > 500_000) == pytest.approx(0.25, abs=0.03)
    assert month[month > 500_000].sum() / month.sum() == pytest.approx(0.55, abs=0.06)
    assert np.maximum(month - 1_000_000, 0).sum() / month.sum() == pytest.approx(0.07, abs=0.02)


def test_it_has_few_members_above_a_million_by_21_october(city: City) -> None:
    """4.89% of users paid more than a million in a month of May or June 2019."""
    assert np.mean(city.members.usage_won > 1_000_000) == pytest.approx(0.0489, abs=0.02)


def test_it_pays_201_times_a_year_and_member() -> None:
    assert MONTH_OF_A_MEMBER_WON * 12 / mean_ticket_won() == pytest.approx(201, rel=0.03)
    assert 17_000 <= mean_ticket_won() <= 24_000


def test_it_pays_the_published_shares_to_each_sector() -> None:
    shares = {sector.name: sector.payment_share for sector in SECTORS}
    assert sum(shares.values()) == 10_000
    published = {"restaurants": 2847, "retail": 1529, "academies": 1193, "clinics": 652}
    published |= {"food shops": 580, "petrol": 510, "hospitals": 510, "health": 360}
    assert published.items() <= shares.items()


def test_it_has_a_full_day_and_week_for_each_sector() -> None:
    assert all(len(sector.hours) == HOURS for sector in ALL_SECTORS)
    assert all(len(sector.weekdays) == DAYS for sector in ALL_SECTORS)


def test_it_has_1200_benefit_plus_shops_or_one_in_fifty(city: City) -> None:
    offers = city.shops.offer_bp
    assert np.count_nonzero(offers) == 400
    assert set(np.unique(offers)) == {0, 300, 500, 700}
    assert np.count_nonzero(draw_city(64, 60_000, 1).shops.offer_bp) == 1_200


def test_it_has_shops_of_every_sector_that_is_shut_out(city: City) -> None:
    assert set(range(len(ALL_SECTORS))) == set(np.unique(city.shops.sector).tolist())


def test_it_has_small_shops_above_all(city: City) -> None:
    assert np.mean(city.shops.sales_band == 1) == pytest.approx(0.757, abs=0.01)


def test_it_has_a_heavy_tail_of_busy_shops(city: City) -> None:
    popularity = np.sort(city.shops.popularity)[::-1]
    assert popularity[: len(popularity) // 10].sum() / popularity.sum() > 0.4


def test_it_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    one, again, other = (draw_city(500, 100, seed) for seed in (3, 3, 4))
    assert one.members.district.tolist() == again.members.district.tolist()
    assert one.cards.pan.tolist() == again.cards.pan.tolist()
    assert one.shops.popularity.tolist() == again.shops.popularity.tolist()
    assert one.cards.pan.tolist() != other.cards.pan.tolist()


def test_it_gives_every_card_its_own_number_in_the_test_range() -> None:
    numbers = card_numbers(300_000, seed=9)
    assert len(np.unique(numbers)) == len(numbers)
    assert numbers.min() >= 9_999_990_000_000_000
    assert all(_luhn(str(number)) for number in numbers[:500].tolist())


def test_it_shows_ten_digits_of_a_card_at_most() -> None:
    assert masked("9999990001047295") == "999999******7295"


def test_it_gives_business_numbers_with_right_check_digits() -> None:
    numbers = business_numbers(2_000)
    assert len(set(numbers)) == 2_000
    assert all(_business_number(number) for number in numbers)
    with pytest.raises(ValueError, match="million"):
        business_numbers(1_000_001)


def test_it_names_shops_and_terminals_in_the_networks_lengths() -> None:
    assert len(shop_code(174_999)) == 15
    assert len(terminal_code(174_999)) == 8
    assert len(set(names.shop_names(np.arange(500), np.zeros(500, dtype=np.int64)))) == 500


@pytest.mark.parametrize(("members", "shops"), [(63, 100), (10_000_001, 100), (100, 49)])
def test_it_refuses_a_city_of_no_size(members: int, shops: int) -> None:
    with pytest.raises(CitySizeError):
        draw_city(members, shops, 1)


@pytest.mark.slow
def test_it_draws_the_whole_city_in_well_under_a_minute() -> None:
    start = time.perf_counter()
    draw_city(1_250_000, 175_000, seed=1)
    assert time.perf_counter() - start < 30


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _business_number(number: str) -> bool:
    digits = [int(digit) for digit in number]
    weights = (1, 3, 7, 1, 3, 7, 1, 3, 5)
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    return (10 - (total + digits[8] * 5 // 10) % 10) % 10 == digits[9]
