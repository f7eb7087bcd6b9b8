"""The published rules, ready to be asked and explained."""

from __future__ import annotations

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.policy.document import RuleDocument, parse_document
from dure.policy.evaluate import CompiledRule
from dure.rulebook.ends import cut_off

_HOLDING = "SELECT rule_version_id, ends_at_us FROM rule_as_it_holds"
_TEXTS = """
SELECT rule_version_id, rule, version, document FROM rule_version WHERE rule_version_id = ANY(%s)
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
        ends: dict[int, int | None] = dict(conn.execute(_HOLDING).fetchall())
        changed = [
            number
            for number, ends_at_us in ends.items()
            if number not in self._ready or self._ends[number] != ends_at_us
        ]
        if changed:
            line_ids: dict[str, int] = dict(conn.execute(_LINE_IDS).fetchall())
            for number, rule, version, text in conn.execute(_TEXTS, (changed,)).fetchall():
                whole: RuleDocument = parse_document(text, f"{rule}@{version}")
                document = cut_off(whole, ends[number])
                ready = CompiledRule(document, number, line_ids)
                # In this order: other threads take a rule that is ready to have its end beside it.
                self._ends[number] = ends[number]
                self._ready[number] = ready
        return tuple(self._ready[number] for number in sorted(ends))
