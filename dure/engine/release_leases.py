"""What an engine may spend of releases: accounts opened as payments of their time come.

A payment draws on the release of its own instant (Note [Releases] in `policy.release`), so an
engine decides it only once it knows that account. With nothing under way `prepare` makes known what
a batch needs; while a batch is in flight only payments may overtake it whose instants lie in the
stretch for which the accounts are known (`is_known`). So a release begins for every engine with the
first payment of its time, whatever the engine's own clock says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from dure.authorization.requests import AnyRequest, Quote
from dure.engine import lease_statements as sql
from dure.engine.connection import AnyConnection
from dure.engine.resident import ResidentBooks
from dure.policy.release import KEY_BITS, account_key, rule_of_account

_LATER_US: Final = 60_000_000
"""How far a quotation must lie ahead of the last decisions to be of another time than now."""
_KEEPS_OPEN: Final = 2
"""So many releases before those that payments come for stay open for others."""


def is_known(books: ResidentBooks, at_us: int) -> bool:
    """Whether a payment of that instant draws on nothing but accounts that are known."""
    since_us, until_us = books.releases_known
    return since_us <= at_us < until_us


def is_of_later(books: ResidentBooks, request: AnyRequest) -> bool:
    """Whether it is a quotation of a time that is still to come, for which no account is opened."""
    later_us = books.now_us + _LATER_US
    return isinstance(request, Quote) and books.now_us > 0 and request.occurred_at_us > later_us


def wanted_accounts(books: ResidentBooks, instants_us: Iterable[int]) -> dict[int, int]:
    """The accounts that payments of these instants draw on, each with what it has released."""
    wanted: dict[int, int] = {}
    for at_us in instants_us:
        for rule in books.rules.at(at_us).released:
            release = rule.release
            assert release is not None, "only rules with a release are released"
            key = account_key(rule.rule_id, release.number_of_account(at_us))
            wanted[key] = max(wanted.get(key, 0), release.most_won(at_us))
    return wanted


def missing_accounts(books: ResidentBooks, instants_us: Iterable[int]) -> dict[int, int]:
    """Of the wanted accounts those that are not known, or of which less is known to be released."""
    known = books.releases_open
    return {
        key: won
        for key, won in wanted_accounts(books, instants_us).items()
        if known.get(key, -1) < won
    }


def known_stretch(books: ResidentBooks, at_us: int) -> tuple[int, int]:
    """The stretch about an instant in which payments draw on the same accounts as its own do."""
    rules = books.rules.at(at_us)
    since_us, until_us = rules.from_us, rules.until_us
    for rule in rules.released:
        assert rule.release is not None, "only rules with a release are released"
        first_us, last_us = rule.release.span(at_us)
        since_us, until_us = max(since_us, first_us), min(until_us, last_us)
    return since_us, until_us


def keep_latest(books: ResidentBooks, wanted: dict[int, int]) -> None:
    """Forgets accounts of releases that lie before those now wanted."""
    firsts: dict[int, int] = {}
    for key in wanted:
        rule_id = rule_of_account(key)
        firsts[rule_id] = min(firsts.get(rule_id, key), key)
    books.releases_open = {
        key: won
        for key, won in books.releases_open.items()
        if key >= firsts.get(rule_of_account(key), 0) - _KEEPS_OPEN
    } | wanted


async def know_accounts(connection: AnyConnection, books: ResidentBooks) -> None:
    """Writes down the accounts that this engine goes by, opened and with what is released."""
    accounts = sorted(books.releases_open.items())
    keys = [key for key, _ in accounts]
    rule_ids = [key >> KEY_BITS for key in keys]
    await connection.execute(sql.KNOW_RELEASES, keys, rule_ids, [won for _, won in accounts])


async def close_accounts(connection: AnyConnection, wanted: Iterable[int]) -> None:
    """Closes accounts of releases long before the wanted ones."""
    floors = [key - _KEEPS_OPEN for key in sorted(wanted) if key % (1 << KEY_BITS) > _KEEPS_OPEN]
    if floors:
        await connection.execute(sql.CLOSE_RELEASES, floors)
