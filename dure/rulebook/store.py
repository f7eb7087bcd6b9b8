"""Published rule versions in PostgreSQL: written once, read whole by every engine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dure.policy.document import RuleDocument, parse_document
from dure.policy.evaluate import RuleSet, compile_rules
from dure.rulebook.ends import cut_off

if TYPE_CHECKING:
    from asyncpg import Connection, Record
    from asyncpg.pool import PoolConnectionProxy

    from dure.rulebook.publishing import Publication

    AnyConnection = Connection[Record] | PoolConnectionProxy[Record]

_LINES = "SELECT code, line_id FROM budget_line"
_VERSIONS = """
SELECT rule_version_id, rule, version, document, ends_at_us FROM rule_as_it_holds ORDER BY 1
"""
_PUBLISH = """
INSERT INTO rule_version (rule_version_id, rule, version, document, sha256, published_at_us)
SELECT coalesce(max(rule_version_id), 0) + 1, $1, $2, $3, $4, $5 FROM rule_version
"""
_END = """
INSERT INTO rule_end (rule_version_id, ends_at_us, entry)
SELECT rule_version_id, $3, $4 FROM rule_version WHERE rule = $1 AND version = $2
"""


async def load_rules(connection: AnyConnection) -> RuleSet:
    """All published versions, made ready to evaluate; their ids are those of `rule_version`.

    Each holds until its text's end or the end that superseding or rolling back gave it.

    Raises DocumentErrors or KeyError when a stored version no longer reads, which only a wrong
    program can bring about: a version was checked before it was published and never changes.
    """
    line_ids = {row[0]: row[1] for row in await connection.fetch(_LINES)}
    numbered = await load_documents(connection)
    rule_ids = {document.key: version_id for version_id, document in numbered}
    return compile_rules([document for _, document in numbered], line_ids, rule_ids)


async def load_documents(connection: AnyConnection) -> list[tuple[int, RuleDocument]]:
    """Every published version with its number, as it holds, oldest first. Raises DocumentErrors."""
    lines = {row[0] for row in await connection.fetch(_LINES)}
    return [
        (version_id, cut_off(parse_document(text, f"{rule}@{version}", lines), ends_at_us))
        for version_id, rule, version, text, ends_at_us in await connection.fetch(_VERSIONS)
    ]


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


async def end_version(
    connection: AnyConnection, rule: str, version: int, ends_at_us: int, entry: int
) -> None:
    """Ends a published version at an instant, by an entry of the log; engines hear of it."""
    done = await connection.execute(_END, rule, version, ends_at_us, entry)
    assert done == "INSERT 0 1", f"{rule}@{version} is in the log and not published"
