"""What a decision changes beside the legs of its movement, as plain values.

The legs alone move money; these are the states around it: cards, holds, lots, counters, wallets.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dure.authorization.facts import Card, Coupon, Gift, Hold, Lot, Wallet
from dure.ledger.movement import Movement


@dataclass(slots=True)
class CardTouched:
    """The card's state after the request: status, wrong PINs in a row, transaction counter.

    `pvv` is that of a new PIN; None where the PIN stays.
    """

    card: Card
    status: int
    pin_failures: int
    atc: int
    pvv: str | None = None


@dataclass(slots=True)
class CardCodeTried:
    """How many wrong codes in a row the card has seen, and when the last one came."""

    card: Card
    failures: int
    at_us: int


@dataclass(slots=True)
class CardAdded:
    """A new card joins the directory."""

    card: Card


@dataclass(slots=True)
class WalletOpened:
    """A new member's wallet, empty."""

    wallet: Wallet


@dataclass(slots=True)
class WalletChanged:
    """What an official or the member changed; None leaves as it is."""

    level: int | None
    district: int | None
    status: int | None
    spend_cashback: bool | None
    use_coupons: bool | None = None


@dataclass(slots=True)
class HoldMade:
    """A part of the charged money is reserved."""

    hold: Hold


@dataclass(slots=True)
class HoldEnded:
    """The hold is over, or captured though it was; nothing is reserved for it any more."""

    hold: Hold
    state: int


@dataclass(slots=True)
class HoldCut:
    """The hold stays open for less than before: so much of it is still reserved."""

    hold: Hold
    rest_won: int


@dataclass(slots=True)
class LotMade:
    """Charged money came in and expires at the instant: the last `won` of it (0: all that the
    movement is about), as a member's gift or not."""

    expires_at_us: int
    won: int = 0
    given: bool = False


@dataclass(slots=True)
class LotsWithdrawn:
    """Unused lots were refunded whole and count no more."""

    lots: list[Lot]


@dataclass(slots=True)
class CameIn:
    """Charged money or cashback that is new to the member, and not given back."""

    charged_won: int = 0
    cashback_won: int = 0


@dataclass(slots=True)
class MonthCharged:
    """A charge counts against the limit of its month, or of the wallet's where that is later."""

    month: int
    won: int


@dataclass(slots=True)
class AllowanceGranted:
    """The purse of a programme is there, good until the instant; the legs fill it."""

    programme_id: int
    expires_at_us: int


@dataclass(slots=True)
class Cancelled:
    """So much of the original (gross won) has been given back by this movement."""

    original_id: int
    won: int


@dataclass(slots=True)
class Counted:
    """Sums of the month that caps are measured by, by the rules' keys; may be negative.

    `month` is where sums of a month are counted, 0 for the month of the movement.
    """

    changes: dict[str, int]
    month: int = 0


@dataclass(slots=True)
class RuleUsed:
    """What rules that end with a sum have paid (or got back), by rule version."""

    changes: dict[int, int]


@dataclass(slots=True)
class Remembered:
    """An original that has not come yet is refused when it comes."""

    original_key: bytes


@dataclass(slots=True)
class CouponMade:
    """A coupon is claimed, one of the rule's stock."""

    coupon: Coupon
    stock: int


@dataclass(slots=True)
class CouponUsed:
    """This movement, a payment, used the coupon; it gave so many won."""

    coupon: Coupon
    won: int


@dataclass(slots=True)
class CouponChanged:
    """The coupon is given back to the member, taken again by its payment, or over."""

    coupon: Coupon
    state: int
    worth_won: int
    reserved_won: int = 0
    used_by: int | None = None


@dataclass(slots=True)
class ShopGave:
    """A shop with a monthly ceiling took so much off at the till, or (negative) has it back."""

    shop_id: int
    month: int
    won: int
    ceiling_won: int = 0


@dataclass(slots=True)
class AwardMade:
    """An award of a later rule: for the payment, or (0) for the reason `about`."""

    rule_id: int
    choice: int
    won: int
    original_id: int
    about: int


@dataclass(slots=True)
class AwardsStand:
    """What stands of the awards of a payment from now on, in won by rule version."""

    original_id: int
    stands_won: dict[int, int]


@dataclass(slots=True)
class GiftMade:
    """Money waits for the one whom it is given to."""

    gift: Gift


@dataclass(slots=True)
class GiftEnded:
    """The member of this movement has the gift: who took it, or who had given it."""

    gift: Gift
    state: int


@dataclass(slots=True)
class DonationMade:
    """This movement gave money to a fund."""

    fund_id: int
    cashback: bool


Effect = (
    CardTouched
    | CardCodeTried
    | CardAdded
    | WalletOpened
    | WalletChanged
    | HoldMade
    | HoldEnded
    | HoldCut
    | LotMade
    | LotsWithdrawn
    | CameIn
    | MonthCharged
    | AllowanceGranted
    | Cancelled
    | Counted
    | RuleUsed
    | Remembered
    | CouponMade
    | CouponUsed
    | CouponChanged
    | ShopGave
    | AwardMade
    | AwardsStand
    | GiftMade
    | GiftEnded
    | DonationMade
)

_OF_CARDS = (CardTouched, CardCodeTried)


@dataclass(slots=True)
class Decision:
    """What is to be recorded of one request. `wallet` is the wallet it belongs to, if any."""

    movement: Movement
    wallet: Wallet | None = None
    effects: list[Effect] = field(default_factory=list)
    repeated: bool = False
    recorded: bool = True
    held_won: int = 0

    def refuse(self, reason: int) -> Decision:
        """The same decision as a refusal: no legs, no effects but those on the card."""
        movement = self.movement
        movement.reason = reason
        movement.accounts = []
        movement.amounts = []
        movement.incentive = None
        movement.usage_won = 0
        movement.discount_won = 0
        if self.effects:
            self.effects = [effect for effect in self.effects if isinstance(effect, _OF_CARDS)]
        return self
