"""The budget's tree as rows of a table: sums in words, a bar, and where in the tree a line lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from dure.budget.lines import COMMITMENT
from dure.budget.releasing import Release
from dure.budget.tree import Branch, Sums
from dure.kernel.calendar import seoul
from dure.policy.districts import DISTRICT_NAMES
from dure.web.console.budget.words import LEVELS
from dure.web.shared.amounts import exact_won, percent, short_won
from dure.web.shared.charts import Segment
from dure.web.shared.charts_bars import filled
from dure.web.shared.charts_days import month_label
from dure.web.shared.language import Language


@dataclass(frozen=True, slots=True)
class SumsFace:
    """Sums as texts; `exact` ones are to the won, the others cut to what one can take in."""

    budget: str
    released: str
    unreleased: str
    committed: str
    spent: str
    free: str
    unspent: str
    rate: str
    budget_exact: str
    spent_exact: str
    free_exact: str
    bar: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A release in the tree: the month (or other day) of a line."""

    name: str
    amount: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line with all below it. `depth` counts from 1; `has_below` says that rows can be closed."""

    line_id: int
    code: str
    name: str
    level: str
    level_name: str
    place: str
    depth: int
    parent: str
    has_below: bool
    sums: SumsFace
    own: str
    months: tuple[MonthRow, ...] = ()
    has_months: bool = False


def sums_face(sums: Sums, language: Language) -> SumsFace:
    """Sums in the reader's words."""

    def short(won: int) -> str:
        return short_won(won, language)

    return SumsFace(
        budget=short(sums.budget_won),
        released=short(sums.released_won),
        unreleased=short(sums.unreleased_won),
        committed=short(sums.committed_won),
        spent=short(sums.spent_won),
        free=short(sums.free_won),
        unspent=short(sums.unspent_won),
        rate=percent(sums.execution_bp),
        budget_exact=exact_won(sums.budget_won, language),
        spent_exact=exact_won(sums.spent_won, language),
        free_exact=exact_won(sums.free_won, language),
        bar=bar_of(sums),
    )


def bar_of(sums: Sums) -> tuple[Segment, ...]:
    """Spent, committed, left to spend and not released, end to end over the budget."""
    parts = (
        ("spent", sums.spent_won),
        ("committed", sums.committed_won),
        ("free", sums.free_won),
        ("unreleased", sums.unreleased_won),
    )
    return filled(parts, sums.budget_won)


def rows_of(
    tops: Sequence[Branch],
    year: int,
    language: Language,
    releases: Mapping[int, Sequence[Release]],
    planned: Set[int] = frozenset(),
) -> tuple[Row, ...]:
    """Every line of a year from the top down; months where the releases of a line are given.

    `planned` are the numbers of the lines that have releases at all.
    """
    return tuple(
        replace(
            _row(branch, depth, language, releases.get(branch.line.line_id, ())),
            has_months=branch.line.line_id in planned,
        )
        for top in tops
        if top.line.fiscal_year == year
        for depth, branch in top.walk(1)
    )


def rows_below(branch: Branch, language: Language) -> tuple[Row, ...]:
    """The lines right below one, with their sums."""
    return tuple(_row(below, 1, language, ()) for below in branch.below)


def _row(branch: Branch, depth: int, language: Language, releases: Sequence[Release]) -> Row:
    line = branch.line
    return Row(
        line_id=line.line_id,
        code=line.code,
        name=language.choose(line.name_ko, line.name_en),
        level=line.level,
        level_name=language.choose(*LEVELS[line.level]),
        place=district_name(line.district, language),
        depth=depth,
        parent="" if line.parent_id is None else str(line.parent_id),
        has_below=bool(branch.below),
        sums=sums_face(sums_of(branch), language),
        own=short_won(branch.own.budget_won, language),
        months=tuple(month_rows(releases, language)),
    )


def sums_of(branch: Branch) -> Sums:
    """A line with all below it; of a commitment the budget is what was set aside for it."""
    if branch.line.role != COMMITMENT:
        return branch.whole
    position = branch.position
    return Sums(position.set_aside_won, position.unreleased_won, 0, position.spent_won)


def district_name(district: int | None, language: Language) -> str:
    """What a district is called; empty for the city and the state."""
    if district is None or district not in DISTRICT_NAMES:
        return ""
    return language.choose(*DISTRICT_NAMES[district])


def month_rows(releases: Sequence[Release], language: Language) -> list[MonthRow]:
    """Releases by month where they come on its first day, by date where not."""
    rows = []
    for release in releases:
        on = seoul(release.on_us)
        name = month_label(on.year * 100 + on.month, language)
        if on.day != 1:
            name = f"{on:%Y-%m-%d}"
        rows.append(MonthRow(name, short_won(release.amount_won, language), release.is_due))
    return rows
