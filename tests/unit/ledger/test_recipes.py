"""Every recipe as a table: what is asked, and the legs it writes (debit positive)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dure.ledger import recipes
from dure.ledger.accounts import Account, allowance_account, budget_account
from dure.ledger.movement import Movement
from dure.ledger.recipes import Split

CASH, INCENTIVE = Account.SAFEGUARDED_CASH, Account.INCENTIVE_CASH
CHARGED, CASHBACK, CLAIMS = Account.MEMBER_CHARGED, Account.MEMBER_CASHBACK, Account.MEMBER_CLAIMS
SHOP, DISCOUNT = Account.SHOP_PAYABLE, Account.SHOP_DISCOUNT
PAYOUT, SUSPENSE, LAPSED = Account.BANK_PAYOUT, Account.SUSPENSE, Account.LAPSED
YOUTH, STATE, CITY = allowance_account(5), budget_account(1), budget_account(2)

Legs = list[tuple[int, int]]
SPLIT = Split(((5, 100),), cashback_won=200, charged_won=300)

# fmt: off
ROWS: list[tuple[str, int, Callable[[Movement], object], Legs]] = [
    ("a charge", 500, lambda m: recipes.charge(m, suspended=False), [(CASH, 500), (CHARGED, -500)]),
    ("a charge over a limit", 500, lambda m: recipes.charge(m, suspended=True),
     [(CASH, 500), (SUSPENSE, -500)]),
    ("sending it back", 500, recipes.return_charge, [(SUSPENSE, 500), (CASH, -500)]),
    ("an appropriation", 500, lambda m: recipes.appropriate(m, 1),
     [(INCENTIVE, 500), (STATE, -500)]),
    ("taking it back", -500, lambda m: recipes.appropriate(m, 1),
     [(INCENTIVE, -500), (STATE, 500)]),
    ("an allowance", 500, lambda m: recipes.grant(m, 1, 5), [(STATE, 500), (YOUTH, -500)]),
    ("a payment from three purses with a discount", 650, lambda m: recipes.pay(m, SPLIT, 50),
     [(YOUTH, 100), (CASHBACK, 200), (CHARGED, 300), (DISCOUNT, 50), (SHOP, -650)]),
    ("a payment that no purse covers", 300, lambda m: recipes.pay(m, Split((), 0, 200, 100), 0),
     [(CHARGED, 200), (SUSPENSE, 100), (SHOP, -300)]),
    ("an incentive from two lines", 0, lambda m: recipes.earn(m, [(1, 20), (2, 10)], 0),
     [(STATE, 20), (CITY, 10), (CASHBACK, -30)]),
    ("an incentive that settles a part of a claim", 0, lambda m: recipes.earn(m, [(1, 30)], 12),
     [(STATE, 30), (CLAIMS, -12), (CASHBACK, -18)]),
    ("an incentive smaller than the claim", 0, lambda m: recipes.earn(m, [(1, 30)], 50),
     [(STATE, 30), (CLAIMS, -30)]),
    ("giving back, the cashback is still there", 650,
     lambda m: recipes.give_back(m, SPLIT, 50, [(1, 20), (2, 10)], 30),
     [(SHOP, 650), (DISCOUNT, -50), (YOUTH, -100), (STATE, -20), (CITY, -10), (CASHBACK, -200),
      (CHARGED, -300), (CASHBACK, 30)]),
    ("giving back, the cashback was spent", 300,
     lambda m: recipes.give_back(m, Split((), 0, 300), 0, [(1, 30)], 10),
     [(SHOP, 300), (STATE, -30), (CHARGED, -300), (CASHBACK, 10), (CHARGED, 20)]),
    ("giving back less than is owed", 1,
     lambda m: recipes.give_back(m, Split((), 0, 1), 0, [(1, 2)], 0),
     [(SHOP, 1), (STATE, -2), (CHARGED, -1), (CHARGED, 1), (CLAIMS, 1)]),
    ("giving back what stood in suspense", 300,
     lambda m: recipes.give_back(m, Split((), 0, 200, 100), 0, [], 0),
     [(SHOP, 300), (SUSPENSE, -100), (CHARGED, -200)]),
    ("a refund of money", 500, recipes.withdraw, [(CHARGED, 500), (PAYOUT, -500)]),
    ("the bank paid it", 500, lambda m: recipes.settle_withdrawal(m, paid=True),
     [(PAYOUT, 500), (CASH, -500)]),
    ("the bank could not", 500, lambda m: recipes.settle_withdrawal(m, paid=False),
     [(PAYOUT, 500), (CHARGED, -500)]),
    ("money past its validity", 0, lambda m: recipes.lapse(m, 300, 20),
     [(CHARGED, 300), (CASHBACK, 20), (LAPSED, -320)]),
    ("an allowance past its date", 0, lambda m: recipes.lapse_allowance(m, 1, 5, 100),
     [(YOUTH, 100), (STATE, -100)]),
    ("a balance taken over", 0, lambda m: recipes.open_with(m, 300, 20),
     [(CASH, 320), (CHARGED, -300), (CASHBACK, -20)]),
]
# fmt: on


@pytest.mark.parametrize(("what", "won", "recipe", "legs"), ROWS, ids=[row[0] for row in ROWS])
def test_it_moves(what: str, won: int, recipe: Callable[[Movement], object], legs: Legs) -> None:
    movement = Movement(0, bytes(16), 0, 0, won)
    recipe(movement)
    assert list(zip(movement.accounts, movement.amounts, strict=True)) == legs
    assert sum(movement.amounts) == 0
