"""The worked tables of docs/money.md, computed by the code that keeps the books.

`python -m tests.unit.ledger.worked_examples` writes them into the document anew; a test compares.
Each example is a story of requests in the small city of `tests.laws.paper_city`: 6% cashback on the
month's first 300,000 won and 2% up to a million, paid 4 : 2 by state and city; in Seo-gu 4% more up
to 300,000 won, paid by the district; a benefit-plus shop there that takes 5% off.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dure.authorization.awards import award_key
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Award,
    Cancel,
    Capture,
    Charge,
    ClaimCoupon,
    ExpireCoupon,
    ExpireMoney,
    GrantAllowance,
    Hold,
    Purchase,
    ReleaseBudget,
    ReturnCharge,
    SettleWithdrawal,
    TransferBudget,
    TransferPurpose,
    Withdraw,
)
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, UNRELEASED_BASE, kind_of
from dure.ledger.movement import Movement
from tests.engines import SHOP_JUNGGU, SHOP_PLUS, SHOP_SEOGU
from tests.laws.later_city import LOTTERY, LaterCity
from tests.laws.paper_city import (
    COUPON_VERSION,
    LINE_NAMES,
    MEMBERS,
    PERCENT_VERSION,
    PaperCity,
)
from tests.unit.ledger.gift_examples import tell_donation, tell_gift

DOCUMENT = Path(__file__).parents[3] / "docs" / "money.md"
MEMBER = MEMBERS[0]
DAY_US = 86_400 * 1_000_000
HEAD = "| What happens | Account | Debit | Credit |\n|---|---|--:|--:|"


class Story:
    """Plays requests one after the other and keeps a table row for every leg."""

    def __init__(self, charged_won: int = 0, city: PaperCity | None = None) -> None:
        self.city = city or PaperCity()
        self.rows = [HEAD]
        if charged_won:
            self.quietly(Charge(**self.city.new(), member_id=MEMBER, amount_won=charged_won))

    def quietly(self, request: AnyRequest) -> AnyRequest:
        """What happened before the table begins."""
        answer = self.city.ask(request)
        assert answer.approved, answer
        return request

    def tell(self, words: str, request: AnyRequest) -> AnyRequest:
        """Adds the request's legs to the table."""
        self.city.ask(request)
        self.write(words, self.city.books.changes.movements[-1])
        return request

    def write(self, words: str, movement: Movement) -> None:
        legs = list(zip(movement.accounts, movement.amounts, strict=True))
        if not legs:
            self.rows.append(f"| {words} | (nothing moves) | | |")
        for place, (account, amount) in enumerate(legs):
            debit, credit = (f"{amount:,}", "") if amount > 0 else ("", f"{-amount:,}")
            what = words if place == 0 else ""
            self.rows.append(f"| {what} | {account_name(account)} | {debit} | {credit} |")

    def table(self) -> str:
        """The table, and below it what the member then has and what the lines have left."""
        figures = self.city.figures_of(MEMBER)
        parts = [f"charged money {figures['charged']:,}", f"cashback {figures['cashback']:,}"]
        parts += [f"held {figures['held']:,}"] * bool(figures["held"])
        parts += [f"allowance {sum(figures['allowances'].values()):,}"] * bool(
            figures["allowances"]
        )
        parts += [f"claim {figures['claim']:,}"] * bool(figures["claim"])
        usage = " + ".join(f"{won:,} in {month}" for month, won in figures["usage"].items()) or "0"
        left = ", ".join(f"{name} {won:,}" for name, won in sorted(self.city.lines().items()))
        return (
            "\n".join(self.rows)
            + f"\n\nAfterwards: {', '.join(parts)}; net payments {usage}; lines left: {left}."
        )

    # Requests of the member of these stories.

    def purchase(self, shop: str, won: int, **more: Any) -> Purchase:
        new = self.city.new()
        return Purchase(**new, shop_code=shop, amount_won=won, channel=2, member_id=MEMBER, **more)

    def cancel(self, payment: AnyRequest, rest_won: int = 0) -> Cancel:
        return Cancel(
            **self.city.new(), original_key=payment.key, rest_won=rest_won, member_id=MEMBER
        )

    def claim(self, version: int) -> ClaimCoupon:
        return ClaimCoupon(**self.city.new(), member_id=MEMBER, rule_version_id=version)

    def grant(self, won: int, days: int) -> GrantAllowance:
        new = self.city.new()
        until_us = new["occurred_at_us"] + days * DAY_US
        return GrantAllowance(
            **new, member_id=MEMBER, programme_id=5, amount_won=won, expires_at_us=until_us
        )


def account_name(account: int) -> str:
    """As the chart names it; budget lines and programmes with their own name."""
    name = kind_of(account).name_en
    if account > UNRELEASED_BASE:
        return f"{name} {LINE_NAMES[account - UNRELEASED_BASE]}"
    if account > BUDGET_BASE:
        return f"{name} {LINE_NAMES[account - BUDGET_BASE]}"
    return f"{name} {account - ALLOWANCE_BASE}" if account > ALLOWANCE_BASE else name


def charge() -> Story:
    story = Story()
    story.tell(
        "The bank brings 50,000",
        Charge(**story.city.new(), member_id=MEMBER, amount_won=50_000),
    )
    return story


def charge_over_a_limit() -> Story:
    story = Story(1_900_000)
    over = Charge(**story.city.new(), member_id=MEMBER, amount_won=200_000)
    story.tell("200,000 more than 2,000,000 may be held", over)
    story.tell(
        "It goes back",
        ReturnCharge(**story.city.new(), member_id=MEMBER, amount_won=200_000,
                     original_key=over.key),
    )  # fmt: skip
    return story


def appropriation() -> Story:
    story = Story()
    story.tell(
        "The treasury gives the district's line 50,000",
        Appropriate(**story.city.new(), line_id=3, amount_won=50_000),
    )
    story.tell(
        "and takes 30,000 of it back",
        Appropriate(**story.city.new(), line_id=3, amount_won=-30_000),
    )
    return story


def release() -> Story:
    story = Story()
    story.tell(
        "A supplement of 50,000, of which 30,000 are for November",
        Appropriate(**story.city.new(), line_id=3, amount_won=50_000, unreleased_won=30_000),
    )
    story.tell("November has come", ReleaseBudget(**story.city.new(), line_id=3, amount_won=30_000))
    return story


def transfer_between_lines() -> Story:
    story = Story()
    story.tell(
        "40,000 go from one line to another",
        TransferBudget(
            **story.city.new(), from_line_id=2, to_line_id=3, amount_won=40_000,
            purpose=TransferPurpose.TRANSFER,
        ),
    )  # fmt: skip
    return story


def purchase() -> Story:
    story = Story(50_000)
    story.tell("10,019 paid in Jung-gu", story.purchase(SHOP_JUNGGU, 10_019))
    return story


def purchase_over_a_bracket() -> Story:
    story = Story(400_000)
    story.quietly(story.purchase(SHOP_JUNGGU, 290_000))
    story.tell("40,000 more in the same month", story.purchase(SHOP_JUNGGU, 40_000))
    return story


def purchase_at_a_benefit_plus_shop() -> Story:
    story = Story(50_000)
    story.tell("20,000 at a shop that takes 5% off", story.purchase(SHOP_PLUS, 20_000))
    return story


def purchase_from_three_purses() -> Story:
    story = Story(100_000)
    story.quietly(story.purchase(SHOP_JUNGGU, 50_000))
    story.tell("An allowance of 5,000 is granted", story.grant(5_000, 30))
    story.tell("12,000 paid in Seo-gu, where it fits", story.purchase(SHOP_SEOGU, 12_000))
    return story


def line_running_out() -> Story:
    story = Story(100_000)
    left_won = story.city.lines()["city"]
    story.quietly(Appropriate(**story.city.new(), line_id=2, amount_won=100 - left_won))
    story.tell("10,000 paid; 600 would be due, 200 of it from the city", story.purchase(
        SHOP_JUNGGU, 10_000))  # fmt: skip
    story.tell("10,000 again", story.purchase(SHOP_JUNGGU, 10_000))
    return story


def cancelling_in_parts() -> Story:
    story = Story(50_000)
    paid = story.tell("33,333 paid in Seo-gu", story.purchase(SHOP_SEOGU, 33_333))
    story.tell("cancelled down to 20,001", story.cancel(paid, 20_001))
    story.tell("cancelled wholly", story.cancel(paid))
    return story


def cancelling_spent_cashback() -> Story:
    story = Story(100_000)
    paid = story.tell("100,000 paid", story.purchase(SHOP_JUNGGU, 100_000))
    story.tell("its cashback is spent", story.purchase(SHOP_JUNGGU, 6_000))
    story.tell("the 100,000 are cancelled", story.cancel(paid))
    return story


def claim() -> Story:
    story = Story(1_000)
    paid = story.tell("100 paid in Seo-gu", story.purchase(SHOP_SEOGU, 100))
    story.tell("its cashback is spent", story.purchase(SHOP_JUNGGU, 10))
    story.tell("1 won of the 100 is given back", story.cancel(paid, 99))
    story.tell("100 paid again", story.purchase(SHOP_SEOGU, 100))
    return story


def hold_and_capture() -> Story:
    story = Story(50_000)
    new = story.city.new()
    until_us = new["occurred_at_us"] + DAY_US
    hold = Hold(**new, shop_code=SHOP_JUNGGU, amount_won=30_000, channel=4,
                expires_at_us=until_us, member_id=MEMBER)  # fmt: skip
    story.tell("A taxi holds 30,000", hold)
    story.tell(
        "and captures 18,400",
        Capture(**story.city.new(), amount_won=18_400, original_key=hold.key, member_id=MEMBER),
    )
    return story


def advice_beyond_the_balance() -> Story:
    story = Story(5_000)
    paid = story.tell(
        "8,000 had been paid while the line was down",
        story.purchase(SHOP_JUNGGU, 8_000, advice=True),
    )
    story.tell("cancelled wholly", story.cancel(paid))
    return story


def withdrawal_by_the_ratio() -> Story:
    story = Story(100_000)
    story.quietly(story.purchase(SHOP_JUNGGU, 60_000))
    story.city.clock.advance(10 * DAY_US)
    out = story.tell("60% is used: the rest is refunded", withdrawal(story))
    story.tell("the bank cannot pay it out", settlement(story, out, paid=False))
    again = story.tell("asked again", withdrawal(story))
    story.tell("the bank has paid it", settlement(story, again, paid=True))
    return story


def withdrawal_of_an_unused_charge() -> Story:
    story = Story(100_000)
    story.quietly(story.purchase(SHOP_JUNGGU, 10_000))
    story.quietly(Charge(**story.city.new(), member_id=MEMBER, amount_won=30_000))
    story.tell("10% is used: only the untouched charge is refunded", withdrawal(story))
    return story


def withdrawal(story: Story) -> Withdraw:
    return Withdraw(**story.city.new(), member_id=MEMBER, used_share_bp_min=6_000)


def settlement(story: Story, withdrawn: AnyRequest, *, paid: bool) -> SettleWithdrawal:
    return SettleWithdrawal(
        **story.city.new(), member_id=MEMBER, original_key=withdrawn.key, paid=paid
    )


def lapsed_money() -> Story:
    story = Story(100_000)
    story.quietly(story.purchase(SHOP_JUNGGU, 40_000))
    story.quietly(story.grant(7_000, 30))
    story.city.clock.advance(1_828 * DAY_US)
    story.tell("Five years and a day later", ExpireMoney(**story.city.new(), member_id=MEMBER))
    return story


def coupon() -> Story:
    story = Story(50_000)
    story.tell("A coupon of 3,000 is claimed", story.claim(COUPON_VERSION))
    paid = story.tell("12,000 paid with it in Seo-gu", story.purchase(SHOP_SEOGU, 12_000))
    story.tell("cancelled down to 4,001", story.cancel(paid, 4_001))
    story.tell("cancelled wholly: the coupon comes back", story.cancel(paid))
    return story


def coupon_at_a_benefit_plus_shop() -> Story:
    story = Story(50_000)
    story.quietly(story.claim(COUPON_VERSION))
    story.tell("20,000 at a shop that takes 5% off", story.purchase(SHOP_PLUS, 20_000))
    return story


def percentage_coupon() -> Story:
    story = Story(50_000)
    story.tell("10% off, at most 2,000, is claimed", story.claim(PERCENT_VERSION))
    story.tell("12,345 paid with it", story.purchase(SHOP_JUNGGU, 12_345))
    return story


def coupon_that_lapses() -> Story:
    story = Story()
    claimed = story.quietly(story.claim(COUPON_VERSION))
    coupon_id = story.city.books.changes.movements[-1].movement_id
    assert isinstance(claimed, ClaimCoupon)
    story.city.clock.advance(30 * DAY_US)
    over = ExpireCoupon(**story.city.new(), member_id=MEMBER, coupon_id=coupon_id)
    story.tell("Thirty days later", over)
    return story


def top_up_bonus() -> Story:
    story = Story(city=LaterCity(bonus=True))
    charged = Charge(**story.city.new(), member_id=MEMBER, amount_won=50_000)
    story.tell("50,000 come in at a time of 10% bonus", charged)
    story.tell("2,000 are paid from the bonus", story.purchase(SHOP_JUNGGU, 2_000))
    out = story.tell("The unused charge is paid back", withdrawal(story))
    story.tell("the bank cannot pay it out", settlement(story, out, paid=False))
    return story


def prize() -> Story:
    story = Story(100_000, LaterCity())
    paid = story.tell("20,000 paid in Jung-gu", story.purchase(SHOP_JUNGGU, 20_000))
    payment = story.city.books.changes.movements[-1].movement_id
    key = award_key(LOTTERY, MEMBER, payment)
    at_us = story.city.clock.now_us()
    story.tell(
        "it wins 5,000",
        Award(key=key, occurred_at_us=at_us, member_id=MEMBER, rule_version_id=LOTTERY,
              choice=5_000, original_id=payment),
    )  # fmt: skip
    story.tell("cancelled down to 10,000", story.cancel(paid, 10_000))
    story.tell("cancelled down to 9,999", story.cancel(paid, 9_999))
    return story


def gift() -> Story:
    return tell_gift(Story(100_000))


def donation() -> Story:
    return tell_donation(Story(50_000))


EXAMPLES: dict[str, Callable[[], Story]] = {
    story.__name__.replace("_", " "): story
    for story in (
        charge, charge_over_a_limit, appropriation, release, transfer_between_lines, purchase,
        purchase_over_a_bracket, purchase_at_a_benefit_plus_shop, purchase_from_three_purses,
        line_running_out,
        cancelling_in_parts, cancelling_spent_cashback, claim, hold_and_capture,
        advice_beyond_the_balance, withdrawal_by_the_ratio, withdrawal_of_an_unused_charge,
        lapsed_money, coupon, coupon_at_a_benefit_plus_shop, percentage_coupon,
        coupon_that_lapses, top_up_bonus, prize, gift, donation,
    )
}  # fmt: skip

PLACE = re.compile(r"<!-- worked: (?P<name>[a-z ]+) -->\n(?P<table>.*?)<!-- end -->", re.DOTALL)


def filled(text: str) -> str:
    """The document with every worked table computed anew."""

    def fill(place: re.Match[str]) -> str:
        name = place["name"]
        return f"<!-- worked: {name} -->\n{EXAMPLES[name]().table()}\n<!-- end -->"

    return PLACE.sub(fill, text)


if __name__ == "__main__":
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
