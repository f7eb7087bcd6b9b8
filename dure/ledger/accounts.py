"""The chart of accounts: which kinds of money exist, on which side each stands, whose each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Side(IntEnum):
    """The side on which an account's balance normally stands; debit amounts are positive."""

    DEBIT = 1
    CREDIT = -1


class Account(IntEnum):
    """Accounts with one number; whose money a leg moves, the movement's member or shop tells."""

    SAFEGUARDED_CASH = 1100
    INCENTIVE_CASH = 1200
    MEMBER_CLAIMS = 1400
    MEMBER_CHARGED = 2100
    MEMBER_CASHBACK = 2200
    SHOP_PAYABLE = 2300
    SHOP_DISCOUNT = 2310
    BANK_PAYOUT = 2400
    SUSPENSE = 2500
    LAPSED = 2600
    FEES = 2700
    COUPONS_RESERVED = 2800
    GIFTS_WAITING = 2900


DONATION_BASE = 2_900_000
ALLOWANCE_BASE = 3_000_000
BUDGET_BASE = 5_000_000
UNRELEASED_BASE = 6_000_000


def allowance_account(programme_id: int) -> int:
    """The account of all members' purses of one allowance programme (1 to 999,999)."""
    return ALLOWANCE_BASE + programme_id


def budget_account(line_id: int) -> int:
    """The account of one budget line (1 to 999,999); its credit balance is what is left."""
    return BUDGET_BASE + line_id


def donation_account(fund_id: int) -> int:
    """The account of what was donated to one fund (1 to 99,999) and not passed on yet."""
    return DONATION_BASE + fund_id


def unreleased_account(line_id: int) -> int:
    """The account of what a budget line was given and may not spend yet (1 to 999,999)."""
    return UNRELEASED_BASE + line_id


_PURSES = frozenset({Account.MEMBER_CHARGED, Account.MEMBER_CASHBACK, Account.SUSPENSE})


def is_purse(account: int) -> bool:
    """Whether a price is paid from the account: a purse, or suspense where purses fall short."""
    return account in _PURSES or ALLOWANCE_BASE < account < BUDGET_BASE


@dataclass(frozen=True, slots=True)
class AccountKind:
    """What an account is, in both languages, and the side of its balance."""

    name_ko: str
    name_en: str
    side: Side


CHART: dict[int, AccountKind] = {
    Account.SAFEGUARDED_CASH: AccountKind("별도관리 예금", "Safeguarded cash", Side.DEBIT),
    Account.INCENTIVE_CASH: AccountKind("인센티브 재원 예금", "Incentive cash", Side.DEBIT),
    Account.MEMBER_CLAIMS: AccountKind("회원 환수 채권", "Claims on members", Side.DEBIT),
    Account.MEMBER_CHARGED: AccountKind("회원 충전금", "Members' charged money", Side.CREDIT),
    Account.MEMBER_CASHBACK: AccountKind("회원 캐시백", "Members' cashback", Side.CREDIT),
    Account.SHOP_PAYABLE: AccountKind("가맹점 정산 예정금", "Shop payables", Side.CREDIT),
    Account.SHOP_DISCOUNT: AccountKind("가맹점 부담 즉시할인", "Shop-funded discounts", Side.DEBIT),
    Account.BANK_PAYOUT: AccountKind("은행 송금 대기", "Payouts on the way", Side.CREDIT),
    Account.SUSPENSE: AccountKind("가수금", "Suspense", Side.CREDIT),
    Account.LAPSED: AccountKind("유효기간 경과액", "Lapsed balances", Side.CREDIT),
    Account.FEES: AccountKind("수수료 수입", "Fees", Side.CREDIT),
    Account.COUPONS_RESERVED: AccountKind("쿠폰 지급 예약금", "Reserved coupons", Side.CREDIT),
    Account.GIFTS_WAITING: AccountKind("받기 전 선물", "Gifts not taken yet", Side.CREDIT),
}
DONATION_KIND = AccountKind("기부금", "Donations to a fund", Side.CREDIT)
ALLOWANCE_KIND = AccountKind("회원 정책수당", "Members' policy allowance", Side.CREDIT)
BUDGET_KIND = AccountKind("예산 과목", "Budget line", Side.CREDIT)
UNRELEASED_KIND = AccountKind("배정 전 예산", "Unreleased money of a line", Side.CREDIT)


def kind_of(account: int) -> AccountKind:
    """What the account is; raises KeyError for a number outside the chart."""
    if account > UNRELEASED_BASE:
        return UNRELEASED_KIND
    if account > BUDGET_BASE:
        return BUDGET_KIND
    if account > ALLOWANCE_BASE:
        return ALLOWANCE_KIND
    if account > DONATION_BASE:
        return DONATION_KIND
    return CHART[account]
