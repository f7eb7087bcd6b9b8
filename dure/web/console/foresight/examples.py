"""Made-up results for the gallery: forecasts, paces and plans in every state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dure.forecast.results import (
    Constraints,
    Fan,
    LineForecast,
    MonthForecast,
    Pace,
    Plan,
    Plans,
    PlanStep,
    RunOut,
)

FIRST: Final = date(2019, 9, 1)
LAST: Final = date(2019, 12, 31)
EOK: Final = 100_000_000
DAYS: Final = (LAST - FIRST).days + 1


def days_from(first: date, count: int) -> list[str]:
    """So many days as ISO dates."""
    return [(first + timedelta(days=place)).isoformat() for place in range(count)]


def a_line(
    line_id: int,
    name: tuple[str, str],
    *,
    run_out: RunOut,
    budget_won: int = 728 * EOK,
    spent_won: int = 470 * EOK,
    daily_won: int = 5 * EOK,
    unspent_bp: int = 0,
    unspent_over_5_bp: int = 0,
    code: str = "",
) -> LineForecast:
    """A line that spends so much a day; its bounds open with time and end with the money."""

    def quantile(share_percent: int) -> list[int]:
        won = []
        for place in range(DAYS):
            daily = daily_won * (100 + share_percent) // 100
            won.append(min(budget_won, spent_won + daily * (place + 1)))
        return won

    return LineForecast(
        line_id=line_id,
        code=code or f"example-{line_id}",
        name_ko=name[0],
        name_en=name[1],
        payer="city",
        district=None,
        fiscal_year=2019,
        appropriated_won=budget_won,
        spent_won=spent_won,
        planned_end=LAST.isoformat(),
        run_out=run_out,
        unspent_bp=unspent_bp,
        unspent_over_5_bp=unspent_over_5_bp,
        spent=Fan(
            days=days_from(FIRST, DAYS),
            low90=quantile(-35),
            low50=quantile(-14),
            median=quantile(0),
            high50=quantile(14),
            high90=quantile(35),
        ),
        appropriated=[budget_won] * DAYS,
    )


EARLY: Final = RunOut(
    median="2019-10-22",
    low50="2019-10-15",
    high50="2019-10-30",
    low90="2019-10-09",
    high90="2019-11-19",
    before_end_bp=9_900,
)
MAYBE: Final = RunOut(
    median=None, low50=None, high50=None, low90="2019-12-12", high90=None, before_end_bp=1_400
)
NEVER: Final = RunOut(
    median=None, low50=None, high50=None, low90=None, high90=None, before_end_bp=0
)


def example_lines() -> list[LineForecast]:
    """One that ends early, one that may, one with money left over."""
    return [
        a_line(1, ("2019년 시비", "City money of 2019"), run_out=EARLY),
        a_line(
            2, ("2019년 국비", "State money of 2019"), run_out=MAYBE, daily_won=2 * EOK,
            unspent_bp=120, unspent_over_5_bp=2_000,
        ),
        a_line(
            3, ("서구 구비", "Seo-gu money"), run_out=NEVER, daily_won=EOK, unspent_bp=1_900,
            unspent_over_5_bp=9_900,
        ),
    ]  # fmt: skip


def an_empty_line() -> LineForecast:
    """A line of which nothing is foreseen: no day, no money."""
    nothing = Fan(days=[], low90=[], low50=[], median=[], high50=[], high90=[])
    line = a_line(9, ("빈 과목", "An empty line"), run_out=NEVER)
    return LineForecast(
        **{field: getattr(line, field) for field in line.__struct_fields__}
        | {"spent": nothing, "appropriated": []}
    )


def example_months() -> list[MonthForecast]:
    """Eight months that are over and four ahead."""
    actual = [210, 240, 340, 520, 1_620, 2_280, 2_640, 2_680]
    found = [
        MonthForecast(
            month=201901 + place, actual_won=won * EOK, low90_won=won * EOK, median_won=won * EOK,
            high90_won=won * EOK,
        )
        for place, won in enumerate(actual)
    ]  # fmt: skip
    for place, won in enumerate((2_500, 2_300, 1_400, 1_500)):
        found.append(
            MonthForecast(
                month=201909 + place, actual_won=None, low90_won=won * EOK * 8 // 10,
                median_won=won * EOK, high90_won=won * EOK * 13 // 10,
            )
        )  # fmt: skip
    return found


def a_pace(line_id: int, state: str, share_percent: int) -> Pace:
    """A line that spends this share of what was planned."""
    first, count = date(2019, 1, 1), 365
    planned = [728 * EOK * (place + 1) // count for place in range(count)]
    steps = []
    if state == "ahead":
        steps = [
            PlanStep(from_day="2019-09-15", brackets=[(0, 300), (300_000, 100)], cap_won=500_000)
        ]
    said = {
        "within": ("계획한 범위 안에서 쓰고 있습니다.", "Spending keeps within its band."),
        "ahead": ("계획보다 82억 원을 더 썼습니다.", "₩8.2 billion more was spent than planned."),
        "behind": ("계획보다 91억 원을 덜 썼습니다.", "₩9.1 billion less was spent than planned."),
    }[state]
    return Pace(
        line_id=line_id,
        code=f"example-{line_id}",
        name_ko="2019년 시비",
        name_en="City money of 2019",
        days=days_from(first, count),
        planned=planned,
        band_low=[won * 9 // 10 for won in planned],
        band_high=[won * 11 // 10 for won in planned],
        actual=[won * share_percent // 100 for won in planned[:243]],
        state=state,
        steps=steps,
        sentence_ko=said[0],
        sentence_en=said[1],
    )


def a_plan(name: str, title: tuple[str, str], *, citizens: int, shops: int, lasts_bp: int) -> Plan:
    """A proposal with two steps, its amounts in units of 100 million won."""
    line = a_line(1, ("2019년 시비", "City money of 2019"), run_out=NEVER, daily_won=2 * EOK)
    return Plan(
        name=name,
        title_ko=title[0],
        title_en=title[1],
        steps=[
            PlanStep(from_day="2019-09-01", brackets=[(0, 300)], cap_won=300_000),
            PlanStep(from_day="2019-11-01", brackets=[(0, 200), (200_000, 100)], cap_won=500_000),
        ],
        citizens_won=citizens * EOK,
        shops_won=shops * EOK,
        lasts_bp=lasts_bp,
        unspent_bp=10_000 - lasts_bp,
        small_shops_bp=6_200,
        district_spread_bp=140,
        effective_bp=270,
        run_out=NEVER if lasts_bp >= 9_500 else MAYBE,
        spent=line.spent,
        documents=["id: example\nversion: 1\n"],
        broken_ko=[] if lasts_bp >= 9_500 else ["열에 아홉 반의 경우까지는 남지 않습니다."],
        broken_en=[] if lasts_bp >= 9_500 else ["It does not last in nineteen futures of twenty."],
    )


def example_plans() -> Plans:
    """Three proposals, of which one breaks a constraint, among many that were tried."""
    frontier = [
        (
            (180 + place * 7 % 90) * EOK,
            (8_000 + place * 53 % 2_400) * EOK,
            place * 97 % 4_000,
            place % 900,
        )
        for place in range(160)
    ]
    return Plans(
        as_of_us=1_567_263_600_000_000,
        seed=1,
        futures=400,
        constraints=Constraints(
            line_codes=["example-1"], first_day="2019-09-01", last_day="2019-12-31"
        ),
        proposals=[
            a_plan("steady", ("3% 한결같이", "A steady 3%"), citizens=255, shops=9_400,
                   lasts_bp=9_700),
            a_plan("ladder", ("두 단계로 낮추기", "Down in two steps"), citizens=263, shops=9_900,
                   lasts_bp=9_520),
            a_plan("generous", ("6% 유지", "Keep 6%"), citizens=268, shops=10_300, lasts_bp=3_100),
        ],
        frontier=frontier,
    )  # fmt: skip
