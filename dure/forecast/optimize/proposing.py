"""Proposals: the plans that came out best, named, measured anew, explained and written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from dure.forecast.demand.days import day_of_number
from dure.forecast.demand.terms import Terms, compile_terms
from dure.forecast.optimize.courses import Course, steps_of
from dure.forecast.optimize.explaining import notes_of, why
from dure.forecast.optimize.groups import breakdowns
from dure.forecast.optimize.keeping import breaches, sought, weight
from dure.forecast.optimize.measuring import (
    City,
    Measured,
    ended_on,
    measured,
    rates_by_month,
    spent_of,
)
from dure.forecast.optimize.pruning import pruned
from dure.forecast.optimize.replacing import next_version
from dure.forecast.optimize.searching import GOALS, Progress, Tried, worth_of
from dure.forecast.optimize.writing import texts_of
from dure.forecast.projection import Projection, fan
from dure.forecast.results import Constraints, Plan, RunOut
from dure.policy.document import parse_document

TITLES: Final = {
    "balanced": ("균형 잡힌 계획", "Balanced"),
    "citizens": ("시민 혜택이 가장 큰 계획", "Most for citizens"),
    "shops": ("가게 매출이 가장 큰 계획", "Most for shops"),
    "safest": ("가장 안전한 계획", "Safest"),
    "steady": ("정해진 요율의 계획", "Fixed rates"),
    "unchanged": ("지금 규칙 그대로", "Rules as they are"),
}
_ORDER: Final = ("balanced", "citizens", "shops", "safest", "steady")
_TRIES: Final = 4


class Proof:
    """Measures plans on futures that the search has not seen, all on the same.

    `seed` is another than that of the search.
    """

    def __init__(
        self,
        city: City,
        constraints: Constraints,
        before_bp: int | None,
        futures: int,
        seed: int,
        progress: Progress,
    ) -> None:
        self.futures = futures
        self.city, self.constraints, self.before_bp = city, constraints, before_bp
        self.seed, self.progress = seed, progress
        terms = compile_terms(city.documents_now, city.mix)
        self.unchanged_terms = terms
        self.unchanged_projection = self._project(terms)

    def _project(self, terms: Terms) -> Projection:
        self.progress.advance(
            self.futures,
            "보지 않은 미래로 제안을 다시 확인",
            "Proposals on futures not seen before",
        )
        return self.city.project(terms, self.futures, self.seed)

    def unchanged(self) -> Plan:
        """What comes when the rules stay as they are."""
        result = measured(self.unchanged_projection, self.unchanged_terms, self.city.money)
        return self._plan("unchanged", self.unchanged_projection, result)

    def plan(self, name: str, course: Course) -> tuple[Plan, int, int]:
        """The plan from its own texts, as an official would publish them; how far it is from what
        was asked, and from what was sought beyond that."""
        city = self.city
        version = next_version(city.documents, city.former.id)
        texts = texts_of(course, city.former, version, city.money, notes_of(TITLES[name]))
        known = {line.code for line in city.lines}
        documents = [parse_document(text, name, known) for text in texts]
        terms = compile_terms(city.with_plan(documents), city.mix)
        projection = self._project(terms)
        result = measured(projection, terms, city.money)
        broken = breaches(result, course, self.constraints, city.money, self.before_bp)
        strict = sought(self.constraints)
        off = weight(breaches(result, course, strict, city.money, self.before_bp))
        korean, english = why(
            course,
            result,
            city.money,
            self.unchanged_measured(),
            rates_by_month(course, projection, city.money),
        )
        plan = self._plan(name, projection, result)
        return (
            msgspec.structs.replace(
                plan,
                steps=steps_of(course),
                documents=texts,
                broken_ko=[breach.korean for breach in broken],
                broken_en=[breach.english for breach in broken],
                why_ko=korean,
                why_en=english,
                breakdowns=breakdowns(
                    self.unchanged_projection, self.unchanged_terms, projection, terms
                ),
            ),
            weight(broken),
            off,
        )

    def pruned(self, course: Course, seed: int) -> Course:
        """The course without what nobody will see, by futures that the search has seen."""
        return pruned(course, self.city, seed, self.constraints.step_most_bp)

    def unchanged_measured(self) -> Measured:
        return measured(self.unchanged_projection, self.unchanged_terms, self.city.money)

    def _plan(self, name: str, projection: Projection, result: Measured) -> Plan:
        money = self.city.money
        spent = money.spent_won + spent_of(projection, money).cumsum(axis=1)
        korean, english = TITLES[name]
        return Plan(
            name=name,
            title_ko=korean,
            title_en=english,
            steps=[],
            citizens_won=result.citizens_won,
            shops_won=result.shops_won,
            lasts_bp=result.lasts_bp,
            unspent_bp=result.unspent_bp,
            small_shops_bp=result.small_shops_bp,
            district_spread_bp=result.district_spread_bp,
            effective_bp=result.effective_bp,
            run_out=run_out_of(ended_on(projection, money), self.city.last_day),
            spent=fan(projection.days, spent),
            documents=[],
        )


def proposals_of(tried: Sequence[Tried], proof: Proof, seed: int) -> list[Plan]:
    """A proposal for each goal, each another plan; where nothing keeps all, the nearest there is.

    A plan that does not hold on the new futures, with the same room to spare that the search
    asked for, makes place for the next best; if none does, the one that comes nearest to it is
    taken.
    """
    taken: set[Course] = set()
    found: dict[str, Plan] = {}
    broken: list[tuple[int, str, Plan]] = []
    for name in (*GOALS, "steady"):
        kept: tuple[int, Course, Plan] | None = None
        for one in [t for t in _ranked(tried, name) if t.course not in taken][:_TRIES]:
            plan, off_asked, off_sought = proof.plan(name, proof.pruned(one.course, seed))
            if off_asked:
                broken.append((off_asked, name, plan))
            elif kept is None or off_sought < kept[0]:
                kept = (off_sought, one.course, plan)
            if kept is not None and kept[0] == 0:
                break
        if kept is not None:
            found[name] = kept[2]
            taken.add(kept[1])
    if not found:
        return _nearest(broken)
    return [found[name] for name in _ORDER if name in found]


def _ranked(tried: Sequence[Tried], name: str) -> list[Tried]:
    if name == "steady":
        fixed = [t for t in tried if not any(s.rungs for s in t.course.stretches)]
        return sorted(fixed, key=lambda t: (t.off_bp, -worth_of(t, "balanced")))[:1]
    return sorted(tried, key=lambda t: (t.off_bp, -worth_of(t, name)))


def _nearest(nearest: Sequence[tuple[int, str, Plan]]) -> list[Plan]:
    """The one plan of each name that is nearest to what was asked, nearest first; each once."""
    kept: dict[tuple[str, ...], Plan] = {}
    for _, _, plan in sorted(nearest, key=lambda found: (found[0], _ORDER.index(found[1]))):
        kept.setdefault(tuple(map(str, plan.steps)), plan)
    return list(kept.values())[:3]


def run_out_of(days: NDArray[np.int64], last_day: int) -> RunOut:
    """When money ends, from its last day in each future (-1 where it lasts)."""
    never = np.iinfo(np.int64).max
    ordered = np.sort(np.where(days < 0, never, days))

    def at(share: float) -> str | None:
        day = int(ordered[min(len(ordered) - 1, int(share * len(ordered)))])
        return None if day == never else day_of_number(day).isoformat()

    before = int((ordered <= last_day).sum())
    return RunOut(
        median=at(0.5),
        low50=at(0.25),
        high50=at(0.75),
        low90=at(0.05),
        high90=at(0.95),
        before_end_bp=before * 10_000 // len(ordered),
    )
