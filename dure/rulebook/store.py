"""Published rule versions in PostgreSQL: written once, read whole by every engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dure.policy.document import parse_document
from dure.policy.evaluate import RuleSet, compile_rules

if TYPE_CHECKING:
    from asyncpg import Connection, Record
    from asyncpg.pool import PoolConnectionProxy

    from dure.rulebook.publishing import Publication

    AnyConnection = Connection[Record] | PoolConnectionProxy[Record]

_LINES = "SELECT code, line_id FROM budget_line"
_VERSIONS = "SELECT rule_version_id, rule, version, document FROM rule_version ORDER BY 1"
_PUBLISH = """
INSERT INTO rule_version (rule_version_id, rule, version, document, sha256, published_at_us)
SELECT coalesce(max(rule_version_id), 0) + 1, $1, $2, $3, $4, $5 FROM rule_version
"""


async def load_rules(connection: AnyConnection) -> RuleSet:
    """All published versions, made ready to evaluate; their ids are those of `rule_version`.

    Raises DocumentErrors or KeyError when a stored version no longer reads, which only a wrong
    program can bring about: a version was checked before it was published and never changes.
    """
    line_ids = {row[0]: row[1] for row in await connection.fetch(_LINES)}
    documents = []
    rule_ids = {}
    for version_id, rule, version, text in await connection.fetch(_VERSIONS):
        document = parse_document(text, f"rule_version {version_id}", line_ids)
        documents.append(document)
        rule_ids[f"{rule}@{version}"] = version_id
    return compile_rules(documents, line_ids, rule_ids)


async def publish(
    connection: AnyConnection, publications: Iterable[Publication], published_at_us: int
) -> None:
    """Stores checked versions in order; engines hear of them at the commit.

    Raises asyncpg's UniqueViolationError for a version that is published already.
    """
    async with connection.transaction():
        await connection.execute("LOCK TABLE rule_version IN SHARE ROW EXCLUSIVE MODE")
        for publication in publications:
            document = publication.document
            await connection.execute(
                _PUBLISH,
                document.id,
                document.version,
                publication.text,
                publication.sha256,
                published_at_us,
            )
