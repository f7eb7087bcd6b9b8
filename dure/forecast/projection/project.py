"""The projection itself: demand, rules and money, one day after the other, all futures at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dure.forecast.demand.demand import Demand
from dure.forecast.demand.mix import ShopMix
from dure.forecast.projection.lines import LineStanding
from dure.forecast.projection.projection import Projection
from dure.policy.document import RuleDocument


@dataclass(frozen=True, slots=True)
class Terms:
    """Documents made ready for many projections: what each asks of shops, and its brackets."""

    documents: tuple[RuleDocument, ...]


def compile_terms(documents: Sequence[RuleDocument], mix: ShopMix) -> Terms:
    """Reads documents once for many projections; those that are only planned are left out."""
    raise NotImplementedError


def project(
    demand: Demand,
    documents: Sequence[RuleDocument] | Terms,
    lines: Sequence[LineStanding],
    from_day: int,
    until_day: int,
    futures: int = 1_000,
    seed: int = 1,
) -> Projection:
    """Projects from `from_day` to before `until_day`; the same seed gives the same futures.

    Two projections with one seed and other documents meet the same chance, so that their
    difference is that of the documents. Days of which payments are known are replayed as they
    were, days between the last known and `from_day` are passed through without the lines being
    drawn on. `documents` are all that hold at any time since the history's end (earlier ones do
    no harm). Raises ValueError when a document names a line that is not among `lines`, or when
    there is no day.
    """
    raise NotImplementedError
