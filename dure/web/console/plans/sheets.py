"""The proposals of a search as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from dure.forecast.results import Plan, Plans
from dure.web.console.export.sheets import Cell, Column, Kind, spreadsheet
from dure.web.console.foresight.faces import terms_text
from dure.web.console.plans.words import PLANS_WORDS
from dure.web.shared.charts_frontier import letter_of
from dure.web.shared.language import language_of_page

_SURE_BP = 10_000


def plans_sheet(request: HttpRequest, number: int, told: Plans) -> HttpResponse:
    """Each proposal with what it gives whom, how sure it is, and its terms by day."""
    language = language_of_page(request)
    named = (
        ("proposal", Kind.TEXT), ("citizens", Kind.WON), ("shops", Kind.WON),
        ("risk_of", Kind.RATE_BP), ("left", Kind.RATE_BP), ("effective", Kind.RATE_BP),
        ("small_share", Kind.RATE_BP), ("spread", Kind.RATE_BP), ("run_out_of", Kind.DAY),
        ("terms", Kind.TEXT), ("breaks", Kind.TEXT),
    )  # fmt: skip
    columns = [Column(language.choose(*PLANS_WORDS[word]), kind) for word, kind in named]
    rows: list[Sequence[Cell]] = []
    for place, one in enumerate(told.proposals):
        title = language.choose(one.title_ko, one.title_en)
        broken = language.choose(" ".join(one.broken_ko), " ".join(one.broken_en))
        rows.append(
            [
                f"{letter_of(place)} {title}", one.citizens_won, one.shops_won,
                _SURE_BP - one.lasts_bp, one.unspent_bp, one.effective_bp, one.small_shops_bp,
                one.district_spread_bp, one.run_out.median, _terms(request, one), broken,
            ]
        )  # fmt: skip
    return spreadsheet(
        request,
        title=f"{language.choose(*PLANS_WORDS['plans_title'])} {number}",
        columns=columns,
        rows=rows,
        at_us=told.as_of_us,
    )


def _terms(request: HttpRequest, plan: Plan) -> str:
    language = language_of_page(request)
    return "; ".join(f"{step.from_day}: {terms_text(step, language)}" for step in plan.steps)
