"""Transfers and appropriations on paper: what was decided by whom, and what the journal has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.budget.appropriating import KIND_NAMES
from dure.budget.lines import get_line_by_id
from dure.budget.office import Course, Outcome, outcome_of
from dure.budget.transferring import STEP_NAMES, Taken, Transfer
from dure.kernel.calendar import seoul
from dure.rulebook.lives import Rulebook
from dure.web.console.export.rule_evidence import Word, words_of
from dure.web.console.log.rows import name_of
from dure.web.shared.amounts import exact_won
from dure.web.shared.language import Language
from dure.web.shared.paper import Block, Facts, Grid, Heading, paper

_APPROPRIATION: Final = """
SELECT line_id, kind, amount_won, decided_on, document_number, document_title, source, official_id,
  recorded_at_us, request_key FROM budget_appropriation WHERE appropriation_id = %s
"""
_COURSES: Final = {
    Course.UNDER_WAY: ("처리 중", "under way"),
    Course.DONE: ("집행됨", "carried out"),
    Course.REFUSED: ("집행되지 않음", "refused"),
}


def transfer_paper(transfer: Transfer, book: Rulebook, language: Language) -> bytes:
    """The paper about a transfer, as of its last step. Raises FontMissingError."""
    word = words_of(language)
    giving, getting = transfer.from_line, transfer.to_line
    facts = [
        (word("from_line"), f"{language.choose(giving.name_ko, giving.name_en)} ({giving.code})"),
        (word("to_line"), f"{language.choose(getting.name_ko, getting.name_en)} ({getting.code})"),
        (word("transfer_amount"), exact_won(transfer.amount_won, language)),
        (word("reason"), transfer.reason),
        *_outcome(transfer.outcome, transfer.request_key, word, language),
    ]
    blocks: list[Block] = [
        Facts(facts),
        Heading(word("steps")),
        _steps(transfer.steps, book, word, language),
    ]
    title = f"{word('transfer_title')} {transfer.transfer_id}"
    at_us = transfer.steps[-1].at_us
    return paper(title, word("evidence"), blocks, at_us=at_us, language=language)


def appropriation_paper(
    connection: Connection[TupleRow], number: int, book: Rulebook, language: Language
) -> bytes | None:
    """The paper about an appropriation; None when there is none of that number.

    Raises FontMissingError.
    """
    row: tuple[Any, ...] | None = connection.execute(_APPROPRIATION, (number,)).fetchone()
    if row is None:
        return None
    line_id, kind, amount_won, decided_on, doc_number, doc_title, source, who, at_us, key = row
    word, line = words_of(language), get_line_by_id(connection, line_id)
    facts = [
        (word("line"), f"{language.choose(line.name_ko, line.name_en)} ({line.code})"),
        (word("kind"), language.choose(*KIND_NAMES[kind])),
        (word("transfer_amount"), exact_won(amount_won, language)),
        (word("decided_on"), decided_on.isoformat()),
        (word("doc_number"), doc_number),
        (word("doc_title"), doc_title),
        (word("source"), source or word("none")),
        (word("who"), name_of(book, who)),
        (word("when"), f"{seoul(at_us):%Y-%m-%d %H:%M:%S}"),
        *_outcome(outcome_of(connection, key), key, word, language),
    ]
    title = f"{word('appropriation_title')} {number}"
    return paper(title, word("evidence"), [Facts(facts)], at_us=at_us, language=language)


def _outcome(outcome: Outcome, key: bytes, word: Word, language: Language) -> list[tuple[str, str]]:
    told = language.choose(*_COURSES[outcome.course])
    if outcome.course is Course.REFUSED:
        told = f"{told} ({outcome.reason.name})"
    movement = str(outcome.movement_id) if outcome.movement_id else word("none")
    return [
        (word("outcome"), told),
        (word("movement"), movement),
        (word("request_key"), bytes(key).hex()),
    ]


def _steps(steps: Sequence[Taken], book: Rulebook, word: Word, language: Language) -> Grid:
    rows = [
        (
            language.choose(*STEP_NAMES[step.step]),
            name_of(book, step.official_id),
            f"{seoul(step.at_us):%Y-%m-%d %H:%M:%S}",
            step.note,
        )
        for step in steps
    ]
    heads = [word(name) for name in ("step", "who", "when", "note")]
    return Grid(heads, rows, (18, 30, 22, 30))
