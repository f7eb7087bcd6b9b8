"""What is played: the rules of a city as they hold, and rules that are tried in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from psycopg import Connection

from dure.policy.document import RuleDocument, parse_document
from dure.policy.evaluate import RuleSet, compile_rules
from dure.rulebook.ends import cut_off

_LINES = "SELECT line_id, code, name_ko, name_en FROM budget_line ORDER BY line_id"
_VERSIONS = """
SELECT rule_version_id, rule, version, document, ends_at_us FROM rule_as_it_holds ORDER BY 1
"""


class LineNamed(NamedTuple):
    """A budget line as results name it."""

    line_id: int
    code: str
    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """Rules that are played together; each document holds from its `from_us` to its `until_us`.

    `rule_ids` numbers every document by its key, published ones as the journal does.
    """

    name: str
    documents: tuple[RuleDocument, ...]
    rule_ids: Mapping[str, int]

    def compiled(self, lines: Iterable[LineNamed]) -> RuleSet:
        """The documents made ready. Raises KeyError for a budget line that is not among `lines`."""
        return compile_rules(
            self.documents, {line.code: line.line_id for line in lines}, self.rule_ids
        )


@dataclass(frozen=True, slots=True)
class CityRules:
    """All published versions of a city as they hold, and its budget lines."""

    in_force: Scenario
    lines: tuple[LineNamed, ...]

    def with_drafts(
        self, name: str, drafts: Sequence[RuleDocument], from_us: int, until_us: int
    ) -> Scenario:
        """The published rules with drafts in their place from `from_us` to before `until_us`.

        Whatever its own period says, a draft is tried over the whole stretch, and every published
        version of the same rule is left out of it: the past is asked what it would have been.
        """
        tried = {draft.id for draft in drafts}
        kept = []
        for document in self.in_force.documents:
            if document.id not in tried or document.until_us <= from_us:
                kept.append(document)
            elif document.from_us < from_us:
                kept.append(replace(document, until_us=from_us))
        ids = {document.key: self.in_force.rule_ids[document.key] for document in kept}
        number = max(self.in_force.rule_ids.values(), default=0)
        for draft in drafts:
            number += 1
            placed = replace(draft, from_us=from_us, until_us=until_us, in_force=True)
            # A text of a published version that was changed has its key; the published one is out.
            kept = [document for document in kept if document.key != placed.key]
            kept.append(placed)
            ids[placed.key] = number
        return Scenario(name, tuple(kept), ids)


def read_city(connection: Connection[Any]) -> CityRules:
    """The city's rules and lines. Raises DocumentErrors for a version that no longer reads."""
    lines = tuple(LineNamed(*row) for row in connection.execute(_LINES))
    codes = {line.code for line in lines}
    documents, ids = [], {}
    for version_id, rule, version, text, ends_at_us in connection.execute(_VERSIONS):
        document = cut_off(parse_document(text, f"{rule}@{version}", codes), ends_at_us)
        documents.append(document)
        ids[document.key] = version_id
    return CityRules(Scenario("in-force", tuple(documents), ids), lines)
