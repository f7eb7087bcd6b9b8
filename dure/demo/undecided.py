"""The evening before the decision: what had begun by the opening, without an end.

A person who tries the console decides alone what follows on 21 October 2019.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from dure.policy.document import RuleDocument, parse_document

_UNTIL: Final = re.compile(r"^(  until: ).*$", re.MULTILINE)
_YEARS_END: Final = "2020-01-01"


def undecided(documents: Iterable[RuleDocument], opening_us: int) -> list[RuleDocument]:
    """The documents that had begun; those that a later decision ended hold to the year's end."""
    return [
        _without_end(document) if document.until_us > opening_us else document
        for document in documents
        if document.from_us <= opening_us
    ]


def _without_end(document: RuleDocument) -> RuleDocument:
    """The same terms to the end of 2019, where the text names an earlier end."""
    text = _UNTIL.sub(rf"\g<1>{_YEARS_END}", document.text, count=1)
    longer = parse_document(text, document.key)
    return longer if longer.until_us > document.until_us else document
