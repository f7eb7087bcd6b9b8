"""The city on one page: what every purse and budget line should hold, in plain dictionaries.

A model to hold the books against: no legs, no accounts, no batches, none of the code's formulas.
Each request changes the figures by the rules of docs/money.md and is answered by its reason.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dure.authorization.reasons import DeclineReason as No

WEEK_US = 7 * 86_400 * 1_000_000
HOLDING_MAX, CHARGE_MONTH_MAX, PAYMENT_MAX = 2_000_000, 5_000_000, 2_000_000
SEOGU_SHOPS, PLUS_SHOP, PLUS_PERCENT = ("seogu", "plus"), "plus", 5
PROGRAMMES = {5: ("seogu", SEOGU_SHOPS), 6: ("city", ("junggu", "seogu", "plus"))}
ORDER = (
    "allowances",
    "cashback",
    "charged",
    "suspense",
)  # who pays first; last is given back first

Figures = dict[str, Any]


def month_of(us: int) -> int:
    day = datetime.fromtimestamp(us // 1_000_000, ZoneInfo("Asia/Seoul"))
    return day.year * 100 + day.month


def earned(brackets: list[tuple[int, int]], usage: int, won: int) -> int:
    """Every won earns at the rate of its bracket (below, bp); the fraction of the sum is lost."""

    def points(upto: int) -> int:
        starts = [0, *(below for below, _ in brackets)]
        pairs = zip(starts, brackets, strict=False)
        return sum(max(0, min(upto, below) - start) * bp for start, (below, bp) in pairs)

    return (points(usage + won) - points(usage)) // 10_000


def shares(rule: str, won: int) -> dict[str, int]:
    """The state pays two of every three won of the city's cashback, and the odd one."""
    return {"seogu": won} if rule == "seogu" else {"state": won - won // 3, "city": won // 3}


def new_purses() -> Figures:
    return {"charged": 0, "cashback": 0, "claim": 0, "allowances": {}, "blocked": False}


class Model:
    def __init__(self, lines: dict[str, int], rates: Any, recorded_us: int | None = None) -> None:
        self.lines, self.rates, self.recorded_us = lines, rates, recorded_us
        self.purses: dict[int, Figures] = defaultdict(new_purses)
        self.usage: dict[tuple[int, int], int] = defaultdict(int)
        self.charged_in_month: dict[tuple[int, int], int] = defaultdict(int)
        self.lots: dict[int, list[Figures]] = defaultdict(list)  # in the order they came
        self.payments: dict[bytes, Figures] = {}
        self.holds: dict[bytes, Figures] = {}
        self.withdrawals: dict[bytes, Figures] = {}
        self.suspended: dict[bytes, int] = {}
        self.gifts: dict[bytes, Figures] = {}
        self.suspense = self.payout = 0
        self.answered: dict[bytes, No] = {}
        self.short = False  # whether an incentive had to be taken from anything but cashback

    def held(self, member: int) -> int:
        holds = self.holds.values()
        return sum(h["won"] for h in holds if h["member"] == member and h["state"] == "open")

    def move_charged(self, member: int, won: int) -> None:
        """The oldest charge is spent first, so what comes back fills the newest one drawn on."""
        self.purses[member]["charged"] += won
        for lot in self.lots[member] if won < 0 else reversed(self.lots[member]):
            moved = max(won, -lot["left"]) if won < 0 else min(won, lot["size"] - lot["left"])
            lot["left"] += moved
            won -= moved

    def new_lot(self, member: int, won: int, us: int, *, given: bool = False) -> None:
        self.purses[member]["charged"] += won
        at = us if self.recorded_us is None else self.recorded_us
        self.lots[member].append({"size": won, "left": won, "at": at, "given": given})

    def affordable(self, rule: str, won: int) -> int:
        while any(part > max(0, self.lines[name]) for name, part in shares(rule, won).items()):
            won -= 1
        return won

    def pay(
        self, key: bytes, member: int, shop: str, won: int, us: int, freed: int, forced: bool
    ) -> No:
        purses, month = self.purses[member], month_of(us)
        discount = won * PLUS_PERCENT // 100 if shop == PLUS_SHOP else 0
        rest, paid = won - discount, dict.fromkeys(ORDER, 0)
        drawn: dict[int, int] = {}
        by_end = sorted(purses["allowances"].items(), key=lambda purse: (purse[1][1], purse[0]))
        for programme, (left, until) in by_end:
            if until > us and shop in PROGRAMMES[programme][1] and min(left, rest):
                drawn[programme] = min(left, rest)
                rest -= drawn[programme]
        paid["cashback"] = min(rest, purses["cashback"])
        paid["charged"] = rest - paid["cashback"]
        free = purses["charged"] - self.held(member) + freed
        if paid["charged"] > free:
            if not forced:
                return No.NOT_ENOUGH_MONEY
            paid["charged"], paid["suspense"] = free, paid["charged"] - free
        rates = {"city": next(b for since, b in reversed(self.rates["city"]) if since <= us)}
        if shop in SEOGU_SHOPS:
            rates["seogu"] = self.rates["seogu"]
        payment: Figures = {
            "member": member, "shop": shop, "month": month, "won": won, "stands": won,
            "discount": discount, "drawn": drawn, "paid": paid, "rates": rates,
            "usage": self.usage[member, month], "gift": {},
        }  # fmt: skip
        for rule, brackets in rates.items():
            gift = earned(brackets, payment["usage"], paid["charged"])
            payment["gift"][rule] = self.affordable(rule, gift)
        self.payments[key] = payment
        self.book(payment, self.standing(payment, 0), self.standing(payment, won))
        return No.APPROVED

    def standing(self, payment: Figures, won: int) -> Figures:
        """The payment as if only so much of it had been paid: who paid what, what it earned."""
        rest = won - payment["discount"] * won // payment["won"]
        drawn = {}
        for programme, most in payment["drawn"].items():
            drawn[programme] = min(most, rest)
            rest -= drawn[programme]
        stands: Figures = {"drawn": drawn}
        for purse in ORDER[1:]:
            stands[purse] = min(payment["paid"][purse], rest)
            rest -= stands[purse]
        gifts = payment["gift"].items()
        again = {
            r: earned(payment["rates"][r], payment["usage"], stands["charged"]) for r, _ in gifts
        }
        stands["gift"] = {rule: min(most, again[rule]) for rule, most in gifts}
        return stands

    def book(self, payment: Figures, was: Figures, now: Figures) -> None:
        """Moves the difference between how the payment stood and how it stands now."""
        member, purses = payment["member"], self.purses[payment["member"]]
        for programme, won in now["drawn"].items():
            purses["allowances"][programme][0] += was["drawn"][programme] - won
        back = {purse: was[purse] - now[purse] for purse in ORDER[1:]}
        self.suspense += back["suspense"]
        purses["cashback"] += back["cashback"]
        self.move_charged(member, back["charged"])
        self.usage[member, payment["month"]] -= back["charged"]
        more = 0
        for rule, won in now["gift"].items():
            more += won - was["gift"][rule]
            old, new = shares(rule, was["gift"][rule]), shares(rule, won)
            for name in new:
                self.lines[name] += old[name] - new[name]
        if more >= 0:
            settled = min(purses["claim"], more)
            purses["claim"] -= settled
            purses["cashback"] += more - settled
            return
        from_cashback = min(-more, purses["cashback"])
        from_charged = min(-more - from_cashback, back["charged"])
        purses["cashback"] -= from_cashback
        self.move_charged(member, -from_charged)
        purses["claim"] += -more - from_cashback - from_charged
        self.short |= from_cashback < -more

    def cut(self, payment: Figures, won: int) -> No:
        """Cancels a payment down to what shall stand of it."""
        was, now = self.standing(payment, payment["stands"]), self.standing(payment, won)
        payment["stands"] = won
        self.book(payment, was, now)
        return No.APPROVED
