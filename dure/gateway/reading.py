"""From a message's fields to what is asked of the engine. Pure: keys and clock are passed in."""

from __future__ import annotations

from typing import NamedTuple

from dure.authorization.requests import (
    AnyRequest,
    Cancel,
    Capture,
    CardProof,
    Hold,
    Inquire,
    Purchase,
    Refund,
)
from dure.gateway.channels import channel_of
from dure.gateway.instants import local_us
from dure.gateway.message_types import CASH, INQUIRIES, PURCHASE, REFUND, Kind
from dure.gateway.request_keys import key_of, key_of_original, names_another_acquirer
from dure.gateway.response_codes import APPROVED, Refusal, RefusedError
from dure.gateway.settings import DAY_US, GatewaySettings
from dure.kernel.cardnetwork.cards import is_of_the_city, is_right_number
from dure.kernel.cardnetwork.private_data import KRW

_AMOUNT_DIGITS = 12


class CardRead(NamedTuple):
    """The card as the message names it; the repr does not show the number."""

    pan: str
    expires_yymm: int

    def __repr__(self) -> str:
        return "<CardRead>"


class Asking(NamedTuple):
    """What of a message does not lie in its fields: who asks, what was proved, what time it is."""

    kind: Kind
    token: bytes
    proof: CardProof
    now_us: int
    settings: GatewaySettings

    @property
    def deadline_ms(self) -> int:
        return int(self.settings.engine_patience_s * 1000)


def read_card(fields: dict[str, str]) -> CardRead:
    """The card number from field 2 or track 2. Raises RefusedError for one that is not ours."""
    pan, _, rest = fields.get("35", "").replace("D", "=").partition("=")
    typed = fields.get("2")
    if typed is not None:
        if pan and pan != typed:
            raise RefusedError(Refusal.FIELD_WRONG, "35")
        pan = typed
    expiry = fields.get("14") or rest[:4]
    if not pan.isdecimal() or (expiry and not expiry.isdecimal()):
        raise RefusedError(Refusal.FIELD_WRONG, "35")
    if not is_of_the_city(pan):
        raise RefusedError(Refusal.CARD_OF_ANOTHER_ISSUER)
    if not is_right_number(pan):
        raise RefusedError(Refusal.CARD_NUMBER_WRONG)
    return CardRead(pan, int(expiry) if len(expiry) == 4 else 0)


def check_transaction(fields: dict[str, str], kind: Kind) -> None:
    """Refuses what this gateway does not do: foreign money, cash, other processing codes.

    Raises RefusedError.
    """
    if fields["49"] != KRW:
        raise RefusedError(Refusal.CURRENCY_FOREIGN, "49")
    wanted = fields["3"][:2]
    if wanted in CASH:
        raise RefusedError(Refusal.CASH_NOT_GIVEN, "3")
    known: tuple[str, ...] = (PURCHASE,)
    if kind in (Kind.FINANCIAL, Kind.FINANCIAL_ADVICE):
        known = (PURCHASE, REFUND, *INQUIRIES)
    elif kind == Kind.AUTHORIZATION:
        known = (PURCHASE, *INQUIRIES)
    elif kind in (Kind.REVERSAL, Kind.REVERSAL_ADVICE):
        known = (PURCHASE, REFUND)
    if wanted not in known:
        raise RefusedError(Refusal.TRANSACTION_UNKNOWN, "3")
    if wanted not in INQUIRIES and not int(fields["4"]):
        raise RefusedError(Refusal.AMOUNT_WRONG, "4")


def is_notice_of_refusal(fields: dict[str, str], kind: Kind) -> bool:
    """Whether an advice only tells that somebody else declined: nothing is to be booked then."""
    return (
        kind in (Kind.AUTHORIZATION_ADVICE, Kind.FINANCIAL_ADVICE)
        and fields.get("39", APPROVED) != APPROVED
    )


def read_request(fields: dict[str, str], asking: Asking) -> AnyRequest:
    """What the message asks of the engine. Raises RefusedError."""
    key = key_of(fields, asking.now_us)
    if key is None:
        raise RefusedError(Refusal.FIELD_WRONG, "7")
    if asking.kind in (Kind.REVERSAL, Kind.REVERSAL_ADVICE):
        return _cancel(fields, asking, key)
    wanted = fields["3"][:2]
    if wanted in INQUIRIES:
        return Inquire(
            key=key,
            occurred_at_us=asking.now_us,
            deadline_ms=asking.deadline_ms,
            card=asking.token,
            proof=asking.proof,
        )
    if wanted == REFUND:
        return _refund(fields, asking, key)
    if asking.kind in (Kind.AUTHORIZATION, Kind.AUTHORIZATION_ADVICE):
        return _hold(fields, asking, key)
    if asking.kind == Kind.FINANCIAL_ADVICE and ("90" in fields or "38" in fields):
        return _capture(fields, asking, key)
    return _purchase(fields, asking, key)


def _purchase(fields: dict[str, str], asking: Asking, key: bytes) -> Purchase:
    return Purchase(
        key=key,
        occurred_at_us=occurred_at_us(fields, asking),
        deadline_ms=asking.deadline_ms,
        shop_code=fields["42"].strip(),
        amount_won=int(fields["4"]),
        channel=channel_of(fields),
        terminal=fields["41"].rstrip(),
        card=asking.token,
        proof=asking.proof,
        advice=asking.kind == Kind.FINANCIAL_ADVICE,
    )


def _hold(fields: dict[str, str], asking: Asking, key: bytes) -> Hold:
    settings = asking.settings
    days = settings.hold_days_by_condition.get(fields["25"], settings.hold_days)
    return Hold(
        key=key,
        occurred_at_us=occurred_at_us(fields, asking),
        deadline_ms=asking.deadline_ms,
        shop_code=fields["42"].strip(),
        amount_won=int(fields["4"]),
        channel=channel_of(fields),
        expires_at_us=asking.now_us + days * DAY_US,
        terminal=fields["41"].rstrip(),
        card=asking.token,
        proof=asking.proof,
        advice=asking.kind == Kind.AUTHORIZATION_ADVICE,
    )


def _capture(fields: dict[str, str], asking: Asking, key: bytes) -> Capture:
    return Capture(
        key=key,
        occurred_at_us=occurred_at_us(fields, asking),
        deadline_ms=asking.deadline_ms,
        amount_won=int(fields["4"]),
        original_key=_original_key(fields, asking.now_us) if "90" in fields else None,
        approval_code=fields.get("38", "").strip(),
        card=asking.token,
        advice=True,
        shop_code=fields["42"].strip(),
        channel=channel_of(fields),
        terminal=fields["41"].rstrip(),
    )


def _refund(fields: dict[str, str], asking: Asking, key: bytes) -> Refund:
    return Refund(
        key=key,
        occurred_at_us=occurred_at_us(fields, asking),
        deadline_ms=asking.deadline_ms,
        amount_won=int(fields["4"]),
        shop_code=fields["42"].strip(),
        original_key=_original_key(fields, asking.now_us) if "90" in fields else None,
        approval_code=fields.get("38", "").strip(),
        card=asking.token,
    )


def _cancel(fields: dict[str, str], asking: Asking, key: bytes) -> Cancel:
    rest = fields.get("95", "0" * _AMOUNT_DIGITS)[:_AMOUNT_DIGITS]
    if not rest.isdecimal():
        raise RefusedError(Refusal.FIELD_WRONG, "95")
    if int(rest) >= int(fields["4"]):
        raise RefusedError(Refusal.AMOUNT_WRONG, "95")
    # Fields 12 and 13 of a reversal are its original's (ISO 8583:1987): the time is ours.
    return Cancel(
        key=key,
        occurred_at_us=asking.now_us,
        deadline_ms=asking.deadline_ms,
        original_key=_original_key(fields, asking.now_us),
        rest_won=int(rest),
        card=asking.token,
        advice=asking.kind == Kind.REVERSAL_ADVICE,
    )


def _original_key(fields: dict[str, str], now_us: int) -> bytes:
    if names_another_acquirer(fields):
        raise RefusedError(Refusal.ACQUIRER_OF_ANOTHER_LINE, "90")
    key = key_of_original(fields, now_us)
    if key is None:
        raise RefusedError(Refusal.FIELD_WRONG, "90")
    return key


def occurred_at_us(fields: dict[str, str], asking: Asking) -> int:
    """The terminal's time where it is near enough to ours, otherwise ours.

    Raises RefusedError when fields 12 and 13 are no time.
    """
    told_us = local_us(fields["13"], fields["12"], asking.now_us)
    if told_us is None:
        raise RefusedError(Refusal.FIELD_WRONG, "12")
    settings = asking.settings
    advice = asking.kind in (Kind.AUTHORIZATION_ADVICE, Kind.FINANCIAL_ADVICE)
    behind_us = settings.advice_behind_us if advice else settings.behind_us
    if -behind_us <= told_us - asking.now_us <= settings.ahead_us:
        return told_us
    return asking.now_us
