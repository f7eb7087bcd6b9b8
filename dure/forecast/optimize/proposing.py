"""Proposals: the plans that came out best, named, measured anew, explained and written down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

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
from dure.forecast.optimize.searching import Progress, Tried, best_for_goals, worth
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
    "nearest": ("조건에 가장 가까운 계획", "Nearest to what was asked"),
    "unchanged": ("지금 규칙 그대로", "Rules as they are"),
}
SUPERLATIVES: Final = ("citizens", "shops", "safest")
_PROVEN: Final = 3
"""How many of the best for each goal are proved."""
_NEAREST: Final = 3


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

    def prove(self, course: Course) -> Proven:
        """The plan from its own texts, as an official would publish them."""
        city = self.city
        version = next_version(city.documents, city.former.id)
        texts = texts_of(course, city.former, version, city.money, notes_of())
        known = {line.code for line in city.lines}
        documents = [parse_document(text, "proposal", known) for text in texts]
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
        plan = self._plan("balanced", projection, result)
        return Proven(
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
            result,
            not any(stretch.rungs for stretch in course.stretches),
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


class Proven(NamedTuple):
    """A plan as it came out on new futures, and how far it is from what was asked and sought."""

    plan: Plan
    measured: Measured
    is_fixed: bool
    off_asked_bp: int
    off_sought_bp: int


def proposals_of(tried: Sequence[Tried], proof: Proof, seed: int) -> list[Plan]:
    """The proposals, best first; where nothing keeps all, the nearest there is.

    The best few for each goal are proved on new futures. Of those that hold there with the room
    to spare that the search asked for (or at least keep what was asked) the one that is best for
    a goal is named for it; nobody is called the best where another is better.
    """
    proven = [proof.prove(proof.pruned(one.course, seed)) for one in best_for_goals(tried, _PROVEN)]
    kept = [p for p in proven if p.off_sought_bp == 0] or [p for p in proven if not p.off_asked_bp]
    if kept:
        return [p.plan for p in sorted(_named(kept), key=_worth_balanced, reverse=True)]
    nearest = sorted(proven, key=lambda p: p.off_asked_bp)[:_NEAREST]
    return [named(p, "nearest").plan for p in nearest]


def _named(kept: Sequence[Proven]) -> list[Proven]:
    """Names for the best of each goal; a plan that is the best for two has the first one's name."""
    names: dict[int, str] = {}
    for goal in (*SUPERLATIVES, "balanced", "steady"):
        able = [place for place, p in enumerate(kept) if goal != "steady" or p.is_fixed]
        if goal not in SUPERLATIVES:
            able = [place for place in able if place not in names]
        if able:
            measure = goal if goal in SUPERLATIVES else "balanced"
            names.setdefault(max(able, key=lambda at: worth(kept[at].measured, measure)), goal)
    return [named(kept[place], name) for place, name in names.items()]


def named(proven: Proven, name: str) -> Proven:
    """The plan under a name, with its titles."""
    korean, english = TITLES[name]
    plan = msgspec.structs.replace(proven.plan, name=name, title_ko=korean, title_en=english)
    return proven._replace(plan=plan)


def _worth_balanced(proven: Proven) -> float:
    return worth(proven.measured, "balanced")


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
