"""The check that asyncpg makes of every number in an array is where the engine spares it."""

import asyncpg.protocol.protocol as asyncpg_protocol

from dure.engine.connection import spare_checks_of_numbers


def test_it_is_spared_where_asyncpg_still_makes_it() -> None:
    assert "IterableABC" in vars(asyncpg_protocol)
    spare_checks_of_numbers()
    asked_for = vars(asyncpg_protocol)["IterableABC"]
    assert not isinstance(5, asked_for)
    assert isinstance([5], asked_for)
