"""How a version comes to an end before its time: withdrawn before it is published, or rolled back.

A roll-back needs two approvers, as the promise itself did: one asks for it, another confirms. It
ends the version or, beside that, publishes the former terms as a new version in the same step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dure.kernel.calendar import from_us
from dure.rulebook.deciding import end_of, former_version, whole_second
from dure.rulebook.ends import cut_off
from dure.rulebook.lives import Ending, Life
from dure.rulebook.log import Entry
from dure.rulebook.notices import Notice, notice_of, notice_of_end
from dure.rulebook.publishing import Publication, prepare_publication
from dure.rulebook.refusals import Refusal, StepRefusedError, refused
from dure.rulebook.restating import restate
from dure.rulebook.steps import Step, plain
from dure.rulebook.store import end_version, load_documents, publish
from dure.rulebook.workflow import (
    Acting,
    Desk,
    known_lines,
    line_titles,
    open_desk,
    stored_document,
    stored_text,
)

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection


async def withdraw(
    connection: AnyConnection, acting: Acting, rule: str, version: int, reasons: str
) -> Entry:
    """Gives a version up that is not published; its number is not used again."""
    async with open_desk(connection, acting) as desk:
        life = desk.life(rule, version)
        return await desk.write(desk.act(Step.WITHDRAW, life, {"reasons": plain(reasons)}))


async def ask_end(
    connection: AnyConnection,
    acting: Acting,
    rule: str,
    version: int,
    *,
    reasons: str,
    ends_at_us: int | None = None,
    restore: bool = False,
) -> Entry:
    """Asks for the end of a published version, at an instant or as soon as it is confirmed.

    With `restore` the terms before it come back as a new version, for the rest of its period.
    """
    async with open_desk(connection, acting) as desk:
        content: dict[str, object] = {"restore": restore, "reasons": plain(reasons)}
        if ends_at_us is not None:
            content["ends_at_us"] = whole_second(ends_at_us)
        return await desk.write(desk.act(Step.ASK_END, desk.life(rule, version), content))


async def confirm_end(connection: AnyConnection, acting: Acting, rule: str, version: int) -> Entry:
    """Ends the version as another approver asked. Raises StepRefusedError, DocumentErrors."""
    async with open_desk(connection, acting) as desk:
        life = desk.life(rule, version)
        if life.ending is None:
            raise StepRefusedError(refused(Refusal.END_NOT_ASKED, key=life.key))
        ends_at_us = end_of(life.ending, life, acting.at_us)
        restored = None
        if life.ending.restore and ends_at_us < life.last_us:
            restored = await _former_terms(desk, life, ends_at_us)
        notice = await _notice(desk, life, life.ending, ends_at_us, restored)
        content: dict[str, object] = {
            "ends_at_us": ends_at_us,
            "begins_at_us": ends_at_us,
            "reasons": life.ending.reasons,
            "ko": notice.ko,
            "en": notice.en,
        }
        if restored is not None:
            document = restored.document
            content["restores"] = {
                "version": document.version,
                "sha256": restored.sha256,
                "scope": document.scope,
                "from_us": document.from_us,
                "until_us": document.until_us,
            }
        entry = await desk.write(desk.act(Step.ROLL_BACK, life, content))
        await end_version(connection, rule, version, ends_at_us, entry.number)
        if restored is not None:
            await publish(connection, [restored], acting.at_us)
        return entry


async def _former_terms(desk: Desk, life: Life, begins_us: int) -> Publication:
    """The text before this version's, as a new version for what is left of its period."""
    former = former_version(desk.book, life)
    assert former is not None, "an end with former terms was asked for only where there are any"
    version = max(other.version for other in desk.book.versions(life.rule)) + 1
    text = restate(await stored_text(desk, former), version, begins_us, life.last_us)
    published = [
        cut_off(document, begins_us if document.key == life.key else None)
        for _, document in await load_documents(desk.connection)
    ]
    lines = await known_lines(desk.connection)
    now = from_us(desk.acting.at_us)
    return prepare_publication(text, f"{life.rule}@{version}", lines, published, now)


async def _notice(
    desk: Desk, life: Life, asked: Ending, ends_at_us: int, restored: Publication | None
) -> Notice:
    document = await stored_document(desk, life)
    if restored is None:
        return notice_of_end(document, ends_at_us, asked.reasons)
    titles = await line_titles(desk.connection)
    return notice_of(
        document, restored.document, emergency_reasons=asked.reasons, line_titles=titles
    )
