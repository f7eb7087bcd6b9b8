"""What may be asked of the engine: every command there is, as plain values.

Every request carries a key of 16 bytes. The same key twice has one effect: the second is answered
as the first was. Instants are microseconds since 1970 UTC, amounts whole won. A card is named by
its token (keyed hash of the PAN, 16 bytes); where `card` is None the member is named instead.
The structures travel between processes as MessagePack arrays in the order written here.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec


class ProofCheck(IntEnum):
    """What the gateway found of a chip's cryptogram or a card's code; it alone holds the keys."""

    ABSENT = 0
    RIGHT = 1
    WRONG = 2


class CardChange(IntEnum):
    """What may be done to a card that exists."""

    ACTIVATE = 1
    BLOCK = 2
    UNBLOCK = 3
    CLOSE = 4
    SET_PIN = 5


class TransferPurpose(IntEnum):
    """Why money goes from line to line: from one to another, or into and out of a commitment."""

    TRANSFER = 1
    COMMIT = 2
    UNCOMMIT = 3


class Request(msgspec.Struct, array_like=True, tag=True, kw_only=True):
    """What all requests share. `deadline_ms` is how long the asker waits, from arrival."""

    key: bytes
    occurred_at_us: int
    deadline_ms: int = 5_000


class CardProof(msgspec.Struct, array_like=True, frozen=True):
    """What the terminal proved about the card and its holder.

    `expires_yymm` 0 when not sent; `pvv` is the PIN verification value computed from the PIN block
    (None when no PIN was entered); `atc` is the chip's transaction counter, -1 when absent;
    `code` is of the three digits for the number and end of validity that were sent.
    """

    expires_yymm: int = 0
    pvv: str | None = None
    cryptogram: ProofCheck = ProofCheck.ABSENT
    atc: int = -1
    code: ProofCheck = ProofCheck.ABSENT


class Purchase(Request):
    """A payment. `advice`: it has already happened at the terminal and must be booked.

    `coupon_id` names a coupon that is to be used; 0 uses none, None the best one that fits, unless
    the member has switched that off.
    """

    shop_code: str
    amount_won: int
    channel: int
    terminal: str = ""
    card: bytes | None = None
    member_id: int = 0
    proof: CardProof = CardProof()
    advice: bool = False
    coupon_id: int | None = None


class Hold(Request):
    """A pre-authorization: reserves charged money until captured, released or expired.

    `advice`: somebody has granted it in our stead; it is never refused, and reserves what is there.
    """

    shop_code: str
    amount_won: int
    channel: int
    expires_at_us: int
    terminal: str = ""
    card: bytes | None = None
    member_id: int = 0
    proof: CardProof = CardProof()
    advice: bool = False


class Capture(Request):
    """Turns a hold into a payment of at most the held amount; what is left is released.

    The hold is named by its request key, or by its approval code where the key is not known.
    `advice`: it has already happened; where there is no hold of ours, the shop, channel and
    terminal are those of the payment that it then is.
    """

    amount_won: int
    original_key: bytes | None = None
    approval_code: str = ""
    card: bytes | None = None
    member_id: int = 0
    advice: bool = False
    shop_code: str = ""
    channel: int = 0
    terminal: str = ""


class Cancel(Request):
    """A reversal: the original (payment or hold) is undone down to `rest_won` (0 = wholly).

    An original that never came is remembered, so that it is refused when it comes late.
    """

    original_key: bytes
    rest_won: int = 0
    card: bytes | None = None
    member_id: int = 0
    advice: bool = False


class Refund(Request):
    """A return of goods: gives back `amount_won` of an earlier payment of this card at this shop.

    The payment is named by key, movement or approval code, whichever the asker has.
    """

    amount_won: int
    shop_code: str
    original_key: bytes | None = None
    original_id: int = 0
    approval_code: str = ""
    card: bytes | None = None
    member_id: int = 0


class Inquire(Request):
    """Asks for the balances; only a wrong PIN is recorded, and counts."""

    card: bytes | None = None
    member_id: int = 0
    proof: CardProof = CardProof()


class Quote(Request, kw_only=True):
    """Asks what a payment would give now; nothing is recorded. Without a member: to anybody.

    `coupon_id` is as in `Purchase`.
    """

    shop_code: str
    amount_won: int
    channel: int
    member_id: int = 0
    deadline_ms: int = 1_500
    coupon_id: int | None = None


class Charge(Request):
    """A top-up that the bank has confirmed. Over a limit the money goes to suspense."""

    member_id: int
    amount_won: int


class ReturnCharge(Request):
    """The bank took back, or we sent back, a top-up that stands in suspense."""

    member_id: int
    amount_won: int
    original_key: bytes


class Withdraw(Request):
    """Refund of charged money to the member's bank account by the ordinance's ratio (in bp).

    `amount_won` 0 asks for all that may be refunded now.
    """

    member_id: int
    used_share_bp_min: int
    amount_won: int = 0


class SettleWithdrawal(Request):
    """What became of a withdrawal at the bank: paid, or failed and given back to the purse."""

    member_id: int
    original_key: bytes
    paid: bool


class GrantAllowance(Request):
    """Gives a member a policy allowance from the programme's budget line."""

    member_id: int
    programme_id: int
    amount_won: int
    expires_at_us: int


class Appropriate(Request):
    """Money is appropriated to (or with a negative amount taken from) a budget line.

    `unreleased_won` of it (of one sign with it, or not) is not to be spent before it is released.
    """

    line_id: int
    amount_won: int
    unreleased_won: int = 0


class ReleaseBudget(Request):
    """A line's money may be spent from now on; with a negative amount it no longer may."""

    line_id: int
    amount_won: int


class TransferBudget(Request):
    """Money goes from one budget line to another, by what a `TransferPurpose` says."""

    from_line_id: int
    to_line_id: int
    amount_won: int
    purpose: TransferPurpose


class ExpireHold(Request):
    """Releases a hold whose time is over."""

    member_id: int
    hold_id: int


class ExpireMoney(Request):
    """Moves what is left of expired lots and allowances of a member to the lapsed account."""

    member_id: int


class OpenWallet(Request):
    """Opens the wallet of a new member (14 or older on the city's calendar)."""

    member_id: int
    level: int
    district: int
    birth_year: int


class ChangeWallet(Request):
    """Changes what the member or an official may change; None leaves as it is."""

    member_id: int
    level: int | None = None
    district: int | None = None
    locked: bool | None = None
    spend_cashback: bool | None = None
    use_coupons: bool | None = None


class ClaimCoupon(Request):
    """A member takes a coupon of a rule version; what it can cost is reserved from the budget."""

    member_id: int
    rule_version_id: int


class ExpireCoupon(Request):
    """What is reserved for a coupon whose time is over returns to its budget lines."""

    member_id: int
    coupon_id: int


class Award(Request):
    """Pays what a rule of a later moment gives: a prize for a payment, or a gift for a reason.

    `choice` is the variant of the rule (mostly the won that it gives). `original_id` names the
    payment; where it is 0, `about` says what the gift is for (the friend who was brought). The key
    is `dure.authorization.awards.award_key` of rule, member, payment and reason: so an award is
    given once, whoever asks. A refusal is not recorded, and the same may be asked again.
    """

    member_id: int
    rule_version_id: int
    choice: int
    original_id: int = 0
    about: int = 0


class SendGift(Request):
    """A member gives charged money to another; it waits until taken, at most to `until_us`."""

    member_id: int
    amount_won: int
    until_us: int


class TakeGift(Request):
    """`member_id` takes the gift that `giver_id` has sent; it is whole or not at all.

    A refusal is not recorded: who has no room for it now may ask again.
    """

    member_id: int
    giver_id: int
    gift_id: int


class ReturnGift(Request):
    """A gift that nobody has taken goes back to its giver `member_id`: when its time is over, or
    (`withdrawn`) because the giver wants it back before."""

    member_id: int
    gift_id: int
    withdrawn: bool = False


class Donate(Request):
    """A member gives charged money, or cashback, to a fund of the city; it earns nothing."""

    member_id: int
    fund_id: int
    amount_won: int
    cashback: bool = False


class IssueCard(Request):
    """Adds a card to a wallet; kind 1 physical (issued, to be activated), 2 virtual (active)."""

    member_id: int
    card: bytes
    card_id: int
    masked_pan: str
    kind: int
    expires_yymm: int
    pvv: str | None = None
    replaces: bytes | None = None


class ChangeCard(Request):
    """Activates, blocks, unblocks or closes a card, or sets its PIN.

    `pvv` is the verification value of the PIN that holds from now on: of SET_PIN always, of
    ACTIVATE where the holder has chosen one; None leaves the PIN as it is.
    """

    card: bytes
    change: CardChange
    pvv: str | None = None


AnyRequest = (
    Purchase
    | Hold
    | Capture
    | Cancel
    | Refund
    | Inquire
    | Quote
    | Charge
    | ReturnCharge
    | Withdraw
    | SettleWithdrawal
    | GrantAllowance
    | Appropriate
    | ReleaseBudget
    | TransferBudget
    | ExpireHold
    | ExpireMoney
    | OpenWallet
    | ChangeWallet
    | IssueCard
    | ChangeCard
    | ClaimCoupon
    | ExpireCoupon
    | Award
    | SendGift
    | TakeGift
    | ReturnGift
    | Donate
)
