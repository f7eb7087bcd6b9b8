"""What the load does: pay, charge, claim, hold and capture, cancel, refund, block, fill a line."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dure.authorization.requests import (
    Appropriate,
    Cancel,
    Capture,
    CardChange,
    ChangeCard,
    Charge,
    ClaimCoupon,
    Hold,
    Purchase,
    Refund,
)
from dure.demo.faults.city import BEGUN_US, COUPON_VERSION, LINES, SHOPS, card_token, shop_code
from dure.demo.faults.network import Terminal

HOT_MEMBERS = 40
"""So few members get half of the load: many terminals at one wallet at once."""

DAY_US = 86_400 * 1_000_000
REMEMBERED_MAX = 30


@dataclass(frozen=True, slots=True)
class Paid:
    """An approved payment or hold that may be taken back; `held` says which."""

    key: bytes
    member_id: int
    shop_code: str
    won: int
    held: bool = False


class Customer:
    """One terminal's customers, one after another, until told to close."""

    def __init__(self, terminal: Terminal, members: int, chance: random.Random) -> None:
        self._terminal = terminal
        self._members = members
        self._chance = chance
        self._paid: list[Paid] = []
        self._held: list[Paid] = []
        self._acts: list[Callable[[], Awaitable[None]]] = []
        for weight, act in (
            (53, self._pay),
            (5, self._claim),
            (9, self._charge),
            (6, self._hold),
            (5, self._end_hold),
            (8, self._cancel),
            (7, self._refund),
            (4, self._change_card),
            (3, self._appropriate),
        ):
            self._acts += [act] * weight

    async def shop_until(self, closing: asyncio.Event) -> None:
        """Acts until closing; what is begun then is seen through."""
        while not closing.is_set():
            await self._chance.choice(self._acts)()

    def _member(self) -> int:
        most = HOT_MEMBERS if self._chance.random() < 0.5 else self._members
        return self._chance.randint(1, most)

    def _won(self) -> int:
        return 100 * max(1, int(self._chance.lognormvariate(4.6, 1.0)))

    async def _pay(self) -> None:
        member_id, shop = self._member(), shop_code(self._chance.randint(1, SHOPS))
        by_card = self._chance.random() < 0.7
        request = Purchase(
            key=self._terminal.new_key(),
            occurred_at_us=BEGUN_US,
            shop_code=shop,
            amount_won=self._won(),
            channel=1,
            card=card_token(member_id) if by_card else None,
            member_id=0 if by_card else member_id,
            advice=self._chance.random() < 0.03,
        )
        answer = await self._terminal.settle(request)
        if answer is not None and answer.approved:
            self._paid.append(Paid(request.key, member_id, shop, request.amount_won))
            del self._paid[:-REMEMBERED_MAX]

    async def _charge(self) -> None:
        await self._terminal.settle(
            Charge(
                key=self._terminal.new_key(),
                occurred_at_us=BEGUN_US,
                member_id=self._member(),
                amount_won=10_000 * self._chance.randint(1, 30),
            )
        )

    async def _claim(self) -> None:
        """A coupon, which the member's next payment that it fits uses."""
        await self._terminal.settle(
            ClaimCoupon(
                key=self._terminal.new_key(),
                occurred_at_us=BEGUN_US,
                member_id=self._member(),
                rule_version_id=COUPON_VERSION,
            )
        )

    async def _hold(self) -> None:
        member_id, shop = self._member(), shop_code(self._chance.randint(1, SHOPS))
        request = Hold(
            key=self._terminal.new_key(),
            occurred_at_us=BEGUN_US,
            shop_code=shop,
            amount_won=self._won(),
            channel=4,
            expires_at_us=BEGUN_US + DAY_US,
            card=card_token(member_id),
        )
        answer = await self._terminal.settle(request)
        if answer is not None and answer.approved:
            self._held.append(Paid(request.key, member_id, shop, request.amount_won, held=True))

    async def _end_hold(self) -> None:
        if not self._held:
            return
        hold = self._held.pop(self._chance.randrange(len(self._held)))
        if self._chance.random() < 0.3:
            await self._cancel_down_to(hold, 0)
            return
        won = self._chance.randint(1, hold.won)
        request = Capture(
            key=self._terminal.new_key(),
            occurred_at_us=BEGUN_US,
            amount_won=won,
            original_key=hold.key,
            card=card_token(hold.member_id),
            advice=self._chance.random() < 0.2,
        )
        answer = await self._terminal.settle(request)
        if answer is not None and answer.approved:
            self._paid.append(Paid(request.key, hold.member_id, hold.shop_code, won))

    async def _cancel(self) -> None:
        if not self._paid:
            return
        paid = self._chance.choice(self._paid)
        rest_won = 0 if self._chance.random() < 0.5 else self._chance.randint(0, paid.won)
        await self._cancel_down_to(paid, rest_won)

    async def _cancel_down_to(self, paid: Paid, rest_won: int) -> None:
        await self._terminal.settle(
            Cancel(
                key=self._terminal.new_key(),
                occurred_at_us=BEGUN_US,
                original_key=paid.key,
                rest_won=rest_won,
                member_id=paid.member_id,
            )
        )

    async def _refund(self) -> None:
        if not self._paid:
            return
        paid = self._chance.choice(self._paid)
        await self._terminal.settle(
            Refund(
                key=self._terminal.new_key(),
                occurred_at_us=BEGUN_US,
                amount_won=self._chance.randint(1, paid.won),
                shop_code=paid.shop_code,
                original_key=paid.key,
                card=card_token(paid.member_id),
            )
        )

    async def _change_card(self) -> None:
        """Blocks a card and, mostly, unblocks it again; payments in between are refused."""
        card = card_token(self._member())
        changes = [CardChange.BLOCK, CardChange.UNBLOCK]
        for change in changes if self._chance.random() < 0.8 else changes[1:]:
            await self._terminal.settle(
                ChangeCard(
                    key=self._terminal.new_key(), occurred_at_us=BEGUN_US, card=card, change=change
                )
            )

    async def _appropriate(self) -> None:
        """A little money for a line, sometimes taken away again: lines run dry and fill up."""
        line = self._chance.choice(LINES)
        most_won = max(1, line.appropriated_won // 200)
        await self._terminal.settle(
            Appropriate(
                key=self._terminal.new_key(),
                occurred_at_us=BEGUN_US,
                line_id=line.line_id,
                amount_won=self._chance.choice((-1, 1, 1)) * self._chance.randint(1, most_won),
            )
        )
