"""Charging the wallet from a linked account, and how a transfer stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.views.decorators.http import require_http_methods, require_safe

from dure.wallets.bank_accounts import LinkedAccount, linked_accounts
from dure.wallets.charging import (
    AccountNotLinkedError,
    AmountNotAllowedError,
    KeyUsedForAnotherTransferError,
    request_top_up,
    request_withdrawal,
)
from dure.wallets.limits import NO_LIMIT_WON
from dure.wallets.standing import Refundable, Room, refundable, room_to_charge
from dure.wallets.transfers import (
    Purpose,
    Transfer,
    TransferState,
    TransferUnknownError,
    get_transfer,
)
from dure.web.citizen.money.way_back import carrying, named_account, way_back
from dure.web.citizen.money.words import MONEY_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.standing import is_locked
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.amounts import exact_won, read_amount
from dure.web.shared.bank import banks_to_link, carry_on
from dure.web.shared.engine import engine
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

QUICK_WON: Final = (10_000, 50_000, 100_000, 300_000)
_ID_MAX: Final = 2**63 - 1


class AppClock:
    """The city's clock as the app reads it."""

    def now_us(self) -> int:
        """The city's instant in microseconds since 1970 UTC."""
        return now_us()


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def charge(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Asks how much from which account, with the limits before anything is typed; and charges."""
    accounts = linked_accounts(database(), visitor.member_id)
    room = room_to_charge(database(), visitor.member_id, now_us())
    if room is None:
        raise Http404
    if request.method != "POST":
        return _charge_page(request, visitor, accounts, room, request.GET.get("amount", ""))
    language, written = language_of_page(request), request.POST.get("amount", "")
    amount_won = read_amount(written.strip()[:20])
    fault = ""
    if not amount_won:
        fault = language.choose(*MONEY_WORDS["amount_fault"])
    elif amount_won > room.may_charge_won and not _asked_before(request, visitor):
        most = exact_won(room.may_charge_won, language)
        fault = language.choose(*MONEY_WORDS["amount_over"]).format(won=most)
    if fault:
        return _charge_page(request, visitor, accounts, room, written, fault, status=400)
    if is_locked(visitor.member_id) and not _asked_before(request, visitor):
        return _charge_page(request, visitor, accounts, room, written, status=409)
    require_proof(visitor)
    try:
        transfer = request_top_up(
            database(), key=request_key(request, visitor, "charge"), member_id=visitor.member_id,
            amount_won=amount_won, account_ref=named_account(request), at_us=now_us(),
        )  # fmt: skip
    except (FormKeyMissingError, KeyUsedForAnotherTransferError):
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
        return HttpResponseRedirect(carrying(f"{app_root(request)}/charge", way_back(request)))
    except AmountNotAllowedError:
        fault = language.choose(*MONEY_WORDS["amount_fault"])
        return _charge_page(request, visitor, accounts, room, written, fault, status=400)
    except AccountNotLinkedError:
        fault = language.choose(*MONEY_WORDS["account_gone"])
        return _charge_page(request, visitor, accounts, room, written, fault, status=400)
    return _carried(request, transfer)


def _asked_before(request: HttpRequest, visitor: Visitor) -> bool:
    """Whether this very form has charged already: its repeat shows what came of it."""
    try:
        key = request_key(request, visitor, "charge")
    except FormKeyMissingError:
        return False
    row = database().execute("SELECT 1 FROM bank_transfer WHERE request_key = %s", (key,))
    return row.fetchone() is not None


def _charge_page(
    request: HttpRequest,
    visitor: Visitor,
    accounts: Sequence[LinkedAccount],
    room: Room,
    written: str,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    language = language_of_page(request)
    may = room.may_charge_won
    word = "charge_room" if may else "charge_room_none"
    back = way_back(request)
    here = carrying(f"{app_root(request)}/charge", back)
    values = {
        "back": back,
        "to_link": carrying(f"{app_root(request)}/accounts", _with_amount(here, written)),
        "accounts": accounts,
        "banks": accounts or banks_to_link(language),
        "written": written,
        "fault": fault,
        "room": language.choose(*MONEY_WORDS[word]).format(won=exact_won(may, language)),
        "may_charge": may > 0,
        "is_locked": is_locked(visitor.member_id),
        "limits": _limits(room, language),
        "is_raisable": room.is_raisable,
        "quick": [
            (_with_amount(here, str(won)), won, exact_won(won, language))
            for won in QUICK_WON
            if won <= may
        ],
    }
    title = language.choose(*MONEY_WORDS["charge"])
    return app_answer(
        request, visitor, "citizen/money/charge.html", values, words=MONEY_WORDS, title=title,
        status=status,
    )  # fmt: skip


def _with_amount(address: str, written: str) -> str:
    """The address, asking for so much; nothing is added to it that is no amount."""
    amount_won = read_amount(written.strip()[:20])
    if not amount_won:
        return address
    return f"{address}{'&' if '?' in address else '?'}amount={amount_won}"


def _limits(room: Room, language: Language) -> list[tuple[str, str]]:
    given = (("limit_given", room.given_won),) if room.given_won else ()
    rows = (
        ("limit_holding", room.holding_won_max),
        *given,
        ("limit_month", room.month_won_max),
        ("limit_month_used", room.month_charged_won),
    )
    none = language.choose(*MONEY_WORDS["limit_none"])
    return [
        (
            language.choose(*MONEY_WORDS[name]),
            none if won >= NO_LIMIT_WON else exact_won(won, language),
        )
        for name, won in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def withdraw(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """What may be paid back now and why no more; and pays it back."""
    language = language_of_page(request)
    rest = refundable(database(), visitor.member_id, now_us())
    if rest is None:
        raise Http404
    if request.method == "POST":
        require_proof(visitor)
        try:
            transfer = request_withdrawal(
                database(), key=request_key(request, visitor, "withdraw"),
                member_id=visitor.member_id, account_ref=named_account(request),
                at_us=now_us(),
            )  # fmt: skip
        except (FormKeyMissingError, KeyUsedForAnotherTransferError):
            messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
            return HttpResponseRedirect(f"{app_root(request)}/withdraw")
        except AccountNotLinkedError:
            messages.error(request, language.choose(*MONEY_WORDS["account_gone"]))
            return HttpResponseRedirect(f"{app_root(request)}/withdraw")
        return _carried(request, transfer)
    may = exact_won(rest.may_refund_won, language)
    values = {
        "accounts": linked_accounts(database(), visitor.member_id),
        "rest": rest,
        "is_locked": is_locked(visitor.member_id),
        "may": may,
        "go": language.choose(*MONEY_WORDS["withdraw_go"]).format(won=may),
        "used": exact_won(rest.used_won, language),
        "brought": exact_won(rest.brought_won, language),
        "length": rest.used_won * 1000 // max(1, rest.brought_won),
        "mark": rest.needed_won * 1000 // max(1, rest.brought_won),
        "needed": _needed(rest, language),
        "waits": _waits(rest, language),
    }
    title = language.choose(*MONEY_WORDS["withdraw"])
    return app_answer(
        request, visitor, "citizen/money/withdraw.html", values, words=MONEY_WORDS, title=title
    )


def _needed(rest: Refundable, language: Language) -> str:
    """How much is to be spent before what may not come back yet may; "" where nothing is."""
    needed_won = rest.needed_won - rest.used_won
    if needed_won <= 0 or not rest.left_won or rest.may_refund_won == rest.left_won:
        return ""
    word = "withdraw_needed_more" if rest.may_refund_won else "withdraw_needed"
    return _word(word, language).format(won=exact_won(needed_won, language))


def _waits(rest: Refundable, language: Language) -> tuple[str, ...]:
    """What of the charged money waits, and for what."""
    sums = {
        "won": exact_won(rest.behind_won, language),
        "gift": exact_won(rest.gift_won, language),
        "given": exact_won(rest.given_won, language),
        "held": exact_won(rest.held_won, language),
    }
    said = (
        ("withdraw_behind", rest.behind_won),
        ("withdraw_given", rest.given_won),
        ("withdraw_held", rest.held_won),
    )
    return tuple(_word(name, language).format(**sums) for name, won in said if won)


@require_safe
@member_page
def transfer_state(request: HttpRequest, visitor: Visitor, transfer_id: int) -> HttpResponseBase:
    """How a transfer stands, honestly; who looks helps it on."""
    language = language_of_page(request)
    transfer = _own(visitor, transfer_id)
    if transfer.is_open:
        transfer = carry_on(database(), engine().ask, AppClock(), transfer)
    title, why, kind = state_told(transfer, language)
    account = next(
        (
            one
            for one in linked_accounts(database(), visitor.member_id)
            if one.account_ref == transfer.account_ref
        ),
        None,
    )
    values = {
        "state": kind,
        "why": why,
        "amount": exact_won(transfer.amount_won, language),
        "account": account,
        "number": transfer.transfer_id,
        "is_open": transfer.is_open,
        "back": way_back(request) if transfer.purpose is Purpose.TOP_UP else "",
        "again": kind == "failed",
        "is_charge": transfer.purpose is Purpose.TOP_UP,
    }
    return app_answer(
        request, visitor, "citizen/money/state.html", values, words=MONEY_WORDS, title=title
    )


def _own(visitor: Visitor, transfer_id: int) -> Transfer:
    try:
        transfer = get_transfer(database(), min(transfer_id, _ID_MAX))
    except TransferUnknownError:
        raise Http404 from None
    if transfer.member_id != visitor.member_id or transfer.purpose is Purpose.RETURN:
        raise Http404
    return transfer


def _carried(request: HttpRequest, transfer: Transfer) -> HttpResponseRedirect:
    carry_on(database(), engine().ask, AppClock(), transfer)
    address = f"{app_root(request)}/transfers/{transfer.transfer_id}"
    return HttpResponseRedirect(carrying(address, way_back(request)))


def state_told(transfer: Transfer, language: Language) -> tuple[str, str, str]:
    """A title, why, and "done", "waits" or "failed" of a transfer."""
    is_charge = transfer.purpose is Purpose.TOP_UP
    sentence = sentence_or_number(transfer.reason, language)
    refused = f"{sentence.happened} {sentence.remedy}"
    match transfer.state:
        case TransferState.BOOKED:
            word, why, kind = ("state_booked" if is_charge else "state_paid_out"), "", "done"
        case TransferState.FAILED if is_charge:
            word, why, kind = "state_failed", _word("state_failed_why", language), "failed"
        case TransferState.RETURNED if is_charge:
            why = f"{refused} {_word('state_back_why', language)}"
            word, kind = "state_back", "failed"
        case TransferState.RETURNED:
            word, why, kind = "state_returned", _word("state_returned_why", language), "failed"
        case TransferState.REFUSED:
            word, why, kind = "state_refused", refused, "failed"
        case _:
            word = "state_waits" if is_charge else "state_sending"
            why, kind = _word("state_waits_why", language), "waits"
    return _word(word, language), why, kind


def _word(name: str, language: Language) -> str:
    return language.choose(*MONEY_WORDS[name])
