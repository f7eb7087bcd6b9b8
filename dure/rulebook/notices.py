"""What citizens are told of a rule before it comes into force, made from its difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dure.policy.differences import differences
from dure.policy.document import RuleDocument
from dure.policy.words import Names
from dure.rulebook.deciding import clock
from dure.rulebook.officials import place_name
from dure.rulebook.steps import plain


@dataclass(frozen=True, slots=True)
class Notice:
    """A text in both languages; its lines are separated by line breaks."""

    ko: str
    en: str


def notice_of(
    former: RuleDocument | None,
    document: RuleDocument,
    *,
    emergency_reasons: str = "",
    line_titles: Mapping[str, Names] | None = None,
) -> Notice:
    """The notice of a version that replaces `former`, or of a new rule where that is None."""
    place_ko, place_en = place_name(document.scope)
    begins = clock(document.from_us)
    ko = [
        f"[{place_ko}] {document.title.ko}",
        f"{begins}부터 {'이렇게 바뀝니다' if former else '새로 시행합니다'}.",
    ]
    en = [
        f"[{place_en}] {document.title.en}",
        f"From {begins} (Seoul time) {'this changes' if former else 'this begins'}:",
    ]
    if emergency_reasons:
        ko.append(f"긴급하게 시행하는 이유: {emergency_reasons}")
        en.append(f"Reasons for the short notice: {emergency_reasons}")
    sentences = differences(former, document, line_titles)
    ko += [f"- {sentence.ko}" for sentence in sentences]
    en += [f"- {sentence.en}" for sentence in sentences]
    if any(sentence.code == "bracket" for sentence in sentences):
        ko.append("위 금액은 한 달 동안 결제한 금액입니다.")
        en.append("These amounts are what is paid within a month.")
    ko += [f"근거: {source}" for source in document.sources]
    en += [f"Source: {source}" for source in document.sources]
    return Notice("\n".join(map(plain, ko)), "\n".join(map(plain, en)))


def notice_of_end(document: RuleDocument, ends_at_us: int, reasons: str) -> Notice:
    """The notice that a rule ends before its text says, with the approvers' reasons."""
    place_ko, place_en = place_name(document.scope)
    ends = clock(ends_at_us)
    ko = (f"[{place_ko}] {document.title.ko}", f"{ends}에 끝납니다.", f"이유: {reasons}")
    en = (
        f"[{place_en}] {document.title.en}",
        f"This ends at {ends} (Seoul time).",
        f"Reasons: {reasons}",
    )
    return Notice("\n".join(map(plain, ko)), "\n".join(map(plain, en)))
