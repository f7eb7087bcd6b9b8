"""One version of a rule, made ready: its conditions, amount, limits and split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dure.policy.document import RuleDocument
from dure.policy.eligibility import conditions
from dure.policy.funding import SHOP_LINE_ID, Splitter
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import NOT_CHOSEN, Kind, Moment
from dure.policy.lines import IncentiveLine, LimitedBy
from dure.policy.occasions import Occasion, ShopFacts
from dure.policy.release import account_key

_NONE: Final = int(LimitedBy.NONE)
_BRACKET: Final = int(LimitedBy.BRACKET)
_PAYMENT_CAP: Final = int(LimitedBy.PAYMENT_CAP)
_MONTH_CAP: Final = int(LimitedBy.MONTH_CAP)
_PAYMENT_COUNT: Final = int(LimitedBy.PAYMENT_COUNT)
_SUM_USED: Final = int(LimitedBy.SUM_USED)
_BUDGET: Final = int(LimitedBy.BUDGET)
_MEMBER_CAP: Final = int(LimitedBy.MEMBER_CAP)
_RELEASE_USED: Final = int(LimitedBy.RELEASE_USED)

ENDLESS_WON: Final = 1 << 60
"""More than any sum of a rule."""
EVER: Final = "ever/"
"""How the names of those sums begin that a member keeps over all months."""


class CompiledRule:
    """A rule version as evaluation uses it: flat tuples and closures over integers.

    Note [Sums of a member]
    What caps and tallies are measured by are named sums of the member: `month/<rule>/…` begins
    anew with every month, `ever/<rule>/…` never. All versions of a rule share them. A payment adds
    to them what `counted` says, and its cancellation takes the same away again.
    """

    __slots__ = (
        "_choose",
        "_count_caps",
        "_sum_caps",
        "amount",
        "conditions",
        "document",
        "ever_payments_key",
        "ever_won_key",
        "is_capped",
        "is_counted",
        "kind",
        "moment",
        "month_payments_key",
        "month_won_key",
        "outside_month",
        "release",
        "rule_id",
        "shop_conditions",
        "split",
        "splitter",
        "stop_line_id",
        "tally",
        "watched_ids",
    )

    def __init__(self, document: RuleDocument, rule_id: int, line_ids: Mapping[str, int]) -> None:
        kind: Kind[Any] = KINDS[document.kind]
        self.document = document
        self.kind = kind
        self.rule_id = rule_id
        self.moment = kind.moment
        self.outside_month = kind.outside_month
        self.amount = kind.amount(document.terms)
        self._choose = kind.choose(document.terms, line_ids) if kind.choose else None
        self.tally = kind.tally(document.terms) if kind.tally else None
        self.conditions = conditions(document.eligibility)
        # The district is looked up in an index before, so the hot path need not ask again.
        self.shop_conditions = tuple(
            holds for reason, holds in self.conditions if reason != "shop_district"
        )
        self.splitter = Splitter(document.funding, line_ids)
        self.split = self.splitter.split
        caps, stops = document.caps, document.stops
        self.release = document.release
        self.stop_line_id = line_ids[stops.line_used_up] if stops.line_used_up else None
        self.watched_ids = tuple(line_ids[name] for name in kind.watches(document.terms))
        self.month_won_key = f"month/{document.id}/cashback_won"
        self.month_payments_key = f"month/{document.id}/payments"
        self.ever_won_key = f"{EVER}{document.id}/cashback_won"
        self.ever_payments_key = f"{EVER}{document.id}/payments"
        self._sum_caps = _asked(
            (caps.month_cashback_won_max, self.month_won_key, _MONTH_CAP),
            (caps.member_cashback_won_max, self.ever_won_key, _MEMBER_CAP),
        )
        self._count_caps = _asked(
            (caps.month_payments_max, self.month_payments_key, _PAYMENT_COUNT),
            (caps.member_payments_max, self.ever_payments_key, _MEMBER_CAP),
        )
        counted = bool(self._sum_caps or self._count_caps)
        stop_limits = (stops.until_sum_used_won, self.stop_line_id, self.release)
        limits = (caps.payment_cashback_won_max, *stop_limits)
        self.is_counted = self.tally is not None or counted
        self.is_capped = counted or any(limit is not None for limit in limits)

    @property
    def at_till(self) -> bool:
        """Whether it lowers the price."""
        return self.moment is Moment.TILL

    @property
    def counter_keys(self) -> tuple[str, ...]:
        """The member's sums that the caps of this rule look at."""
        return tuple(key for _, key, _ in (*self._sum_caps, *self._count_caps))

    def counted(self, won: int, payments: int) -> dict[str, int]:
        """What to add to the member's sums when `won` is paid for so many `payments`.

        A payment that earned something counts 1; cancelling in part takes back won alone,
        cancelling wholly also the payment (both negative). See Note [Sums of a member].
        """
        added = {}
        if won:
            for _, key, _ in self._sum_caps:
                added[key] = won
        if payments:
            for _, key, _ in self._count_caps:
                added[key] = payments
        return added

    def tally_key(self, shop: ShopFacts) -> str:
        """The member's sum in which a payment at this shop counts 1, of a kind with a tally."""
        assert self.tally is not None, "only a kind with a tally counts payments"
        return f"{EVER}{self.document.id}/{self.tally(shop)}"

    def used_by(self, won: int, at_us: int) -> dict[int, int]:
        """What `won` given for a payment of that instant adds to sums that all members share.

        By the rule version's number for a rule that ends with a sum, by the name of an account for
        one with a release; nothing for any other. See Note [Releases].
        """
        used = {}
        if self.document.stops.until_sum_used_won is not None:
            used[self.rule_id] = won
        if self.release is not None:
            used[account_key(self.rule_id, self.release.number_of_account(at_us))] = won
        return used

    def free_won(self, at_us: int, used_won: Mapping[int, int]) -> int:
        """What its sum and its release leave for a payment of that instant."""
        most_won = self.document.stops.until_sum_used_won
        free_won = ENDLESS_WON
        if most_won is not None:
            free_won = max(0, most_won - used_won.get(self.rule_id, 0))
        if self.release is not None:
            free_won = min(free_won, self.released_left_won(at_us, used_won))
        return free_won

    def released_left_won(self, at_us: int, used_won: Mapping[int, int]) -> int:
        """What a payment of that instant may still get of what has been released."""
        assert self.release is not None, "only a rule with a release has an account of it"
        account = account_key(self.rule_id, self.release.number_of_account(at_us))
        return max(0, self.release.most_won(at_us) - used_won.get(account, 0))

    @property
    def line_ids(self) -> tuple[int, ...]:
        """The budget lines that it draws on or watches."""
        drawn = [line_id for line_id in self.splitter.line_ids if line_id != SHOP_LINE_ID]
        watched = () if self.stop_line_id is None else (self.stop_line_id,)
        return tuple(dict.fromkeys([*drawn, *watched, *self.watched_ids]))

    def holds(self, occasion: Occasion) -> bool:
        """Whether everything holds that the document asks for, but for the shop's district."""
        shop, member, channel = occasion.shop, occasion.member, occasion.channel
        at_us, won = occasion.at_us, occasion.amount_won
        for condition in self.shop_conditions:
            if not condition(shop, member, channel, at_us, won):
                return False
        return True

    def choice(self, occasion: Occasion, left: Mapping[int, int]) -> int:
        """Which variant of the rule holds; `NOT_CHOSEN` when it gives nothing here."""
        return 0 if self._choose is None else self._choose(occasion, _everywhere(occasion, left))

    def line(self, occasion: Occasion, left: Mapping[int, int]) -> IncentiveLine | None:
        """What it gives for an occasion for which it holds, with `left` won on each line."""
        choice = 0
        if self._choose is not None:
            seen = _everywhere(occasion, left) if self.watched_ids else left
            choice = self._choose(occasion, seen)
            if choice == NOT_CHOSEN:
                return None
        won, full_won = self.amount(occasion.earning_won, occasion.month_net_won, choice)
        limited_by = _NONE if won == full_won else _BRACKET
        if self.is_capped:
            won, limited_by = self.capped(won, limited_by, occasion, left)
        funding = self.split(won)
        for line_id, part in funding:
            if line_id and left[line_id] < part:
                won = self.splitter.affordable_won(won, left)
                return IncentiveLine(self.rule_id, won, _BUDGET, full_won, self.split(won), choice)
        return IncentiveLine(self.rule_id, won, limited_by, full_won, funding, choice)

    def capped(
        self, won: int, limited_by: int, occasion: Occasion, left: Mapping[int, int]
    ) -> tuple[int, int]:
        """The caps one after another; each that lowers the amount becomes the reason."""
        caps, stops = self.document.caps, self.document.stops
        counters = occasion.counters
        if caps.payment_cashback_won_max is not None and won > caps.payment_cashback_won_max:
            won, limited_by = caps.payment_cashback_won_max, _PAYMENT_CAP
        for most, key, reason in self._sum_caps:
            if won > (rest := max(0, most - counters.get(key, 0))):
                won, limited_by = rest, reason
        for most, key, reason in self._count_caps:
            if won > 0 and counters.get(key, 0) >= most:
                won, limited_by = 0, reason
        if stops.until_sum_used_won is not None:
            rest = max(0, stops.until_sum_used_won - occasion.used_won.get(self.rule_id, 0))
            if won > rest:
                won, limited_by = rest, _SUM_USED
        if self.release is not None:
            rest = self.released_left_won(occasion.at_us, occasion.used_won)
            if won > rest:
                won, limited_by = rest, _RELEASE_USED
        if self.stop_line_id is not None and won > 0 and left[self.stop_line_id] <= 0:
            won, limited_by = 0, _BUDGET
        return won, limited_by


def _asked(*caps: tuple[int | None, str, int]) -> tuple[tuple[int, str, int], ...]:
    """Those of (most, the member's sum, reason) that are set, which the hot path goes through."""
    return tuple((most, key, reason) for most, key, reason in caps if most is not None)


def _everywhere(occasion: Occasion, left: Mapping[int, int]) -> Mapping[int, int]:
    """What is left of each line in the whole city, which is what announced levels speak of."""
    elsewhere = occasion.elsewhere_won
    if not elsewhere:
        return left
    return {line_id: won + elsewhere.get(line_id, 0) for line_id, won in left.items()}


def ever_of(sums: Mapping[str, int] | None) -> dict[str, int]:
    """Those of a member's sums that no month ends."""
    return {key: won for key, won in (sums or {}).items() if key.startswith(EVER)}


def month_of_sums(sums: Mapping[str, int] | None) -> dict[str, int] | None:
    """Those of a member's sums that end with the month; None when there are none."""
    return {k: won for k, won in (sums or {}).items() if not k.startswith(EVER)} or None
