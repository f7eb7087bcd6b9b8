"""Every reason has its sentences in both languages."""

import re
from pathlib import Path

import pytest

from dure.authorization.reasons import DeclineReason
from dure.web.shared.language import Language
from dure.web.shared.sentences import SENTENCES, sentence_of, sentence_or_number
from dure.web.shared.words import CHANNELS, PAYERS, WORDS

TEMPLATES = Path(__file__).parents[2] / "dure" / "web" / "templates"
HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("reason", DeclineReason)
def test_it_says_every_reason_in_both_languages(reason: DeclineReason) -> None:
    korean, english = SENTENCES[reason]
    for text in korean:
        assert HANGUL.search(text)
    for text in english:
        assert text
        assert not HANGUL.search(text)
    for sentence in (korean, english):
        assert sentence.happened.endswith(".")
        assert sentence.remedy.endswith(".")


def test_it_gives_every_refusal_a_label_of_its_own() -> None:
    for language in Language:
        labels = [sentence_of(reason, language).label for reason in DeclineReason]
        assert len(set(labels)) == len(labels)


def test_it_shows_a_reason_it_does_not_know_as_a_number() -> None:
    assert sentence_or_number(77, Language.KOREAN).label == "기타 사유 77"


@pytest.mark.parametrize("name", WORDS)
def test_it_has_every_word_in_both_languages(name: str) -> None:
    korean, english = WORDS[name]
    assert korean.strip()
    assert english.strip()
    if name != "other_language" and name != "other_language_tag":
        assert HANGUL.search(korean)
        assert not HANGUL.search(english)


def test_it_has_every_word_that_a_page_uses_and_no_other() -> None:
    texts = [
        path.read_text(encoding="utf-8")
        for folder in ("api", "city", "shared")
        for path in (TEMPLATES / folder).glob("*.html")
    ]
    used = {name for text in texts for name in re.findall(r"words\.(\w+)", text)}
    for view in (path for path in TEMPLATES.parent.rglob("*.py") if path.name != "words.py"):
        text = view.read_text(encoding="utf-8")
        if "WORDS" in text:
            used |= WORDS.keys() & set(re.findall(r'"(\w+)"', text))
    pages = {"missing_title", "missing_body", "fault_title", "fault_body"}
    assert used - WORDS.keys() == set()
    assert WORDS.keys() - used - pages == set()


def test_it_writes_no_words_into_templates() -> None:
    for path in TEMPLATES.rglob("*.html"):
        assert not HANGUL.search(path.read_text(encoding="utf-8")), path


def test_it_names_channels_and_payers_in_both_languages() -> None:
    for korean, english in [*PAYERS.values(), *(CHANNELS[number] for number in range(1, 8))]:
        assert korean
        assert english
