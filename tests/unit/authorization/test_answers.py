"""What the asker is told: approval codes, purses, incentive lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dure.authorization.answers import approval_code_of
from dure.authorization.requests import Cancel, Capture, Charge, GrantAllowance, Hold, Purchase
from tests.engines import BEGUN_US, SHOP_JUNGGU, SHOP_PLUS, SHOP_SEOGU
from tests.laws.paper_city import MEMBERS, PaperCity

MEMBER = MEMBERS[0]
CYCLE_US = 34**6


@given(st.integers(0, 2**60))
def test_an_approval_code_has_six_letters_and_digits_without_i_and_o(movement_id: int) -> None:
    code = approval_code_of(movement_id)
    assert len(code) == 6
    assert code.isalnum()
    assert code.isascii()
    assert not set(code) & set("IOabcdefghijklmnopqrstuvwxyz")
    assert code == approval_code_of(movement_id + CYCLE_US)


@given(st.integers(0, 2**60), st.integers(1, CYCLE_US - 1))
def test_no_two_movements_within_a_cycle_share_a_code(movement_id: int, apart: int) -> None:
    assert approval_code_of(movement_id) != approval_code_of(movement_id + apart)


def city_with(won: int) -> PaperCity:
    city = PaperCity()
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=won))
    return city


def test_a_payment_tells_what_each_purse_paid_and_each_rule_gave() -> None:
    city = city_with(100_000)
    purchase = Purchase(**city.new(), shop_code=SHOP_PLUS, amount_won=20_000, channel=2,
                        member_id=MEMBER)  # fmt: skip
    answer = city.ask(purchase)
    assert (answer.discount_won, answer.charged_won, answer.cashback_won) == (1_000, 19_000, 0)
    assert sorted(line.won for line in answer.incentive) == [760, 1_140]
    assert (answer.charged_after_won, answer.cashback_after_won) == (81_000, 1_900)
    assert answer.approval_code == approval_code_of(answer.movement_id)


def test_a_cancellation_tells_what_each_purse_got_back_and_each_rule_took() -> None:
    city = city_with(100_000)
    purchase = Purchase(**city.new(), shop_code=SHOP_SEOGU, amount_won=10_000, channel=2,
                        member_id=MEMBER)  # fmt: skip
    city.ask(purchase)
    answer = city.ask(
        Cancel(**city.new(), original_key=purchase.key, rest_won=4_000, member_id=MEMBER)
    )
    assert (answer.amount_won, answer.charged_won, answer.claim_won) == (6_000, 6_000, 0)
    assert sorted(line.won for line in answer.incentive) == [-360, -240]


def test_a_payment_from_an_allowance_tells_so() -> None:
    city = city_with(1_000)
    city.ask(GrantAllowance(**city.new(), member_id=MEMBER, programme_id=6, amount_won=5_000,
                            expires_at_us=BEGUN_US * 2))  # fmt: skip
    answer = city.ask(
        Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=5_500, channel=2,
                 member_id=MEMBER)
    )  # fmt: skip
    assert (answer.allowance_won, answer.charged_won, answer.allowance_after_won) == (5_000, 500, 0)


def test_a_repeat_is_answered_as_the_first_with_a_mark() -> None:
    city = city_with(10_000)
    purchase = Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=4_000, channel=2,
                        member_id=MEMBER)  # fmt: skip
    first = city.ask(purchase)
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=1_000))
    again = city.ask(purchase)
    assert again.repeated
    again.repeated = False
    assert again == first


def test_a_hold_tells_what_is_held_and_its_capture_that_nothing_is() -> None:
    city = city_with(10_000)
    hold = Hold(**city.new(), shop_code=SHOP_JUNGGU, amount_won=4_000, channel=4,
                expires_at_us=BEGUN_US * 2, member_id=MEMBER)  # fmt: skip
    assert city.ask(hold).held_after_won == 4_000
    captured = city.ask(
        Capture(**city.new(), amount_won=3_000, original_key=hold.key, member_id=MEMBER)
    )
    assert (captured.held_after_won, captured.charged_after_won) == (0, 7_000)


def test_a_repeat_tells_what_is_held_now_but_never_more_than_there_was() -> None:
    city = city_with(10_000)
    purchase = Purchase(**city.new(), shop_code=SHOP_JUNGGU, amount_won=9_000, channel=2,
                        member_id=MEMBER)  # fmt: skip
    hold = Hold(**city.new(), shop_code=SHOP_JUNGGU, amount_won=4_000, channel=4,
                expires_at_us=BEGUN_US * 2, member_id=MEMBER)  # fmt: skip
    first = city.ask(purchase)
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=9_000))
    assert city.ask(hold).held_after_won == 4_000
    assert city.ask(hold).held_after_won == 4_000
    assert (first.charged_after_won, city.ask(purchase).held_after_won) == (1_000, 1_000)
