"""Plays one payment from the counter to its end, with everything that can happen on the way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

from dure.demo.acquirer import NoAnswerError
from dure.demo.acquirer_card import SyntheticCard
from dure.demo.acquirer_messages import Till
from dure.demo.cards import CardKind
from dure.demo.checkout import Checkout, Entry, Line, Visit
from dure.demo.city import City
from dure.demo.noise import Turn
from dure.demo.sectors import ALL_SECTORS, TAXIS, Sector
from dure.demo.shops import shop_code, terminal_code
from dure.kernel.cardnetwork import chip
from dure.kernel.cardnetwork.card_codes import card_code

SHORT_PATIENCE_S: Final = 0.002
NO_PIN_UP_TO_WON: Final = 50_000
"""Small amounts are paid without a PIN."""
MAGNETIC_SHARE: Final = 0.04
CONTACTLESS_SHARE: Final = 0.15
PIN_SHARE: Final = 0.45
"""Small payments by chip at a terminal that asks for the PIN all the same."""
TRIES_AGAIN_SHARE: Final = 0.8
WHOLE_RETURN_SHARE: Final = 0.6
FOREIGN_PAN: Final = "4000000000000002"
NOBODYS_SHOP: Final = 99_000_000_000


class Customers:
    """All who stand at a counter just now."""

    def __init__(
        self,
        city: City,
        lines: dict[str, Line],
        issuer_key: bytes,
        code_key: bytes,
        checkout: Checkout,
        speed: int,
        rng: random.Random,
    ) -> None:
        self._city = city
        self._lines = lines
        self._acquirers = sorted(lines)
        self._issuer_key = issuer_key
        self._code_key = code_key
        self._checkout = checkout
        self._speed = speed
        self._rng = rng
        self._turns: dict[Turn, Callable[[Visit], Awaitable[None]]] = {
            Turn.ANSWER_LOST: self._answer_lost,
            Turn.TIMED_OUT: self._timed_out,
            Turn.ORIGINAL_LATE: self._original_late,
            Turn.ANSWER_AWAITED_TOO_SHORT: self._awaited_too_short,
            Turn.CANCELLED_SOON: self._cancelled_soon,
            Turn.PARTLY_REVERSED: self._partly_reversed,
            Turn.RETURNED: self._returned,
            Turn.WRONG_PIN: self._wrong_pin,
            Turn.BALANCE_ASKED: self._balance_asked,
            Turn.BOOKED_LATER: self._booked_later,
        }

    async def visit(self, member: int, card: int, shop: int, amount_won: int, turn: Turn) -> None:
        """Plays one payment; never raises for what the city may do to it."""
        visit = self._prepare(member, card, shop, amount_won, turn)
        if turn in (Turn.PLAIN, Turn.CANCELLED_SOON) and self._begins_with_hold(visit):
            await self._held_first(visit)
            return
        await self._turns.get(turn, self._plain)(visit)

    def _prepare(self, member: int, card: int, shop: int, amount_won: int, turn: Turn) -> Visit:
        sector = ALL_SECTORS[int(self._city.shops.sector[shop])]
        shop_id = int(self._city.shops.shop_id[shop])
        code = shop_code(shop_id if turn != Turn.SHOP_UNKNOWN else NOBODYS_SHOP + shop_id)
        entry = self._entry(sector, int(self._city.cards.kind[card]), amount_won)
        if turn in (Turn.WRONG_PIN, Turn.WRONG_CRYPTOGRAM) and entry != Entry.ONLINE:
            entry = Entry.CHIP_PIN
        if turn == Turn.CARD_FOREIGN:
            entry = Entry.MAGNETIC
        return Visit(
            member=member,
            card=card,
            hand=self._hand(card, turn, entry),
            till=Till(terminal_code(shop_id), code, sector.mcc),
            line=self._lines[self._acquirers[shop_id % len(self._acquirers)]],
            entry=entry,
            amount_won=amount_won,
            sector=sector,
            turn=turn,
        )

    def _hand(self, card: int, turn: Turn, entry: Entry) -> SyntheticCard:
        """The card as its holder has it; a forged chip does not know its key."""
        cards = self._city.cards
        pan = str(cards.pan[card]) if turn != Turn.CARD_FOREIGN else FOREIGN_PAN
        key = chip.card_key(self._issuer_key, pan)
        expires_yymm = int(cards.expires_yymm[card])
        by_number = entry == Entry.ONLINE
        return SyntheticCard(
            pan=pan,
            expires_yymm=expires_yymm,
            pin=f"{int(cards.pin[card]):04d}",
            chip_key=key if turn != Turn.WRONG_CRYPTOGRAM else key[::-1],
            code=card_code(self._code_key, pan, expires_yymm) if by_number else "",
        )

    def _entry(self, sector: Sector, kind: int, amount_won: int) -> Entry:
        """Virtual cards pay on-line or by the phone's contactless chip, physical ones by chip."""
        if self._rng.random() * 10_000 < sector.online_share:
            return Entry.ONLINE
        if kind == CardKind.VIRTUAL:
            return Entry.CONTACTLESS
        if amount_won > NO_PIN_UP_TO_WON:
            return Entry.CHIP_PIN
        drawn = self._rng.random()
        for entry, share in (
            (Entry.MAGNETIC, MAGNETIC_SHARE),
            (Entry.CONTACTLESS, CONTACTLESS_SHARE),
            (Entry.CHIP_PIN, PIN_SHARE),
        ):
            if drawn < share:
                return entry
            drawn -= share
        return Entry.CHIP

    # The turns a payment can take.

    async def _plain(self, visit: Visit) -> None:
        await self._checkout.pay(visit)

    async def _booked_later(self, visit: Visit) -> None:
        """It happened while the line was down; the terminal tells it now."""
        await self._city_seconds(30, 600)
        await self._checkout.forward(visit, self._checkout.message(visit, "0220", visit.amount_won))

    async def _answer_lost(self, visit: Visit) -> None:
        """The answer is dropped on the way to the till, which asks again with the same key."""
        fields = self._checkout.message(visit, "0200", visit.amount_won)
        self._checkout.send_and_lose(visit, fields)
        await self._city_seconds(20, 60)
        await self._checkout.ask_with_repeats(visit, self._checkout.repeat(visit, fields))

    async def _timed_out(self, visit: Visit) -> None:
        fields = self._checkout.message(visit, "0200", visit.amount_won)
        self._checkout.send_and_lose(visit, fields)
        await self._city_seconds(30, 90)
        await self._checkout.reverse(visit, fields)

    async def _original_late(self, visit: Visit) -> None:
        """The reversal overtakes its payment, which must be refused when it comes."""
        fields = self._checkout.message(visit, "0200", visit.amount_won)
        await self._checkout.reverse(visit, fields)
        await self._checkout.ask_with_repeats(visit, fields)

    async def _awaited_too_short(self, visit: Visit) -> None:
        fields = self._checkout.message(visit, "0200", visit.amount_won)
        try:
            await self._checkout.ask(visit, fields, SHORT_PATIENCE_S)
        except NoAnswerError:
            await self._checkout.ask_with_repeats(visit, self._checkout.repeat(visit, fields))

    async def _cancelled_soon(self, visit: Visit) -> None:
        paid = await self._checkout.pay(visit)
        if paid is not None:
            await self._city_seconds(60, 420)
            await self._checkout.reverse(visit, paid.fields)

    async def _partly_reversed(self, visit: Visit) -> None:
        paid = await self._checkout.pay(visit)
        rest_won = visit.amount_won // 2 // 100 * 100
        if paid is not None and rest_won:
            await self._city_seconds(120, 900)
            await self._checkout.reverse(visit, paid.fields, rest_won=rest_won)

    async def _returned(self, visit: Visit) -> None:
        paid = await self._checkout.pay(visit)
        if paid is None:
            return
        await self._city_seconds(600, 3_600)
        whole = self._rng.random() < WHOLE_RETURN_SHARE
        back_won = visit.amount_won if whole else visit.amount_won // 2
        refund = visit.line.maker.refund(visit.hand, visit.till, back_won, paid.code)
        self._checkout.counts["returned"] += 1
        await self._checkout.ask_with_repeats(visit, refund)

    async def _wrong_pin(self, visit: Visit) -> None:
        """The holder mistypes the PIN, or on-line the code of three digits."""
        hand = visit.hand
        pin, code = hand.pin, hand.code
        hand.pin = f"{(int(pin) + self._rng.randrange(1, 9_999)) % 10_000:04d}"
        if code:
            hand.code = f"{(int(code) + self._rng.randrange(1, 999)) % 1_000:03d}"
        await self._checkout.send_payment(visit, "0200", visit.amount_won)
        hand.pin, hand.code = pin, code
        if self._rng.random() < TRIES_AGAIN_SHARE:
            await self._city_seconds(10, 40)
            await self._checkout.pay(visit)

    async def _balance_asked(self, visit: Visit) -> None:
        await self._checkout.inquire(visit)
        await self._city_seconds(10, 60)
        await self._checkout.pay(visit)

    async def _held_first(self, visit: Visit) -> None:
        """Taxi and petrol: an amount is held, the price is known later; now and then nothing."""
        above_won = 13_000 if visit.sector is ALL_SECTORS[TAXIS] else 30_000
        held_won = (visit.amount_won + above_won) // 10_000 * 10_000
        await self._checkout.charge_for(visit.member, held_won)
        held = await self._checkout.send_payment(visit, "0100", held_won)
        if held is None:
            return
        self._checkout.counts["held"] += 1
        await self._city_seconds(180, 1_500)
        if visit.turn == Turn.CANCELLED_SOON:
            await self._checkout.reverse(visit, held.fields)
            return
        capture = visit.line.maker.capture(
            visit.hand, visit.till, visit.amount_won, held.fields, held.code
        )
        await self._checkout.forward(visit, capture)

    def _begins_with_hold(self, visit: Visit) -> bool:
        return visit.entry != Entry.ONLINE and self._rng.random() * 10_000 < visit.sector.hold_share

    async def _city_seconds(self, least: float, most: float) -> None:
        """Waits some seconds of the city's clock."""
        await asyncio.sleep(self._rng.uniform(least, most) / self._speed)
