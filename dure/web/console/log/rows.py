"""The log's rows from its three sources, newest first, a page at a time; never counted whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.budget.appropriating import KIND_NAMES
from dure.budget.transferring import STEP_NAMES as TRANSFER_STEPS
from dure.budget.transferring import Step as TransferStep
from dure.kernel.calendar import DAY_US, start_of_day_us
from dure.rulebook.lives import Rulebook
from dure.rulebook.log import Entry
from dure.rulebook.officials import ROLE_NAMES, Grant, Role, place_name
from dure.rulebook.steps import STEP_NAMES, Step
from dure.web.console.access.events import EVENT_NAMES, Event
from dure.web.shared.language import Language

PAGE_ROWS: Final = 50

# One row for each act on the budget; `key` tells apart what happened at the same instant.
_BUDGET: Final = """
SELECT at_us, key, official_id, kind, code, amount_won, detail FROM (
  SELECT s.at_us, 'transfer-' || s.transfer_id || '-' || s.step AS key, s.official_id,
    'transfer-' || s.step AS kind, f.code || ' > ' || g.code AS code, t.amount_won,
    CASE s.step WHEN 1 THEN t.reason ELSE s.note END AS detail
  FROM budget_transfer_step s JOIN budget_transfer t USING (transfer_id)
  JOIN budget_line f ON f.line_id = t.from_line_id JOIN budget_line g ON g.line_id = t.to_line_id
  UNION ALL
  SELECT a.recorded_at_us, 'appropriation-' || a.appropriation_id, a.official_id, a.kind, l.code,
    a.amount_won, a.document_number || ' ' || a.document_title
  FROM budget_appropriation a JOIN budget_line l USING (line_id)
  UNION ALL
  SELECT r.recorded_at_us, 'release-' || r.line_id || '-' || r.on_us, r.official_id, 'release',
    l.code, r.amount_won,
    to_char(to_timestamp(r.on_us / 1e6) AT TIME ZONE 'Asia/Seoul', 'YYYY-MM-DD')
  FROM budget_release r JOIN budget_line l USING (line_id)
  UNION ALL
  SELECT c.recorded_at_us, 'commitment-' || c.commitment_id, c.official_id, 'commitment', l.code,
    c.amount_won, c.purpose
  FROM budget_commitment c JOIN budget_line l USING (line_id)
  UNION ALL
  SELECT m.from_us, 'matching-' || m.line_id || '-' || m.from_us, m.official_id, 'matching', l.code,
    NULL, m.state_share || ':' || m.city_share || ':' || m.district_share || ' ' || m.document
  FROM budget_matching m JOIN budget_line l USING (line_id)
) acts
WHERE (%(who)s = '' OR official_id = %(who)s)
  AND (%(about)s = '' OR position(%(about)s in code) > 0)
  AND at_us >= %(from)s AND at_us < %(until)s AND (at_us, key) < (%(before_us)s, %(before)s)
ORDER BY at_us DESC, key DESC LIMIT %(count)s
"""
_ACCOUNTS: Final = """
SELECT event_id, at_us, official, kind, by_official, address FROM console_event
WHERE (%(who)s = '' OR official = %(who)s OR by_official = %(who)s)
  AND at_us >= %(from)s AND at_us < %(until)s AND event_id < %(before)s
ORDER BY event_id DESC LIMIT %(count)s
"""
_LAST: Final = 2**62


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: all that is empty or None does not matter. `before` is where the page
    before ended."""

    who: str = ""
    about: str = ""
    day: date | None = None
    before: str = ""

    @property
    def from_us(self) -> int:
        return 0 if self.day is None else start_of_day_us(self.day)

    @property
    def until_us(self) -> int:
        return _LAST if self.day is None else self.from_us + DAY_US


@dataclass(frozen=True, slots=True)
class Row:
    """One entry in the reader's words. `mark` is where the next page begins after it; `rule` and
    `version` name a rule's version; `address` is from where, `hash` the entry's."""

    mark: str
    at_us: int
    who: str
    what: str
    about: str
    detail: str = ""
    amount_won: int | None = None
    rule: str = ""
    version: int = 0
    hash: str = ""
    address: str = ""
    recorded_at_us: int = 0


def rule_rows(
    entries: Iterable[Entry], book: Rulebook, wanted: Wanted, language: Language
) -> Iterator[Row]:
    """The rulebook's log, newest first; `about` is a part of a rule's id."""
    before = int(wanted.before) if wanted.before.isdecimal() else _LAST
    for entry in entries:
        if (
            entry.number < before
            and wanted.who in ("", entry.by)
            and wanted.about in (entry.rule or "")
            and wanted.from_us <= entry.at_us < wanted.until_us
        ):
            yield _rule_row(entry, book, language)


def _rule_row(entry: Entry, book: Rulebook, language: Language) -> Row:
    known = entry.step in set(Step)
    names = STEP_NAMES[Step(entry.step)] if known else (entry.step, entry.step, entry.step)
    return Row(
        mark=str(entry.number),
        at_us=entry.at_us,
        who=name_of(book, entry.by),
        what=language.choose(names[0], names[1]),
        about=f"{entry.rule}@{entry.version}" if entry.rule else "",
        detail=detail_of(entry, book, language),
        rule=entry.rule or "",
        version=entry.version or 0,
        hash=entry.hash.hex(),
        recorded_at_us=entry.recorded_at_us,
    )


def detail_of(entry: Entry, book: Rulebook, language: Language) -> str:
    """What belongs to the step alone, in a few words."""
    content = json.loads(entry.content)
    if not isinstance(content, dict):
        return ""
    if "role" in content:
        return _grant_detail(content, book, language)
    if "days" in content and "ko" not in content:
        return language.choose(f"{content['days']}일", f"{content['days']} days")
    for name in ("reasons", "name", "origin"):
        if content.get(name):
            return str(content[name])
    return ""


def _grant_detail(content: Mapping[str, object], book: Rulebook, language: Language) -> str:
    who = name_of(book, str(content.get("official", "")))
    try:
        role, place = Role(str(content["role"])), int(str(content.get("place", 0)))
        grant = Grant(role, place)
        where = f" · {language.choose(*place_name(grant.place))}" if grant.place else ""
    except (ValueError, LookupError):
        return who
    return f"{who}: {language.choose(*ROLE_NAMES[grant.role])}{where}"


def name_of(book: Rulebook, official: str) -> str:
    """The official's name with the id; the id alone for one whom the log does not name."""
    found = book.officials.get(official)
    return f"{found.name} ({official})" if found and found.name != official else official


def budget_rows(
    connection: Connection[TupleRow],
    book: Rulebook,
    wanted: Wanted,
    language: Language,
    count: int = PAGE_ROWS + 1,
) -> Iterator[Row]:
    """Acts on the budget, newest first; `about` is a part of a line's code."""
    before_us, _, key = wanted.before.partition("~")
    found = connection.execute(
        _BUDGET,
        {
            "who": wanted.who,
            "about": wanted.about,
            "from": wanted.from_us,
            "until": wanted.until_us,
            "before_us": int(before_us) if before_us.isdecimal() else _LAST,
            "before": key,
            "count": count,
        },
    )
    for at_us, mark, who, kind, code, amount_won, detail in found:
        yield Row(
            mark=f"{at_us}~{mark}",
            at_us=at_us,
            who=name_of(book, who),
            what=_budget_act(kind, language),
            about=code,
            detail=detail,
            amount_won=amount_won,
        )


_BUDGET_ACTS: Final = {
    "release": ("배정 계획", "planned a release"),
    "commitment": ("지출원인행위", "set money aside"),
    "matching": ("분담률 선언", "declared matching"),
}


def _budget_act(kind: str, language: Language) -> str:
    if kind.startswith("transfer-"):
        korean, english = TRANSFER_STEPS[TransferStep(int(kind.removeprefix("transfer-")))]
        return language.choose(f"전용 {korean}", f"transfer {english}")
    return language.choose(*(_BUDGET_ACTS.get(kind) or KIND_NAMES[kind]))


def account_rows(
    connection: Connection[TupleRow],
    book: Rulebook,
    wanted: Wanted,
    language: Language,
    count: int = PAGE_ROWS + 1,
) -> Iterator[Row]:
    """What happened to accounts, newest first, by the world's time."""
    found = connection.execute(
        _ACCOUNTS,
        {
            "who": wanted.who,
            "from": wanted.from_us,
            "until": wanted.until_us,
            "before": int(wanted.before) if wanted.before.isdecimal() else _LAST,
            "count": count,
        },
    )
    for number, at_us, official, kind, by, address in found:
        yield Row(
            mark=str(number),
            at_us=at_us,
            who=name_of(book, by) if by != "-" else language.choose("명령줄", "command line"),
            what=language.choose(*EVENT_NAMES[Event(kind)]),
            about=name_of(book, official),
            address=address,
        )
