"""Makes ready what deciding a batch needs, with nothing under way: its facts, then its releases."""

from __future__ import annotations

from collections.abc import Sequence

from dure.authorization.requests import AnyRequest
from dure.engine import leases
from dure.engine.connection import AnyConnection
from dure.engine.gather import gather
from dure.engine.release_leases import (
    close_accounts,
    is_of_later,
    keep_latest,
    known_stretch,
    missing_accounts,
    wanted_accounts,
)
from dure.engine.resident import ResidentBooks
from dure.engine.settings import EngineSettings


async def prepare(
    connection: AnyConnection,
    books: ResidentBooks,
    settings: EngineSettings,
    requests: Sequence[AnyRequest],
    *,
    every_key: bool,
) -> None:
    """Fills the books with all that deciding these requests may ask for; see `gather.gather`.

    What a quotation asks of a later time opens no release.
    """
    await gather(connection, books, requests, every_key=every_key)
    if books.rules.releases:
        await _open_releases(connection, books, settings, requests)


async def _open_releases(
    connection: AnyConnection,
    books: ResidentBooks,
    settings: EngineSettings,
    requests: Sequence[AnyRequest],
) -> None:
    """Makes known the accounts that these requests and their originals draw on."""
    instants_us = {
        request.occurred_at_us for request in requests if not is_of_later(books, request)
    }
    if not instants_us:
        return
    latest_us = max(instants_us)
    instants_us |= {movement.occurred_at_us for movement in books.by_id.values()}
    if missing_accounts(books, instants_us):
        wanted = wanted_accounts(books, instants_us)
        keep_latest(books, wanted)
        await leases.load_sums(connection, books, settings, books.rules, keep_all=True)
        if not connection.is_in_transaction():
            await close_accounts(connection, wanted)
    books.releases_known = known_stretch(books, latest_us)
