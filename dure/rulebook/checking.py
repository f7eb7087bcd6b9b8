"""Whether log and tables agree: every entry, text, published version and end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from dure.rulebook.lives import Rulebook
from dure.rulebook.log import Entry, Fault, LogUnreadableError, check_log, replay
from dure.rulebook.log_store import read_log
from dure.rulebook.publishing import sha256_of
from dure.rulebook.steps import Stage

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

_DRAFTS: Final = "SELECT rule, version, document FROM rule_draft"
_VERSIONS: Final = """
SELECT rule, version, document, ends_at_us FROM rule_as_it_holds ORDER BY rule_version_id
"""

Key = tuple[str, int]


async def verify(connection: AnyConnection, heads: Iterable[bytes] = ()) -> list[Fault]:
    """Everything that is wrong; an empty list when log and tables hold together.

    `heads` are hashes of the log that were published; each must be in it still.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        entries = await read_log(connection)
        drafts = await connection.fetch(_DRAFTS)
        versions = await connection.fetch(_VERSIONS)
    faults = check_log(entries, heads)
    try:
        book = replay(entries)
    except LogUnreadableError:
        return faults  # The unreadable entry is among them, and the tables cannot be judged.
    handed_in = {(row[0], row[1], sha256_of(row[2])) for row in drafts}
    published = {(row[0], row[1]): (sha256_of(row[2]), row[3]) for row in versions}
    return faults + _drafts(entries, handed_in) + _versions(book, published)


def _drafts(entries: Iterable[Entry], handed_in: set[tuple[str, int, str]]) -> list[Fault]:
    """Drafts whose text is not there with the hash that the log names."""
    return [
        Fault(
            entry.number,
            f"기록 {entry.number}: {entry.rule}@{entry.version} 초안의 글이 없습니다",
            f"entry {entry.number}: the text of the draft {entry.rule}@{entry.version} is missing",
        )
        for entry in entries
        if entry.step == "draft" and (entry.rule, entry.version, entry.sha256) not in handed_in
    ]


def _versions(book: Rulebook, published: Mapping[Key, tuple[str, int | None]]) -> list[Fault]:
    """Published versions without their steps, steps without their version, ends that differ."""
    faults = []
    for (rule, version), (sha256, ends_at_us) in published.items():
        key = f"{rule}@{version}"
        life = book.lives.get(key)
        if life is None or life.stage is not Stage.PUBLISHED:
            ko, en = f"{key}: 절차 없이 공포되었습니다", f"{key} is published without a step"
        elif life.sha256 != sha256:
            ko, en = f"{key}: 공포된 글이 기록과 다릅니다", f"the text of {key} is not the log's"
        elif ends_at_us != life.ends_at_us:
            ko, en = f"{key}: 끝나는 때가 기록과 다릅니다", f"the end of {key} is not the log's"
        else:
            continue
        faults.append(Fault(None, ko, en))
    for life in book.lives.values():
        if life.stage is Stage.PUBLISHED and (life.rule, life.version) not in published:
            ko = f"{life.key}: 공포 기록은 있으나 글이 없습니다"
            faults.append(Fault(None, ko, f"{life.key} was published and is not there"))
    return faults
