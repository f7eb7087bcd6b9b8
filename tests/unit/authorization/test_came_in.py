"""More cashback never goes out than came in, whatever is taken back, spent and given back."""

from __future__ import annotations

from dure.authorization.requests import Cancel
from tests.laws.later_city import MEMBER, SHOP_JUNGGU, LaterCity


def test_cashback_that_is_earned_again_may_be_given_back_as_well() -> None:
    """Its refund took the cashback from charged money, for it was spent; then all is undone."""
    city = LaterCity()
    city.charge(300_000)
    first = city.pay(100_000, SHOP_JUNGGU)
    spent = city.pay(6_000, SHOP_JUNGGU)  # from the cashback of the first
    returned = city.refund(first, 100_000, SHOP_JUNGGU)
    assert city.ask(Cancel(**city.new(), original_key=returned.key, member_id=MEMBER)).approved
    city.cancel(spent)
    wallet = city.books.wallets[MEMBER]
    assert wallet.cashback_won == 12_000
    assert wallet.cashback_in_won >= wallet.cashback_won


def test_cashback_that_settled_a_claim_may_be_followed_by_what_the_claim_was_for() -> None:
    city = LaterCity(bonus=True)
    city.charge(100_000)
    spent = city.pay(4_000)  # from the bonus
    withdrawal = city.withdraw()
    assert withdrawal.claim_won == 4_000
    city.charge(60_000)  # its bonus settles the claim
    city.settle(withdrawal, paid=False)
    city.cancel(spent)
    wallet = city.books.wallets[MEMBER]
    assert wallet.claim_won == 0
    assert wallet.cashback_won == 10_000 + 6_000
    assert wallet.cashback_in_won >= wallet.cashback_won
