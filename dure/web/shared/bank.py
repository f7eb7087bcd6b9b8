"""The way of pages and API to the bank: a transfer is carried as far as it goes now."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.engine.client import EngineGone
from dure.kernel.clock import Clock
from dure.wallets import charging
from dure.wallets.account_consent import ConsentBank
from dure.wallets.installed_bank import banks_to_choose, installed_bank, installed_consent_bank
from dure.wallets.transfers import Transfer, get_transfer
from dure.web.shared.card_keys import installed_ring
from dure.web.shared.language import Language

log = logging.getLogger(__name__)


def carry_on(
    conn: Connection[TupleRow],
    ask: Callable[[AnyRequest], Answer],
    clock: Clock,
    transfer: Transfer,
) -> Transfer:
    """Carries the transfer on; where bank or engine are slow, the worker goes on with it."""
    with _bank_connection() as own:
        bank = installed_bank(own, clock, is_demo=installed_ring().is_demo)
        till = charging.Till(conn, bank, ask, clock)
        try:
            return charging.advance(till, transfer.transfer_id)
        except EngineGone as error:
            log.warning("Transfer %d waits for the engine: %s", transfer.transfer_id, error)
            return get_transfer(conn, transfer.transfer_id)


@contextmanager
def consent_bank() -> Iterator[ConsentBank]:
    """The bank at which members consent, for as long as it is asked."""
    with _bank_connection() as own:
        yield installed_consent_bank(own, is_demo=installed_ring().is_demo)


def banks_to_link(language: Language) -> list[tuple[str, str]]:
    """The banks whose accounts can be linked, as code and name; none where no bank is set up."""
    banks = banks_to_choose(is_demo=installed_ring().is_demo)
    return [(code, language.choose(*names)) for code, names in banks.items()]


@contextmanager
def _bank_connection() -> Iterator[psycopg.Connection[TupleRow]]:
    """The simulated bank's own connection: what it has done stays done when we fail."""
    parameters = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    given = {name: str(parameters[name]) for name in names if parameters.get(name)}
    with psycopg.connect(make_conninfo(**given), autocommit=True) as opened:
        yield opened
