"""Whether what an analysis told still holds: its drafts, the rules, the money and its age.

Nothing is marked when something changes. Who looks at a result compares what it was about with what
is there now, so that a change can never be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.kernel.calendar import DAY_US
from dure.kernel.clock import CityClock, SystemClock

BASIS: Final = """
(SELECT coalesce(max(entry), 0) FROM rulebook_log),
(SELECT count(*) FROM rule_version) + (SELECT count(*) FROM rule_end),
(SELECT count(*) FROM budget_appropriation) + (SELECT count(*) FROM budget_release)
  + (SELECT count(*) FROM budget_transfer_step WHERE step = 3)
  + (SELECT count(*) FROM budget_commitment)
"""
"""What of the city an analysis is about, as columns: the last step of the rulebook's log, how many
versions were published or ended, how many decisions about money were recorded."""

DAYS_GOOD: Final[Mapping[str, int]] = {
    "forecast": 2,
    "paces": 2,
    "plans": 14,
    "simulation": 40,
    "comparison": 40,
}
"""How many of the city's days the results of a kind may be relied on."""

_ABOUT_MONEY: Final = frozenset({"forecast", "paces", "plans"})
_NOW: Final = f"SELECT {BASIS}".encode()
_CLOCK: Final = "SELECT anchor_us, started_at_us, speed FROM city_clock"
# The last of a version's texts in the log, if the one that was tried was ever handed in, or another
# was since: texts are tried before they are handed in, too.
_LAST_TEXT: Final = """
SELECT l.step, l.document_sha256 FROM rulebook_log l
WHERE l.rule = %(rule)s AND l.version = %(version)s AND l.step IN ('draft', 'withdraw')
AND (l.entry > %(entry)s OR EXISTS (
  SELECT FROM rulebook_log own WHERE own.rule = l.rule AND own.version = l.version
  AND own.step = 'draft' AND own.document_sha256 = %(sha256)s))
ORDER BY l.entry DESC LIMIT 1
"""
_VERSIONS_OF_TEXTS: Final = "SELECT rule, version, sha256 FROM rule_draft WHERE sha256 = ANY(%s)"
_SINCE: Final = """
SELECT l.step, l.rule, l.version, (d.content::jsonb ->> 'from_us')::bigint,
  (d.content::jsonb ->> 'until_us')::bigint
FROM rulebook_log l LEFT JOIN rulebook_log d ON d.step = 'draft' AND d.rule = l.rule
  AND d.version = l.version AND d.document_sha256 = l.document_sha256
WHERE l.entry > %s AND l.step IN ('publish', 'roll_back', 'take_over') ORDER BY l.entry
"""
_PERIOD: Final = """
SELECT (content::jsonb ->> 'from_us')::bigint, (content::jsonb ->> 'until_us')::bigint
FROM rulebook_log WHERE step = 'draft' AND rule = %s AND version = %s AND document_sha256 = %s
"""


class Basis(NamedTuple):
    """The city as the work found it: `BASIS`, and the city's time when it was taken."""

    entry: int
    rules: int
    money: int
    started_at_us: int


class Outdated(NamedTuple):
    """Why a result no longer holds, and what to do."""

    korean: str
    english: str


class Draft(NamedTuple):
    """A text that was tried."""

    rule: str
    version: int
    sha256: str

    @property
    def key(self) -> str:
        return f"{self.rule}@{self.version}"


def why_outdated(
    connection: Connection[Any], kind: str, asked: Mapping[str, Any], basis: Basis
) -> Outdated | None:
    """The first reason for which the result no longer holds; None while it does."""
    if kind not in DAYS_GOOD:
        return None
    drafts = list(drafts_of(connection, asked))
    return (
        _other_text(connection, drafts, basis)
        or _other_rules(connection, kind, drafts, basis)
        or _other_money(connection, kind, basis)
        or _too_old(connection, kind, basis)
    )


def drafts_of(connection: Connection[Any], asked: Mapping[str, Any]) -> Iterator[Draft]:
    """Every draft that the question names, in all its scenarios."""
    named = list(asked.get("drafts") or [])
    for scenario in asked.get("scenarios") or []:
        named += scenario.get("drafts") or []
    for draft in named:
        yield Draft(draft["rule"], draft["version"], draft["sha256"])
    texts = asked.get("document_sha256s")
    if texts:
        yield from map(Draft._make, connection.execute(_VERSIONS_OF_TEXTS, (list(texts),)))


def _other_text(connection: Connection[Any], drafts: list[Draft], basis: Basis) -> Outdated | None:
    for draft in drafts:
        row = connection.execute(_LAST_TEXT, draft._asdict() | {"entry": basis.entry}).fetchone()
        if row is None:
            continue
        if row[0] == "withdraw":
            return Outdated(
                f"'{draft.key}' 초안이 철회되었습니다. 이 결과는 기록으로만 보세요.",
                f"the draft '{draft.key}' was withdrawn; take this result as a record only",
            )
        if row[1] != draft.sha256:
            return Outdated(
                f"'{draft.key}'의 글이 그 뒤에 바뀌었습니다. 지금 글로 다시 돌리세요.",
                f"the text of '{draft.key}' has changed since; run it again on the present text",
            )
    return None


def _other_rules(
    connection: Connection[Any], kind: str, drafts: list[Draft], basis: Basis
) -> Outdated | None:
    """Other rules came into being or ended where the drafts would hold (or anywhere)."""
    row = connection.execute(_NOW).fetchone()
    assert row is not None
    if row[1] == basis.rules:
        return None
    own = {(draft.rule, draft.version) for draft in drafts}
    periods = [
        connection.execute(_PERIOD, (draft.rule, draft.version, draft.sha256)).fetchone()
        for draft in drafts
    ]
    anywhere = kind in _ABOUT_MONEY or not periods or None in periods
    for step, rule, version, from_us, until_us in connection.execute(_SINCE, (basis.entry,)):
        if (rule, version) in own:
            continue
        meets = any(
            period is not None and from_us is not None and from_us < period[1]
            and period[0] < until_us
            for period in periods
        )  # fmt: skip
        if anywhere or from_us is None or meets:
            return _ruled(step, f"{rule}@{version}")
    return None if drafts else _ruled("publish", "")


def _ruled(step: str, key: str) -> Outdated:
    named_ko = f"규칙 '{key}'이(가) " if key else "규칙이 "
    named_en = f"the rule '{key}' was" if key else "rules were"
    ko, en = ("끝났습니다", "ended") if step == "roll_back" else ("공포되었습니다", "published")
    return Outdated(
        f"그 뒤에 {named_ko}{ko}. 지금 규칙으로 다시 돌리세요.",
        f"{named_en} {en} since; run it again with the rules as they are now",
    )


def _other_money(connection: Connection[Any], kind: str, basis: Basis) -> Outdated | None:
    if kind not in _ABOUT_MONEY:
        return None
    row = connection.execute(_NOW).fetchone()
    if row is None or row[2] == basis.money:
        return None
    return Outdated(
        "그 뒤에 예산이 편성·배정·이용되었습니다. 지금 예산으로 다시 돌리세요.",
        "money was appropriated, released or transferred since; run it again",
    )


def _too_old(connection: Connection[Any], kind: str, basis: Basis) -> Outdated | None:
    row = connection.execute(_CLOCK).fetchone()
    now_us = (SystemClock() if row is None else CityClock(*row)).now_us()
    days = (now_us - basis.started_at_us) // DAY_US
    if days <= DAYS_GOOD[kind]:
        return None
    return Outdated(
        f"{days}일 전의 결과입니다. 그 뒤의 이력으로 다시 돌리세요.",
        f"this is {days} days old; run it again on the history since",
    )
