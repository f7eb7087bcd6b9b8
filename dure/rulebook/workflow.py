"""The steps of a rule as operations: each reads the log, decides, and writes, in one transaction.

Note [One step at a time]
Every operation first locks the log, so two officials who act at once act one after the other, and
the second is judged by what the first has done. The lock of the log comes before that of
rule_version, everywhere. Whatever a step changes beside the log (a text, a published version, an
end) is written in the same transaction: a process that dies leaves the whole step or nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.kernel.calendar import from_us
from dure.kernel.clock import CityClock, Clock, SystemClock
from dure.policy.document import RuleDocument, parse_document
from dure.policy.document_errors import DocumentErrors
from dure.policy.kinds.coupon import faults_to_publish
from dure.rulebook.deciding import former_version, refusal_of, versions_superseded
from dure.rulebook.ends import cut_off
from dure.rulebook.lives import Life, Rulebook
from dure.rulebook.log import Entry, next_entry, replay
from dure.rulebook.log_store import add_entry, lock_log, read_log
from dure.rulebook.notices import notice_of
from dure.rulebook.publishing import Publication, prepare_publication, sha256_of
from dure.rulebook.refusals import Refusal, StepRefusedError, refused
from dure.rulebook.steps import Act, Step, plain, version_key
from dure.rulebook.store import end_version, load_documents, publish

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

_CLOCK: Final = "SELECT anchor_us, started_at_us, speed FROM city_clock"
_LINES: Final = "SELECT code, name_ko, name_en, payer, district FROM budget_line"
_ADD_TEXT: Final = """
INSERT INTO rule_draft (rule, version, sha256, document) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
"""
_TEXT: Final = """
SELECT document FROM rule_draft WHERE rule = $1 AND version = $2 AND sha256 = $3
UNION ALL
SELECT document FROM rule_version WHERE rule = $1 AND version = $2 AND sha256 = $3
"""
_ISSUED: Final = "SELECT issued FROM coupon_stock WHERE rule = $1"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, with which key, at which instant of the city and of the machine."""

    by: str
    key: Ed25519PrivateKey
    at_us: int
    recorded_at_us: int


@dataclass(slots=True)
class Desk:
    """The rulebook as it stands while the log is locked."""

    connection: AnyConnection
    acting: Acting
    book: Rulebook
    last: Entry | None

    async def write(self, act: Act) -> Entry:
        """Decides and adds the entry. Raises StepRefusedError."""
        refusal = refusal_of(self.book, act)
        if refusal is not None:
            raise StepRefusedError(refusal)
        entry = next_entry(act, self.last, self.acting.key, self.acting.recorded_at_us)
        self.book.apply(act)
        if self.book.officials[act.by].public_key != entry.public_key:
            raise StepRefusedError(refused(Refusal.KEY_UNKNOWN, official=act.by))
        await add_entry(self.connection, entry)
        self.last = entry
        return entry

    def act(self, step: Step, life: Life, content: Mapping[str, object] | None = None) -> Act:
        """A step about a version, on the text that was decided on."""
        return Act(
            step=step,
            by=self.acting.by,
            at_us=self.acting.at_us,
            rule=life.rule,
            version=life.version,
            sha256=life.sha256,
            content=content or {},
        )

    def life(self, rule: str, version: int) -> Life:
        """The version. Raises StepRefusedError when there is none."""
        found = self.book.lives.get(version_key(rule, version))
        if found is None:
            key = version_key(rule, version)
            raise StepRefusedError(refused(Refusal.VERSION_UNKNOWN, key=key))
        return found


@asynccontextmanager
async def open_desk(connection: AnyConnection, acting: Acting) -> AsyncIterator[Desk]:
    """The rulebook for one step: Note [One step at a time]. Commits at the end of the block.

    Raises LogUnreadableError.
    """
    async with connection.transaction():
        await lock_log(connection)
        entries = await read_log(connection)
        yield Desk(connection, acting, replay(entries), entries[-1] if entries else None)


async def draft(connection: AnyConnection, acting: Acting, text: str, file: str) -> Entry:
    """Hands a text in. Raises DocumentErrors for one that does not read, StepRefusedError."""
    async with open_desk(connection, acting) as desk:
        lines = await connection.fetch(_LINES)
        document = parse_document(text, file, {row[0] for row in lines})
        payers = {row[0]: row[4] for row in lines}
        foreign = [n for n in document.funding.line_names if payers[n] != document.scope]
        sha256 = sha256_of(text)
        entry = await desk.write(
            Act(
                step=Step.DRAFT,
                by=acting.by,
                at_us=acting.at_us,
                rule=document.id,
                version=document.version,
                sha256=sha256,
                content={
                    "scope": document.scope,
                    "from_us": document.from_us,
                    "until_us": document.until_us,
                    "foreign_lines": foreign if document.scope else [],
                },
            )
        )
        await connection.execute(_ADD_TEXT, document.id, document.version, sha256, text)
        return entry


async def check(
    connection: AnyConnection, acting: Acting, rule: str, version: int, text: str | None = None
) -> Entry:
    """Checks a draft against now and all that is published. Raises DocumentErrors with every fault.

    Here and in the later steps a `text` is one that the official has before the eyes: another one
    than was decided on is refused.
    """
    return await _with_text(connection, acting, Step.CHECK, rule, version, text)


async def approve(
    connection: AnyConnection, acting: Acting, rule: str, version: int, text: str | None = None
) -> Entry:
    """Approves a checked draft; two other people than the drafter must."""
    return await _with_text(connection, acting, Step.APPROVE, rule, version, text)


async def schedule(
    connection: AnyConnection, acting: Acting, rule: str, version: int, text: str | None = None
) -> Entry:
    """Confirms, with citizens told, that the version shall begin when its text says."""
    return await _with_text(connection, acting, Step.SCHEDULE, rule, version, text)


async def _with_text(
    connection: AnyConnection,
    acting: Acting,
    step: Step,
    rule: str,
    version: int,
    text: str | None,
) -> Entry:
    """A step that needs the text to be good against all that is out, as things stand now."""
    async with open_desk(connection, acting) as desk:
        life = desk.life(rule, version)
        act = desk.act(step, life)
        if text is not None:
            act = replace(act, sha256=sha256_of(text))
        entry = await desk.write(act)
        await ready(desk, life)
        return entry


async def record_simulation(
    connection: AnyConnection,
    acting: Acting,
    rule: str,
    version: int,
    *,
    name: str,
    result_sha256: str,
    made_at_us: int | None = None,
) -> Entry:
    """Notes that a simulation of the checked text was made: its name and its result's hash.

    `made_at_us` is the city's time at which its work began, now when it is not given. From there on
    it is judged whether the simulation is outdated when the version is to be approved (`evidence`).
    """
    async with open_desk(connection, acting) as desk:
        content: dict[str, object] = {"name": plain(name), "result_sha256": result_sha256}
        if made_at_us is not None:
            content["made_at_us"] = made_at_us
        return await desk.write(desk.act(Step.SIMULATE, desk.life(rule, version), content))


async def give_notice(
    connection: AnyConnection, acting: Acting, rule: str, version: int, reasons: str = ""
) -> Entry:
    """Tells citizens what changes and when; with `reasons` as an emergency, at short notice."""
    async with open_desk(connection, acting) as desk:
        life = desk.life(rule, version)
        document = parse_document(await stored_text(desk, life), life.key)
        before = former_version(desk.book, life)
        former = await stored_document(desk, before) if before else None
        titles = await line_titles(connection)
        notice = notice_of(former, document, emergency_reasons=reasons, line_titles=titles)
        content = {
            "begins_at_us": life.from_us,
            "days": desk.book.notice_days,
            "ko": notice.ko,
            "en": notice.en,
            "reasons": plain(reasons),
        }
        step = Step.EMERGENCY if reasons else Step.NOTICE
        return await desk.write(desk.act(step, life, content))


async def publish_version(
    connection: AnyConnection, acting: Acting, rule: str, version: int, text: str | None = None
) -> Entry:
    """Gives a scheduled version to the engines, which begin with it at its instant.

    Versions of the same rule that would still hold then end there: their text stays as it is, their
    end is written beside them.
    """
    async with open_desk(connection, acting) as desk:
        life = desk.life(rule, version)
        ended = versions_superseded(desk.book, life)
        act = desk.act(Step.PUBLISH, life, {"supersedes": [list(pair) for pair in ended]})
        if text is not None:
            act = replace(act, sha256=sha256_of(text))
        publication = await ready(desk, life) if refusal_of(desk.book, act) is None else None
        entry = await desk.write(act)
        assert publication is not None, "a step that was refused is not written"
        await publish(connection, [publication], acting.at_us)
        for ended_version, ends_at_us in ended:
            await end_version(connection, rule, ended_version, ends_at_us, entry.number)
        return entry


async def ready(desk: Desk, life: Life) -> Publication:
    """The version's text, checked against all that is published. Raises DocumentErrors."""
    text = await stored_text(desk, life)
    return await ready_text(desk, life, text)


async def ready_text(desk: Desk, life: Life, text: str) -> Publication:
    """A text for that version, checked as if what it supersedes had ended."""
    connection = desk.connection
    ends = {(life.rule, version): us for version, us in versions_superseded(desk.book, life)}
    published = [
        cut_off(document, ends.get((document.id, document.version)))
        for _, document in await load_documents(connection)
    ]
    lines = await known_lines(connection)
    now = from_us(desk.acting.at_us)
    publication = prepare_publication(text, life.key, lines, published, now)
    issued = await connection.fetchval(_ISSUED, life.rule)
    faults = faults_to_publish(publication.document, issued or 0)
    if faults:
        raise DocumentErrors(faults)
    return publication


async def stored_text(desk: Desk, life: Life) -> str:
    """The text that was handed in or published with the hash that was decided on.

    Raises StepRefusedError when there is none: somebody has changed the tables.
    """
    row = await desk.connection.fetchrow(_TEXT, life.rule, life.version, life.sha256)
    if row is None:
        raise StepRefusedError(
            refused(Refusal.TEXT_CHANGED, key=life.key, now="-", then=life.sha256[:12])
        )
    return str(row[0])


async def stored_document(desk: Desk, life: Life) -> RuleDocument:
    """The version's document as it holds, its earlier end with it."""
    text = await stored_text(desk, life)
    return cut_off(parse_document(text, life.key), life.ends_at_us)


async def city_time(connection: AnyConnection) -> Clock:
    """The city's clock; the machine's own where the city has none."""
    row = await connection.fetchrow(_CLOCK)
    return SystemClock() if row is None else CityClock(row[0], row[1], row[2])


async def known_lines(connection: AnyConnection) -> set[str]:
    """The ids of all budget lines."""
    return {row[0] for row in await connection.fetch(_LINES)}


async def line_titles(connection: AnyConnection) -> dict[str, tuple[str, str]]:
    """The names of the budget lines, Korean and English, by id."""
    return {row[0]: (row[1], row[2]) for row in await connection.fetch(_LINES)}
