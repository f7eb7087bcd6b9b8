"""The same small city on a real engine and a real PostgreSQL; figures are read from the tables."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest, Appropriate, IssueCard, OpenWallet
from dure.engine.client import EngineClient
from dure.kernel.clock import SetClock
from dure.ledger.accounts import Account
from tests.engines import BEGUN_US, SEOGU, RunningEngine, new_key
from tests.laws.paper_city import APPROPRIATED, LINE_NAMES


class EngineCity:
    """Requests of one step are under way at once, in order, on one connection."""

    recorded_us: int | None = BEGUN_US
    """The engine's clock stands near its beginning, whatever instant a request occurred at."""

    def __init__(self, engine: RunningEngine) -> None:
        self.clock = SetClock(BEGUN_US)
        self._engine = engine
        self._members = 2_000
        self._loop = asyncio.new_event_loop()
        self._client = self._loop.run_until_complete(EngineClient.connect(engine.path))
        self._rows = psycopg.connect(engine.url, autocommit=True)

    def close(self) -> None:
        self._loop.run_until_complete(self._client.close())
        self._loop.close()
        self._rows.close()

    def begin_again(self) -> dict[bytes, int]:
        """Two new members with a card each, lines filled anew, and the clock set back."""
        self.clock = SetClock(BEGUN_US)
        left = self.lines()
        requests: list[AnyRequest] = [
            Appropriate(**self.new(), line_id=line_id, amount_won=won - left[LINE_NAMES[line_id]])
            for line_id, won in APPROPRIATED.items()
            if won != left[LINE_NAMES[line_id]]
        ]
        cards: dict[bytes, int] = {}
        for _ in range(2):
            self._members += 1
            member, token = self._members, self._members.to_bytes(16, "big")[::-1]
            cards[token] = member
            requests += [
                OpenWallet(**self.new(), member_id=member, level=2, district=SEOGU,
                           birth_year=1980),
                IssueCard(**self.new(), member_id=member, card=token, card_id=member, kind=2,
                          masked_pan="999999******0001", expires_yymm=2912),
            ]  # fmt: skip
        assert all(answer.approved for answer in self.ask_all(requests))
        return cards

    def new(self, us: int | None = None) -> dict[str, Any]:
        """The key and the instant of a new request."""
        return {"key": new_key(), "occurred_at_us": self.clock.now_us() if us is None else us}

    def ask_all(self, requests: Sequence[AnyRequest]) -> list[Answer]:
        async def together() -> list[Answer]:
            return await asyncio.gather(*[self._client.send(request) for request in requests])

        return self._loop.run_until_complete(together())

    def forget(self) -> None:
        """The engine forgets all that it keeps in memory, as if it had been started anew."""
        running = self._engine.server.engine
        assert running is not None
        books = running.books

        async def forget() -> None:
            books.drop_everything()
            books.recent_keys.clear()

        self._engine.run(forget())

    def figures_of(self, member: int) -> dict[str, Any]:
        """The wallet's figures as the tables show them."""
        wallet = self._rows.execute(
            "SELECT charged_won, cashback_won, claim_won, held_won, month, usage_won FROM wallet"
            " WHERE shard = %s AND member_id = %s",
            (member % 64, member),
        ).fetchone()
        assert wallet is not None
        usage = dict(
            self._rows.execute(
                "SELECT month, usage_won FROM month_usage WHERE member_id = %s", (member,)
            ).fetchall()
        )
        usage[wallet[4]] = wallet[5]
        allowances = self._rows.execute(
            "SELECT programme_id, left_won FROM allowance_purse"
            " WHERE member_id = %s AND left_won <> 0",
            (member,),
        ).fetchall()
        return {
            "charged": wallet[0], "cashback": wallet[1], "claim": wallet[2], "held": wallet[3],
            "allowances": dict(allowances),
            "usage": {month: won for month, won in usage.items() if won},
        }  # fmt: skip

    def lines(self) -> dict[str, int]:
        """What is left of each line: appropriated and not spent."""
        rows = self._rows.execute(
            "SELECT b.line_id, b.appropriated_won - coalesce(sum(s.spent_won), 0)::bigint"
            " FROM budget_line b LEFT JOIN budget_slice s USING (line_id) GROUP BY b.line_id"
        ).fetchall()
        return {LINE_NAMES[line_id]: left_won for line_id, left_won in rows}

    def sum_of(self, account: Account) -> int:
        """The account's balance over everybody, credit positive."""
        row = self._rows.execute(
            "SELECT coalesce(-sum(amount_won), 0)::bigint FROM entry WHERE account = %s",
            (int(account),),
        ).fetchone()
        assert row is not None
        return int(row[0])
