"""A version of a rule on paper: its text, what it changes, every signed step, what was reckoned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.forecast.results import Forecast, Simulation, decode
from dure.kernel.calendar import seoul
from dure.policy.differences import differences
from dure.policy.document import RuleDocument
from dure.rulebook.deciding import former_version
from dure.rulebook.lives import Life, Rulebook, restored_life, superseded, taken_over
from dure.rulebook.log import Entry
from dure.rulebook.officials import place_name
from dure.rulebook.steps import STAGE_NAMES, STEP_NAMES, Step
from dure.web.console.export.result_blocks import forecast_blocks, simulation_blocks
from dure.web.console.export.words import PAPER_WORDS
from dure.web.console.log.rows import detail_of, name_of
from dure.web.console.shell.rulebook import LogRead
from dure.web.console.workshop.reading import document_of, line_names, text_of
from dure.web.shared.language import Language
from dure.web.shared.paper import Block, Facts, Grid, Heading, Text, paper

_RESULT: Final = "SELECT result FROM foresight_result WHERE sha256 = %s AND kind = %s"
# The last forecast that was asked for with this very text in it.
_FORECAST: Final = """
SELECT r.result, r.sha256
FROM foresight_work w JOIN foresight_result r ON r.sha256 = w.result_sha256
WHERE w.kind = 'forecast' AND w.state = 'done' AND position(%s in w.asked) > 0
ORDER BY w.work_id DESC LIMIT 1
"""
Word = Callable[[str], str]
City = Connection[TupleRow]


def words_of(language: Language) -> Word:
    """The words of papers by their names."""
    return lambda name: language.choose(*PAPER_WORDS[name])


def rule_paper(city: City, read: LogRead, life: Life, language: Language) -> bytes:
    """The paper about a version, as of the last step about it. Raises FontMissingError."""
    word = words_of(language)
    entries = [entry for entry in read.entries if is_about(entry, life)]
    document = document_of(city, life)
    title = language.choose(document.title.ko, document.title.en) if document else life.rule
    number = language.choose(f"{life.version}판", f"version {life.version}")
    at_us = entries[-1].at_us if entries else life.from_us
    blocks: list[Block] = [
        _head(life, read.book, at_us, word, language),
        *_changes(city, read.book, life, document, word, language),
        Heading(word("steps")),
        _steps(entries, read.book, word, language),
        *_notices(entries, word, language),
        *_simulations(city, entries, word, language),
        *_forecast(city, life, word, language),
        Heading(word("document")),
        Text(text_of(city, life.rule, life.version, life.sha256) or word("none"), is_code=True),
        Heading(word("signatures")),
        *_signatures(entries, read.book, word, language),
        Text(word("check"), is_quiet=True),
    ]
    return paper(f"{title} · {number}", word("evidence"), blocks, at_us=at_us, language=language)


def is_about(entry: Entry, life: Life) -> bool:
    """Whether a step was about the version, ended it, brought it back or took it over."""
    act = entry.act()
    if act.key == life.key or any(one.key == life.key for one in taken_over(act)):
        return True
    if act.rule != life.rule:
        return False
    restored = restored_life(act)
    is_restored = restored is not None and restored.key == life.key
    return is_restored or life.version in [version for version, _ in superseded(act)]


def _head(life: Life, book: Rulebook, at_us: int, word: Word, language: Language) -> Facts:
    people = {
        "drafters": ", ".join(name_of(book, who) for who in sorted(life.drafters)),
        "approvers": ", ".join(name_of(book, who) for who in life.approvers),
    }
    return Facts(
        [
            (word("rule"), life.key),
            (word("place"), language.choose(*place_name(life.scope))),
            (word("period"), f"{_minute(life.from_us)} ~ {_minute(life.last_us)}"),
            (word("stage"), language.choose(*STAGE_NAMES[life.stage_at(at_us)])),
            *((word(name), told or word("none")) for name, told in people.items()),
            (word("text_hash"), life.sha256),
        ]
    )


def _changes(
    city: City,
    book: Rulebook,
    life: Life,
    document: RuleDocument | None,
    word: Word,
    language: Language,
) -> Iterator[Block]:
    if document is None:
        return
    former = former_version(book, life)
    before = document_of(city, former) if former else None
    yield Heading(word("changes"))
    yield Text(f"{word('former')}: {former.key}" if former else word("changes_new"), is_quiet=True)
    told = [language.choose(s.ko, s.en) for s in differences(before, document, line_names(city))]
    yield Text("\n".join(f"- {one}" for one in told) or word("changes_none"))


def _steps(entries: Sequence[Entry], book: Rulebook, word: Word, language: Language) -> Grid:
    heads = ("#", *(word(name) for name in ("step", "who", "when", "detail")))
    rows = [
        (
            str(entry.number),
            language.choose(*STEP_NAMES[Step(entry.step)][:2]),
            name_of(book, entry.by),
            _second(entry.at_us),
            detail_of(entry, book, language),
        )
        for entry in entries
    ]
    return Grid(heads, rows, (6, 18, 26, 22, 28))


def _notices(entries: Sequence[Entry], word: Word, language: Language) -> Iterator[Block]:
    for entry in entries:
        if entry.step in (Step.NOTICE, Step.EMERGENCY, Step.ROLL_BACK):
            text = str(json.loads(entry.content).get(language.value, ""))
            if text:
                yield Heading(f"{word('notice')} (#{entry.number})")
                yield Text(text)


def _simulations(
    city: City, entries: Sequence[Entry], word: Word, language: Language
) -> Iterator[Block]:
    for entry in entries:
        if entry.step != Step.SIMULATE:
            continue
        content = json.loads(entry.content)
        sha256, name = str(content.get("result_sha256", "")), str(content.get("name", ""))
        row = city.execute(_RESULT, (sha256, "simulation")).fetchone()
        try:
            result = decode(str(row[0]), Simulation) if row else None
        except msgspec.ValidationError:
            result = None
        if result is not None:
            yield from simulation_blocks(result, sha256, name, word, language)
        else:
            yield Heading(f"{word('simulation')}: {name}")
            yield Text(word("simulation_gone"), is_quiet=True)
            yield Facts([(word("result_hash"), sha256)])


def _forecast(city: City, life: Life, word: Word, language: Language) -> list[Block]:
    row = city.execute(_FORECAST, (life.sha256,)).fetchone()
    if row is None:
        return []
    return forecast_blocks(decode(str(row[0]), Forecast), str(row[1]), word, language)


def _signatures(
    entries: Sequence[Entry], book: Rulebook, word: Word, language: Language
) -> Iterator[Block]:
    for entry in entries:
        step = language.choose(*STEP_NAMES[Step(entry.step)][:2])
        yield Heading(f"#{entry.number} {step} · {name_of(book, entry.by)}", is_small=True)
        yield Facts(
            [
                (word("when"), _second(entry.at_us)),
                (word("recorded"), _second(entry.recorded_at_us)),
                (word("text_hash"), entry.sha256 or "-"),
                (word("previous"), entry.previous_hash.hex() if entry.previous_hash else "-"),
                (word("entry_hash"), entry.hash.hex()),
                (word("key"), entry.public_key.hex()),
                (word("signature"), entry.signature.hex()),
            ]
        )


def _minute(at_us: int) -> str:
    return f"{seoul(at_us):%Y-%m-%d %H:%M}"


def _second(at_us: int) -> str:
    return f"{seoul(at_us):%Y-%m-%d %H:%M:%S}"
