"""`dure demo watch`: the city live in the terminal; the same numbers as the page, once a second."""

from __future__ import annotations

import time
from typing import Any, Final

import psycopg
from psycopg import Connection
from rich.console import Console, Group, RenderableType
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dure.kernel.calendar import day_of, seoul
from dure.ledger.movement import MovementKind
from dure.policy.lines import LimitedBy
from dure.report.live import (
    BudgetLineNumbers,
    DeclineNumbers,
    DistrictNumbers,
    LatestAuthorization,
    LiveNumbers,
    Tick,
    budget_lines,
    by_district,
    city_clock,
    declines_by_reason,
    latest_authorizations,
    live_numbers,
    ticks,
)

PERIOD_S: Final = 1.0
LATEST: Final = 14
LATEST_COLUMNS: Final = (
    ("시각 time", 9, None),
    ("", 14, None),
    ("가맹점 shop", 16, None),
    ("카드 card", 17, None),
    ("금액 amount", 12, None),
    ("지불 paid from", 20, 2),
    ("왜 why", 20, 3),
)
BARS: Final = " ▁▂▃▄▅▆▇█"
CURVE_SECONDS: Final = 60
BAR_WIDTH: Final = 14
LOW_SHARE: Final = 0.1
DATE_MAX_US: Final = 32_503_680_000_000_000
"""The year 3000."""

KIND_WORDS: Final = {
    MovementKind.PURCHASE: "결제 payment",
    MovementKind.HOLD: "사전승인 hold",
    MovementKind.CAPTURE: "매입 capture",
    MovementKind.CANCEL: "취소 reversal",
    MovementKind.REFUND: "반품 refund",
    MovementKind.RELEASE: "해제 release",
    MovementKind.REVERSED_FIRST: "선취소 reversed first",
    MovementKind.REFUND_UNDONE: "반품취소 refund undone",
    MovementKind.INQUIRY: "조회 inquiry",
}
LIMIT_WORDS: Final = {
    LimitedBy.NONE: "",
    LimitedBy.BRACKET: "구간 bracket",
    LimitedBy.PAYMENT_CAP: "건당 한도 cap",
    LimitedBy.MONTH_CAP: "월 한도 month cap",
    LimitedBy.PAYMENT_COUNT: "횟수 count",
    LimitedBy.SUM_USED: "총액 소진 sum used",
    LimitedBy.BUDGET: "예산 소진 budget",
    LimitedBy.MEMBER_CAP: "1인 한도 member cap",
    LimitedBy.SHOP_MONTH_CAP: "가맹점 월 한도 shop cap",
    LimitedBy.BETTER_RULE: "더 큰 혜택 better rule",
    LimitedBy.RELEASE_USED: "배정 소진 release used",
}


def watch(url: str, *, once: bool = False, console: Console | None = None) -> int:
    """Shows the city until it is interrupted, or with `once` a single picture."""
    console = console or Console()
    with psycopg.connect(url, autocommit=True) as connection:
        if once:
            console.print(picture(connection))
            return 0
        with Live(picture(connection), console=console, screen=True, auto_refresh=False) as live:
            try:
                while True:
                    time.sleep(PERIOD_S)
                    live.update(picture(connection), refresh=True)
            except KeyboardInterrupt:
                return 0


def picture(connection: Connection[Any]) -> RenderableType:
    """Everything that is shown at one moment."""
    clock = city_clock(connection)
    now_us = clock.now_us()
    numbers = live_numbers(connection, now_us)
    today = day_of(now_us)
    layout = Layout()
    layout.split_column(
        Layout(_head(numbers, ticks(connection, now_us, CURVE_SECONDS)), size=6),
        Layout(name="middle", size=15),
        Layout(_latest(latest_authorizations(connection, LATEST))),
    )
    layout["middle"].split_row(
        Layout(_lines(budget_lines(connection, now_us)), ratio=4),
        Layout(_districts(by_district(connection, today)), ratio=3),
        Layout(_declines(declines_by_reason(connection, today)), ratio=3),
    )
    return layout


def _head(numbers: LiveNumbers, curve: list[Tick]) -> Panel:
    today = numbers.today
    asked = today.approved + today.declined
    share = f"{today.approved / asked:.1%}" if asked else "-"
    return Panel(
        Group(
            Text(
                f"{seoul(numbers.now_us):%Y-%m-%d %H:%M:%S}   x{numbers.speed}   "
                f"초당 {numbers.authorizations_per_s:,.1f}건 authorizations/s",
                style="bold",
            ),
            Text(_curve(curve, numbers), style="cyan"),
            Text(
                f"오늘 today: 승인 approved {today.approved:,} ({share})   "
                f"거절 declined {today.declined:,}   결제 paid {today.net_won:,}원   "
                f"캐시백 cashback {today.incentive_won:,}원   "
                f"즉시할인 discount {today.discount_won:,}원"
            ),
            Text(
                f"개시 이후 since the opening: 승인 {numbers.since_opening.approved:,}   "
                f"결제 {numbers.since_opening.net_won:,}원   "
                f"캐시백 {numbers.since_opening.incentive_won:,}원",
                style="dim",
            ),
        ),
        title="두레 Dure · 인천 Incheon (견본 demo)",
    )


def _curve(curve: list[Tick], numbers: LiveNumbers) -> str:
    """The requests of the last seconds as little bars, empty seconds included."""
    width_us = numbers.speed * 1_000_000
    last_us = numbers.now_us // width_us * width_us
    counts = {tick.tick_us: tick.approved + tick.declined for tick in curve}
    row = [counts.get(last_us - place * width_us, 0) for place in range(CURVE_SECONDS, 0, -1)]
    most = max(row, default=0) or 1
    return "".join(BARS[-(-count * (len(BARS) - 1) // most)] for count in row)


def _lines(lines: list[BudgetLineNumbers]) -> Panel:
    table = Table(box=None, expand=True, pad_edge=False)
    for name in ("과목 line", "남은 돈 left", "", "시간당 /h", "소진 ends"):
        table.add_column(name, no_wrap=True, justify="right" if "left" in name else "left")
    for line in lines:
        if not line.appropriated_won:
            continue
        share = line.left_won / line.appropriated_won if line.appropriated_won else 0.0
        filled = round(share * BAR_WIDTH)
        style = "red" if share < LOW_SHARE else "green"
        table.add_row(
            line.name_ko.removeprefix("2019년 "),
            f"{line.left_won:,}",
            Text("█" * filled + "░" * (BAR_WIDTH - filled), style=style),
            f"{line.burn_won_per_hour:,}" if line.burn_won_per_hour else "",
            _ends(line),
        )
    return Panel(table, title="예산 budget")


def _ends(line: BudgetLineNumbers) -> str:
    """When the line ends at this speed; nothing where that is further off than a date can say."""
    if line.runs_out_us is None or line.runs_out_us > DATE_MAX_US:
        return ""
    return f"{seoul(line.runs_out_us):%m-%d %H시}"


def _districts(districts: list[DistrictNumbers]) -> Panel:
    table = Table(box=None, expand=True, pad_edge=False)
    table.add_column("구·군 district")
    table.add_column("결제 paid", justify="right")
    table.add_column("건 count", justify="right")
    for district in districts:
        if district.totals.approved or district.totals.declined or district.district:
            table.add_row(
                district.name_ko, f"{district.totals.net_won:,}원", f"{district.totals.approved:,}"
            )
    return Panel(table, title="오늘 today")


def _declines(declines: list[DeclineNumbers]) -> Panel:
    table = Table(box=None, expand=True, pad_edge=False)
    table.add_column("거절 사유 reason")
    table.add_column("건 count", justify="right")
    for decline in declines[:11]:
        table.add_row(decline.reason.name.lower().replace("_", " "), f"{decline.count:,}")
    return Panel(table, title="거절 declines")


def _latest(latest: list[LatestAuthorization]) -> Panel:
    table = Table(box=None, expand=True, pad_edge=False)
    for name, width, ratio in LATEST_COLUMNS:
        table.add_column(
            name,
            no_wrap=True,
            justify="right" if "amount" in name else "left",
            min_width=width,
            ratio=ratio,
        )
    for one in latest:
        table.add_row(
            f"{seoul(one.occurred_at_us):%H:%M:%S}",
            KIND_WORDS.get(MovementKind(one.kind), ""),
            one.shop_name,
            one.masked_pan,
            f"{one.amount_won:,}원",
            _purses(one),
            _why(one),
            style="" if not one.reason else "red",
        )
    return Panel(table, title="최근 거래 latest")


def _purses(one: LatestAuthorization) -> str:
    parts = (
        ("충전금", one.charged_won),
        ("캐시백", one.cashback_won),
        ("수당", one.allowance_won),
        ("할인", one.discount_won),
    )
    return " ".join(f"{name} {won:,}" for name, won in parts if won)


def _why(one: LatestAuthorization) -> str:
    """The reason of a refusal, or of every won of the incentive."""
    if one.reason:
        return one.reason.name.lower().replace("_", " ")
    reasons = []
    for line in one.incentive:
        limit = LIMIT_WORDS[LimitedBy(line.limited_by)]
        reasons.append(f"{line.title_ko} {line.won:+,}원" + (f" ({limit})" if limit else ""))
    return ", ".join(reasons)
