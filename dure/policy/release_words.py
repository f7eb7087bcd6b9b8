"""What citizens and officials are told of releases: so much at a time, used up, when it goes on."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dure.kernel.calendar import DAY_US, seoul
from dure.policy.document import OPEN_END_US
from dure.policy.evaluate import CompiledRule
from dure.policy.release import Release
from dure.policy.sentences import Sentence, korean_won
from dure.policy.words import Names

_DAYS: Final = (
    ("월", "Monday"),
    ("화", "Tuesday"),
    ("수", "Wednesday"),
    ("목", "Thursday"),
    ("금", "Friday"),
    ("토", "Saturday"),
    ("일", "Sunday"),
)


_USED_UP: Final = Sentence(
    "release_used",
    "이번에 풀린 금액이 모두 쓰였습니다.",
    "What was released for this time is used up.",
)


def used_up(rule: CompiledRule, at_us: int | None = None) -> Sentence:
    """That the release is used up, and when it goes on; without an instant only how often it does.

    Before the first release it says when that comes.
    """
    release = rule.document.release
    if release is None:
        return _USED_UP
    if at_us is not None and release.number_at(at_us) == 0:
        ko, en = "아직 풀린 금액이 없습니다.", "Nothing has been released yet."
    elif release.carried_on:
        ko = "지금까지 풀린 금액이 모두 쓰였습니다."
        en = "All that has been released so far is used up."
    else:
        each_ko, each_en = _each(release)
        ko = f"{each_ko} 풀리는 {korean_won(release.won)}이 모두 쓰였습니다."
        en = f"The {release.won:,} won released {each_en} are used up."
    on_ko, on_en = _goes_on(rule, release, at_us)
    return Sentence("release_used", f"{ko} {on_ko}", f"{en} {on_en}")


def release_names(release: Release | None) -> Names | None:
    """A release in words, for lists of what changed; None where there is none."""
    if release is None:
        return None
    when_ko, when_en = _when(release)
    left_ko = "남은 금액은 이어짐" if release.carried_on else "남은 금액은 소멸"
    left_en = "what is unused is carried on" if release.carried_on else "what is unused lapses"
    return (
        f"{when_ko}에 {korean_won(release.won)}씩({left_ko})",
        f"{release.won:,} won {when_en} ({left_en})",
    )


def _goes_on(rule: CompiledRule, release: Release, at_us: int | None) -> Names:
    if at_us is None:
        ko, en = _when(release)
        return f"{ko}에 다시 풀립니다.", f"More is released {en}."
    next_us, until_us = release.next_us(at_us), rule.document.until_us
    if until_us != OPEN_END_US and next_us >= until_us:
        ko = "이 혜택이 끝나기 전에 더 풀리는 금액은 없습니다."
        return ko, "No more is released before this benefit ends."
    ko, en = _at(seoul(next_us))
    return f"{ko}에 다시 풀립니다.", f"More is released on {en}."


def _each(release: Release) -> Names:
    return ("하루에", "each day") if release.every_us == DAY_US else ("한 주에", "each week")


def _when(release: Release) -> Names:
    first = seoul(release.first_us)
    if release.every_us == DAY_US:
        return f"매일 {first:%H:%M}", f"every day at {first:%H:%M}"
    ko, en = _DAYS[first.weekday()]
    return f"매주 {ko}요일 {first:%H:%M}", f"every {en} at {first:%H:%M}"


def _at(local: datetime) -> Names:
    ko, en = _DAYS[local.weekday()]
    return (
        f"{local.month}월 {local.day}일({ko}) {local:%H:%M}",
        f"{en}, {local:%Y-%m-%d} at {local:%H:%M}",
    )
