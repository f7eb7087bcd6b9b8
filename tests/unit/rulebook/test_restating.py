"""Former terms as a new version."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from dure.kernel.calendar import SEOUL, to_us
from dure.policy.document import OPEN_END_US, parse_document
from dure.rulebook.directory import load_directory, packaged_documents
from dure.rulebook.ends import cut_off
from dure.rulebook.restating import restate

DOCUMENTS = load_directory(packaged_documents())
FROM = to_us(datetime(2030, 1, 2, 10, 20, 30, tzinfo=SEOUL))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.key)
@pytest.mark.parametrize("until_us", [FROM + 10**12, OPEN_END_US])
def test_it_changes_the_number_and_the_period_and_nothing_else(
    document: object, until_us: int
) -> None:
    former = next(one for one in DOCUMENTS if one is document)
    text = restate(former.text, 99, FROM, until_us)
    again = parse_document(text, "restated")
    assert (again.version, again.from_us, again.until_us) == (99, FROM, until_us)
    rest = {"version": 1, "from_us": 0, "until_us": 1, "text": "", "funding": None, "stops": None}
    assert replace(again, **rest) == replace(former, **rest)  # type: ignore[arg-type]
    assert again.funding.shares == former.funding.shares


def test_a_document_that_is_cut_off_keeps_its_text() -> None:
    document = DOCUMENTS[0]
    middle = (document.from_us + document.until_us) // 2
    cut = cut_off(document, middle)
    assert (cut.until_us, cut.text) == (middle, document.text)
    assert cut_off(document, None) is document
    assert cut_off(document, document.until_us + 1) is document
    assert cut_off(document, document.from_us - 5).until_us == document.from_us
