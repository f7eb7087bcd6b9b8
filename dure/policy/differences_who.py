"""What changed in who and where a rule holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from dure.policy.changes import changed, joined, won
from dure.policy.districts import DISTRICT_NAMES
from dure.policy.eligibility import Eligibility, Listed
from dure.policy.occasions import Channel, Mark, SalesBand
from dure.policy.sentences import Sentence
from dure.policy.words import BANDS, CHANNELS, ELIGIBILITY, MARKS, TRADES, WEEKDAYS, Names, name_of

_ANY: Final[Names] = ("제한 없음", "no limit")
_DAYS: Final = tuple(WEEKDAYS.values())


def who_differences(old: Eligibility | None, new: Eligibility) -> list[Sentence]:
    """One sentence for each condition that changed; all of `new` where there is no `old`."""
    before = old or Eligibility()
    first = old is None
    found: list[Sentence | None] = []
    was, now = _sets(before), _sets(new)
    found += [_of_sets(key, ELIGIBILITY[key], was[key], now[key], first=first) for key in now]
    for key, of_old, of_new in (
        ("sectors", before.sectors, new.sectors),
        ("mccs", before.mccs, new.mccs),
        ("trades", before.trades, new.trades),
    ):
        found += _of_lists(key, of_old, of_new, first=first)
    had, has = _single(before), _single(new)
    for key in has:
        found.append(changed(key, ELIGIBILITY[key], had[key], has[key], first=first))
    return [sentence for sentence in found if sentence is not None]


def _sets(rule: Eligibility) -> dict[str, list[Names]]:
    """The conditions of which one of several must hold, by key; an empty one asks for nothing."""
    return {
        "shop_districts": _districts(rule.shop_districts),
        "member_districts": _districts(rule.member_districts),
        "sales_bands": [_band(band) for band in sorted(rule.sales_bands)],
        "area_marks": [
            name_of(str(mark.name).lower(), MARKS) for mark in Mark if rule.area_marks & mark
        ],
        "channels": [
            name_of(Channel(channel).name.lower(), CHANNELS) for channel in sorted(rule.channels)
        ],
        "weekdays": [_DAYS[day] for day in sorted(rule.weekdays)],
        "hours": [_span(*span) for span in rule.hours],
    }


def _single(rule: Eligibility) -> dict[str, Names]:
    """The conditions that are one value, by key."""
    joined_within, least = rule.joined_within_days, rule.payment_won_min
    return {
        "member_level_min": _number(rule.member_level_min or None),
        "birth_year_min": _number(rule.birth_year_min),
        "birth_year_max": _number(rule.birth_year_max),
        "sales_band_max": _ANY if rule.sales_band_max is None else _band(rule.sales_band_max),
        "benefit_plus": ("예", "yes") if rule.benefit_plus else ("아니요", "no"),
        "payment_won_min": won(least) if least else _ANY,
        "joined_within_days": (
            _ANY if joined_within is None else (f"{joined_within:,}일", f"{joined_within:,} days")
        ),
    }


def _of_sets(
    code: str, label: Names, old: list[Names], new: list[Names], *, first: bool
) -> Sentence | None:
    """What came and what went where both ask for something; otherwise the whole."""
    if not (old and new) or first:
        return changed(code, label, joined(old) or _ANY, joined(new) or _ANY, first=first)
    added = joined([name for name in new if name not in old])
    gone = joined([name for name in old if name not in new])
    if added is None and gone is None:
        return None
    ko = [f"{added[0]} 추가"] if added else []
    en = [f"added {added[1]}"] if added else []
    if gone:
        ko.append(f"{gone[0]} 빠짐")
        en.append(f"no longer {gone[1]}")
    name = label[1][:1].upper() + label[1][1:]
    return Sentence(code, f"{label[0]}: {', '.join(ko)}", f"{name}: {'; '.join(en)}")


def _of_lists(code: str, old: Listed, new: Listed, *, first: bool) -> Iterator[Sentence | None]:
    """Included and excluded words apart: the one says where it holds, the other where not."""
    ko, en = ELIGIBILITY[code]
    names: Mapping[str, Names] = TRADES if code == "trades" else {}
    for excluded in (False, True):
        label = (f"제외되는 {ko}", f"{en} that are left out") if excluded else (ko, en)
        was, now = _words(old, excluded, names), _words(new, excluded, names)
        if excluded and not (was and now):
            yield changed(code, label, joined(was), joined(now), first=first)
        else:
            yield _of_sets(code, label, was, now, first=first)


def _words(listed: Listed, excluded: bool, names: Mapping[str, Names]) -> list[Names]:
    if listed.excluded is not excluded:
        return []
    return [name_of(word, names) for word in listed.words]


def _districts(codes: Iterable[int]) -> list[Names]:
    return [DISTRICT_NAMES.get(code, (str(code), str(code))) for code in sorted(codes)]


def _band(band: int) -> Names:
    return name_of(SalesBand(band).name.lower(), BANDS)


def _number(value: int | None) -> Names:
    return _ANY if value is None else (str(value), str(value))


def _span(start: int, until: int) -> Names:
    text = f"{start // 60:02d}:{start % 60:02d}–{until // 60:02d}:{until % 60:02d}"
    return text, text
