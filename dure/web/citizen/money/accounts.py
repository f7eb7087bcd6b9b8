"""Bank accounts: linked with the bank's consent and unlinked; the automatic charge; lots' ends."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from dure.kernel.calendar import seoul
from dure.people.fields import installed_sealer
from dure.people.members import get_member
from dure.wallets.account_consent import (
    AccountNotFoundError,
    AccountNumberWrongError,
    HolderDiffersError,
)
from dure.wallets.auto_charge import (
    AUTO_CHARGE_WON_MIN,
    FAILURES_MAX,
    set_auto_charge,
    stop_auto_charge,
)
from dure.wallets.bank_accounts import (
    AccountTakenError,
    link_account,
    linked_accounts,
    unlink_account,
)
from dure.wallets.banking import BankSilentError
from dure.wallets.charging import AccountNotLinkedError, AmountNotAllowedError
from dure.wallets.installed_bank import BankNotSetUpError
from dure.wallets.lots import open_lots
from dure.web.citizen.money.way_back import carrying, named_account, way_on
from dure.web.citizen.money.words import MONEY_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.address_limit import SharedLimit
from dure.web.shared.amounts import exact_won, read_amount
from dure.web.shared.bank import banks_to_link, consent_bank
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

LINK_LIMIT: Final = SharedLimit("linking a bank account", burst=10, per_minute=1)
"""How often a member may try account numbers."""
LOTS_SHOWN: Final = 12
_AUTO: Final = """
SELECT threshold_won, amount_won, account_ref, active, failures FROM auto_charge
WHERE shard = %s %% 64 AND member_id = %s
"""


@require_safe
@member_page
def accounts(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Linked accounts, the form for another, the automatic charge, and when money lapses."""
    language = language_of_page(request)
    row = database().execute(_AUTO, (visitor.member_id, visitor.member_id)).fetchone()
    values = {
        "accounts": linked_accounts(database(), visitor.member_id),
        "banks": banks_to_link(language),
        "auto": None
        if row is None
        else {
            "threshold": f"{row[0]:,}",
            "amount": f"{row[1]:,}",
            "account_ref": row[2],
            "active": row[3],
            "stopped": not row[3] and row[4] >= FAILURES_MAX,
        },
        "lots": _lots(visitor, language),
        "on": way_on(request),
    }
    title = language.choose(*MONEY_WORDS["accounts"])
    return app_answer(
        request, visitor, "citizen/money/accounts.html", values, words=MONEY_WORDS, title=title
    )


def _lots(visitor: Visitor, language: Language) -> list[tuple[str, str]]:
    shown = []
    for lot in open_lots(database(), visitor.member_id)[:LOTS_SHOWN]:
        local = seoul(lot.expires_at_us)
        day = language.choose(f"{local:%Y년 %-m월 %-d일}", f"{local:%-d %B %Y}")
        until = language.choose(*MONEY_WORDS["lot_until"]).format(day=day)
        shown.append((until, exact_won(lot.left_won, language)))
    return shown


@require_POST
@member_page
def link(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Links an account when the bank says that it is the member's."""
    require_proof(visitor)
    word = _linked(request, visitor)
    add = messages.success if word == "linked" else messages.error
    add(request, language_of_page(request).choose(*MONEY_WORDS[word]))
    accounts, on = f"{app_root(request)}/accounts", way_on(request)
    return HttpResponseRedirect(on if word == "linked" and on else carrying(accounts, on))


def _linked(request: HttpRequest, visitor: Visitor) -> str:
    """Links; gives the word for what came of it."""
    if request.POST.get("agree") != "1":
        return "link_agree"
    if LINK_LIMIT.wait_s(str(visitor.member_id)):
        return "link_often"
    holder = get_member(database(), installed_sealer(), visitor.member_id).name
    try:
        with consent_bank() as bank:
            given = bank.consent(
                bank=request.POST.get("bank", ""), number=request.POST.get("number", "")[:40],
                holder=holder,
            )  # fmt: skip
        link_account(
            database(), member_id=visitor.member_id, account_ref=given.account_ref,
            bank_name=given.bank_name, masked_number=given.masked_number, at_us=now_us(),
        )  # fmt: skip
    except AccountNumberWrongError:
        return "link_wrong"
    except AccountNotFoundError:
        return "link_missing"
    except HolderDiffersError:
        return "link_other"
    except BankNotSetUpError:
        return "link_not_set_up"
    except BankSilentError:
        return "link_silent"
    except AccountTakenError:
        return "link_taken"
    return "linked"


@require_POST
@member_page
def unlink(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Ends the link of an account, and the automatic charge from it."""
    ended = unlink_account(
        database(), member_id=visitor.member_id, account_ref=named_account(request),
        at_us=now_us(),
    )  # fmt: skip
    language = language_of_page(request)
    if ended:
        messages.success(request, language.choose(*MONEY_WORDS["unlinked"]))
    return HttpResponseRedirect(f"{app_root(request)}/accounts")


@require_POST
@member_page
def automatic(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Turns the automatic charge on, changes it, or turns it off."""
    language = language_of_page(request)
    back = HttpResponseRedirect(f"{app_root(request)}/accounts#auto")
    if request.POST.get("off") == "1":
        stop_auto_charge(database(), visitor.member_id)
        messages.success(request, language.choose(*MONEY_WORDS["auto_ended"]))
        return back
    require_proof(visitor)
    try:
        set_auto_charge(
            database(), member_id=visitor.member_id,
            threshold_won=read_amount(request.POST.get("below", "").strip()[:20]),
            amount_won=read_amount(request.POST.get("amount", "").strip()[:20]),
            account_ref=named_account(request),
        )  # fmt: skip
    except AmountNotAllowedError:
        least = exact_won(AUTO_CHARGE_WON_MIN, language)
        messages.error(request, language.choose(*MONEY_WORDS["auto_fault"]).format(won=least))
    except AccountNotLinkedError:
        messages.error(request, language.choose(*MONEY_WORDS["account_gone"]))
    else:
        messages.success(request, language.choose(*MONEY_WORDS["auto_saved"]))
    return back
