"""`dure demo seogu`: Seo-gu's money of 2019 runs out by itself, and who meets the empty line."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from typing import Any, Final

from dure.demo.seogu.year import SeoguBooks, Year, play
from dure.kernel.arguments import at_least_one
from dure.kernel.calendar import seoul
from dure.policy.explain import explain
from dure.policy.lines import LimitedBy

SEED: Final = 20190501
PUBLISHED: Final = "2019-08-10, http://www.24news.kr/news/articleView.html?idxno=179433"
"""When the district's first two appropriations were used up, as it was reported."""


def add_arguments(parser: ArgumentParser) -> None:
    """The options of `dure demo seogu`."""
    parser.add_argument(
        "--scale",
        type=at_least_one,
        default=1,
        help="a so-manieth of population and money; 1 is all of it",
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true")


def run(options: Namespace) -> int:
    """Plays the year and prints what came out; 1 when the money never ended."""
    year = play(options.scale, options.seed, told=lambda day: print(
        f"{day.day} {day.payments:>9,} payments, {day.district_won:>13,} won of the district's, "
        f"{day.left_won:>14,} left", file=sys.stderr,
    ))  # fmt: skip
    told = summary(year)
    print(json.dumps(told, ensure_ascii=False) if options.json else _as_text(told))
    return 0 if year.endings else 1


def summary(year: Year) -> dict[str, Any]:
    """The year as plain values: each run-out, what was told there, what the city went on paying."""
    books = SeoguBooks(year.scale)
    endings = []
    for ending in year.endings:
        rules = [books.rules.get_rule(line.rule_version_id) for line in ending.answer.incentive]
        said = [
            sentence.ko
            for rule, line in zip(rules, ending.answer.incentive, strict=True)
            for sentence in explain(
                rule, line.won, line.limited_by, ending.amount_won, choice=line.choice
            )
            if sentence.code != "bracket"
        ]
        endings.append(
            {
                "at": seoul(ending.at_us).isoformat(timespec="seconds"),
                "amount_won": ending.amount_won,
                "left_before_won": ending.left_before_won,
                "lines": [
                    [rule.document.key, line.won, line.full_won, LimitedBy(line.limited_by).name]
                    for rule, line in zip(rules, ending.answer.incentive, strict=True)
                ],
                "said": said,
            }
        )
    after = [day for day in year.days if day.short_payments]
    return {
        "scale": year.scale,
        "payments": sum(day.payments for day in year.days),
        "district_won": sum(day.district_won for day in year.days),
        "endings": endings,
        "published": PUBLISHED,
        "payments_after_the_end": sum(day.short_payments for day in after),
        "city_won_on_those_days": sum(day.city_won for day in after),
    }


def _as_text(told: dict[str, Any]) -> str:
    lines = [f"{told['payments']:,} payments, {told['district_won']:,} won of the district's money"]
    for ending in told["endings"]:
        lines.append(f"{ending['at']}: {ending['left_before_won']:,} won were left")
        lines += [f"  {sentence}" for sentence in ending["said"]]
    lines.append(f"published: {told['published']}")
    lines.append(
        f"{told['payments_after_the_end']:,} payments met the empty line; the city paid "
        f"{told['city_won_on_those_days']:,} won on those days"
    )
    return "\n".join(lines)
