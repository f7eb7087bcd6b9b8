"""Money at the desk for who has no app: the member's bank account is linked, and charged from."""

from __future__ import annotations

from dure.people.desk_log import Act, note_act
from dure.people.fields import installed_sealer
from dure.people.members import get_member
from dure.report.live import city_clock
from dure.wallets.account_consent import (
    AccountNotFoundError,
    AccountNumberWrongError,
    HolderDiffersError,
)
from dure.wallets.bank_accounts import AccountTakenError, link_account
from dure.wallets.banking import BankSilentError
from dure.wallets.charging import (
    AccountNotLinkedError,
    AmountNotAllowedError,
    KeyUsedForAnotherTransferError,
    request_top_up,
)
from dure.wallets.installed_bank import BankNotSetUpError
from dure.wallets.standing import room_to_charge
from dure.wallets.transfers import TransferState
from dure.web.console.desk.doing import ActRefusedError, Doing
from dure.web.shared.amounts import read_amount
from dure.web.shared.bank import carry_on, consent_bank
from dure.web.shared.engine import engine
from dure.web.shared.store import database


def link_bank(doing: Doing) -> str:
    """Links an account of the member's, who has signed for it; the bank names it to us."""
    if "signed" not in doing.request.POST:
        raise ActRefusedError("bank_unsigned")
    key = doing.key("bank")
    holder = get_member(database(), installed_sealer(), doing.look.member_id).name
    try:
        with consent_bank() as bank:
            given = bank.consent(
                bank=doing.typed("bank"), number=doing.typed("number"), holder=holder
            )
        link_account(
            database(), member_id=doing.look.member_id, account_ref=given.account_ref,
            bank_name=given.bank_name, masked_number=given.masked_number, at_us=doing.at_us,
        )  # fmt: skip
    except (AccountNumberWrongError, AccountNotFoundError):
        raise ActRefusedError("bank_wrong") from None
    except HolderDiffersError:
        raise ActRefusedError("bank_holder") from None
    except BankNotSetUpError:
        raise ActRefusedError("bank_not_set_up") from None
    except BankSilentError:
        raise ActRefusedError("bank_silent") from None
    except AccountTakenError:
        raise ActRefusedError("bank_taken") from None
    note_act(
        database(), doing.look, Act.ACCOUNT_LINKED, key=key, note=f"*{given.masked_number[-4:]}"
    )
    return "bank_linked"


def charge(doing: Doing) -> str:
    """Charges the wallet from a linked account; what the bank answers late, the worker finishes."""
    key, amount_won = doing.key("charge"), read_amount(doing.typed("amount"))
    if not amount_won:
        raise ActRefusedError("amount_wrong")
    room = room_to_charge(database(), doing.look.member_id, doing.at_us)
    if room is None or (amount_won > room.may_charge_won and not _asked_before(key)):
        raise ActRefusedError("amount_over")
    try:
        transfer = request_top_up(
            database(), key=key, member_id=doing.look.member_id, amount_won=amount_won,
            account_ref=doing.typed("account"), at_us=doing.at_us,
        )  # fmt: skip
    except AmountNotAllowedError:
        raise ActRefusedError("amount_over") from None
    except AccountNotLinkedError:
        raise ActRefusedError("bank_gone") from None
    except KeyUsedForAnotherTransferError:
        raise ActRefusedError("form_old") from None
    note_act(database(), doing.look, Act.CHARGED, key=key, note=f"{amount_won:,}")
    transfer = carry_on(database(), engine().ask, city_clock(database()), transfer)
    if transfer.state in (TransferState.FAILED, TransferState.RETURNED, TransferState.REFUSED):
        raise ActRefusedError("charge_failed")
    return "charge_done" if transfer.state is TransferState.BOOKED else "charge_waits"


def _asked_before(key: bytes) -> bool:
    """Whether this form has asked for its charge already, which fills the room by itself."""
    row = (
        database().execute("SELECT 1 FROM bank_transfer WHERE request_key = %s", (key,)).fetchone()
    )
    return row is not None
