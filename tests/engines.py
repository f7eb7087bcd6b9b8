"""A real engine for tests: in a thread of its own, over a real socket and a real database."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import threading
import time
import traceback
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest, OpenWallet
from dure.engine.client import BlockingEngineClient
from dure.engine.server import EngineServer
from dure.engine.settings import EngineSettings
from dure.kernel.calendar import to_us
from dure.policy.document import parse_document

BEGUN_US = to_us(datetime.fromisoformat("2019-10-21T18:00:00+09:00"))
"""The city's time when a test's engine begins; the clock then runs at the world's speed."""

SEOGU, JUNGGU = 28260, 28110

_keys = itertools.count(1)


def new_key() -> bytes:
    """A request key that no other request of this test run has."""
    return (BEGUN_US // 1000).to_bytes(6, "big") + next(_keys).to_bytes(10, "big")


class RunningEngine:
    """An engine that serves; `ask` from any thread."""

    def __init__(self, url: str, path: Path, settings: EngineSettings) -> None:
        self.url = url
        self.path = path
        self._settings = settings
        self._client = BlockingEngineClient(path)
        self.server: EngineServer
        self._loop: asyncio.AbstractEventLoop
        self._thread: threading.Thread
        self.failure: BaseException | None = None

    def start(self) -> None:
        ready = threading.Event()

        def work() -> None:
            self._loop = asyncio.new_event_loop()
            self.server = EngineServer(self.url, self.path, self._settings)
            ready.set()
            try:
                self._loop.run_until_complete(self.server.run())
            except BaseException as error:
                self.failure = error
                traceback.print_exception(error)
            finally:
                self._loop.close()

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()
        ready.wait()
        until = time.monotonic() + 30
        while not (self.path.exists() and self.server.engine is not None):
            if self.failure is not None:
                raise self.failure
            assert time.monotonic() < until, "the engine did not begin"
            time.sleep(0.01)

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self.server.stop)
            self._thread.join(30)
        self._client.close()

    def ask(self, request: AnyRequest) -> Answer:
        return self._client.ask(request)

    def leave(self) -> None:
        """Ends the connection of a thread that has asked and comes to its end."""
        self._client.close()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs a coroutine between two of the engine's batches."""
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


@contextmanager
def running_engine(url: str, settings: EngineSettings | None = None) -> Iterator[RunningEngine]:
    """An engine on a database, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="dure-engine-", dir="/tmp") as folder:
        engine = RunningEngine(
            url, Path(folder) / "engine.sock", settings or EngineSettings(takeover_patience_s=5)
        )
        engine.start()
        try:
            yield engine
        finally:
            engine.stop()


CITY_RULE = """\
id: test-city
version: 1
kind: bracket_cashback
title: {ko: 시 캐시백, en: City cashback}
scope: city
period: {from: 2019-10-01, until: 2019-10-22}
brackets:
  - {from_won: 0, below_won: 1000000, rate_bp: 600}
funding: {of: 6, lines: {test-state: 4, test-city: 2}}
sources: [https://example.org/city]
"""
CITY_RULE_LATER = CITY_RULE.replace("version: 1", "version: 2").replace(
    "{from: 2019-10-01, until: 2019-10-22}", "{from: 2019-10-22, until: 2020-01-01}"
).replace("600", "300")  # fmt: skip
SEOGU_RULE = """\
id: test-seogu
version: 1
kind: bracket_cashback
title: {ko: 서구 캐시백, en: Seo-gu top-up}
scope: 서구
period: {from: 2019-10-01, until: 2020-01-01}
brackets:
  - {from_won: 0, below_won: 300000, rate_bp: 400}
funding: {of: 1, lines: {test-seogu: 1}}
sources: [https://example.org/seogu]
"""
LINES = (
    (1, "test-state", "state", None, 4_000_000),
    (2, "test-city", "city", None, 2_000_000),
    (3, "test-seogu", "district", SEOGU, 1_000_000),
)
SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS, SHOP_SUSPENDED = (
    f"TESTSHOP{number:07d}" for number in range(1, 5)
)


def seed_city(url: str, rules: tuple[str, ...] = (CITY_RULE, CITY_RULE_LATER, SEOGU_RULE)) -> None:
    """A small city: three budget lines, rules of 6% then 3% and a top-up, four shops, limits."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, 1)",
            (time.time_ns() // 1000, BEGUN_US),
        )
        connection.execute("DELETE FROM wallet_limit")
        connection.execute(
            "INSERT INTO wallet_limit VALUES (1, 0, 500000, 500000, 500000, 'test'),"
            " (2, 0, 2000000, 5000000, 2000000, 'test')"
        )
        for line_id, code, payer, district, _won in LINES:
            connection.execute(
                "INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, district,"
                " fiscal_year) VALUES (%s, %s, %s, %s, %s, %s, 2019)",
                (line_id, code, code, code, payer, district),
            )
        for place, text in enumerate(rules):
            document = parse_document(text, f"test rule {place}")
            connection.execute(
                "INSERT INTO rule_version VALUES (%s, %s, %s, %s,"
                " encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 0)",
                (place + 1, document.id, document.version, text, text),
            )
        _seed_shops(connection)


def _seed_shops(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    shops = ((1, SHOP_JUNGGU, JUNGGU), (2, SHOP_SEOGU, SEOGU), (3, SHOP_PLUS, SEOGU),
             (4, SHOP_SUSPENDED, JUNGGU))  # fmt: skip
    for shop_id, code, district in shops:
        connection.execute(
            "INSERT INTO shop (shop_id, district, sales_band, status, shop_code, business_number,"
            " name_ko, sector, mcc) VALUES (%s, %s, 1, 2, %s, '1248100998', %s, '56111', '5812')",
            (shop_id, district, code, f"시험가게 {shop_id}"),
        )
        connection.execute(
            "INSERT INTO shop_status (shop_id, decision, decided_at, effective_at) VALUES"
            " (%s, 2, '2019-01-01 09:00+09', '2019-01-02 00:00+09')",
            (shop_id,),
        )
    connection.execute(
        "INSERT INTO shop_status (shop_id, decision, decided_at, effective_at, reason) VALUES"
        " (4, 4, '2019-09-01 09:00+09', '2019-09-01 09:00+09', 'test')"
    )
    connection.execute(
        "INSERT INTO benefit_offer (shop_id, discount_bp, from_day, until_day) VALUES"
        " (3, 500, '2019-01-01', '2020-01-01')"
    )


def open_member(engine: RunningEngine, member_id: int, level: int = 2) -> None:
    """Opens an empty wallet."""
    answer = engine.ask(
        OpenWallet(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, level=level,
            district=SEOGU, birth_year=1980,
        )
    )  # fmt: skip
    assert answer.approved, answer
