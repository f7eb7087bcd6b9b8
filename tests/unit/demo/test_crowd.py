"""Who pays where and when follows the published figures, within the tolerances stated here."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from dure.demo.city import OPENING, OPENING_US, City, draw_city
from dure.demo.crowd import Crowd, Visits
from dure.demo.noise import PER_TEN_THOUSAND, Turn, draw_turns
from dure.demo.people import charge_steps_won
from dure.demo.purses import Purses
from dure.demo.sectors import SECTORS, TAXIS
from dure.kernel.calendar import SEOUL
from dure.merchants.standing import Decision

WEEK_S = 7 * 86_400


@pytest.fixture(scope="module")
def city() -> City:
    return draw_city(60_000, 8_000, seed=5)


@pytest.fixture(scope="module")
def crowd(city: City) -> Crowd:
    return Crowd(city, np.random.default_rng(1))


@pytest.fixture(scope="module")
def week(crowd: Crowd) -> Visits:
    """A week of the city, hour by hour."""
    hours = [crowd.visits(OPENING_US + hour * 3_600_000_000, 3_600) for hour in range(7 * 24)]
    return Visits(
        *(np.concatenate([getattr(hour, name) for hour in hours]) for name in Visits.__slots__)
    )


def test_it_pays_201_times_a_year_and_member(city: City, week: Visits) -> None:
    """Holds and cards that cannot pay take a little off."""
    assert len(week) / len(city.members) * 365.25 / 7 == pytest.approx(201, rel=0.04)


def test_it_pays_17_to_24_thousand_won_on_the_average(week: Visits) -> None:
    assert 16_500 <= week.amount_won.mean() <= 24_000


def test_it_brings_each_sector_its_published_share_of_the_money(city: City, week: Visits) -> None:
    sector = city.shops.sector[week.shop]
    whole = week.amount_won.sum()
    for position, one in enumerate(SECTORS):
        share = week.amount_won[sector == position].sum() / whole
        assert share == pytest.approx(one.payment_share / 10_000, abs=0.012), one.name


def test_it_pays_by_residents_to_98_percent(city: City, week: Visits) -> None:
    homes = city.members.district[week.member]
    assert np.mean((homes > 28_000) & (homes < 29_000)) == pytest.approx(0.98, abs=0.005)


def test_it_stays_near_home_mostly(city: City, week: Visits) -> None:
    near = city.members.district[week.member] == city.shops.district[week.shop]
    assert near.mean() == pytest.approx(0.71, abs=0.04)


def test_it_pays_only_with_good_cards_at_registered_shops(city: City, week: Visits) -> None:
    assert (city.shops.standing[week.shop] == int(Decision.APPROVED)).all()
    assert (city.cards.status[week.card] == 2).all()
    assert (city.cards.member[week.card] == week.member).all()


def test_it_is_busy_at_noon_and_in_the_evening_and_asleep_at_four(crowd: Crowd) -> None:
    day = datetime(2019, 10, 22, tzinfo=SEOUL)
    rates = [crowd.payments_per_s(day + timedelta(hours=hour)) for hour in range(24)]
    assert max(rates) in (rates[12], rates[18])
    assert min(rates) in rates[1:6]
    assert max(rates) > 15 * min(rates)


def test_it_closes_clinics_on_sunday(crowd: Crowd) -> None:
    clinics = next(at for at, sector in enumerate(SECTORS) if sector.name == "clinics")
    assert crowd.rates[6, 11, clinics] < 0.1 * crowd.rates[0, 11, clinics]


def test_it_takes_taxis_at_midnight(crowd: Crowd) -> None:
    assert crowd.rates[4, 0, TAXIS] > crowd.rates[4, 4, TAXIS]


def test_it_comes_by_chance_around_the_rate(city: City) -> None:
    """A Poisson number: the variance is about the mean."""
    crowd = Crowd(city, np.random.default_rng(3))
    counts = [len(crowd.visits(OPENING_US, 60)) for _ in range(400)]
    assert np.mean(counts) == pytest.approx(crowd.payments_per_s(OPENING) * 60, rel=0.05)
    assert np.var(counts) == pytest.approx(np.mean(counts), rel=0.25)


def test_it_is_the_same_for_the_same_seed(city: City) -> None:
    one, again = (Crowd(city, np.random.default_rng(9)).visits(OPENING_US, 600) for _ in range(2))
    assert one.shop.tolist() == again.shop.tolist()
    assert one.amount_won.tolist() == again.amount_won.tolist()


def test_it_takes_every_turn_as_often_as_the_table_says() -> None:
    turns = draw_turns(400_000, np.random.default_rng(2))
    for turn, rate in PER_TEN_THOUSAND.items():
        assert np.mean(turns == turn) * 10_000 == pytest.approx(rate, rel=0.25, abs=3), turn.name
    assert np.mean(turns == Turn.PLAIN) > 0.9


def test_it_charges_in_usual_steps_and_never_over_the_limit(city: City) -> None:
    purses = Purses(city)
    steps = charge_steps_won(city.members.month_won)
    for member in range(0, 3_000, 7):
        won = purses.charge_won(member, int(purses.free_won[member]) + 10_000)
        assert won == 0 or won % 10_000 == 0
        assert won <= max(2_000_000 - int(purses.free_won[member]), 0)
        assert won == 0 or won >= min(10_000, int(steps[member]))


def test_it_does_not_charge_twice_at_once(city: City) -> None:
    purses = Purses(city)
    needed_won = int(purses.free_won[1]) + 5_000
    assert purses.charge_won(1, needed_won) > 0
    purses.begin(1)
    assert purses.charge_won(1, needed_won) == 0
    purses.end(1)
    assert purses.charge_won(1, needed_won) > 0


def test_it_opens_on_the_evening_before_the_cut() -> None:
    assert datetime(2019, 10, 21, 9, tzinfo=UTC) == OPENING
