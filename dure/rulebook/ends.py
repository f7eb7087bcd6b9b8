"""A published version that ends before its text says: superseded, or rolled back.

The text never changes. What changes is how long it holds, and that stands beside it, dated and
signed (table rule_end); the two meet here, before rules are made ready to evaluate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from dure.policy.document import RuleDocument


def cut_off(document: RuleDocument, ends_at_us: int | None) -> RuleDocument:
    """The document as it holds: until its own end or the given one, whichever is earlier.

    A version whose end is not after its beginning never holds; None means that nothing ends it.
    """
    if ends_at_us is None or ends_at_us >= document.until_us:
        return document
    return replace(document, until_us=max(ends_at_us, document.from_us))


def cut_off_all(
    documents: Iterable[RuleDocument], ends: Mapping[tuple[str, int], int]
) -> list[RuleDocument]:
    """All documents as they hold; `ends` has instants by rule and version."""
    return [cut_off(document, ends.get((document.id, document.version))) for document in documents]
