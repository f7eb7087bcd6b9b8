"""The rate for me now at a shop: what the rules in force give there for my next 10,000 won.

Note [One evaluation for a kind of shop]
Shops that are the same to every rule have the same rate, so a page evaluates each kind once, by the
function that decides payments, on the member's own month and on what is left of the money. The
purses are left out, for a rate is what charged money earns; what a payment gives to the won is
asked of the engine on the shop's own page and before paying.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.quote import NOBODY
from dure.kernel.calendar import month_of
from dure.policy.compiled import CompiledRule
from dure.policy.evaluate import RuleSet, RulesInForce
from dure.policy.occasions import Channel, Occasion, ShopFacts
from dure.rulebook.asked_city import Payer, lines_of, payer_of, used_won
from dure.web.shared.rules import Rulebook

PROBE_WON: Final = 10_000
"""A rate is what this much gives: then won are basis points, and nothing is rounded."""
_KEPT_S: Final = 2.0
_NOBODY: Final = Payer(NOBODY, 0, {})
_GIVEN: Final = "SELECT shop_id, given_won FROM shop_month WHERE month = %s AND shop_id = ANY(%s)"


class Rate(NamedTuple):
    """What comes off the price at the till, and what of the rest comes back; in basis points."""

    discount_bp: int
    cashback_bp: int

    @property
    def together_bp(self) -> int:
        """Both together, of the price."""
        return self.discount_bp + self.cashback_bp * (10_000 - self.discount_bp) // 10_000


class Money(NamedTuple):
    """The rules of all times, and what is left of what they draw on."""

    rules: RuleSet
    left_won: Mapping[int, int]
    used_won: Mapping[int, int]


class KeptMoney:
    """Rules and budget of a process, read anew after two seconds: the same for every member."""

    def __init__(self, kept_s: float = _KEPT_S) -> None:
        self._kept_s = kept_s
        self._lock = threading.Lock()
        self._rulebook = Rulebook()
        self._compiled: tuple[CompiledRule, ...] = ()
        self._rules = RuleSet(())
        self._read: tuple[str, float, Money] | None = None

    def get(self, connection: Connection[TupleRow]) -> Money:
        """The rules and what is left; raises psycopg.Error when the database is away."""
        name = f"{connection.info.port}/{connection.info.dbname}"
        with self._lock:
            at_s = time.monotonic()
            if self._read is not None and self._read[0] != name:
                self._rulebook, self._read = Rulebook(), None
            if self._read is None or at_s - self._read[1] > self._kept_s:
                self._read = (name, at_s, self._read_anew(connection))
            return self._read[2]

    def forget(self) -> None:
        """Reads everything anew at the next page; for tests that change rules or money."""
        with self._lock:
            self._read = None

    def _read_anew(self, connection: Connection[TupleRow]) -> Money:
        compiled = self._rulebook.rules(connection)
        if compiled != self._compiled:
            self._compiled = compiled
            self._rules = RuleSet(rule for rule in compiled if rule.document.in_force)
        return Money(self._rules, lines_of(connection).left_won, used_won(connection))


MONEY: Final = KeptMoney()
"""This process's rules and budget."""


@dataclass(slots=True)
class RatesForMe:
    """Rates of one member at one instant; a kind of shop is evaluated when first asked for.

    `given_won` is what shops with a monthly ceiling have taken off this month, by shop.
    """

    at_us: int
    payer: Payer
    rules: RulesInForce
    money: Money
    given_won: dict[int, int] = field(default_factory=dict)
    _by_kind: dict[ShopFacts, Rate] = field(default_factory=dict)

    def at(self, shop: ShopFacts) -> Rate:
        """The rate at a shop. The ceiling of its discount, where it has one, must be known."""
        has_ceiling = shop.offer is not None and shop.offer.month_won_max is not None
        kind = shop if has_ceiling else shop._replace(shop_id=0)
        rate = self._by_kind.get(kind)
        if rate is None:
            rate = self._by_kind[kind] = self._evaluate(shop)
        return rate

    @property
    def evaluations(self) -> int:
        """How many kinds of shop were asked for."""
        return len(self._by_kind)

    def _evaluate(self, shop: ShopFacts) -> Rate:
        occasion = Occasion(
            at_us=self.at_us,
            amount_won=PROBE_WON,
            earning_won=PROBE_WON,
            month_net_won=self.payer.month_net_won,
            shop=shop,
            member=self.payer.facts,
            channel=int(Channel.QR),
            budget_left=self.money.left_won,
            counters=self.payer.counters,
            used_won=self.money.used_won,
        )
        discount = self.rules.discount(occasion) if shop.benefit_plus_bp else None
        discount_won = 0 if discount is None else discount.won
        if discount_won and shop.offer is not None and shop.offer.month_won_max is not None:
            left_won = shop.offer.month_won_max - self.given_won.get(shop.shop_id, 0)
            discount_won = max(0, min(discount_won, left_won))
        earned_won = sum(line.won for line in self.rules.evaluate(occasion))
        return Rate(discount_won, earned_won)


def rates_for(
    connection: Connection[TupleRow],
    member_id: int | None,
    at_us: int,
    shops: Iterable[ShopFacts] = (),
) -> RatesForMe:
    """The rates of a member, or (None) of somebody of whom nothing is known, at an instant.

    `shops` are those that will be asked for, so that their monthly ceilings are known. Raises
    NotInCityError for a member without a wallet, psycopg.Error when the database is away.
    """
    money = MONEY.get(connection)
    payer = _NOBODY if member_id is None else payer_of(connection, member_id, at_us)
    rates = RatesForMe(at_us, payer, money.rules.at(at_us), money)
    with_ceiling = [
        shop.shop_id
        for shop in shops
        if shop.offer is not None and shop.offer.month_won_max is not None
    ]
    if with_ceiling:
        rates.given_won.update(
            connection.execute(_GIVEN, (month_of(at_us), with_ceiling)).fetchall()
        )
    return rates
