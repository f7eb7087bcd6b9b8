"""The commands of `dure policy` that take a step: each is signed by the official named in --by."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg

from dure.kernel.calendar import SEOUL, to_us
from dure.kernel.database.home import home_directory
from dure.kernel.database.server import open_database
from dure.policy.districts import CITY, DISTRICT_CODES
from dure.rulebook import city_steps, endings, workflow
from dure.rulebook.directory import load_directory
from dure.rulebook.log import Entry
from dure.rulebook.officials import Grant, Role
from dure.rulebook.refusals import StepRefusedError
from dure.rulebook.signing import signing_key
from dure.rulebook.workflow import Acting

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

Take = Callable[["AnyConnection", Acting, Any], Awaitable[Entry]]


async def _draft(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    text = given.file.read_text(encoding="utf-8")
    return await workflow.draft(connection, acting, text, str(given.file))


async def _simulated(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    rule, number = given.version
    sha256 = hashlib.sha256(given.result.read_bytes()).hexdigest()
    return await workflow.record_simulation(
        connection, acting, rule, number, name=given.name, result_sha256=sha256
    )


async def _notice(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    rule, number = given.version
    return await workflow.give_notice(connection, acting, rule, number, given.emergency or "")


async def _rollback(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    if given.confirm:
        return await endings.confirm_end(connection, acting, *given.version)
    return await endings.ask_end(
        connection,
        acting,
        *given.version,
        reasons=given.reasons,
        ends_at_us=None if given.at is None else to_us(given.at),
        restore=given.restore,
    )


async def _withdraw(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    rule, number = given.version
    return await endings.withdraw(connection, acting, rule, number, given.reasons)


async def _grant(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    key = signing_key(home_directory(), given.official).public_key().public_bytes_raw()
    name, grant = given.name or given.official, Grant(given.role, given.district)
    return await city_steps.grant_role(
        connection, acting, given.official, grant, name=name, public_key=key
    )


async def _revoke(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    grant = Grant(given.role, given.district)
    return await city_steps.revoke_role(connection, acting, given.official, grant)


async def _notice_days(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    return await city_steps.set_notice_days(connection, acting, given.days)


async def _take_over(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
    documents = load_directory(given.directory, await workflow.known_lines(connection))
    return await city_steps.take_over(connection, acting, documents, given.origin)


def _on_text(
    step: Callable[[AnyConnection, Acting, str, int, str | None], Awaitable[Entry]],
) -> Take:
    async def take(connection: AnyConnection, acting: Acting, given: Any) -> Entry:
        text = given.file.read_text(encoding="utf-8") if given.file else None
        rule, number = given.version
        return await step(connection, acting, rule, number, text)

    return take


def check(given: Any) -> int:
    """`dure policy check RULE@V --by`; without --by the command checks a directory."""
    try:
        given.version = version(str(given.directory))
    except argparse.ArgumentTypeError as error:
        print(error, file=sys.stderr)
        return 2
    return run_step(_on_text(workflow.check), given)


def add_commands(commands: Any) -> None:
    """Adds the commands; each leaves `run`, which gives the exit status, in the options."""
    named = _Adder(commands)
    draft = named.command("draft", _draft, "초안을 낸다 / hand a draft in")
    draft.add_argument("file", type=Path, help="규칙 문서 / a rule document (YAML)")
    simulated = named.of_version("simulated", _simulated, "모의실험 결과를 적는다 / note a result")
    simulated.add_argument("--name", required=True, help="결과의 이름 / what it is called")
    simulated.add_argument("--result", type=Path, required=True, help="결과 파일 / its file")
    named.on_text("approve", workflow.approve, "승인한다(두 사람) / approve; two people must")
    notice = named.of_version("notice", _notice, "시민에게 미리 알린다 / tell citizens ahead")
    help_ = "긴급한 이유를 적고 짧게 알린다 / the reasons of an emergency, for a shorter notice"
    notice.add_argument("--emergency", metavar="REASONS", help=help_)
    named.on_text("schedule", workflow.schedule, "시행을 예정한다 / schedule its beginning")
    help_ = "공포한다: 엔진이 정해진 때에 시작한다 / publish it to the engines"
    named.on_text("publish", workflow.publish_version, help_)
    rollback = named.of_version(
        "rollback", _rollback, "되돌린다(두 사람) / end it, by two approvers"
    )
    rollback.add_argument("--at", type=instant, help="끝나는 때(없으면 확인한 때) / when it ends")
    help_ = "앞의 조건을 새 판으로 되살린다 / bring the former terms back as a new version"
    rollback.add_argument("--restore", action="store_true", help=help_)
    _reasons(rollback, required=False)
    help_ = "다른 승인자의 요청을 확인한다 / confirm what another approver asked for"
    rollback.add_argument("--confirm", action="store_true", help=help_)
    _reasons(named.of_version("withdraw", _withdraw, "초안을 거둔다 / give a draft up"))
    for word, take, promise in (
        ("grant", _grant, "역할을 준다 / give an official a role"),
        ("revoke", _revoke, "역할을 거둔다 / take a role away"),
    ):
        parser = named.command(word, take, promise)
        parser.add_argument("official", help="담당자 id / the official's id")
        parser.add_argument("--role", type=Role, choices=list(Role), required=True)
        parser.add_argument("--district", type=_district, default=CITY, help="서구")
        parser.add_argument("--name", help="이름 / what the official is called")
    days = named.command("notice-days", _notice_days, "예고 기간을 정한다 / set the days of notice")
    days.add_argument("days", type=int)
    over = named.command("take-over", _take_over, "이미 시행된 규칙을 인수한다 / take rules over")
    over.add_argument("directory", type=Path)
    over.add_argument("--origin", required=True, help="어디에서 정해졌나 / where they were decided")


class _Adder:
    """Adds parsers with what every step asks for."""

    def __init__(self, commands: Any) -> None:
        self._commands = commands

    def command(self, word: str, take: Take, promise: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = self._commands.add_parser(
            word, help=promise, description=promise
        )
        parser.add_argument("--by", required=True, help="담당자 id / the official who acts")
        parser.set_defaults(run=lambda given: run_step(take, given))
        return parser

    def of_version(self, word: str, take: Take, promise: str) -> argparse.ArgumentParser:
        parser = self.command(word, take, promise)
        parser.add_argument("version", type=version, help="규칙@판 / as seogu-top-up@2")
        return parser

    def on_text(self, word: str, step: Any, promise: str) -> None:
        parser = self.of_version(word, _on_text(step), promise)
        help_ = "보고 있는 글: 다르면 거부된다 / the text before your eyes; refused if another"
        parser.add_argument("--file", type=Path, help=help_)


def _reasons(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    help_ = "이유(시민이 읽는다) / why; citizens will read it"
    parser.add_argument("--reasons", default="", required=required, help=help_)


def version(text: str) -> tuple[str, int]:
    """Rule and number of `seogu-top-up@2`. Raises ArgumentTypeError."""
    rule, _, number = text.rpartition("@")
    if not rule or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}: seogu-top-up@2처럼 적으세요 / write seogu@2")
    return rule, int(number)


def instant(text: str) -> datetime:
    """A date or time; in Seoul unless it names an offset. Raises ArgumentTypeError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}: 2019-10-22 또는 2019-08-01T06:00으로 적으세요 / write 2019-10-22"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=SEOUL)


def _district(text: str) -> int:
    if text not in DISTRICT_CODES:
        raise argparse.ArgumentTypeError(f"{text!r}: 서구처럼 적으세요 / write Seo-gu or 28260")
    return DISTRICT_CODES[text]


def run_step(take: Take, given: Any) -> int:
    """Takes the step in the city's database; 1 when it is refused, with the reason."""
    try:
        with open_database() as info:
            entry = asyncio.run(_take(info.url, take, given))
    except StepRefusedError as stop:
        print(f"{stop.refused.korean}\n    {stop.refused.english}", file=sys.stderr)
        return 1
    except asyncpg.LockNotAvailableError:
        ko, en = (
            "다른 담당자의 절차가 끝나지 않았습니다. 다시 하세요.",
            "another step goes on; try again",
        )
        print(f"{ko}\n    {en}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    subject = f" {entry.rule}@{entry.version}" if entry.rule else ""
    print(f"{entry.number} {entry.step}{subject} {entry.by}  {entry.hash.hex()}")
    return 0


async def _take(url: str, take: Take, given: Any) -> Entry:
    connection = await asyncpg.connect(url)
    try:
        return await take(connection, await _acting(connection, given.by), given)
    finally:
        await connection.close()


async def _acting(connection: AnyConnection, by: str) -> Acting:
    clock = await workflow.city_time(connection)
    key = signing_key(home_directory(), by)
    return Acting(by, key, clock.now_us(), time.time_ns() // 1000)
