"""What changed in a kind's own terms: rates by amount, and everything else key by key.

The keys are read from the documents' texts, so a new kind needs nothing here: a number's unit is in
its key (`rate_bp`, `max_won`, `days`), and its name in `words.TERMS` where it has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

import yaml

from dure.policy.changes import changed, won
from dure.policy.document import RuleDocument
from dure.policy.kinds import KINDS
from dure.policy.kinds.bracket_cashback import OPEN_WON
from dure.policy.sentences import Sentence, percent
from dure.policy.words import TERMS, VALUES, Names, name_of

Scale = tuple[tuple[int, int, int], ...]
"""(from won, below won, rate in bp) of the month's payments, as far as anything is earned."""

_SCALE_KEYS: Final = ("brackets", "rate_bp", "month_payments_won_max")
_NO_RATE: Final[Names] = ("적립 없음", "nothing")


def own_differences(
    old: RuleDocument | None, new: RuleDocument, line_titles: Mapping[str, Names]
) -> list[Sentence]:
    """One sentence for each stretch of the scale and each other term that changed."""
    before, after = own_terms(old) if old else {}, own_terms(new)
    sentences: list[Sentence] = []
    old_scale, new_scale = _scale(before), _scale(after)
    if new_scale is not None and (old is None or old_scale is not None):
        sentences += _scale_differences(old_scale or (), new_scale, first=old is None)
        before, after = _without_scale(before), _without_scale(after)
    was, now = dict(_flat((), before)), dict(_flat((), after))
    names = {**VALUES, **line_titles}
    for path in dict.fromkeys([*was, *now]):
        sentence = changed(
            path[0],
            _label(path),
            _value(path, was[path], names) if path in was else None,
            _value(path, now[path], names) if path in now else None,
            first=old is None,
        )
        sentences += [sentence] if sentence else []
    return sentences


def own_terms(document: RuleDocument) -> dict[str, Any]:
    """The entries of the document that belong to its kind; every scalar is a text."""
    kind = KINDS[document.kind]
    entries = yaml.load(document.text, Loader=yaml.BaseLoader)
    return {key: entries[key] for key in (*kind.required, *kind.optional) if key in entries}


def _scale(terms: Mapping[str, Any]) -> Scale | None:
    """Rates over the month's payments; None where the kind gives by something else."""
    if "brackets" in terms:
        return tuple(
            (_number(b["from_won"]), _upper(b.get("below_won", "open")), _number(b["rate_bp"]))
            for b in terms["brackets"]
        )
    if "rate_bp" in terms:
        most = terms.get("month_payments_won_max")
        return ((0, _upper(most or "open"), _number(terms["rate_bp"])),)
    return None


def _without_scale(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in terms.items() if key not in _SCALE_KEYS}


def _number(text: str) -> int:
    return int(text.replace("_", ""))


def _upper(text: str) -> int:
    return OPEN_WON if text == "open" else _number(text)


def _scale_differences(old: Scale, new: Scale, *, first: bool) -> Iterator[Sentence]:
    """Stretches of the month's payments for which the rate is another now."""
    edges = sorted({0, OPEN_WON} | {edge for a, b, _ in (*old, *new) for edge in (a, b)})
    stretches: list[tuple[int, int, int, int]] = []
    for start, below in pairwise(edges):
        was, now = _rate_at(old, start), _rate_at(new, start)
        if stretches and stretches[-1][2:] == (was, now):
            stretches[-1] = (stretches[-1][0], below, was, now)
        else:
            stretches.append((start, below, was, now))
    for start, below, was, now in stretches:
        if was == now:
            continue
        ko, en = _stretch(start, below)
        (was_ko, was_en), (now_ko, now_en) = _rate(was), _rate(now)
        code = "rate" if (start, below) == (0, OPEN_WON) else "bracket"
        if first:
            yield Sentence(code, f"{ko} {now_ko}", f"{en}: {now_en}")
        else:
            yield Sentence(code, f"{ko} {was_ko} → {now_ko}", f"{en}: {was_en} → {now_en}")


def _rate_at(scale: Scale, amount_won: int) -> int:
    return next((rate for a, b, rate in scale if a <= amount_won < b), 0)


def _rate(rate_bp: int) -> Names:
    return (percent(rate_bp), percent(rate_bp)) if rate_bp else _NO_RATE


def _stretch(from_won: int, below_won: int) -> Names:
    if from_won == 0 and below_won == OPEN_WON:
        return "모든 금액", "Any amount"
    if from_won == 0:
        return f"{below_won:,}원까지", f"Up to {below_won:,} won"
    if below_won == OPEN_WON:
        return f"{from_won:,}원부터", f"From {from_won:,} won"
    return f"{from_won:,}원부터 {below_won:,}원까지", f"From {from_won:,} to {below_won:,} won"


def _flat(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every scalar with the keys that lead to it; the items of a list count from 1."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat((*path, str(key)), part)
    elif isinstance(value, list):
        for place, part in enumerate(value, start=1):
            yield from _flat((*path, str(place)), part)
    else:
        yield path, str(value)


def _label(path: tuple[str, ...]) -> Names:
    names = [name_of(word, {**VALUES, **TERMS}) for word in path]
    return " ".join(ko for ko, _ in names), " ".join(en for _, en in names)


def _value(path: tuple[str, ...], text: str, names: Mapping[str, Names]) -> Names:
    digits = text.replace("_", "")
    if not digits.lstrip("-").isdecimal():
        return name_of(text, names)
    number = int(digits)
    for key in reversed(path):
        parts = key.split("_")
        if "bp" in parts:
            return percent(number), percent(number)
        if "won" in parts:
            return won(number)
        if "days" in parts:
            return f"{number:,}일", f"{number:,} days"
        if not key.isdecimal():
            break
    # The rates of a table stand under its words: what they are is said by the key above.
    if len(path) > 1 and "bp" in path[-2].split("_"):
        return percent(number), percent(number)
    return f"{number:,}", f"{number:,}"
