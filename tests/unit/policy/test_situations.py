"""Dated payments in Incheon from 2018 to 2021, with sums that a person can recompute.

`situations.csv` has one payment a line: the city's clock, the district and trade of the shop, the
discount that it offers (0% when it is no benefit-plus shop), its sales band, the channel, the
member's net payments of the month before it, and the price. Then what must come of it, each first
as a sum and then in won: off the price, from the city's rule, from the district's. A sum is
`won × rate`, joined by `+` within one rule and by `;` between rules; each rule is rounded down.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from dure.policy.audiences import Audience
from dure.policy.districts import CITY, DISTRICT_CODES
from dure.policy.occasions import Channel, MemberFacts, Occasion, ShopFacts, Trade
from dure.rulebook.asked import NOWHERE, Asked
from dure.rulebook.explaining import explain_payment
from tests.unit.policy.conftest import MUCH_WON, seoul_us

if TYPE_CHECKING:
    from tests.unit.policy.conftest import Incheon

Row = dict[str, str]
PARTS: Final = ("discount", "city", "district")
TERM: Final = re.compile(r"([0-9,]+) × ([0-9]+)%")
FILE: Final = Path(__file__).with_name("situations.csv")
with FILE.open(encoding="utf-8", newline="") as opened:
    ROWS: Final[list[Row]] = list(csv.DictReader(opened))


def name_of(row: Row) -> str:
    return f"{row['when']} {row['shop_in']} {row['why']}"


def recomputed(text: str) -> int:
    """The won of a written sum, worked out by nothing but whole numbers."""
    if text == "0":
        return 0
    won = 0
    for rule in text.split(";"):
        hundredths = 0
        for term in rule.split("+"):
            found = TERM.fullmatch(term.strip())
            assert found, f"{term!r} is no sum"
            hundredths += int(found[1].replace(",", "")) * int(found[2])
        won += hundredths // 100
    return won


def shop_of(row: Row) -> ShopFacts:
    return ShopFacts(
        shop_id=1,
        district=DISTRICT_CODES[row["shop_in"]],
        sector="56111",
        mcc="5812",
        sales_band=int(row["sales_band"]),
        benefit_plus_bp=int(row["offer"].rstrip("%")) * 100,
        trade=Trade[row["trade"].upper()],
    )


def paid(incheon: Incheon, row: Row) -> dict[str, int]:
    """What the documents give: off the price, from the city's rules, from a district's."""
    at_us = seoul_us(row["when"])
    rules = incheon.rules.at(at_us)
    price = Occasion(
        at_us=at_us,
        amount_won=int(row["price_won"]),
        earning_won=int(row["price_won"]),
        month_net_won=int(row["month_before_won"]),
        shop=shop_of(row),
        member=MemberFacts(DISTRICT_CODES["남동구"], 1980, 2),
        channel=Channel[row["channel"].upper()],
        budget_left=dict.fromkeys(incheon.line_ids.values(), MUCH_WON),
    )
    discount = rules.discount(price)
    discount_won = discount.won if discount else 0
    due_won = price.amount_won - discount_won
    sums = Counter({"discount": discount_won, "city": 0, "district": 0})
    for line in rules.evaluate(price._replace(amount_won=due_won, earning_won=due_won)):
        scope = incheon.rules.get_rule(line.rule_id).document.scope
        sums["city" if scope == CITY else "district"] += line.won
    return dict(sums)


def test_it_tells_of_more_than_forty_situations_and_of_every_change(incheon: Incheon) -> None:
    assert len(ROWS) >= 40
    instants = {seoul_us(row["when"]) for row in ROWS}
    for document in incheon.documents:
        if document.in_force:
            assert document.from_us in instants, f"{document.key} begins"
            assert document.from_us - 1_000_000 in instants, f"the second before {document.key}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_every_sum_of_the_table_is_right(row: Row) -> None:
    for part in PARTS:
        assert recomputed(row[f"{part}_sum"]) == int(row[f"{part}_won"]), part


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_it_gives_what_the_table_says(incheon: Incheon, row: Row) -> None:
    assert paid(incheon, row) == {part: int(row[f"{part}_won"]) for part in PARTS}


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_the_command_line_explains_the_same(incheon: Incheon, row: Row) -> None:
    """What `dure policy explain` answers, for each reader; its lines sum to the table's won."""
    asked = Asked(
        at_us=seoul_us(row["when"]),
        price_won=int(row["price_won"]),
        channel=Channel[row["channel"].upper()],
        shop=shop_of(row),
        shop_name="",
        member=NOWHERE,
        month_net_won=int(row["month_before_won"]),
        counters={},
        rules=tuple(
            incheon.rules.get_rule(incheon.rule_ids[one.key])
            for one in incheon.documents
            if one.in_force
        ),
        left_won={},
        used_won={},
        titles={},
    )
    for audience in Audience:
        told = explain_payment(asked, audience)
        assert told.discount_won == int(row["discount_won"])
        assert told.earned_won == int(row["city_won"]) + int(row["district_won"])
        assert sum(one.won for one in told.given) == told.discount_won + told.earned_won
        every = {one.key for one in (*told.given, *told.missing)}
        in_force = {rule.document.key for rule in incheon.rules.at(asked.at_us).rules}
        assert every == in_force, "every rule in force gives something or says why not"
        assert all(one.sentences for one in told.missing)


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_every_won_of_the_base_is_written_once_in_a_sum(row: Row) -> None:
    """Within one rule the parts never make more than the payment after its discount."""
    due_won = int(row["price_won"]) - int(row["discount_won"])
    for part in ("city", "district"):
        for rule in row[f"{part}_sum"].split(";"):
            parts = [int(found[0].replace(",", "")) for found in TERM.findall(rule)]
            assert sum(parts) <= due_won
