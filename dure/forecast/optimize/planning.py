"""From a city's demand, rules, money and constraints to proposals that can be drafted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dure.forecast.demand import Demand
from dure.forecast.optimize.family import CAPS_WON
from dure.forecast.optimize.frontier import frontier_of
from dure.forecast.optimize.needs import RATES_ASKED
from dure.forecast.optimize.preparing import NEEDS_FUTURES, city_of, ground_of, rate_before_bp
from dure.forecast.optimize.proposing import TITLES, Proof, proposals_of
from dure.forecast.optimize.refusals import StoppedError
from dure.forecast.optimize.replacing import day_us
from dure.forecast.optimize.searching import FULL, Effort, Progress, Tell, search
from dure.forecast.projection import LineStanding
from dure.forecast.results import Constraints, Plans, Warned
from dure.policy.document import OPEN_END_US, RuleDocument

__all__ = ["StoppedError", "Tell", "optimize"]

_FRESH = 1_000_003
"""What is added to the seed for the futures on which proposals are proved."""
_PLANS_EXPECTED = (120, 80, 50)
_COARSE_EXPECTED = (15, 50)
"""About how many plans each round tries; only the progress that is told depends on it."""


def optimize(
    demand: Demand,
    documents: Sequence[RuleDocument],
    lines: Sequence[LineStanding],
    constraints: Constraints,
    seed: int,
    tell: Tell = lambda _progress, _korean, _english: None,
    stopped: Callable[[], bool] = lambda: False,
    effort: Effort = FULL,
) -> Plans:
    """Proposals that keep the constraints, or the nearest there is, each with what it breaks.

    `documents` are all that are published, as they hold; `lines` all that they name, standing at
    the start of `constraints.first_day`. The same arguments give the same bytes. `tell` is called
    between batches and `stopped` asked: when it says so, StoppedError is raised. Raises
    `refusals.PlanError` (a ValueError that says in both languages why) where there is nothing to
    plan.
    """
    city = city_of(demand, documents, lines, constraints)
    progress = Progress(tell, stopped, _futures_expected(effort))
    ground = ground_of(
        city,
        constraints,
        seed,
        lambda futures: progress.advance(
            futures, "요율마다 드는 돈을 계산", "What each rate would cost"
        ),
    )
    before_bp = rate_before_bp(city)
    rounds = search(city, ground, before_bp, seed, progress, effort)
    proof = Proof(city, constraints, before_bp, effort.proof_futures, seed + _FRESH, progress)
    return Plans(
        as_of_us=day_us(demand.as_of_day + 1),
        seed=seed,
        futures=effort.proof_futures,
        constraints=constraints,
        proposals=proposals_of(rounds[-1], proof, seed),
        frontier=frontier_of(rounds[1]),
        warnings=[*demand.warnings, *_warnings(city.former, city.last_day)],
        unchanged=proof.unchanged(),
    )


def _futures_expected(effort: Effort) -> int:
    expected = _COARSE_EXPECTED if effort.is_coarse else _PLANS_EXPECTED
    plans = zip(effort.rounds, expected, strict=True)
    searched = sum(one.futures * count for one, count in plans)
    needs = len(CAPS_WON) * RATES_ASKED * NEEDS_FUTURES
    return needs + searched + effort.proof_futures * (1 + len(TITLES))


def _warnings(former: RuleDocument, last_day: int) -> list[Warned]:
    """That the former rule would have gone on, and nothing does after a plan."""
    if former.until_us <= day_us(last_day + 1) or former.until_us != OPEN_END_US:
        return []
    return [
        Warned(
            code="nothing_after",
            korean=f"{former.title.ko}: 끝나는 날이 없는 규칙이지만 계획은 마지막 날에 끝납니다. "
            "그 다음 날부터 쓸 규칙을 따로 만드십시오.",
            english=f"{former.title.en} has no end, but the plan ends on its last day. Draft the "
            "rule that shall hold from the day after.",
        )
    ]
