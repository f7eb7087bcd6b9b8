"""Whether the simulation on which a version is to be approved still says what it said.

Pure, from the rulebook alone: the log is checked with the same function. A simulation is recorded
with the city's time at which it was made; what changed the rules around the version since then, or
forty days, make it outdated. (That its text is the present one is seen to by the text's hash: a new
text begins anew and has no simulation.)
"""

from __future__ import annotations

from typing import Final

from dure.kernel.calendar import DAY_US
from dure.policy.districts import CITY
from dure.rulebook.lives import Life, Rulebook
from dure.rulebook.refusals import Refusal, Refused, refused

SIMULATION_DAYS: Final = 40
"""A month's history and the days until it is complete: older evidence knows nothing of the last."""


def outdated_simulation(book: Rulebook, life: Life, at_us: int) -> Refused | None:
    """Why the version may not be approved on its simulation; None when it may, or has none."""
    made_at_us = life.simulated_at_us
    if made_at_us is None:
        return None
    for other in book.lives.values():
        if other.key != life.key and _meets(other, life):
            if other.published_at_us is not None and other.published_at_us > made_at_us:
                return _refused(life, f"'{other.key}' 공포", f"'{other.key}' was published")
            if other.rolled_back_at_us is not None and other.rolled_back_at_us > made_at_us:
                return _refused(life, f"'{other.key}' 종료", f"'{other.key}' was ended")
    days = (at_us - made_at_us) // DAY_US
    if days > SIMULATION_DAYS:
        return _refused(life, f"{days}일 경과", f"{days} days have passed")
    return None


def _meets(other: Life, life: Life) -> bool:
    """Whether both may hold for the same payments, by place and period as their texts have them."""
    same_place = other.scope == life.scope or CITY in (other.scope, life.scope)
    return same_place and other.from_us < life.until_us and life.from_us < other.until_us


def _refused(life: Life, korean: str, english: str) -> Refused:
    return refused(
        Refusal.SIMULATION_OUTDATED,
        key=life.key,
        name=life.simulation,
        why_ko=korean,
        why_en=english,
    )
