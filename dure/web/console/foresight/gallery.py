"""The gallery: every picture and table of the console in every state, for operators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.forecast.work import State
from dure.rulebook.officials import Role
from dure.web.console.foresight import examples
from dure.web.console.foresight.drawing import drawn
from dure.web.console.foresight.faces import pace_face, risk_face
from dure.web.console.foresight.words import FORESIGHT_WORDS, STATE_BADGES
from dure.web.console.shell.access import console_page
from dure.web.console.shell.frame import console_answer
from dure.web.shared.charts_fan import fan_face, shared_height
from dure.web.shared.charts_frontier import frontier_face
from dure.web.shared.charts_months import months_face
from dure.web.shared.charts_moves import Foreseen, moves_face
from dure.web.shared.charts_pairs import pair_face
from dure.web.shared.language import Language, language_of_page

OPERATORS = frozenset({Role.OPERATOR})


@require_safe
@console_page(needs=OPERATORS)
def gallery(request: HttpRequest) -> HttpResponse:
    """All components with made-up values."""
    language = language_of_page(request)
    title = language.choose(*FORESIGHT_WORDS["gallery_title"])
    return console_answer(
        request,
        "console/foresight/gallery.html",
        {
            "pictures": drawn(
                request,
                "console/foresight/gallery_parts.html",
                "",
                lambda: gallery_values(language),
            )
        },
        words=FORESIGHT_WORDS,
        title=title,
    )


def gallery_values(language: Language) -> dict[str, object]:
    """What the gallery shows."""
    lines = examples.example_lines()
    height = shared_height(lines)
    plans = examples.example_plans()
    empty = examples.an_empty_line()
    pairs = [
        (language.choose("서구", "Seo-gu"), 120 * examples.EOK, 74 * examples.EOK),
        (language.choose("연수구", "Yeonsu-gu"), 88 * examples.EOK, 91 * examples.EOK),
        (language.choose("옹진군", "Ongjin-gun"), 0, 3 * examples.EOK),
    ]
    moved = [
        Foreseen("2019-08-15", examples.MAYBE),
        Foreseen("2019-08-22", examples.EARLY),
        Foreseen("2019-08-31", examples.EARLY),
    ]
    return {
        "fans": [risk_face(line, language, f"fan-{place}") for place, line in enumerate(lines)],
        "empty_fan": fan_face(empty, language, "fan-empty"),
        "paces": [
            pace_face(examples.a_pace(place, state, share), language, f"burn-{place}")
            for place, (state, share) in enumerate(
                (("within", 102), ("ahead", 117), ("behind", 81)), start=1
            )
        ],
        "months": months_face(examples.example_months(), language, "months"),
        "empty_months": months_face([], language, "months-empty"),
        "frontier": frontier_face(plans, language, "frontier"),
        "multiples": [
            fan_face(line, language, f"small-{place}", height=height, is_small=True)
            for place, line in enumerate(lines)
        ],
        "pairs": pair_face(
            pairs, language.choose("구별 캐시백", "Cashback by district"), language, "pairs"
        ),
        "empty_pairs": pair_face([], language.choose("빈 표", "Nothing"), language, "pairs-empty"),
        "moves": moves_face(moved, "2019-12-31", language, "moves"),
        "states": [
            (language.choose(*FORESIGHT_WORDS[f"state_{state}"]), STATE_BADGES[str(state)])
            for state in State
        ],
    }
