"""The model answers requests: what is refused and why, and which figures of the model change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Appropriate,
    Cancel,
    Capture,
    CardChange,
    ChangeCard,
    Charge,
    ExpireHold,
    ExpireMoney,
    GrantAllowance,
    Hold,
    Purchase,
    Refund,
    ReturnCharge,
    ReturnGift,
    SendGift,
    SettleWithdrawal,
    TakeGift,
    Withdraw,
)
from tests.laws.model import (
    CHARGE_MONTH_MAX,
    HOLDING_MAX,
    PAYMENT_MAX,
    PROGRAMMES,
    WEEK_US,
    Figures,
    Model,
    month_of,
)

USED_SHARE_BP = 6_000


class AnsweringModel(Model):
    """A model that knows who holds which card and where each line and shop stands."""

    def __init__(
        self, *args: Any, cards: dict[bytes, int], shops: dict[str, str],
        line_names: dict[int, str], **named: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **named)
        self.cards, self.shops, self.line_names = cards, shops, line_names
        self.codes: dict[tuple[int, str], bytes] = {}  # approval codes, as the answers told them
        self.hold_ids: dict[int, bytes] = {}
        self.gift_ids: dict[int, bytes] = {}

    def do(self, request: AnyRequest) -> No:
        """Carries a request out once; its repeat changes nothing and is answered the same.

        Who could not take a gift may ask again.
        """
        if request.key in self.answered:
            return self.answered[request.key]
        reason = _DO[type(request)](self, request)
        if reason == No.APPROVED or not isinstance(request, TakeGift):
            self.answered[request.key] = reason
        return reason

    def payer(self, request: Any) -> int:
        card = getattr(request, "card", None)
        return self.cards[card] if card is not None else request.member_id

    def why_not(self, request: Purchase | Hold) -> No | None:
        if request.amount_won <= 0:
            return No.AMOUNT_INVALID
        if request.card is not None and self.purses[self.payer(request)]["blocked"]:
            return No.CARD_BLOCKED
        return No.OVER_PAYMENT_LIMIT if request.amount_won > PAYMENT_MAX else None

    def purchase(self, request: Purchase) -> No:
        reason = None if request.advice and request.amount_won > 0 else self.why_not(request)
        return reason or self.pay(
            request.key, self.payer(request), self.shops[request.shop_code], request.amount_won,
            request.occurred_at_us, freed=0, forced=request.advice,
        )  # fmt: skip

    def hold(self, request: Hold) -> No:
        granted = request.advice and request.amount_won > 0
        member, reason = self.payer(request), None if granted else self.why_not(request)
        if reason:
            return reason
        won = min(request.amount_won, self.purses[member]["charged"] - self.held(member))
        if won < request.amount_won and not granted:
            return No.NOT_ENOUGH_MONEY
        shop = self.shops[request.shop_code]
        self.holds[request.key] = {
            "member": member, "shop": shop, "won": won, "state": "open" if won else "over",
            "asked": request.amount_won, "until": request.expires_at_us,
        }  # fmt: skip
        return No.APPROVED

    def capture(self, request: Capture) -> No:
        assert request.original_key is not None
        hold = self.holds.get(request.original_key)
        if hold is None:
            return self.capture_without_hold(request)
        is_open, over = hold["state"] == "open", hold["state"] == "captured"
        if over or not (is_open or request.advice):
            return No.HOLD_NOT_OPEN
        if request.amount_won <= 0:
            return No.AMOUNT_INVALID
        if request.amount_won > hold["won"] and not request.advice:
            return No.MORE_THAN_THE_ORIGINAL
        reason = self.pay(
            request.key, hold["member"], hold["shop"], request.amount_won, request.occurred_at_us,
            freed=hold["won"] if is_open else 0, forced=request.advice,
        )  # fmt: skip
        if not reason:
            hold["state"] = "captured"
        return reason

    def capture_without_hold(self, request: Capture) -> No:
        if not request.advice:
            return No.ORIGINAL_UNKNOWN
        if request.amount_won <= 0:
            return No.AMOUNT_INVALID
        return self.pay(
            request.key, self.payer(request), self.shops[request.shop_code], request.amount_won,
            request.occurred_at_us, freed=0, forced=True,
        )  # fmt: skip

    def expire_hold(self, request: ExpireHold) -> No:
        hold = self.holds[self.hold_ids[request.hold_id]]
        if hold["state"] != "open" or hold["until"] > request.occurred_at_us:
            return No.HOLD_NOT_OPEN
        hold["state"] = "over"
        return No.APPROVED

    def cancel(self, request: Cancel) -> No:
        hold = self.holds.get(request.original_key)
        if hold is not None:
            if not 0 <= request.rest_won <= hold["asked"]:
                return No.AMOUNT_INVALID
            if hold["state"] == "open" and request.rest_won == 0:
                hold["state"] = "over"
            elif hold["state"] == "open":
                hold["won"] = min(hold["won"], request.rest_won)
            return No.APPROVED
        payment = self.payments.get(request.original_key)
        if payment is None:
            self.answered.setdefault(request.original_key, No.ORIGINAL_WAS_REVERSED_FIRST)
            return No.APPROVED
        if not 0 <= request.rest_won <= payment["won"]:
            return No.AMOUNT_INVALID
        if request.rest_won < payment["stands"]:
            self.cut(payment, request.rest_won)
        return No.APPROVED

    def refund(self, request: Refund) -> No:
        if request.amount_won <= 0:
            return No.AMOUNT_INVALID
        key = self.codes.get((self.payer(request), request.approval_code))
        payment = self.payments.get(key or b"")
        if payment is None or payment["shop"] != self.shops[request.shop_code]:
            return No.ORIGINAL_UNKNOWN
        if payment["stands"] == 0:
            return No.ALREADY_CANCELLED
        if request.amount_won > payment["stands"]:
            return No.MORE_THAN_THE_ORIGINAL
        return self.cut(payment, payment["stands"] - request.amount_won)

    def charge(self, request: Charge) -> No:
        member, won = request.member_id, request.amount_won
        month = month_of(request.occurred_at_us)
        over_holding = self.counts_as_held(member) + won > HOLDING_MAX
        if over_holding or self.charged_in_month[member, month] + won > CHARGE_MONTH_MAX:
            self.suspended[request.key] = won
            self.suspense += won
            return No.OVER_HOLDING_LIMIT if over_holding else No.OVER_CHARGE_LIMIT
        self.charged_in_month[member, month] += won
        self.new_lot(member, won, request.occurred_at_us)
        return No.APPROVED

    def return_charge(self, request: ReturnCharge) -> No:
        if request.original_key not in self.suspended:
            return No.ORIGINAL_UNKNOWN
        won = self.suspended[request.original_key]
        if won == 0:
            return No.ALREADY_CANCELLED
        self.suspense -= won
        self.suspended[request.original_key] = 0
        return No.APPROVED

    def withdraw(self, request: Withdraw) -> No:
        """All that is left once 60% of the open charges is used; before, what is new and whole."""
        member, us = request.member_id, request.occurred_at_us
        open_lots = [lot for lot in self.lots[member] if lot["left"]]
        first_gift = next((n for n, lot in enumerate(open_lots) if lot["given"]), len(open_lots))
        own = open_lots[:first_gift]
        brought = sum(lot["size"] for lot in own)
        left = sum(lot["left"] for lot in own)
        used = max(0, brought - left - self.given_and_waiting(member))
        whole: list[Figures] = []
        may = left
        if not own or used * 10_000 < brought * request.used_share_bp_min:
            new = [lot for lot in open_lots if lot["at"] >= us - WEEK_US and not lot["given"]]
            whole = [lot for lot in new if lot["left"] == lot["size"]]
            may = sum(lot["size"] for lot in whole)
        won = min(may, self.purses[member]["charged"] - self.held(member))
        if won == 0:
            return No.REFUND_RATIO_NOT_REACHED
        if whole and won < may:
            return No.AMOUNT_INVALID
        if whole:
            self.purses[member]["charged"] -= won
            self.lots[member] = [lot for lot in self.lots[member] if lot not in whole]
        else:
            self.move_charged(member, -won)
        self.payout += won
        self.withdrawals[request.key] = {"member": member, "won": won, "whole": bool(whole)}
        return No.APPROVED

    def settle_withdrawal(self, request: SettleWithdrawal) -> No:
        withdrawal = self.withdrawals.get(request.original_key)
        if withdrawal is None:
            return No.ORIGINAL_UNKNOWN
        if withdrawal["won"] == 0:
            return No.ALREADY_CANCELLED
        if not request.paid and withdrawal["whole"]:
            self.new_lot(withdrawal["member"], withdrawal["won"], request.occurred_at_us)
        elif not request.paid:
            self.move_charged(withdrawal["member"], withdrawal["won"])
        self.payout -= withdrawal["won"]
        withdrawal["won"] = 0
        return No.APPROVED

    def given_and_waiting(self, member: int) -> int:
        waits = [g for g in self.gifts.values() if g["giver"] == member and g["state"] == "waits"]
        return sum(gift["won"] for gift in waits)

    def counts_as_held(self, member: int) -> int:
        """What counts for the limit: what still waits may come back."""
        return int(self.purses[member]["charged"]) + self.given_and_waiting(member)

    def send_gift(self, request: SendGift) -> No:
        member, won = request.member_id, request.amount_won
        if won <= 0:
            return No.AMOUNT_INVALID
        if won > self.purses[member]["charged"] - self.held(member):
            return No.NOT_ENOUGH_MONEY
        self.move_charged(member, -won)
        self.gifts[request.key] = {
            "giver": member, "won": won, "state": "waits", "until": request.until_us,
        }  # fmt: skip
        return No.APPROVED

    def take_gift(self, request: TakeGift) -> No:
        gift = self.gifts[self.gift_ids[request.gift_id]]
        taker = request.member_id
        if gift["giver"] == taker:
            return No.GIFT_UNKNOWN
        if gift["state"] != "waits" or gift["until"] <= request.occurred_at_us:
            return No.GIFT_OVER
        if self.counts_as_held(taker) + gift["won"] > HOLDING_MAX:
            return No.OVER_HOLDING_LIMIT
        gift["state"] = "taken"
        self.new_lot(taker, gift["won"], request.occurred_at_us, given=True)
        return No.APPROVED

    def return_gift(self, request: ReturnGift) -> No:
        gift = self.gifts[self.gift_ids[request.gift_id]]
        if gift["state"] != "waits":
            return No.GIFT_OVER
        if not request.withdrawn and gift["until"] > request.occurred_at_us:
            return No.GIFT_NOT_DUE
        gift["state"] = "returned"
        self.move_charged(gift["giver"], gift["won"])
        return No.APPROVED

    def grant_allowance(self, request: GrantAllowance) -> No:
        line = PROGRAMMES[request.programme_id][0]
        if self.lines[line] < request.amount_won:
            return No.BUDGET_LINE_TOO_SMALL
        self.lines[line] -= request.amount_won
        purses = self.purses[request.member_id]["allowances"]
        purse = purses.setdefault(request.programme_id, [0, 0])
        purse[0] += request.amount_won
        purse[1] = max(purse[1], request.expires_at_us)
        return No.APPROVED

    def expire_money(self, request: ExpireMoney) -> No:
        for programme, purse in self.purses[request.member_id]["allowances"].items():
            if purse[1] <= request.occurred_at_us:
                self.lines[PROGRAMMES[programme][0]] += purse[0]
                purse[0] = 0
        return No.APPROVED

    def appropriate(self, request: Appropriate) -> No:
        name = self.line_names[request.line_id]
        if request.amount_won == 0:
            return No.AMOUNT_INVALID
        if self.lines[name] + request.amount_won < 0:
            return No.BUDGET_LINE_TOO_SMALL
        self.lines[name] += request.amount_won
        return No.APPROVED

    def change_card(self, request: ChangeCard) -> No:
        self.purses[self.payer(request)]["blocked"] = request.change == CardChange.BLOCK
        return No.APPROVED


_DO: dict[type, Callable[[AnsweringModel, Any], No]] = {
    Purchase: AnsweringModel.purchase,
    Hold: AnsweringModel.hold,
    Capture: AnsweringModel.capture,
    ExpireHold: AnsweringModel.expire_hold,
    Cancel: AnsweringModel.cancel,
    Refund: AnsweringModel.refund,
    Charge: AnsweringModel.charge,
    ReturnCharge: AnsweringModel.return_charge,
    Withdraw: AnsweringModel.withdraw,
    SettleWithdrawal: AnsweringModel.settle_withdrawal,
    SendGift: AnsweringModel.send_gift,
    TakeGift: AnsweringModel.take_gift,
    ReturnGift: AnsweringModel.return_gift,
    GrantAllowance: AnsweringModel.grant_allowance,
    ExpireMoney: AnsweringModel.expire_money,
    Appropriate: AnsweringModel.appropriate,
    ChangeCard: AnsweringModel.change_card,
}
