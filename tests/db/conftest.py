"""What database tests of wallets, people and due work share: a connection, a bank, members."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from dure.kernel.clock import SetClock
from dure.wallets.bank_accounts import link_account
from dure.wallets.charging import Till
from dure.wallets.simulated_bank import SimulatedBank
from tests.db.budget_city import BudgetCity
from tests.engines import BEGUN_US, RunningEngine
from tests.engines import open_member as open_wallet

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def connection(db_url: str) -> Iterator[Connection]:
    """Our connection, each statement its own transaction."""
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


@pytest.fixture
def city_time() -> SetClock:
    """A clock that stands at 18:00 on 21 October 2019; the engine's runs on from there."""
    return SetClock(BEGUN_US)


@pytest.fixture
def bank(db_url: str, city_time: SetClock) -> Iterator[SimulatedBank]:
    """A bank that answers promptly; tests of its failings make their own."""
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield SimulatedBank(opened, city_time)


@pytest.fixture
def till(
    connection: Connection, bank: SimulatedBank, engine: RunningEngine, city_time: SetClock
) -> Till:
    """All that carrying out a transfer needs."""
    return Till(connection, bank, engine.ask, city_time)


@pytest.fixture
def open_member(till: Till, bank: SimulatedBank, engine: RunningEngine) -> Callable[..., str]:
    """Opens a wallet and a bank account with 1,000,000 won; gives the account."""

    def opened(member_id: int, *, level: int = 2, bank_won: int = 1_000_000) -> str:
        open_wallet(engine, member_id, level)
        account = f"DEMOACCOUNT{member_id:06d}"
        bank.open_account(account, bank_won)
        link_account(
            till.connection,
            member_id=member_id,
            account_ref=account,
            bank_name="견본은행",
            masked_number="110***1234",
            at_us=till.clock.now_us(),
        )
        return account

    return opened


@pytest.fixture
def budget(db_url: str, engine: RunningEngine) -> Iterator[BudgetCity]:
    """The budget office of the small city: state 4,000,000 > city 2,000,000 > Seo-gu 1,000,000."""
    city = BudgetCity(db_url, engine)
    yield city
    city.close()
