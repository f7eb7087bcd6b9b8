"""One authorization with the reason of every won: what paid, what came back, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dure.kernel.calendar import seoul
from dure.ledger.movement import GIVINGS_BACK, PAYMENTS, MovementKind
from dure.policy.districts import DISTRICT_NAMES
from dure.policy.evaluate import CompiledRule
from dure.policy.explain import explain
from dure.report.live import IncentiveReason, LatestAuthorization
from dure.web.shared.amounts import exact_won
from dure.web.shared.charts import Segment, stacked
from dure.web.shared.language import Language
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.words import CHANNELS

KINDS: dict[int, tuple[str, str]] = {
    MovementKind.PURCHASE: ("결제", "Payment"),
    MovementKind.HOLD: ("사전승인", "Hold"),
    MovementKind.CAPTURE: ("확정 결제", "Capture"),
    MovementKind.CANCEL: ("결제취소", "Cancellation"),
    MovementKind.REFUND: ("환불", "Refund"),
    MovementKind.REVERSED_FIRST: ("먼저 온 취소", "Early cancellation"),
    MovementKind.REFUND_UNDONE: ("환불 취소", "Refund undone"),
    MovementKind.INQUIRY: ("잔액 조회", "Inquiry"),
}


@dataclass(frozen=True, slots=True)
class Earning:
    """One line of incentive: how much, how it was computed, and what limited it."""

    won: str
    how: str
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one purse paid; `name` is also the color's name in the style sheet."""

    name: str
    label: str
    won: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One row of the latest payments."""

    key: str
    time: str
    machine_time: str
    shop: str
    shop_is_named: bool
    where: str
    kind: str
    amount: str
    approved: bool
    outcome: str
    why: str
    parts: tuple[Part, ...]
    segments: tuple[Segment, ...]
    earnings: tuple[Earning, ...]
    no_earning: str
    funding: str


def payment_of(
    latest: LatestAuthorization,
    rules: Mapping[tuple[str, int], CompiledRule],
    lines: Mapping[str, str],
    language: Language,
) -> Payment:
    """The authorization in words; `rules` by name and version, `lines` the names by code."""
    approved = latest.reason == 0
    sentence = sentence_or_number(latest.reason, language)
    local = seoul(latest.occurred_at_us)
    paid = _paid(latest, language) if approved else ()
    return Payment(
        key=f"{latest.shard}-{latest.movement_id}",
        time=local.strftime("%H:%M"),
        machine_time=local.isoformat(timespec="seconds"),
        shop=latest.shop_name or language.choose("명부에 없는 가게", "A shop not in the registry"),
        shop_is_named=bool(latest.shop_name),
        where=_where(latest, language),
        kind=language.choose(*KINDS.get(latest.kind, ("기타", "Other"))),
        amount=exact_won(latest.amount_won, language),
        approved=approved,
        outcome=language.choose("승인", "Approved")
        if approved
        else language.choose("거절", "Declined"),
        why="" if approved else sentence.happened,
        parts=tuple(Part(name, label, exact_won(won, language)) for name, label, won in paid),
        segments=stacked([(name, won) for name, _, won in paid]),
        earnings=tuple(_earning(line, latest, rules, language) for line in latest.incentive),
        no_earning=_no_earning(latest, language),
        funding=_funding(latest, lines, language),
    )


def _where(latest: LatestAuthorization, language: Language) -> str:
    district = language.choose(*DISTRICT_NAMES.get(latest.district, ("", "")))
    channel = language.choose(*CHANNELS.get(latest.channel, ("", "")))
    return " · ".join(text for text in (district, channel) if text)


def _paid(latest: LatestAuthorization, language: Language) -> tuple[tuple[str, str, int], ...]:
    """Which purse paid what, and what the shop took off; parts of nothing are left out."""
    back = latest.kind in GIVINGS_BACK
    parts = (
        ("charged", language.choose("충전금", "Charged money"), latest.charged_won),
        ("cashback", language.choose("캐시백", "Cashback"), latest.cashback_won),
        ("allowance", language.choose("정책수당", "Allowance"), latest.allowance_won),
        ("discount", language.choose("가게 즉시할인", "Shop's discount"), latest.discount_won),
    )
    returned = language.choose(" 돌려줌", " given back")
    return tuple(
        (name, label + returned if back else label, abs(won)) for name, label, won in parts if won
    )


def _earning(
    line: IncentiveReason,
    latest: LatestAuthorization,
    rules: Mapping[tuple[str, int], CompiledRule],
    language: Language,
) -> Earning:
    rule = rules.get((line.rule, line.version))
    title = language.choose(line.title_ko, line.title_en) or line.rule
    plus = "+" if line.won > 0 else ""
    won = plus + exact_won(line.won, language)
    if rule is None or latest.kind in GIVINGS_BACK:
        return Earning(won, title, ())
    base_won, before_won = latest.charged_won, latest.usage_before_won
    at_us = latest.occurred_at_us
    said = explain(rule, line.won, line.limited_by, base_won, before_won, line.choice, at_us)
    amounts = [language.choose(s.ko, s.en) for s in said if s.code == "amount"]
    limits = [language.choose(s.ko, s.en) for s in said if s.code != "amount"]
    return Earning(won, amounts[0] if amounts else title, tuple(limits))


def _no_earning(latest: LatestAuthorization, language: Language) -> str:
    """Why a payment earned nothing where no rule has a line; empty where one has."""
    if latest.kind == MovementKind.HOLD and not latest.reason:
        won = exact_won(latest.amount_won, language)
        return language.choose(
            f"충전금 {won}을 잡아 두었습니다. 금액이 확정될 때 나갑니다.",
            f"{won} of charged money is kept ready until the amount is final.",
        )
    if latest.reason or latest.kind not in PAYMENTS or latest.incentive:
        return ""
    if latest.charged_won == 0:
        return language.choose(
            "캐시백과 정책수당으로 낸 돈에는 캐시백이 없습니다.",
            "What is paid with cashback or an allowance earns no cashback.",
        )
    return language.choose(
        "이 결제에 맞는 캐시백 규칙이 없습니다.", "No cashback rule fits this payment."
    )


def _funding(latest: LatestAuthorization, lines: Mapping[str, str], language: Language) -> str:
    """Which budget line paid how much of the cashback (or got it back)."""
    if not latest.funding:
        return ""
    back = latest.kind in GIVINGS_BACK
    parts = ", ".join(
        f"{lines.get(code, code)} {exact_won(abs(won), language)}" for code, won in latest.funding
    )
    word = (
        language.choose("재원으로 돌아감", "Back to")
        if back
        else language.choose("재원", "Paid by")
    )
    return f"{word}: {parts}"
