"""Members and their wallets over the API."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from dure.authorization.reasons import DeclineReason
from dure.kernel.calendar import month_of
from dure.people import members as people
from dure.policy.districts import DISTRICT_NAMES
from dure.wallets.bank_accounts import AccountTakenError, link_account, linked_accounts
from dure.wallets.limits import limit_at
from dure.web.api.bodies import (
    Account,
    AccountLink,
    Joining,
    Limits,
    Lot,
    Member,
    MemberId,
    Wallet,
)
from dure.web.api.calls import ONCE, Call, allow, do_once, instant, made
from dure.web.api.keys import Scope
from dure.web.api.once import Work
from dure.web.api.problems import Declined, Problem
from dure.web.api.refusals import PROBLEMS_DOCUMENTED, invalid

router = Router(tags=["members"])

_WALLET_OPEN = 1
_WALLET = """
SELECT level, status, charged_won, cashback_won, allowance_won, held_won, claim_won,
       CASE WHEN month = %(month)s THEN usage_won ELSE 0 END,
       charged_in_won - charged_won
FROM wallet WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s
"""
# Note [Lots without updates] in 0001_money.sql: a lot has left what lies above all that went out.
_LOTS = """
SELECT in_until_won - greatest(in_from_won, %(out_won)s), expires_at_us FROM lot
WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s
  AND withdrawn_by IS NULL AND in_until_won > %(out_won)s
ORDER BY expires_at_us LIMIT 200
"""


@router.post(
    "/members", response={201: Member, **PROBLEMS_DOCUMENTED}, openapi_extra=ONCE, summary="Join"
)
def join(request: HttpRequest, body: Joining) -> HttpResponse:
    """Makes somebody of fourteen or older a member and opens the wallet."""
    return do_once(request, Scope.MEMBERS_WRITE, lambda call: _join(call, body))


def _join(call: Call, body: Joining) -> Work:
    consents = {name: text for name, text in body.consents.model_dump().items() if text}
    if body.district not in DISTRICT_NAMES:
        raise invalid("body.district", "district", call.language)
    try:
        birth_date = date.fromisoformat(body.birth_date)
    except ValueError:
        raise invalid("body.birth_date", "date", call.language) from None
    try:
        member = people.join(
            call.conn,
            call.ask,
            call.sealer,
            key=call.key,
            name=body.name,
            phone=body.phone,
            birth_date=birth_date,
            district=body.district,
            consents=consents,
            at_us=call.now_us(),
        )
    except people.TooYoungError:
        raise Declined(DeclineReason.MEMBER_TOO_YOUNG) from None
    except people.PersonalDataWrongError as wrong:
        raise invalid(f"body.{wrong}", str(wrong), call.language) from None
    except people.ConsentMissingError:
        raise Problem("consent_missing") from None
    except people.PhoneTakenError:
        raise Problem("phone_taken") from None
    except people.KeyUsedForAnotherMemberError:
        raise Problem("idempotency_key_reused") from None
    except people.MemberRefusedError as refused:
        raise Declined(refused.reason) from None
    is_open = member.status is people.MemberStatus.OPEN
    # Personal data is not kept beside the request: a repeat is told the number, not the name.
    told = _member(member)
    return made(
        told, kept=told.model_copy(update={"name": "", "phone_ending": ""}), is_final=is_open
    )


@router.get("/members/{member_id}", response={200: Member, **PROBLEMS_DOCUMENTED})
def get_member(request: HttpRequest, member_id: Path[MemberId]) -> Member:
    """Who the member is."""
    call = allow(request, Scope.MEMBERS_READ)
    try:
        return _member(people.get_member(call.conn, call.sealer, member_id))
    except people.MemberNotFoundError:
        raise Problem("not_found") from None


@router.get("/members/{member_id}/wallet", response={200: Wallet, **PROBLEMS_DOCUMENTED})
def get_wallet(request: HttpRequest, member_id: Path[MemberId]) -> Wallet:
    """The purses, the limits, and what is left of each charge."""
    call = allow(request, Scope.WALLETS_READ)
    now_us = call.now_us()
    values = {"member_id": member_id, "month": month_of(now_us)}
    row = call.conn.execute(_WALLET, values).fetchone()
    if row is None:
        raise Problem("not_found")
    level, status, charged, cashback, allowance, held, claim, usage, out_won = row
    limit = limit_at(call.conn, level, now_us)
    lots = call.conn.execute(_LOTS, {"member_id": member_id, "out_won": out_won}).fetchall()
    return Wallet(
        member_id=member_id,
        level=level,
        locked=status != _WALLET_OPEN,
        charged_won=charged,
        cashback_won=cashback,
        allowance_won=allowance,
        held_won=held,
        claim_won=claim,
        month_payments_won=usage,
        limits=Limits(
            holding_won_max=limit.holding_won_max if limit else 0,
            charge_won_month_max=limit.charge_won_month_max if limit else 0,
            payment_won_max=limit.payment_won_max if limit else 0,
        ),
        lots=[Lot(left_won=left, expires_at=instant(until_us)) for left, until_us in lots],
    )


@router.post(
    "/members/{member_id}/bank-accounts",
    response={201: Account, **PROBLEMS_DOCUMENTED},
    openapi_extra=ONCE,
)
def link(request: HttpRequest, member_id: Path[MemberId], body: AccountLink) -> HttpResponse:
    """Links a bank account, for charges and withdrawals."""
    return do_once(request, Scope.CHARGES_WRITE, lambda call: _link(call, member_id, body))


def _link(call: Call, member_id: int, body: AccountLink) -> Work:
    require_wallet(call, member_id)
    try:
        link_account(
            call.conn,
            member_id=member_id,
            account_ref=body.account_ref,
            bank_name=body.bank_name,
            masked_number=body.masked_number,
            at_us=call.now_us(),
        )
    except AccountTakenError:
        raise Problem("account_taken") from None
    return made(Account(**body.model_dump()))


@router.get(
    "/members/{member_id}/bank-accounts", response={200: list[Account], **PROBLEMS_DOCUMENTED}
)
def list_accounts(request: HttpRequest, member_id: Path[MemberId]) -> list[Account]:
    """The bank accounts that are linked."""
    call = allow(request, Scope.WALLETS_READ)
    require_wallet(call, member_id)
    return [
        Account(
            account_ref=linked.account_ref,
            bank_name=linked.bank_name,
            masked_number=linked.masked_number,
        )
        for linked in linked_accounts(call.conn, member_id)
    ]


def require_wallet(call: Call, member_id: int) -> None:
    """Raises the problem not_found where the member has no wallet."""
    row = call.conn.execute(
        "SELECT 1 FROM wallet WHERE shard = %s %% 64 AND member_id = %s", (member_id, member_id)
    ).fetchone()
    if row is None:
        raise Problem("not_found")


def _member(member: people.Member) -> Member:
    return Member(
        member_id=member.member_id,
        public_id=str(member.public_id),
        status=member.status.name.lower(),
        level=int(member.level),
        district=member.district,
        name=member.name,
        phone_ending=member.phone[-4:],
        joined_at=instant(member.joined_at_us),
    )
