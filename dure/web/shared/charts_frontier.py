"""The frontier of plans: what citizens get against what shops sell, and how risky each plan is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dure.forecast.results import Plan, Plans
from dure.web.shared.amounts import percent, short_won
from dure.web.shared.charts_parts import Key, Label, Table, height_labels
from dure.web.shared.charts_scatter import Point, Scatter, scatter
from dure.web.shared.language import Language

SAFE_BP: Final = 500
RISKY_BP: Final = 2_000
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_KINDS: Final = {
    "safe": ("위험 5% 이하", "Risk of 5% or less"),
    "fair": ("위험 5~20%", "Risk of 5 to 20%"),
    "risky": ("위험 20% 넘음", "Risk above 20%"),
}


@dataclass(frozen=True, slots=True)
class FrontierFace:
    """The picture of all plans that were tried; proposals are marked with their letter."""

    ident: str
    title: str
    said: str
    chart: Scatter
    across: str
    up: str
    widths: tuple[Label, ...]
    heights: tuple[Label, ...]
    keys: tuple[Key, ...]
    table: Table


def letter_of(place: int) -> str:
    """The letter that names a proposal in pictures and cards."""
    return LETTERS[place] if place < len(LETTERS) else str(place + 1)


def frontier_face(plans: Plans, language: Language, ident: str) -> FrontierFace:
    """Every plan that was tried as a point, the proposals by letter, with a table of these."""
    points = [
        Point(shops, citizens, _kind(risk_bp)) for citizens, shops, risk_bp, _ in plans.frontier
    ]
    points += [
        Point(one.shops_won, one.citizens_won, _kind(10_000 - one.lasts_bp), letter_of(place))
        for place, one in enumerate(plans.proposals)
    ]
    chart = scatter(points)
    return FrontierFace(
        ident=ident,
        title=language.choose("시민 혜택과 가게 매출", "Citizens' benefit and shops' sales"),
        said=language.choose(
            f"시험한 {len(plans.frontier):,}개 안 가운데 제안 {len(plans.proposals)}개. "
            "오른쪽 위일수록 시민과 가게에 모두 이롭습니다.",
            f"{len(plans.proposals)} proposals of {len(plans.frontier):,} plans that were tried. "
            "Up and to the right is better for citizens and shops.",
        ),
        chart=chart,
        across=language.choose("가게 매출(결제액) →", "Shops' sales (payments) →"),
        up=language.choose("↑ 시민이 받는 캐시백", "↑ Cashback for citizens"),
        widths=tuple(Label(mark, short_won(mark.won, language)) for mark in chart.widths),
        heights=height_labels(chart.heights, language),
        keys=tuple(Key(kind, language.choose(*words)) for kind, words in _KINDS.items()),
        table=_table(plans.proposals, language),
    )


def _kind(risk_bp: int) -> str:
    return "safe" if risk_bp <= SAFE_BP else "fair" if risk_bp <= RISKY_BP else "risky"


def _table(proposals: list[Plan], language: Language) -> Table:
    heads = language.choose(
        "제안|시민 혜택|가게 매출|소진 위험|불용", "Proposal|Citizens|Shops|Risk|Unspent"
    )
    rows = tuple(
        (
            f"{letter_of(place)} {language.choose(one.title_ko, one.title_en)}",
            short_won(one.citizens_won, language),
            short_won(one.shops_won, language),
            percent(10_000 - one.lasts_bp),
            percent(one.unspent_bp),
        )
        for place, one in enumerate(proposals)
    )
    return Table(tuple(heads.split("|")), rows)
