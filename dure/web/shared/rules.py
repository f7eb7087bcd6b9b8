"""The published rules, ready to be asked and explained."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.policy.document import RuleDocument, parse_document
from dure.policy.evaluate import CompiledRule
from dure.rulebook.ends import cut_off

_DOCUMENTS = """
SELECT rule_version_id, rule, version, document, ends_at_us FROM rule_as_it_holds ORDER BY 1
"""
_LINE_IDS = "SELECT code, line_id FROM budget_line"


class Rulebook:
    """Published rules, each parsed and made ready once: a published version never changes.

    Only its end may come earlier, by a newer version or a roll-back; then it is made ready anew.
    """

    def __init__(self) -> None:
        self._ready: dict[int, CompiledRule] = {}
        self._ends: dict[int, int | None] = {}

    def rules(self, conn: Connection[TupleRow]) -> tuple[CompiledRule, ...]:
        """All published versions, oldest first."""
        line_ids: dict[str, int] = {}
        for version_id, rule, version, text, ends_at_us in conn.execute(_DOCUMENTS):
            if version_id not in self._ready or self._ends[version_id] != ends_at_us:
                line_ids = line_ids or dict(conn.execute(_LINE_IDS).fetchall())
                whole: RuleDocument = parse_document(text, f"{rule}@{version}")
                document = cut_off(whole, ends_at_us)
                self._ends[version_id] = ends_at_us
                self._ready[version_id] = CompiledRule(document, version_id, line_ids)
        return tuple(self._ready[key] for key in sorted(self._ready))
