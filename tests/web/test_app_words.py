"""Every sentence of the app in both languages: none missing, none in the wrong one, none unused."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

import dure.web.citizen
from dure.web.citizen.shell.words import SHELL_WORDS

HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")
LATIN_WORD = re.compile(r"[a-zA-Z]{2,}")
PLACE = re.compile(r"\{(\w*)[^{}]*\}")
SAME_IN_BOTH = re.compile(
    r"[\W\d_]*|.*\b(QR|PIN|SMS|PDF|CSV|Excel|XLSX|JPEG|Kakao|Naver|English)\b.*", re.DOTALL
)
TEMPLATES = Path(str(dure.web.__path__[0])) / "templates" / "citizen"


_OTHER_TONGUE = {"other_language"}


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(dure.web.citizen.__path__, "dure.web.citizen."):
        if not found.ispkg:
            yield importlib.import_module(found.name)


def is_both(value: object) -> bool:
    return (
        isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, str) for one in value)
    )


def is_same_in_both(text: str) -> bool:
    """Whether a text without Hangul is Korean too: signs, digits, places, names of formats."""
    plain = PLACE.sub("", text)
    return not LATIN_WORD.search(plain) or SAME_IN_BOTH.fullmatch(plain) is not None


def word_tables() -> dict[str, Mapping[str, tuple[str, str]]]:
    """Every table of words of the app, by where it stands."""
    tables: dict[int, tuple[str, Mapping[str, tuple[str, str]]]] = {}
    for module in modules():
        for name, value in vars(module).items():
            if name.endswith("WORDS") and isinstance(value, Mapping):
                tables[id(value)] = (f"{module.__name__}.{name}", value)
    return dict(tables.values())


@pytest.fixture(scope="module")
def tables(_own_home: Path) -> dict[str, Mapping[str, tuple[str, str]]]:
    import django

    django.setup()
    return word_tables()


def test_it_says_everything_in_korean_and_in_english(
    tables: dict[str, Mapping[str, tuple[str, str]]],
) -> None:
    assert len(tables) > 5
    wrong = []
    for where, words in tables.items():
        for name, both in words.items():
            if not is_both(both):
                wrong.append(f"{where}[{name}] is not a sentence in two languages")
                continue
            korean, english = both
            if bool(korean.strip()) != bool(english.strip()):
                wrong.append(f"{where}[{name}] is empty in one language")
            if HANGUL.search(english) and name not in _OTHER_TONGUE:
                wrong.append(f"{where}[{name}]: Korean in {english!r}")
            if not HANGUL.search(korean) and not is_same_in_both(korean):
                wrong.append(f"{where}[{name}]: no Korean in {korean!r}")
    assert not wrong, "\n".join(wrong)


def test_it_fills_the_same_places_in_both_languages(
    tables: dict[str, Mapping[str, tuple[str, str]]],
) -> None:
    wrong = []
    for where, words in tables.items():
        for name, both in words.items():
            korean, english = (set(PLACE.findall(text)) for text in both)
            if korean != english:
                wrong.append(f"{where}[{name}]: {sorted(korean ^ english)} in one language alone")
    assert not wrong, "\n".join(wrong)


def test_it_names_no_word_in_a_template_that_nobody_wrote(
    tables: dict[str, Mapping[str, tuple[str, str]]],
) -> None:
    known = set(SHELL_WORDS).union(*tables.values())
    wrong = []
    for template in sorted(TEMPLATES.rglob("*.html")):
        names = re.findall(r"\bwords\.(\w+)", template.read_text(encoding="utf-8"))
        where = template.relative_to(TEMPLATES)
        wrong += [f"{where}: words.{name}" for name in names if name not in known]
    assert not wrong, "\n".join(wrong)


def test_it_writes_no_sentence_into_a_template() -> None:
    wrong = []
    for template in sorted(TEMPLATES.rglob("*.html")):
        text = template.read_text(encoding="utf-8")
        text = re.sub(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", "", text, flags=re.DOTALL)
        where = template.relative_to(TEMPLATES)
        found = [line for line in text.splitlines() if HANGUL.search(line)]
        wrong += [f"{where}: {line.strip()[:80]}" for line in found]
    assert not wrong, "\n".join(wrong)


def test_it_writes_no_sentence_into_a_script() -> None:
    folder = TEMPLATES.parents[1] / "static" / "dure"
    wrong = []
    for script in sorted(folder.glob("citizen*.js")):
        text = re.sub(r"/\*.*?\*/", "", script.read_text(encoding="utf-8"), flags=re.DOTALL)
        wrong += [
            f"{script.name}: {line.strip()[:80]}"
            for line in text.splitlines()
            if HANGUL.search(line.partition("//")[0])
        ]
    assert not wrong, "\n".join(wrong)
