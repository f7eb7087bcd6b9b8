"""A city with officials for tests of the rulebook: who acts, and rules to act on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.kernel.calendar import SEOUL, to_us
from dure.policy.districts import CITY
from dure.rulebook import city_steps, workflow
from dure.rulebook.officials import Grant, Role
from dure.rulebook.workflow import Acting

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

REASONS = "예산이 열흘 안에 다 쓰일 것으로 보입니다."
ROLES = {
    "root": Role.OPERATOR,
    "writer": Role.POLICY_OFFICER,
    "first": Role.APPROVER,
    "second": Role.APPROVER,
}
CITY_RULE = """\
id: test-city
version: 1
kind: bracket_cashback
title: {ko: 시 캐시백, en: City cashback}
scope: city
period: {from: 2019-10-01, until: 2020-01-01}
brackets:
  - {from_won: 0, below_won: 300000, rate_bp: 600}
funding: {of: 6, lines: {test-state: 4, test-city: 2}}
sources: [https://example.org/city]
"""
LOWER = (
    CITY_RULE.replace("version: 1", "version: 2")
    .replace("from: 2019-10-01", "from: 2019-11-15")
    .replace("600", "300")
)


def at(text: str) -> int:
    return to_us(datetime.fromisoformat(text).replace(tzinfo=SEOUL))


NOW = at("2019-08-01T09:00")
MIDDLE = at("2019-11-15")


def acting(by: str, at_us: int = NOW) -> Acting:
    key = Ed25519PrivateKey.from_private_bytes(by.encode().ljust(32, b"."))
    return Acting(by, key, at_us, recorded_at_us=NOW)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AnyConnection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def run(url: str, work: Callable[[AnyConnection], Awaitable[None]]) -> None:
    async def main() -> None:
        async with connected(url) as connection:
            await work(connection)

    asyncio.run(main())


def seed_officials(url: str) -> None:
    """Three budget lines, and four officials with keys of their own."""
    with psycopg.connect(url, autocommit=True) as connection:
        for line_id, code in enumerate(("test-state", "test-city", "test-other"), start=1):
            connection.execute(
                "INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, fiscal_year)"
                " VALUES (%s, %s, '시비', 'City money', 'city', 2019) ON CONFLICT DO NOTHING",
                (line_id, code),
            )

    async def granted(connection: AnyConnection) -> None:
        for who, role in ROLES.items():
            await city_steps.grant_role(
                connection,
                acting("root"),
                who,
                Grant(role, CITY),
                name=who,
                public_key=acting(who).key.public_key().public_bytes_raw(),
            )

    run(url, granted)


async def to_scheduled(
    connection: AnyConnection,
    text: str,
    version: int,
    at_us: int = NOW,
    rule: str = "test-city",
) -> None:
    writer = acting("writer", at_us)
    await workflow.draft(connection, writer, text, "draft.yaml")
    await workflow.check(connection, writer, rule, version)
    await workflow.approve(connection, acting("first", at_us), rule, version)
    await workflow.approve(connection, acting("second", at_us), rule, version)
    await workflow.give_notice(connection, writer, rule, version)
    await workflow.schedule(connection, writer, rule, version)


async def to_published(
    connection: AnyConnection, text: str, version: int, at_us: int = NOW
) -> None:
    await to_scheduled(connection, text, version, at_us)
    await workflow.publish_version(connection, acting("root", at_us), "test-city", version)
