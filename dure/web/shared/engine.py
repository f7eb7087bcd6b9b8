"""The process's way to the engine, for pages and API alike."""

from __future__ import annotations

from functools import lru_cache

from dure.engine.client import BlockingEngineClient
from dure.engine.settings import socket_path
from dure.kernel.database.home import home_directory


@lru_cache(maxsize=1)
def engine() -> BlockingEngineClient:
    """The process's way to the engine; each thread has its own connection."""
    return BlockingEngineClient(socket_path(home_directory()))
