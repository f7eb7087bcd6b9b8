"""What the workshop reads: the rulebook's log, documents by their text, names of budget lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.http import HttpRequest
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.policy.document import RuleDocument, parse_document
from dure.policy.document_errors import DocumentErrors
from dure.policy.words import Names
from dure.rulebook.ends import cut_off
from dure.rulebook.lives import Life
from dure.web.console.shell.frame import city_time
from dure.web.console.shell.rulebook import LOG, LogRead
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.rules import Rulebook as PublishedRules
from dure.web.shared.store import database

City = Connection[TupleRow]

_LINES: Final = "SELECT code, name_ko, name_en FROM budget_line ORDER BY fiscal_year DESC, code"
_TEXT: Final = """
SELECT document FROM rule_draft WHERE rule = %(rule)s AND version = %(version)s AND sha256 = %(sha)s
UNION ALL
SELECT document FROM rule_version WHERE rule = %(rule)s AND version = %(version)s
AND sha256 = %(sha)s LIMIT 1
"""
_ISSUED: Final = "SELECT issued FROM coupon_stock WHERE rule = %s"
_TRY: Final = """
INSERT INTO rule_draft (rule, version, sha256, document)
VALUES (%(rule)s, %(version)s, encode(sha256(convert_to(%(text)s, 'UTF8')), 'hex'), %(text)s)
ON CONFLICT DO NOTHING
"""
_published = PublishedRules()


@dataclass(frozen=True, slots=True)
class Room:
    """What a page of the workshop reads, at one instant of the city."""

    city: City
    log: LogRead
    now_us: int
    language: Language

    @property
    def lives(self) -> Mapping[str, Life]:
        """Every version by its key."""
        return self.log.book.lives


def room_of(request: HttpRequest) -> Room:
    """The workshop as this request sees it."""
    city = database()
    return Room(city, LOG.read(city), city_time(request), language_of_page(request))


def line_names(city: City) -> dict[str, Names]:
    """The budget lines' names by code, those of the latest year first."""
    return {row[0]: (row[1], row[2]) for row in city.execute(_LINES).fetchall()}


def published_documents(city: City) -> list[RuleDocument]:
    """All published versions as they hold, oldest first."""
    return [rule.document for rule in _published.rules(city)]


def text_of(city: City, rule: str, version: int, sha256: str) -> str | None:
    """The text with that hash, handed in, tried or published; None when there is none."""
    named = {"rule": rule, "version": version, "sha": sha256}
    row = city.execute(_TEXT, named).fetchone()
    return None if row is None else str(row[0])


def document_of(city: City, life: Life) -> RuleDocument | None:
    """The version's document as it holds; None where its text is gone, or reads no more."""
    text = text_of(city, life.rule, life.version, life.sha256)
    if text is None:
        return None
    found = read_document(text, life.key)
    return None if found is None else cut_off(found, life.ends_at_us)


@lru_cache(maxsize=512)
def read_document(text: str, key: str) -> RuleDocument | None:
    """A document that was read once is not read again: texts that were handed in do not change."""
    try:
        return parse_document(text, key)
    except DocumentErrors:
        return None


def issued_of(city: City, rule: str) -> int:
    """How many coupons of a rule are issued."""
    row = city.execute(_ISSUED, (rule,)).fetchone()
    return 0 if row is None else int(row[0])


def keep_tried(city: City, document: RuleDocument) -> None:
    """Keeps a text that is tried, so that whoever tries it finds it by its hash."""
    named = {"rule": document.id, "version": document.version, "text": document.text}
    city.execute(_TRY, named)
