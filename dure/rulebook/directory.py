"""Rule documents in a directory: the drafts of a city, or the ones that come with the package."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from dure.policy.contradictions import contradictions
from dure.policy.document import RuleDocument, check_together, parse_document
from dure.policy.document_errors import DocumentError, DocumentErrors, Fault, Place
from dure.rulebook.budget_lines import BudgetLine, parse_budget_lines

BUDGET_LINES_FILE = "budget_lines.yaml"


def packaged_documents(city: str = "incheon") -> Traversable:
    """The directory of the documents that come with the package."""
    return resources.files("dure.rulebook") / "documents" / city


def load_directory(
    path: Path | Traversable,
    known_lines: Collection[str] | None = None,
    now: datetime | None = None,
) -> list[RuleDocument]:
    """All rule documents of a directory and its folders, by file name; none of it may be wrong.

    Budget lines must be among `known_lines` or, without them, in the directory's own
    `budget_lines.yaml` when there is one. With `now` the documents are about to be published and
    may not begin before it. Raises DocumentErrors with every fault of every file.
    """
    errors: list[DocumentError] = []
    if known_lines is None:
        try:
            known_lines = _own_lines(path)
        except DocumentErrors as refused:
            errors += refused.errors
    documents = []
    files = [item for item in _files(path) if item.name != BUDGET_LINES_FILE]
    for item in files:
        try:
            documents.append(parse_document(_text(item), str(item), known_lines, now))
        except DocumentErrors as refused:
            errors += refused.errors
    if not files:
        place = Place(str(path), 1, 1)
        errors.append(DocumentError(place, Fault.NO_DOCUMENTS, (("directory", str(path)),)))
    errors += check_together(documents)
    errors += contradictions(documents)
    if errors:
        raise DocumentErrors(errors)
    return documents


def load_budget_lines(path: Path | Traversable) -> list[BudgetLine]:
    """The budget lines of the directory's `budget_lines.yaml`; none without such a file.

    Raises DocumentErrors with every fault.
    """
    item = path / BUDGET_LINES_FILE
    return parse_budget_lines(_text(item), str(item)) if item.is_file() else []


def _own_lines(path: Path | Traversable) -> list[str] | None:
    lines = load_budget_lines(path)
    return [line.id for line in lines] or None


def _files(path: Path | Traversable) -> list[Traversable]:
    """The documents in a stable order; hidden files and other endings are left out."""
    if not path.is_dir():
        return []
    found: list[Traversable] = []
    for item in sorted(path.iterdir(), key=lambda entry: entry.name):
        if item.name.startswith("."):
            continue
        if item.is_dir():
            found += _files(item)
        elif item.name.endswith((".yaml", ".yml")):
            found.append(item)
    return found


def _text(item: Traversable) -> str:
    return item.read_bytes().decode("utf-8", errors="replace")
