"""The same payment explained to three audiences: the citizen, the shop, the official.

Codes and numbers come first (`Told`); the sentences are made of them. A citizen reads how each won
came about and why others did not; a shop reads what its customer gets and what of it the shop
pays, and nothing of the customer's month, age or home; an official reads versions, limits and
budget lines beside the citizen's sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dure.policy.document import Title
from dure.policy.eligibility import NotEligible
from dure.policy.evaluate import CompiledRule
from dure.policy.explain import explain, why_not
from dure.policy.funding import SHOP
from dure.policy.kinds.kind import Moment
from dure.policy.lines import LimitedBy
from dure.policy.occasions import Occasion
from dure.policy.release_words import used_up
from dure.policy.sentences import Sentence


class Audience(StrEnum):
    """Who reads an explanation."""

    CITIZEN = "citizen"
    SHOP = "shop"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Line:
    """What a rule gave for a payment, as it stands in an answer or in the journal.

    `limited_by` is a `LimitedBy`, `choice` the variant of the rule that held,
    `at_us` the instant of the payment where it is known.
    """

    rule: CompiledRule
    won: int
    full_won: int
    limited_by: int
    choice: int = 0
    at_us: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One rule in one explanation. Amounts are whole won; a code is a word for programs.

    `reasons` says why it does not hold, and is empty where it does; `limited_by` what limited it
    ("none" where nothing did); `funding` which budget line pays how much, by the line's name
    ("shop" for the shop), and is told to officials and, of its own part, to the shop.
    """

    rule: str
    version: int
    title: Title
    moment: Moment
    won: int
    full_won: int
    limited_by: str
    reasons: tuple[str, ...]
    funding: tuple[tuple[str, int], ...]
    sentences: tuple[Sentence, ...]

    @property
    def key(self) -> str:
        """The rule's version, as `incheon-city-cashback@2`."""
        return f"{self.rule}@{self.version}"

    @property
    def is_off_price(self) -> bool:
        """Whether it comes off the price: a shop's discount, or a coupon."""
        return self.moment in (Moment.TILL, Moment.CLAIM)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the rule is about other places than the shop's."""
        return NotEligible.SHOP_DISTRICT in self.reasons


NOTHING_EARNING: Final = Sentence(
    "nothing_earning",
    "충전금으로 내는 금액이 없어 적립되지 않습니다.",
    "Nothing is paid with charged money, and only that earns.",
)
_LESS_THAN_A_WON: Final = Sentence(
    "less_than_a_won", "할인이 1원이 되지 않습니다.", "The discount comes to less than one won."
)
_BETTER_DISCOUNT: Final = Sentence(
    "better_discount", "더 큰 할인이 적용되었습니다.", "A larger discount was taken off instead."
)
_LATER: Final[dict[Moment, Sentence]] = {
    Moment.CHARGE: Sentence(
        "at_charge", "충전할 때 받는 혜택입니다.", "Given when money is charged."
    ),
    Moment.LATER: Sentence("later", "조건을 채운 뒤에 따로 받습니다.", "Awarded later, by itself."),
    Moment.CLAIM: Sentence(
        "claim", "쿠폰을 먼저 받아 두어야 합니다.", "The coupon has to be taken first."
    ),
}
_ABOUT_MEMBER: Final = frozenset(
    {
        NotEligible.MEMBER_DISTRICT,
        NotEligible.MEMBER_LEVEL,
        NotEligible.MEMBER_BIRTH_YEAR,
        NotEligible.MEMBER_JOINED,
    }
)
_CUSTOMER: Final = Sentence(
    "customer",
    "손님이 이 혜택의 조건에 해당하지 않습니다.",
    "The customer does not meet the terms of this benefit.",
)
_TO_OFFER: Final = Sentence(
    "to_offer",
    "가맹점이 즉시할인을 정하면 손님이 받을 수 있습니다.",
    "Set a discount of your own, and your customers get this.",
)
_ABOUT_OFFER: Final = frozenset({NotEligible.NOT_BENEFIT_PLUS.value, "no_offer"})


def tell(
    lines: Iterable[Line], base_won: int, month_net_won: int, audience: Audience
) -> tuple[Told, ...]:
    """Each line of a payment for an audience.

    `base_won` is what earned (for a discount at the till the price before it), `month_net_won` the
    member's net payments of the month before it.
    """
    return tuple(_told(line, base_won, month_net_won, audience) for line in lines)


def tell_missing(
    rules: Iterable[CompiledRule],
    price: Occasion,
    paid: Occasion,
    given: Collection[int],
    audience: Audience,
) -> tuple[Told, ...]:
    """Why every other rule in force gave nothing; `given` are the ids of those that have a line.

    `price` is the occasion as a discount at the till sees it, `paid` as all other rules do. `rules`
    may be of all times: those that are not in force then are left out.
    """
    missing = []
    for rule in rules:
        document = rule.document
        in_force = document.in_force and document.from_us <= paid.at_us < document.until_us
        if in_force and rule.rule_id not in given:
            missing.append(_missing(rule, price if rule.at_till else paid, audience))
    return tuple(missing)


def funding_of(rule: CompiledRule, won: int) -> tuple[tuple[str, int], ...]:
    """Which budget line pays how much of the won, by name; "shop" for the shop."""
    names = dict(
        zip(rule.splitter.line_ids, (name for name, _ in rule.document.funding.shares), strict=True)
    )
    return tuple((names[line_id], part) for line_id, part in rule.split(won))


def _told(line: Line, base_won: int, month_net_won: int, audience: Audience) -> Told:
    rule, limit = line.rule, LimitedBy(line.limited_by)
    said = explain(rule, line.won, limit, base_won, month_net_won, line.choice, line.at_us)
    paid = funding_of(rule, line.won) if line.won > 0 else ()
    if audience is Audience.SHOP:
        said = _for_shop(line, limit, paid)
        paid = tuple((name, won) for name, won in paid if name == SHOP)
    elif audience is Audience.OFFICIAL:
        said = (*said, *_for_official(line, limit, paid))
    else:
        paid = ()
    document = rule.document
    return Told(
        rule=document.id,
        version=document.version,
        title=document.title,
        moment=rule.moment,
        won=line.won,
        full_won=line.full_won,
        limited_by=limit.name.lower()
        if _may_know(limit, audience)
        else LimitedBy.NONE.name.lower(),
        reasons=(),
        funding=paid,
        sentences=said,
    )


_OF_THE_CUSTOMER: Final = frozenset(
    {LimitedBy.BRACKET, LimitedBy.MONTH_CAP, LimitedBy.PAYMENT_COUNT, LimitedBy.MEMBER_CAP}
)


def _may_know(limit: LimitedBy, audience: Audience) -> bool:
    """A shop is not told how much its customer has paid or earned elsewhere."""
    return audience is not Audience.SHOP or limit not in _OF_THE_CUSTOMER


def _for_shop(
    line: Line, limit: LimitedBy, paid: tuple[tuple[str, int], ...]
) -> tuple[Sentence, ...]:
    won = line.won
    off_price = line.rule.moment in (Moment.TILL, Moment.CLAIM)
    what_ko, what_en = ("할인", "off the price") if off_price else ("캐시백", "of cashback")
    said = [
        Sentence(
            "customer_gets",
            f"손님이 {what_ko} {won:,}원을 받습니다."
            if won
            else f"손님이 받는 {what_ko}은 없습니다.",
            f"The customer gets {won:,} won {what_en}." if won else "The customer gets nothing.",
        )
    ]
    own_won = dict(paid).get(SHOP, 0)
    if own_won:
        said.append(
            Sentence(
                "shop_pays",
                f"이 가운데 {own_won:,}원을 가맹점이 부담합니다.",
                f"The shop pays {own_won:,} won of it.",
            )
        )
    elif won:
        said.append(
            Sentence(
                "shop_pays_nothing",
                "가맹점이 부담하는 돈은 없습니다.",
                "It costs the shop nothing.",
            )
        )
    if limit is LimitedBy.SHOP_MONTH_CAP:
        ko = "이번 달에 정해 둔 할인 한도가 찼습니다."
        said.append(
            Sentence("shop_month_cap", ko, "Your ceiling on discounts of this month is met.")
        )
    elif limit is LimitedBy.RELEASE_USED:
        said.append(used_up(line.rule, line.at_us))
    elif limit is LimitedBy.BUDGET:
        ko = "이 혜택의 예산이 모두 쓰였습니다."
        said.append(Sentence("budget", ko, "The budget of this benefit is used up."))
    return tuple(said)


def _for_official(
    line: Line, limit: LimitedBy, paid: tuple[tuple[str, int], ...]
) -> tuple[Sentence, ...]:
    """What was promised, what limited it, and which line paid how much."""
    said = []
    if limit is not LimitedBy.NONE:
        code = limit.name.lower()
        ko = f"제한 사유 {code}: 제한이 없었다면 {line.full_won:,}원"
        en = f"Limited by {code}: {line.full_won:,} won without limits"
        said.append(Sentence("limited_by", ko, en))
    if paid:
        parts_ko = ", ".join(f"{_line_ko(name)} {won:,}원" for name, won in paid)
        parts_en = ", ".join(f"{name} {won:,} won" for name, won in paid)
        said.append(Sentence("funding", f"재원: {parts_ko}", f"Paid by: {parts_en}"))
    return tuple(said)


def _line_ko(name: str) -> str:
    return "가맹점" if name == SHOP else name


def _missing(rule: CompiledRule, occasion: Occasion, audience: Audience) -> Told:
    said = _reasons(rule, occasion)
    if audience is Audience.SHOP:
        said = _reasons_for_shop(said)
    document = rule.document
    return Told(
        rule=document.id,
        version=document.version,
        title=document.title,
        moment=rule.moment,
        won=0,
        full_won=0,
        limited_by=LimitedBy.NONE.name.lower(),
        reasons=tuple(sentence.code for sentence in said),
        funding=(),
        sentences=said,
    )


def _reasons(rule: CompiledRule, occasion: Occasion) -> tuple[Sentence, ...]:
    said = why_not(rule, occasion)
    if rule.moment in _LATER:
        return (*said, _LATER[rule.moment])
    if said:
        return said
    if not rule.at_till:
        return (NOTHING_EARNING,)
    won, _full = rule.amount(occasion.amount_won, 0, rule.choice(occasion, occasion.budget_left))
    return (_BETTER_DISCOUNT if won else _LESS_THAN_A_WON,)


def _reasons_for_shop(said: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    """The reasons that lie with the shop, and one word for all that lie with its customer."""
    kept = [s for s in said if s.code not in _ABOUT_MEMBER and s.code != NOTHING_EARNING.code]
    if len(kept) < len(said):
        kept.append(_CUSTOMER)
    if {s.code for s in kept} <= _ABOUT_OFFER and kept:
        kept.append(_TO_OFFER)
    return tuple(kept)
