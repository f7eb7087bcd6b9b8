"""The money and the rules of the live city as a projection takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from psycopg import Connection

from dure.budget.lines import all_lines
from dure.budget.positions import Position, positions
from dure.forecast.analyst.asking import CannotDoError
from dure.forecast.projection.lines import LineStanding
from dure.kernel.calendar import day_number_of, start_of_day_us
from dure.policy.document import RuleDocument, parse_document
from dure.rulebook.ends import cut_off

_EPOCH: Final = date(1970, 1, 1)
_VERSIONS: Final = """
SELECT rule, version, document, ends_at_us FROM rule_as_it_holds ORDER BY rule_version_id
"""
_DRAFTS: Final = """
SELECT document FROM rule_draft WHERE sha256 = %(sha256)s
UNION SELECT document FROM rule_version WHERE sha256 = %(sha256)s
"""
_USED: Final = """
SELECT rule, max(won)::bigint FROM (
  SELECT v.rule, sum(u.used_won) AS won
  FROM rule_use u JOIN rule_version v USING (rule_version_id) GROUP BY v.rule
  UNION ALL
  SELECT v.rule, sum(u.used_won)
  FROM release_use u JOIN rule_version v ON v.rule_version_id = u.release_key >> 20 GROUP BY v.rule
) used GROUP BY rule
"""
_RELEASES: Final = """
SELECT line_id, on_us, amount_won FROM budget_release WHERE on_us > %s ORDER BY line_id, on_us
"""
# What every line has spent from an instant on, along the journal's primary key. Money that was
# appropriated (17), spent before the take-over (20), transferred (21), set aside (22, 23) or
# released (24) is not.
_SPENT_SINCE: Final = """
SELECT leg.account - 5000000, sum(leg.won)::bigint
FROM generate_series(0, 63) AS s(shard)
JOIN LATERAL (SELECT kind, accounts, amounts FROM journal j
              WHERE j.shard = s.shard AND j.movement_id >= %s AND j.reason = 0) j ON true,
LATERAL unnest(j.accounts, j.amounts) AS leg(account, won)
WHERE leg.account > 5000000 AND leg.account < 6000000 AND j.kind NOT IN (17, 20, 21, 22, 23, 24)
GROUP BY 1
"""


def documents_now(connection: Connection[Any]) -> list[RuleDocument]:
    """Every published version as it holds, oldest first."""
    return [
        cut_off(parse_document(text, f"{rule}@{version}"), ends_at_us)
        for rule, version, text, ends_at_us in connection.execute(_VERSIONS)
    ]


def documents_with(
    connection: Connection[Any], documents: Sequence[RuleDocument], sha256s: Sequence[str]
) -> list[RuleDocument]:
    """The documents as they would hold if the drafts with these hashes were published too.

    A draft takes the place of the versions of its rule from its beginning on. Raises CannotDoError
    for a hash that no text has.
    """
    held = list(documents)
    for sha256 in sha256s:
        draft = draft_with(connection, sha256)
        held = [
            cut_off(other, max(draft.from_us, other.from_us))
            if other.id == draft.id and other.from_us < draft.until_us
            else other
            for other in held
            if other.key != draft.key
        ]
        held.append(draft)
    return held


def draft_with(connection: Connection[Any], sha256: str) -> RuleDocument:
    """The text with this hash, as if it were published. Raises CannotDoError."""
    row = connection.execute(_DRAFTS, {"sha256": sha256}).fetchone()
    if row is None:
        raise CannotDoError(
            f"해시가 {sha256[:12]}…인 규칙 글이 없습니다. 초안을 먼저 낸 뒤에 다시 하세요.",
            f"no rule text has the hash {sha256[:12]}…; hand the draft in first",
        )
    return replace(parse_document(row[0], "draft"), in_force=True)


def used_by_rules(connection: Connection[Any]) -> dict[str, int]:
    """What rules with a sum or releases of their own have paid so far, by the rule's id, in won."""
    return dict(connection.execute(_USED).fetchall())


def lines_at_start_of(connection: Connection[Any], now_us: int, today: date) -> list[LineStanding]:
    """Every budget line as it stood at the start of the city's day, with the releases to come.

    Money that came in the course of the day counts as there from its start. The money of a line is
    meant to last to the end of its year.
    """
    at = positions(connection)
    since = dict(connection.execute(_SPENT_SINCE, (start_of_day_us(today),)).fetchall())
    later = _later(connection, now_us, at)
    standings = []
    for line in all_lines(connection):
        position = at.get(line.line_id, Position())
        today_won = since.get(line.line_id, 0)
        standings.append(
            LineStanding(
                line_id=line.line_id,
                code=line.code,
                left_won=max(0, position.left_won + today_won),
                planned_end_day=(date(line.fiscal_year, 12, 31) - _EPOCH).days,
                fiscal_year=line.fiscal_year,
                later=later.get(line.line_id, ()),
                spent_won=position.spent_won - today_won,
                payer=line.payer,
                district=line.district,
                name_ko=line.name_ko,
                name_en=line.name_en,
            )
        )
    return standings


def _later(
    connection: Connection[Any], now_us: int, at: dict[int, Position]
) -> dict[int, tuple[tuple[int, int], ...]]:
    """What comes to each line by its releases: no more than is held back, the earliest first."""
    held = {line_id: position.unreleased_won for line_id, position in at.items()}
    coming: dict[int, list[tuple[int, int]]] = {}
    for line_id, on_us, amount_won in connection.execute(_RELEASES, (now_us,)):
        won = min(amount_won, held.get(line_id, 0))
        if won > 0:
            held[line_id] -= won
            coming.setdefault(line_id, []).append((day_number_of(on_us), won))
    return {line_id: tuple(days) for line_id, days in coming.items()}
