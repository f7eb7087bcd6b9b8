"""The commands of `dure policy` that only read: status, officials, notices, log, diff."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from dure.kernel.database.server import open_database
from dure.policy.differences import differences
from dure.policy.document import RuleDocument, parse_document
from dure.policy.words import Names
from dure.rulebook.checking import verify
from dure.rulebook.deciding import clock
from dure.rulebook.directory import load_budget_lines
from dure.rulebook.lives import Life, Rulebook
from dure.rulebook.log import Entry, replay
from dure.rulebook.log_store import read_log
from dure.rulebook.officials import ROLE_NAMES, place_name
from dure.rulebook.steps import STAGE_NAMES, STEP_NAMES, Step
from dure.rulebook.workflow import city_time, line_titles

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

_TEXT: Final = """
SELECT document FROM rule_version WHERE rule = $1 AND version = $2
"""
_DRAFT: Final = """
SELECT d.document FROM rule_draft d JOIN rulebook_log l
  ON (l.rule, l.version, l.document_sha256) = (d.rule, d.version, d.sha256)
WHERE d.rule = $1 AND d.version = $2 AND l.step = 'draft' ORDER BY l.entry DESC LIMIT 1
"""
_NOTICES: Final = """
SELECT published_at_us, text_ko, text_en, void FROM rule_notice ORDER BY entry
"""

Read = Callable[["AnyConnection", Any], Awaitable[int]]


def add_commands(commands: Any) -> None:
    """Adds the commands; each leaves `run`, which gives the exit status, in the options."""
    status = _command(commands, "status", _status, "판마다 지금 어디에 있나 / where versions stand")
    status.add_argument("rule", nargs="?", help="규칙 id / a rule's id")
    _command(commands, "officials", _officials, "담당자와 역할 / officials and their roles")
    _command(commands, "notices", _notices, "시민 예고문 / what citizens were told")
    log = _command(commands, "log", _log, "모든 단계의 기록 / every step that was taken")
    help_ = "사슬과 서명을 확인한다(틀리면 종료 상태 1) / check chain and signatures"
    log.add_argument("--verify", action="store_true", help=help_)
    help_ = "공개된 적 있는 해시가 기록에 있는지 본다 / a hash that was published once"
    log.add_argument("--head", action="append", default=[], type=bytes.fromhex, help=help_)
    promise = "두 판의 차이를 말로 적는다 / how two versions differ, in words"
    diff = commands.add_parser("diff", help=promise, description=promise)
    for name in ("before", "after"):
        diff.add_argument(name, help="파일 또는 규칙@판 / a file, or seogu-top-up@2")
    diff.set_defaults(run=_diff)


def _command(commands: Any, word: str, read: Read, promise: str) -> Any:
    parser = commands.add_parser(word, help=promise, description=promise)
    parser.set_defaults(run=lambda given: _with_database(read, given))
    return parser


def _with_database(read: Read, given: Any) -> int:
    async def connected(url: str) -> int:
        connection = await asyncpg.connect(url)
        try:
            return await read(connection, given)
        finally:
            await connection.close()

    with open_database() as info:
        return asyncio.run(connected(info.url))


async def _status(connection: AnyConnection, given: Any) -> int:
    book = replay(await read_log(connection))
    now_us = (await city_time(connection)).now_us()
    lives = [
        life
        for life in sorted(book.lives.values(), key=lambda life: (life.from_us, life.key))
        if given.rule in (None, life.rule, life.key)
    ]
    for life in lives:
        print(_status_line(life, now_us))
    if not lives:
        print("규칙이 없습니다 / there is no such rule", file=sys.stderr)
    return 0 if lives else 1


def _status_line(life: Life, now_us: int) -> str:
    ko, en = STAGE_NAMES[life.stage_at(now_us)]
    place = place_name(life.scope)[0]
    who = f"  ({', '.join(life.approvers)})" if life.approvers else ""
    return f"{life.key:<40} {clock(life.from_us)}  {place}  {ko} / {en}{who}"


async def _officials(connection: AnyConnection, _given: Any) -> int:
    book: Rulebook = replay(await read_log(connection))
    for official in book.officials.values():
        roles = "; ".join(
            f"{ROLE_NAMES[grant.role][0]} {place_name(grant.place)[0]}"
            for grant in sorted(official.grants, key=lambda grant: (grant.role, grant.place))
        )
        print(f"{official.id:<16} {official.name}  {roles}  {official.public_key.hex()[:16]}")
    return 0


async def _notices(connection: AnyConnection, _given: Any) -> int:
    for at_us, ko, en, void in await connection.fetch(_NOTICES):
        mark = "  (철회됨 / void)" if void else ""
        print(f"{clock(at_us)}{mark}\n{ko}\n\n{en}\n")
    return 0


async def _log(connection: AnyConnection, given: Any) -> int:
    entries = await read_log(connection)
    for entry in entries:
        print(_log_line(entry))
    if entries:
        print(f"머리 해시 / head: {entries[-1].hash.hex()}")
    if not given.verify and not given.head:
        return 0
    faults = await verify(connection, given.head)
    for fault in faults:
        print(f"{fault.ko}\n    {fault.en}", file=sys.stderr)
    if not faults:
        print(f"기록 {len(entries)}건, 사슬과 서명이 맞습니다 / {len(entries)} entries, all sound")
    return 1 if faults else 0


def _log_line(entry: Entry) -> str:
    known = entry.step in list(Step)
    name = STEP_NAMES[Step(entry.step)][0] if known else entry.step
    subject = f"{entry.rule}@{entry.version}" if entry.rule else _subject(entry.content)
    return f"{entry.number:>5} {clock(entry.at_us)}  {name} {entry.step}  {subject}  {entry.by}"


def _subject(content: str) -> str:
    """Whom or what a step about the city is about, with the front of the key that it names."""
    try:
        told = json.loads(content)
        named = (told.get("official"), told.get("role"), told.get("days"), told.get("origin"))
        key = told.get("public_key", "")[:16]
    except (ValueError, AttributeError, TypeError):
        return "?"
    return " ".join([str(value) for value in named if value is not None] + ([key] if key else []))


def _diff(given: Any) -> int:
    files = [Path(name) for name in (given.before, given.after)]
    if all(file.is_file() for file in files):
        titles: dict[str, Names] = {}
        for file in files:
            titles |= {b.id: (b.title_ko, b.title_en) for b in load_budget_lines(file.parent)}
        before, after = (parse_document(f.read_text(encoding="utf-8"), str(f)) for f in files)
        return _print_diff(before, after, titles)
    return _with_database(_diff_stored, given)


async def _diff_stored(connection: AnyConnection, given: Any) -> int:
    found = []
    for name in (given.before, given.after):
        text = _text_of_file(name) or await _text_of_version(connection, name)
        if text is None:
            ko, en = f"'{name}' 파일이나 판이 없습니다", f"there is no file or version '{name}'"
            print(f"{ko} / {en}", file=sys.stderr)
            return 1
        found.append(parse_document(text, name))
    return _print_diff(found[0], found[1], await line_titles(connection))


def _text_of_file(name: str) -> str | None:
    path = Path(name)
    return path.read_text(encoding="utf-8") if path.is_file() else None


async def _text_of_version(connection: AnyConnection, name: str) -> str | None:
    """The text that was published or, before that, handed in last."""
    rule, _, number = name.rpartition("@")
    if not rule or not number.isdecimal():
        return None
    for statement in (_TEXT, _DRAFT):
        row = await connection.fetchrow(statement, rule, int(number))
        if row is not None:
            return str(row[0])
    return None


def _print_diff(before: RuleDocument, after: RuleDocument, titles: dict[str, Names]) -> int:
    print(f"{before.title.ko} [{before.key}] → {after.title.ko} [{after.key}]")
    sentences = differences(before, after, titles)
    for sentence in sentences:
        print(f"  {sentence.ko}\n    {sentence.en}")
    if not sentences:
        print("  조건이 같습니다 / the terms are the same")
    return 0
