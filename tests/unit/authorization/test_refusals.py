"""Every reason for which a request can be refused, as a table: before, asked, reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dure.authorization.facts import CardStatus
from dure.authorization.reasons import RETRY_CAN_HELP
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Cancel,
    Capture,
    CardChange,
    CardProof,
    ChangeCard,
    ChangeWallet,
    Charge,
    ClaimCoupon,
    ExpireCoupon,
    ExpireHold,
    GrantAllowance,
    Hold,
    Inquire,
    IssueCard,
    OpenWallet,
    ProofCheck,
    Purchase,
    Refund,
    ReleaseBudget,
    ReturnCharge,
    SettleWithdrawal,
    TransferBudget,
    TransferPurpose,
    Withdraw,
)
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US, Periods, ShopStatus
from tests.engines import BEGUN_US, SEOGU, SHOP_JUNGGU, SHOP_SEOGU
from tests.laws.paper_city import (
    CARDS,
    COUPON_VERSION,
    FOR_OTHERS_VERSION,
    MEMBERS,
    PaperCity,
)

MEMBER, OTHER = MEMBERS
CARD, OTHERS_CARD = CARDS
UNKNOWN = bytes(15) + b"?"
HOUR_US = 3_600 * 1_000_000
LATER_US = BEGUN_US + 20_000 * 24 * HOUR_US

GIVEN_ELSEWHERE = {
    No.TERMINAL_UNKNOWN: "the gateway knows terminals",
    No.TRY_AGAIN: "the engine's queue is full, or the asker no longer waits",
    No.SYSTEM_FAULT: "the engine could not keep what was decided",
    No.COUPON_USED_ELSEWHERE: "test_coupons.py: it needs a refund that is undone",
    No.AWARD_NOT_DUE: "test_awards.py: it needs a rule of a later moment",
    No.AWARD_OVER_CAP: "test_awards.py: it needs a rule with a cap",
    No.RULE_UNKNOWN: "test_awards.py: an award asks under a key of its own",
    No.GIFT_UNKNOWN: "test_gifts.py: what is refused of a gift is not recorded",
    No.GIFT_OVER: "test_gifts.py: it needs a gift and two members",
    No.GIFT_NOT_DUE: "test_gifts.py: it needs a gift and two members",
    No.SHOP_MONTH_USED_UP: "test_shop_offers.py: it needs a shop with a ceiling",
}
"""What no decision answers, and who does."""

Asked = Callable[[PaperCity], AnyRequest]
Before = Callable[[PaperCity], Any]


def nothing(city: PaperCity) -> None:
    """The member has 100,000 won, as before every row."""


def pay(won: int = 1_000, at_us: int | None = None, **more: Any) -> Asked:
    def asked(city: PaperCity) -> Purchase:
        wanted: dict[str, Any] = {"shop_code": SHOP_JUNGGU, "channel": 1, "card": CARD} | more
        return Purchase(**city.new(at_us), amount_won=won, **wanted)

    return asked


def prove(**proof: Any) -> Asked:
    return pay(proof=CardProof(**proof))


def of(request: Callable[..., AnyRequest], /, **fields: Any) -> Asked:
    """A request of a kind, of the member unless the fields say otherwise."""

    def asked(city: PaperCity) -> AnyRequest:
        is_named = {"card", "member_id", "line_id", "from_line_id"} & set(fields)
        named: dict[str, Any] = {} if is_named else {"member_id": MEMBER}
        return request(**city.new(), **named, **fields)

    return asked


def done(*asked: Asked) -> Before:
    """Requests that were approved before."""

    def before(city: PaperCity) -> None:
        for ask in asked:
            request = ask(city)
            request.key = KEY
            assert city.ask(request).approved

    return before


def status(card_status: CardStatus) -> Before:
    def before(city: PaperCity) -> None:
        city.books.cards[CARD].status = card_status

    return before


def shop_is(shop_status: ShopStatus) -> Before:
    def before(city: PaperCity) -> None:
        facts = city.books.shops[SHOP_JUNGGU].facts
        periods = Periods((ALWAYS_US,), (shop_status,))
        city.books.shops[SHOP_JUNGGU] = ShopEntry(SHOP_JUNGGU, facts, periods)

    return before


def pin(city: PaperCity) -> None:
    city.books.cards[CARD].pvv = "1234"


def wrong_pins(count: int) -> Before:
    def before(city: PaperCity) -> None:
        pin(city)
        for _ in range(count):
            city.ask(prove(pvv="9999")(city))

    return before


def wrong_codes(count: int) -> Before:
    def before(city: PaperCity) -> None:
        for _ in range(count):
            city.ask(prove(code=ProofCheck.WRONG)(city))

    return before


def both(first: Before, second: Before) -> Before:
    def before(city: PaperCity) -> None:
        first(city)
        second(city)

    return before


KEY = b"the key of before"[:16]
locked = done(of(ChangeWallet, locked=True))
held = done(of(Hold, shop_code=SHOP_JUNGGU, amount_won=5_000, channel=4,
               expires_at_us=BEGUN_US + HOUR_US))  # fmt: skip
captured = both(held, lambda city: city.ask(of(Capture, amount_won=5_000, original_key=KEY)(city)))
paid = done(pay())
cancelled = both(paid, lambda city: city.ask(of(Cancel, original_key=KEY)(city)))
reversed_first = lambda city: city.ask(of(Cancel, original_key=KEY)(city))  # noqa: E731


def suspended(city: PaperCity) -> None:
    charge = of(Charge, amount_won=1_950_000)(city)
    charge.key = KEY
    city.ask(charge)


sent_back = both(
    suspended,
    lambda city: city.ask(of(ReturnCharge, amount_won=1_950_000, original_key=KEY)(city)),
)
withdrawn = done(of(Withdraw, used_share_bp_min=6_000))
settled = both(
    withdrawn, lambda city: city.ask(of(SettleWithdrawal, original_key=KEY, paid=True)(city))
)


def charged_to_the_limit_of_the_month(city: PaperCity) -> None:
    city.books.wallets[MEMBER].month_charged_won = 4_999_000
    city.books.wallets[MEMBER].month = 201910


def with_key(ask: Asked) -> Asked:
    def asked(city: PaperCity) -> AnyRequest:
        request = ask(city)
        request.key = KEY
        return request

    return asked


def refund(won: int, shop_code: str = SHOP_JUNGGU, **more: Any) -> Asked:
    return of(Refund, amount_won=won, shop_code=shop_code, **({"original_key": KEY} | more))


def grant(won: int = 1_000, programme_id: int = 5, until_us: int = LATER_US) -> Asked:
    return of(GrantAllowance, programme_id=programme_id, amount_won=won, expires_at_us=until_us)


def issue(card: bytes, **more: Any) -> Asked:
    return of(IssueCard, card=card, card_id=9, masked_pan="999999******0009", kind=2,
              expires_yymm=2912, **({"member_id": MEMBER} | more))  # fmt: skip


def open_wallet(member_id: int, birth_year: int) -> Asked:
    return of(OpenWallet, member_id=member_id, level=2, district=SEOGU, birth_year=birth_year)


def claim(version: int = COUPON_VERSION, at_us: int | None = None) -> Asked:
    def asked(city: PaperCity) -> ClaimCoupon:
        return ClaimCoupon(**city.new(at_us), member_id=MEMBER, rule_version_id=version)

    return asked


claimed = done(claim())
coupons_had = both(claimed, lambda city: city.ask(claim()(city)))


def stock_used_up(city: PaperCity) -> None:
    city.books.issued["seogu-coupon"] = 3


def line_too_short(city: PaperCity) -> None:
    taken = of(Appropriate, line_id=3, amount_won=1_999 - 100_000)(city)
    assert city.ask(taken).approved


def transfer(won: int, to_line_id: int = 2) -> Asked:
    return of(
        TransferBudget, from_line_id=3, to_line_id=to_line_id, amount_won=won,
        purpose=TransferPurpose.TRANSFER,
    )  # fmt: skip


def held_back(city: PaperCity) -> None:
    assert city.ask(of(ReleaseBudget, line_id=3, amount_won=-100_000)(city)).approved


def the_coupon(city: PaperCity) -> int:
    (coupon_id,) = city.books.wallets[MEMBER].coupons or {}
    return coupon_id


def pay_with_it(city: PaperCity) -> Purchase:
    """The coupon is for payments of 10,000 won in Seo-gu."""
    new = city.new()
    return Purchase(**new, shop_code=SHOP_JUNGGU, amount_won=20_000, channel=1, card=CARD,
                    coupon_id=the_coupon(city))  # fmt: skip


def expire_it(city: PaperCity) -> ExpireCoupon:
    return ExpireCoupon(**city.new(), member_id=MEMBER, coupon_id=the_coupon(city))


# fmt: off
ROWS: list[tuple[str, Before, Asked, No]] = [
    # Card and holder.
    ("a card that nobody knows", nothing, pay(card=UNKNOWN), No.CARD_UNKNOWN),
    ("a card that was not activated", status(CardStatus.ISSUED), pay(), No.CARD_NOT_ACTIVE),
    ("a blocked card", status(CardStatus.BLOCKED), pay(), No.CARD_BLOCKED),
    ("a card that was blocked before it was activated",
     status(CardStatus.BLOCKED_BEFORE_ACTIVATION), pay(), No.CARD_BLOCKED),
    ("a closed card", status(CardStatus.CLOSED), pay(), No.CARD_CLOSED),
    ("a card that another replaces", status(CardStatus.REPLACED), pay(), No.CARD_CLOSED),
    ("a payment after the card's last month", nothing, pay(at_us=LATER_US), No.CARD_EXPIRED),
    ("another expiry date than the card's", nothing, prove(expires_yymm=2001), No.CARD_EXPIRED),
    ("a wrong PIN", pin, prove(pvv="9999"), No.PIN_WRONG),
    ("a third wrong PIN", wrong_pins(2), prove(pvv="9999"), No.PIN_TRIES_USED_UP),
    ("the right PIN after three wrong ones", wrong_pins(3), prove(pvv="1234"),
     No.PIN_TRIES_USED_UP),
    ("a wrong code", nothing, prove(code=ProofCheck.WRONG), No.CARD_CODE_WRONG),
    ("a wrong code with another expiry date", nothing,
     prove(code=ProofCheck.WRONG, expires_yymm=2001), No.CARD_CODE_WRONG),
    ("the right code after five wrong ones", wrong_codes(5), prove(code=ProofCheck.RIGHT),
     No.CARD_CODE_TRIES_USED_UP),
    ("a wrong cryptogram", nothing, prove(cryptogram=ProofCheck.WRONG, atc=1), No.CRYPTOGRAM_WRONG),
    ("a counter that was used", done(prove(cryptogram=ProofCheck.RIGHT, atc=7)),
     prove(cryptogram=ProofCheck.RIGHT, atc=7), No.CRYPTOGRAM_REPLAYED),
    ("a member that nobody knows", nothing, of(Inquire, member_id=9_999), No.MEMBER_UNKNOWN),
    ("a payment from a locked wallet", locked, pay(), No.WALLET_LOCKED),
    ("a hold on a locked wallet", locked, of(Hold, shop_code=SHOP_JUNGGU, amount_won=1, channel=4,
     expires_at_us=LATER_US), No.WALLET_LOCKED),
    ("a refund of money from a locked wallet", locked, of(Withdraw, used_share_bp_min=6_000),
     No.WALLET_LOCKED),
    ("a charge to a locked wallet", locked, of(Charge, amount_won=1_000), No.WALLET_LOCKED),
    ("a child of thirteen", nothing, open_wallet(77, 2006), No.MEMBER_TOO_YOUNG),
    ("a member who has a wallet", nothing, open_wallet(MEMBER, 1980), No.MEMBER_EXISTS),
    ("a card that exists", nothing, issue(CARD), No.CARD_EXISTS),
    ("a replacement of a card of somebody else", nothing, issue(UNKNOWN, replaces=OTHERS_CARD),
     No.CARD_UNKNOWN),
    ("a replacement of a closed card", status(CardStatus.CLOSED), issue(UNKNOWN, replaces=CARD),
     No.CARD_CLOSED),
    ("activating a blocked card", status(CardStatus.BLOCKED),
     of(ChangeCard, card=CARD, change=CardChange.ACTIVATE), No.CARD_BLOCKED),
    ("activating a card that is blocked since before",
     status(CardStatus.BLOCKED_BEFORE_ACTIVATION),
     of(ChangeCard, card=CARD, change=CardChange.ACTIVATE), No.CARD_BLOCKED),
    ("unblocking a closed card", status(CardStatus.CLOSED),
     of(ChangeCard, card=CARD, change=CardChange.UNBLOCK), No.CARD_CLOSED),
    # Shop.
    ("a shop that nobody knows", nothing, pay(shop_code="NOSHOP"), No.SHOP_UNKNOWN),
    ("a shop that has only applied", shop_is(ShopStatus.APPLIED), pay(), No.SHOP_NOT_REGISTERED),
    ("a shop that begins tomorrow", shop_is(ShopStatus.NOT_YET_EFFECTIVE), pay(),
     No.SHOP_NOT_REGISTERED),
    ("a shop that was closed", shop_is(ShopStatus.CLOSED), pay(), No.SHOP_NOT_REGISTERED),
    ("a suspended shop", shop_is(ShopStatus.SUSPENDED), pay(), No.SHOP_SUSPENDED),
    ("a restricted trade", shop_is(ShopStatus.EXCLUDED_TRADE), pay(), No.SHOP_EXCLUDED),
    ("a shop above the yearly sales", shop_is(ShopStatus.SALES_TOO_HIGH), pay(),
     No.SHOP_SALES_TOO_HIGH),
    # Amounts and limits.
    ("a payment of nothing", nothing, pay(0), No.AMOUNT_INVALID),
    ("a payment of less than nothing", nothing, pay(-1), No.AMOUNT_INVALID),
    ("an advice of less than nothing", nothing, pay(-1, advice=True), No.AMOUNT_INVALID),
    ("a charge of nothing", nothing, of(Charge, amount_won=0), No.AMOUNT_INVALID),
    ("an allowance that ends before it begins", nothing, grant(until_us=BEGUN_US),
     No.AMOUNT_INVALID),
    ("more than there is", nothing, pay(100_001), No.NOT_ENOUGH_MONEY),
    ("more than a hold leaves", held, pay(95_001), No.NOT_ENOUGH_MONEY),
    ("a hold of more than there is", nothing, of(Hold, shop_code=SHOP_JUNGGU, amount_won=100_001,
     channel=4, expires_at_us=LATER_US), No.NOT_ENOUGH_MONEY),
    ("more than may be paid at once", nothing, pay(2_000_001), No.OVER_PAYMENT_LIMIT),
    ("a charge over the holding limit", nothing, of(Charge, amount_won=1_900_001),
     No.OVER_HOLDING_LIMIT),
    ("a charge over the month's limit", charged_to_the_limit_of_the_month,
     of(Charge, amount_won=1_001), No.OVER_CHARGE_LIMIT),
    ("a refund of money before the ratio is used", paid, of(Withdraw, used_share_bp_min=6_000),
     No.REFUND_RATIO_NOT_REACHED),
    ("a refund of more money than there is", nothing,
     of(Withdraw, used_share_bp_min=6_000, amount_won=100_001), No.NOT_ENOUGH_MONEY),
    ("a part of an unused charge", nothing,
     of(Withdraw, used_share_bp_min=6_000, amount_won=50_000), No.AMOUNT_INVALID),
    # Originals.
    ("a capture of nothing known", nothing, of(Capture, amount_won=1, original_key=UNKNOWN),
     No.ORIGINAL_UNKNOWN),
    ("a refund at another shop", paid, refund(1_000, SHOP_SEOGU), No.ORIGINAL_UNKNOWN),
    ("a refund of somebody else's payment", paid, refund(1_000, member_id=OTHER),
     No.ORIGINAL_UNKNOWN),
    ("a reversal of a charge", suspended, of(Cancel, original_key=KEY), No.ORIGINAL_UNKNOWN),
    ("an original that was reversed first", reversed_first, with_key(pay()),
     No.ORIGINAL_WAS_REVERSED_FIRST),
    ("a refund of what was cancelled", cancelled, refund(1), No.ALREADY_CANCELLED),
    ("sending a charge back twice", sent_back,
     of(ReturnCharge, amount_won=1_950_000, original_key=KEY), No.ALREADY_CANCELLED),
    ("settling a refund twice", settled, of(SettleWithdrawal, original_key=KEY, paid=False),
     No.ALREADY_CANCELLED),
    ("a refund of more than was paid", paid, refund(1_001), No.MORE_THAN_THE_ORIGINAL),
    ("a capture of more than was held", held, of(Capture, amount_won=5_001, original_key=KEY),
     No.MORE_THAN_THE_ORIGINAL),
    ("a second capture", captured, of(Capture, amount_won=1, original_key=KEY), No.HOLD_NOT_OPEN),
    ("an advice of a second capture", captured,
     of(Capture, amount_won=1, original_key=KEY, advice=True), No.HOLD_NOT_OPEN),
    ("a hold that is not over", held,
     lambda city: of(ExpireHold, hold_id=city.books.by_key[(MEMBER % 64, KEY)].movement_id)(city),
     No.HOLD_NOT_OPEN),
    ("a reversal to more than was paid", paid, of(Cancel, original_key=KEY, rest_won=1_001),
     No.AMOUNT_INVALID),
    ("a key that was used for another amount", paid, with_key(pay(2_000)),
     No.KEY_USED_FOR_ANOTHER_REQUEST),
    ("a key that was used for something else", paid, with_key(of(Charge, amount_won=1_000)),
     No.KEY_USED_FOR_ANOTHER_REQUEST),
    # Budget.
    ("a line that nobody knows", nothing, of(Appropriate, line_id=9, amount_won=1),
     No.BUDGET_LINE_UNKNOWN),
    ("taking back more than is left", nothing, of(Appropriate, line_id=3, amount_won=-100_001),
     No.BUDGET_LINE_TOO_SMALL),
    ("a transfer to a line that nobody knows", nothing, transfer(1, to_line_id=9),
     No.BUDGET_LINE_UNKNOWN),
    ("a transfer of more than is free", nothing, transfer(100_001), No.BUDGET_LINE_TOO_SMALL),
    ("a transfer of what is not released", held_back, transfer(1), No.BUDGET_LINE_TOO_SMALL),
    ("a transfer of nothing", nothing, transfer(0), No.AMOUNT_INVALID),
    ("a transfer to the same line", nothing, transfer(1, to_line_id=3), No.AMOUNT_INVALID),
    ("an allowance that the line cannot pay", nothing, grant(100_001), No.BUDGET_LINE_TOO_SMALL),
    ("a programme that nobody knows", nothing, grant(programme_id=99), No.PROGRAMME_UNKNOWN),
    # Coupons.
    ("a rule that nobody knows", nothing, claim(99), No.COUPON_UNKNOWN),
    ("a rule that is no coupon's", nothing, claim(1), No.COUPON_UNKNOWN),
    ("a coupon whose stock is used up", stock_used_up, claim(), No.COUPONS_GONE),
    ("one more coupon than a person may have", coupons_had, claim(), No.COUPON_HAD_ALREADY),
    ("a coupon after its period", nothing, claim(at_us=BEGUN_US + 60 * 24 * HOUR_US),
     No.COUPON_PERIOD_OVER),
    ("a coupon for others", nothing, claim(FOR_OTHERS_VERSION), No.COUPON_FOR_OTHERS),
    ("a coupon that the line cannot pay", line_too_short, claim(), No.BUDGET_LINE_TOO_SMALL),
    ("a coupon by a locked wallet", locked, claim(), No.WALLET_LOCKED),
    ("a payment with a coupon that nobody has", nothing, pay(coupon_id=77), No.COUPON_UNKNOWN),
    ("a payment with a coupon that does not fit", claimed, pay_with_it, No.COUPON_DOES_NOT_FIT),
    ("the end of a coupon that is good", claimed, expire_it, No.COUPON_NOT_DUE),
    ("the end of a coupon that nobody has", nothing, of(ExpireCoupon, coupon_id=77),
     No.COUPON_UNKNOWN),
]
# fmt: on

MONEY_IS_BOOKED = {"a charge over the holding limit", "a charge over the month's limit",
                   "a charge to a locked wallet"}  # fmt: skip


@pytest.mark.parametrize(("what", "before", "asked", "reason"), ROWS, ids=[row[0] for row in ROWS])
def test_it_refuses(what: str, before: Before, asked: Asked, reason: No) -> None:
    city = PaperCity()
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=100_000))
    before(city)
    figures, lines = city.figures_of(MEMBER), city.lines()
    request = asked(city)
    answer = city.ask(request)
    assert answer.reason == reason
    assert not answer.approved
    assert (city.figures_of(MEMBER), city.lines()) == (figures, lines), "a refusal moves nothing"
    if not answer.repeated and reason not in NEVER_RECORDED and not isinstance(request, Inquire):
        movement = city.books.changes.movements[-1]
        assert movement.request_key == request.key, "a refusal is recorded"
        assert bool(movement.amounts) == (what in MONEY_IS_BOOKED)
        again = city.ask(request)
        assert (again.reason, again.repeated) == (reason, True)


NEVER_RECORDED = {
    No.KEY_USED_FOR_ANOTHER_REQUEST,
    No.ORIGINAL_WAS_REVERSED_FIRST,
    No.BUDGET_LINE_UNKNOWN,
}


def test_every_reason_stands_in_a_row_or_is_given_elsewhere() -> None:
    in_rows = {reason for *_, reason in ROWS}
    assert in_rows | set(GIVEN_ELSEWHERE) == set(No) - {No.APPROVED}
    assert not in_rows & set(GIVEN_ELSEWHERE)


def test_only_what_passes_by_itself_may_be_tried_again() -> None:
    assert {No.TRY_AGAIN, No.SYSTEM_FAULT} == RETRY_CAN_HELP
