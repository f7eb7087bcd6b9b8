"""How incentives stack: one payment at which everything meets, with enough money and with little.

Run as a module it writes the tables of `docs/money.md` anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from dure.authorization.requests import ClaimCoupon
from dure.ledger.movement import Movement
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US, Periods, ShopStatus
from dure.policy.document import RuleDocument, parse_document
from dure.policy.evaluate import compile_rules
from dure.policy.explain import percent
from dure.policy.lines import LimitedBy, limit_of
from dure.policy.occasions import Channel, Mark, SalesBand, ShopFacts
from tests.engines import SEOGU
from tests.laws.incentive_city import HOUR_US, PLACES, IncentiveCity, Pay
from tests.laws.paper_city import MEMBERS
from tests.laws.test_policy_laws import LINE_IDS
from tests.unit.policy.kinds_desk import occasion

DOCUMENT: Final = Path(__file__).parents[3] / "docs" / "money.md"
NAMES: Final = ("state", "city", "Seo-gu", "shop")
PLENTY: Final = (1_000_000, 1_000_000, 1_000_000)
LITTLE: Final = (1_000, 3_970, 1_900)
PRICE_WON: Final = 50_019

# Under line-a stands the state, under line-b the city, under line-c the district.
RULES: Final = {
    "city-cashback": (
        "bracket_cashback",
        "brackets: [{from_won: 0, below_won: 30000, rate_bp: 600}, "
        "{from_won: 30000, below_won: 1000000, rate_bp: 200}]\n"
        "stacks_with: [city-first, city-market, city-qr, city-shop]",
        "city",
        "{of: 6, lines: {line-a: 4, line-b: 2}}",
    ),
    "city-first": ("first_purchase", "gift_won: 2000", "city", "{of: 1, lines: {line-b: 1}}"),
    "city-market": (
        "area_boost",
        "mark_rates_bp: {traditional_market: 500}\nbest_of: extra\n"
        "caps: {per_payment: {cashback_won_max: 1500}}",
        "city",
        "{of: 1, lines: {line-b: 1}}",
    ),
    "city-qr": (
        "channel_rate",
        "channel_rates_bp: {qr: 300}\nbest_of: extra",
        "city",
        "{of: 1, lines: {line-b: 1}}",
    ),
    "city-shop": ("shop_cashback", "rate_bp: 100", "city", "shop"),
    "seogu-bonus": (
        "offer_bonus",
        "rate_bp: 200",
        "서구",
        "{of: 2, lines: {line-b: 1, line-c: 1}}",
    ),
    "seogu-top-up": (
        "district_top_up",
        "brackets: [{from_won: 0, below_won: 30000, rate_bp: 400}]",
        "서구",
        "{of: 1, lines: {line-c: 1}}",
    ),
}
OTHERS: Final = {
    "discount": ("instant_discount", "shop_offer: {rate_bp_min: 300, rate_bp_max: 700}", "shop"),
    "coupon": (
        "coupon",
        "coupon: {amount_won: 3000, stock: 10, valid: {days: 90}}",
        "{of: 1, lines: {line-b: 1}}",
    ),
}


def _document(name: str, kind: str, own: str, scope: str, funding: str, since: str) -> RuleDocument:
    return parse_document(
        f"id: {name}\nversion: 1\nkind: {kind}\ntitle: {{ko: 가, en: a}}\nscope: {scope}\n"
        f"period: {{from: {since}, until: open}}\n{own}\nfunding: {funding}\n"
        "sources: [https://example.org/]\n",
        name,
        LINE_IDS,
    )


def stack() -> list[RuleDocument]:
    """The documents of the example: those for payments hold from November 2019 on."""
    found = [_document(name, *parts, since="2019-11-01") for name, parts in RULES.items()]
    for name, (kind, own, funding) in OTHERS.items():
        found.append(_document(name, kind, own, "city", funding, since="2019-10-01"))
    return found


def earlier() -> RuleDocument:
    """What brought the member cashback of October: 10% of a payment."""
    text = _document("october", "flat_rate", "rate_bp: 1000", "city", RULES["city-first"][3],
                     since="2019-10-01")  # fmt: skip
    return parse_document(text.text.replace("until: open", "until: 2019-11-01"), "october")


def paid(lines_won: tuple[int, int, int]) -> tuple[IncentiveCity, Movement]:
    """50,019 won by QR at a benefit-plus shop of a market in Seo-gu, with a coupon and cashback."""
    documents = [*stack(), earlier()]
    rule_ids = {document.key: number for number, document in enumerate(documents, 1)}
    city = IncentiveCity(compile_rules(documents, LINE_IDS, rule_ids), PLENTY, spends=True)
    facts = ShopFacts(
        12, SEOGU, "56111", "5812", SalesBand.UP_TO_300M, Mark.TRADITIONAL_MARKET, 500
    )
    standing = Periods((ALWAYS_US,), (ShopStatus.REGISTERED,))
    shop = ShopEntry("place-12", facts, standing)
    assert city.pay(Pay(0, 3, 40_000, Channel.CARD, 0)) is not None
    coupon_id = rule_ids["coupon@1"]
    claim = ClaimCoupon(**city.new(), member_id=MEMBERS[0], rule_version_id=coupon_id)
    assert city.ask(claim).approved
    city.books.shops[shop.shop_code] = city.books.shops_by_id[12] = shop
    city.clock.advance(24 * 20 * HOUR_US)
    city.books.budget_left = dict(enumerate(lines_won, 1))
    assert PLACES[1].shop_id == 12
    assert city.pay(Pay(0, 1, PRICE_WON, Channel.QR, 0)) is not None
    return city, city.books.changes.movements[-1]


HEAD: Final = (
    "| Step | On | Gives | state | city | Seo-gu | shop | Limited by |\n"
    "|---|--:|--:|--:|--:|--:|--:|---|"
)


def stacked(lines_won: tuple[int, int, int]) -> str:
    """The steps of the payment, and below them what each line has left."""
    city, payment = paid(lines_won)
    legs = list(zip(payment.accounts, payment.amounts, strict=True))
    discount_won, coupon_won = payment.discount_won, 3_000
    cashback_won = next(won for account, won in legs if account == 2200 and won > 0)
    rest_won = PRICE_WON
    rows = [HEAD, _row("price", None, None, {})]
    for name, won, payers in (
        ("instant discount 5%", discount_won, {0: discount_won}),
        ("coupon of 3,000", coupon_won, {2: coupon_won}),
        ("cashback purse", cashback_won, {}),
    ):
        rows.append(_row(name, rest_won, won, payers))
        rest_won -= won
    rows.append(_row("charged money: what earns", None, rest_won, {}))
    assert rest_won == payment.usage_won
    total, by_line = 0, dict.fromkeys(range(4), 0)
    packed = payment.incentive or []
    for i in range(0, len(packed), 4):
        rule_id, won, limit, full_won = packed[i : i + 4]
        rule = city.books.rules.get_rule(rule_id)
        split = dict(rule.split(won))
        reason = limit_of(limit)
        why = "" if reason == LimitedBy.NONE else reason.name.lower().replace("_", " ")
        told = f"{why} (of {full_won:,})" if why else ""
        rows.append(_row(f"`{rule.document.id}`", rest_won, won, split, told))
        total += won
        for line_id, part in split.items():
            by_line[line_id] += part
    rows.append(_row("all incentive", None, total, by_line))
    left = ", ".join(f"{NAMES[n - 1]} {won:,}" for n, won in sorted(city.books.budget_left.items()))
    return "\n".join(rows) + f"\n\nLeft afterwards: {left}."


def _row(
    name: str, on: int | None, gives: int | None, payers: dict[int, int], limited: str = ""
) -> str:
    if name == "price":
        gives = PRICE_WON
    cells = [f"{payers[n]:,}" if payers.get(n) else "" for n in (1, 2, 3, 0)]
    numbers = ["" if n is None else f"{n:,}" for n in (on, gives)]
    return "| " + " | ".join([name, *numbers, *cells, limited]) + " |"


CAPPED: Final = """\
rate_bp: 1000
month_payments_won_max: 90000
caps:
  per_payment: {cashback_won_max: 8000}
  per_month: {cashback_won_max: 20000, payments_max: 5}
  per_member: {cashback_won_max: 50000}
stops_when: {until_sum_used_won: 1000000}"""


def order_of_caps() -> str:
    """One rule with every limit: 100,000 won paid by members who have had more and more."""
    text = _document("all", "flat_rate", CAPPED, "city", "{of: 1, lines: {line-a: 1}}",
                     since="2020-01-01")  # fmt: skip
    rules = compile_rules([text], LINE_IDS, {"all@1": 1})
    rows = ["| Had before | Gives | Limited by |", "|---|--:|---|"]
    for words, month, sums, used_won, left_won in (
        ("nothing; 70,000 paid", 70_000, {}, 0, 1_000_000),
        ("nothing", 0, {}, 0, 1_000_000),
        ("13,000 this month", 0, {"month/all/cashback_won": 13_000}, 0, 1_000_000),
        (
            "13,000 this month, 44,000 ever",
            0,
            {"month/all/cashback_won": 13_000, "ever/all/cashback_won": 44_000},
            0,
            1_000_000,
        ),
        ("five payments this month", 0, {"month/all/payments": 5}, 0, 1_000_000),
        ("nothing; others 995,500", 0, {}, 995_500, 1_000_000),
        ("nothing; others 995,500; 4,200 left on the line", 0, {}, 995_500, 4_200),
    ):
        asked = occasion(100_000, month, counters=sums, used_won={1: used_won}, left={1: left_won})
        (line,) = rules.at(asked.at_us).evaluate(asked)
        reason = LimitedBy(line.limited_by).name.lower().replace("_", " ")
        rows.append(f"| {words} | {line.won:,} | {reason} |")
    return "\n".join(rows)


def last_won() -> str:
    """How two lines share what is left, for amounts around the last that both can pay."""
    document = _document("share", "flat_rate", "rate_bp: 600", "city",
                         "{of: 6, lines: {line-a: 4, line-b: 2}}", since="2020-01-01")  # fmt: skip
    rules = compile_rules([document], LINE_IDS, {"share@1": 1})
    rows = [
        f"| State has | City has | Due ({percent(600)} of 10,000) | Gives | state | city |",
        "|--:|--:|--:|--:|--:|--:|",
    ]
    for state_won, city_won in ((400, 200), (400, 100), (399, 200), (200, 200), (3, 0), (0, 200)):
        asked = occasion(10_000, left={1: state_won, 2: city_won})
        (line,) = rules.at(asked.at_us).evaluate(asked)
        parts = dict(line.funding)
        rows.append(
            f"| {state_won} | {city_won} | 600 | {line.won} | {parts.get(1, 0)} | "
            f"{parts.get(2, 0)} |"
        )
    return "\n".join(rows)


DAILY: Final = 'rate_bp: 1000\nrelease: {each: day, won: 10000, at: "09:00", unused: %s}'
RELEASED: Final = (
    # (when, paid, or less than nothing: given back of the payment of that time)
    ("Monday 10:00", "2020-02-03T10:00", 60_000),
    ("Monday 12:00", "2020-02-03T12:00", 60_000),
    ("Tuesday 08:59", "2020-02-04T08:59", 60_000),
    ("Tuesday 09:00", "2020-02-04T09:00", 70_000),
    ("Tuesday 10:00, Monday's first is given back", "2020-02-03T10:00", -60_000),
    ("Tuesday 11:00", "2020-02-04T11:00", 60_000),
    ("Wednesday 09:00", "2020-02-05T09:00", 60_000),
    ("Thursday 09:00", "2020-02-06T09:00", 200_000),
)


def releases() -> str:
    """One rule that releases 10,000 won a day, once lapsing and once carried on."""
    heads = ("What happens", "Due", "Lapses: gives", "left", "Carried on: gives", "left")
    rows = ["| " + " | ".join(heads) + " |", "|---|--:|--:|--:|--:|--:|"]
    columns = [list(_released(unused)) for unused in ("lapses", "carried_on")]
    for (words, _, won), *cells in zip(RELEASED, *columns, strict=True):
        told = [f"{gives:,} | {left:,}" for gives, left in cells]
        rows.append(f"| {words} | {won // 10:,} | " + " | ".join(told) + " |")
    return "\n".join(rows)


def _released(unused: str) -> Iterator[tuple[int, int]]:
    """(won given, won left of what is released) after each step."""
    document = _document("daily", "flat_rate", DAILY % unused, "city",
                         "{of: 1, lines: {line-a: 1}}", since="2020-02-03")  # fmt: skip
    rules = compile_rules([document], LINE_IDS, {"daily@1": 1})
    rule, used = rules.get_rule(1), dict[int, int]()
    now_us = 0
    for _, when, paid in RELEASED:
        asked = occasion(abs(paid), when=when, used_won=used)
        now_us = max(now_us, asked.at_us)
        won = paid // 10 if paid < 0 else rules.at(asked.at_us).evaluate(asked)[0].won
        for account, change in rule.used_by(won, asked.at_us).items():
            used[account] = used.get(account, 0) + change
        yield won, rule.released_left_won(now_us, used)


EXAMPLES: Final[dict[str, Callable[[], str]]] = {
    "enough": lambda: stacked(PLENTY),
    "little": lambda: stacked(LITTLE),
    "caps": order_of_caps,
    "last won": last_won,
    "releases": releases,
}
PLACE: Final = re.compile(
    r"<!-- stacking: (?P<name>[a-z ]+) -->\n(?P<table>.*?)<!-- end -->", re.DOTALL
)


def filled(text: str) -> str:
    """The document with every table of stacking computed anew."""

    def fill(place: re.Match[str]) -> str:
        name = place["name"]
        return f"<!-- stacking: {name} -->\n{EXAMPLES[name]()}\n<!-- end -->"

    return PLACE.sub(fill, text)


if __name__ == "__main__":
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
