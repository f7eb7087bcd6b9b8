"""One changed term as a sentence: what it is called, what it was, what it is."""

from __future__ import annotations

from dure.policy.sentences import Sentence
from dure.policy.words import Names

NOTHING: Names = ("없음", "none")


def changed(
    code: str, label: Names, old: Names | None, new: Names | None, *, first: bool = False
) -> Sentence | None:
    """As "요율: 6% → 3%"; None where nothing changed. None as a value: the term is missing.

    `first`: there is no earlier version, so the sentence tells only what holds.
    """
    if old == new:
        return None
    after = new or NOTHING
    if first:
        return Sentence(code, f"{label[0]}: {after[0]}", f"{_capital(label[1])}: {after[1]}")
    before = old or NOTHING
    return Sentence(
        code,
        f"{label[0]}: {before[0]} → {after[0]}",
        f"{_capital(label[1])}: {before[1]} → {after[1]}",
    )


def won(amount: int) -> Names:
    """An amount in figures, as notices write it."""
    return f"{amount:,}원", f"{amount:,} won"


def joined(names: list[Names]) -> Names | None:
    """Several names as one; None where there are none."""
    if not names:
        return None
    return ", ".join(ko for ko, _ in names), ", ".join(en for _, en in names)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
