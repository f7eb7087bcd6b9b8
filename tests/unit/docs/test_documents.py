"""What the documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
SOURCES = [path for end in ("py", "sql") for path in (ROOT / "dure").rglob(f"*.{end}")]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_note_that_a_document_names_is_written_once_in_the_source() -> None:
    written = flat(" ".join(path.read_text(encoding="utf-8") for path in SOURCES))
    for name in ("architecture", "money"):
        text = flat((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8"))
        for note in re.findall(r"Note \[([^\]]+)\]", text):
            assert f"Note [{note}]" in written, note


def test_every_room_stands_in_the_architecture() -> None:
    named = set(re.findall(r"^\| [a-z ]*\| `([a-z]+)` \|", ARCHITECTURE, re.MULTILINE))
    rooms = {path.parent.name for path in (ROOT / "dure").glob("*/__init__.py")}
    assert named == rooms


def test_every_folder_of_tests_stands_in_the_architecture() -> None:
    for folder in (ROOT / "tests").iterdir():
        if folder.is_dir() and list(folder.rglob("test_*.py")):
            assert f"`tests/{folder.name}`" in ARCHITECTURE


def test_the_glossary_gives_every_word_a_korean_word_and_a_meaning_once() -> None:
    rows = re.findall(r"^\| (?!English|-)([^|]+) \| ([^|]+) \| ([^|]+) \|$", GLOSSARY, re.MULTILINE)
    words = [english for english, _, _ in rows]
    assert len(rows) > 80
    assert len(set(words)) == len(words)
    for _, korean, meaning in rows:
        assert re.search("[가-힣]", korean), korean
        assert meaning.strip()


def test_links_between_documents_lead_somewhere() -> None:
    for document in (ROOT / "docs").glob("*.md"):
        for target in re.findall(r"\]\(([a-z0-9/_.-]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} names {target}"
