"""From a draft to a version that may be published: checked against now and all that is out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from dure.policy.contradictions import contradictions
from dure.policy.document import RuleDocument, check_together, parse_document
from dure.policy.document_errors import DocumentError, DocumentErrors


@dataclass(frozen=True, slots=True)
class Publication:
    """A version as it is stored: the document's text never changes, which its hash shows."""

    document: RuleDocument
    text: str
    sha256: str


def sha256_of(text: str) -> str:
    """The hash of a document's text, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def prepare_publication(
    text: str,
    file: str,
    known_lines: Collection[str],
    published: Iterable[RuleDocument],
    now: datetime,
) -> Publication:
    """Checks a draft that is to come into force; `now` is aware.

    It may not begin in the past, name a budget line that is not known, repeat a version, overlap a
    published version of the same rule or contradict another rule. Raises DocumentErrors with every
    fault.
    """
    document = parse_document(text, file, known_lines, now)
    published = list(published)
    others = [other for other in published if other.id == document.id]
    errors = check_together([*others, document])
    errors += [e for e in contradictions([*published, document]) if _is_about(e, document)]
    if errors:
        raise DocumentErrors(errors)
    return Publication(document, text, sha256_of(text))


def _is_about(error: DocumentError, document: RuleDocument) -> bool:
    """Of two rules that contradict the later one is named first; the draft may be either."""
    words = dict(error.params)
    return document.id in (words.get("id"), words.get("other"))
