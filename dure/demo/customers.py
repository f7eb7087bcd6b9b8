"""Plays one payment from the counter to its end, with everything that can happen on the way."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple, Protocol

from dure.demo.acquirer import NoAnswerError
from dure.demo.acquirer_card import SyntheticCard
from dure.demo.acquirer_messages import MessageMaker, Till, repeat
from dure.demo.cards import CardKind
from dure.demo.city import City
from dure.demo.noise import Turn
from dure.demo.purses import EngineTill, Purses
from dure.demo.sectors import ALL_SECTORS, TAXIS, Sector
from dure.demo.shops import shop_code, terminal_code
from dure.kernel.cardnetwork import chip, pins, private_data
from dure.kernel.clock import Clock

PATIENCE_S: Final = 5.0
"""How long a terminal waits for an answer, in real seconds."""
SHORT_PATIENCE_S: Final = 0.002
REPEATS: Final = 2
NO_PIN_UP_TO_WON: Final = 50_000
"""Small amounts are paid without a PIN."""
MAGNETIC_SHARE: Final = 0.04
CONTACTLESS_SHARE: Final = 0.15
CHARGES_BEFORE_SHARE: Final = 0.93
"""Members who charge when the purse does not suffice; the others are refused at the till."""
TRIES_AGAIN_SHARE: Final = 0.8
FOREIGN_PAN: Final = "4000000000000002"
ONLINE_CONDITION: Final = "59"
HOLD_CONDITION: Final = "06"
BALANCE: Final = "310000"
APPROVED: Final = "00"
IN_DOUBT: Final = ("91", "96")
REPEAT_PAUSE_S: Final = 0.5


Fields = dict[str, str]


class Entry(Enum):
    """How the card gets into the terminal; the value is field 22."""

    CHIP_PIN = "051"
    CHIP = "052"
    CONTACTLESS = "071"
    MAGNETIC = "901"
    ONLINE = "812"

    @property
    def by_chip(self) -> bool:
        return self in (Entry.CHIP_PIN, Entry.CHIP, Entry.CONTACTLESS)


class Line(Protocol):
    """An acquirer's line to the gateway."""

    @property
    def maker(self) -> MessageMaker:
        """Makes this acquirer's messages under the line's present keys."""
        ...

    async def ask(self, fields: Fields, patience_s: float) -> Fields:
        """Sends and waits for the answer's fields; raises NoAnswerError."""
        ...

    def send(self, fields: Fields) -> None:
        """Sends without waiting; lost when the line is down."""
        ...


class Customers:
    """All who stand at a counter just now. Counts what was sent and what came back."""

    def __init__(
        self,
        city: City,
        lines: dict[str, Line],
        issuer_key: bytes,
        purses: Purses,
        engine: EngineTill,
        clock: Clock,
        speed: int,
        rng: random.Random,
        last_atc: dict[int, int],
        counts: Counter[str],
    ) -> None:
        self.counts = counts
        self._city = city
        self._lines = lines
        self._acquirers = sorted(lines)
        self._issuer_key = issuer_key
        self._purses = purses
        self._engine = engine
        self._clock = clock
        self._speed = speed
        self._rng = rng
        self._last_atc = last_atc
        self._turns: dict[Turn, Callable[[_Visit], Awaitable[None]]] = {
            Turn.PLAIN: self._plain,
            Turn.ANSWER_LOST: self._answer_lost,
            Turn.TIMED_OUT: self._timed_out,
            Turn.ORIGINAL_LATE: self._original_late,
            Turn.ANSWER_AWAITED_TOO_SHORT: self._awaited_too_short,
            Turn.CANCELLED_SOON: self._cancelled_soon,
            Turn.PARTLY_REVERSED: self._partly_reversed,
            Turn.RETURNED: self._returned,
            Turn.WRONG_PIN: self._wrong_pin,
            Turn.BALANCE_ASKED: self._balance_asked,
        }

    async def visit(self, member: int, card: int, shop: int, amount_won: int, turn: Turn) -> None:
        """Plays one payment; never raises for what the city may do to it."""
        visit = self._prepare(member, card, shop, amount_won, turn)
        if turn in (Turn.PLAIN, Turn.CANCELLED_SOON) and self._begins_with_hold(visit):
            await self._held_first(visit)
            return
        await self._turns.get(turn, self._plain)(visit)

    def _prepare(self, member: int, card: int, shop: int, amount_won: int, turn: Turn) -> _Visit:
        sector = ALL_SECTORS[int(self._city.shops.sector[shop])]
        shop_id = int(self._city.shops.shop_id[shop])
        code = shop_code(shop_id if turn != Turn.SHOP_UNKNOWN else 99_000_000_000 + shop_id)
        entry = self._entry(sector, int(self._city.cards.kind[card]), amount_won)
        if turn in (Turn.WRONG_PIN, Turn.WRONG_CRYPTOGRAM) and entry != Entry.ONLINE:
            entry = Entry.CHIP_PIN
        if turn == Turn.CARD_FOREIGN:
            entry = Entry.MAGNETIC
        return _Visit(
            member=member,
            card=card,
            hand=self._hand(card, turn),
            till=Till(terminal_code(shop_id), code, sector.mcc),
            line=self._lines[self._acquirers[shop_id % len(self._acquirers)]],
            entry=entry,
            amount_won=amount_won,
            sector=sector,
            turn=turn,
        )

    def _hand(self, card: int, turn: Turn) -> SyntheticCard:
        """The card as its holder has it; a forged chip does not know its key."""
        cards = self._city.cards
        pan = str(cards.pan[card]) if turn != Turn.CARD_FOREIGN else FOREIGN_PAN
        key = chip.card_key(self._issuer_key, pan)
        return SyntheticCard(
            pan=pan,
            expires_yymm=int(cards.expires_yymm[card]),
            pin=f"{int(cards.pin[card]):04d}",
            chip_key=key if turn != Turn.WRONG_CRYPTOGRAM else key[::-1],
        )

    def _entry(self, sector: Sector, kind: int, amount_won: int) -> Entry:
        """Virtual cards pay on-line or by the phone's contactless chip, physical ones by chip."""
        if self._rng.random() * 10_000 < sector.online_share:
            return Entry.ONLINE
        if kind == CardKind.VIRTUAL:
            return Entry.CONTACTLESS
        drawn = self._rng.random()
        if amount_won <= NO_PIN_UP_TO_WON and drawn < MAGNETIC_SHARE:
            return Entry.MAGNETIC
        if amount_won <= NO_PIN_UP_TO_WON and drawn < MAGNETIC_SHARE + CONTACTLESS_SHARE:
            return Entry.CONTACTLESS
        return Entry.CHIP_PIN if amount_won > NO_PIN_UP_TO_WON or drawn < 0.6 else Entry.CHIP

    # Sending and being answered.

    def _message(self, visit: _Visit, message_type: str, amount_won: int) -> Fields:
        if visit.entry.by_chip:
            visit.hand.atc = self._next_atc(visit.card) - 1  # The card counts it up itself.
        condition = ONLINE_CONDITION if visit.entry == Entry.ONLINE else "00"
        if message_type == "0100":
            condition = HOLD_CONDITION
        return visit.line.maker.payment(
            visit.hand,
            visit.till,
            amount_won,
            message_type=message_type,
            condition=condition,
            entry=visit.entry.value if visit.entry != Entry.MAGNETIC else Entry.CHIP_PIN.value,
            chip=visit.entry.by_chip,
            pin_format=0 if visit.entry == Entry.CHIP_PIN else None,
        )

    async def _ask(self, visit: _Visit, fields: Fields, patience_s: float = PATIENCE_S) -> Fields:
        """Sends and waits; the answer's code is counted, the balance told to the member."""
        self.counts["sent"] += 1
        try:
            answer = await visit.line.ask(fields, patience_s)
        except NoAnswerError:
            self.counts["no answer"] += 1
            raise
        self.counts[answer.get("39", "??")] += 1
        told = answer.get("54")
        if told:
            self._purses.told(visit.member, private_data.read_balances(told)[0].won)
        return answer

    async def _ask_with_repeats(self, visit: _Visit, fields: Fields) -> Fields | None:
        """As a terminal does: twice more when there is no answer, then it reverses and gives up.

        "Issuer inoperative" (91) and "malfunction" (96) leave open whether it was booked, and so
        are treated as no answer.
        """
        for _ in range(1 + REPEATS):
            try:
                answer = await self._ask(visit, fields)
                if answer.get("39") not in IN_DOUBT:
                    return answer
                await asyncio.sleep(REPEAT_PAUSE_S)
            except NoAnswerError:
                await asyncio.sleep(REPEAT_PAUSE_S)
            fields = self._repeat(visit, fields)
        await self._reverse(visit, fields)
        return None

    def _repeat(self, visit: _Visit, fields: Fields) -> Fields:
        """The same message again; the PIN sealed anew, as the line may have got other keys."""
        self.counts["repeated"] += 1
        again = repeat(fields)
        if "52" in again:
            key = visit.line.maker.pin_keys.format_0
            again["52"] = pins.sealed_format_0(key, visit.hand.pin, visit.hand.pan).hex().upper()
        return again

    async def _reverse(self, visit: _Visit, fields: Fields, *, rest_won: int = 0) -> None:
        """Sends a reversal until it is answered: the terminal stores it and forwards it later."""
        original = dict(fields) | {"t": fields["t"][:3] + "0"}
        reversal = visit.line.maker.reversal(original, rest_won=rest_won)
        self.counts["reversed"] += 1
        pause_s = 1.0
        while True:
            try:
                answer = await self._ask(visit, reversal)
            except NoAnswerError:
                reversal = repeat(reversal)
            else:
                if answer.get("39") not in IN_DOUBT:
                    return
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, 30.0)

    async def _pay(self, visit: _Visit) -> _Paid | None:
        """Charges first where the purse does not suffice, then pays; None when it was refused."""
        if visit.amount_won > self._purses.free_won[visit.member]:
            if self._rng.random() < CHARGES_BEFORE_SHARE:
                await self._charge(visit.member, visit.amount_won)
        elif self._purses.runs_low(visit.member):
            await self._charge(visit.member, visit.amount_won)
        return await self._send_payment(visit, "0200", visit.amount_won)

    async def _send_payment(
        self, visit: _Visit, message_type: str, amount_won: int
    ) -> _Paid | None:
        fields = self._message(visit, message_type, amount_won)
        answer = await self._ask_with_repeats(visit, fields)
        if answer is None or answer.get("39") != APPROVED:
            return None
        return _Paid(fields, answer.get("38", ""))

    async def _charge(self, member: int, needed_won: int) -> None:
        amount_won = self._purses.charge_won(member, needed_won)
        if amount_won and await self._engine.charge(self._purses, member, amount_won):
            self.counts["charged"] += 1

    # The turns a payment can take.

    async def _plain(self, visit: _Visit) -> None:
        if visit.turn == Turn.BOOKED_LATER:
            await self._send_payment(visit, "0220", visit.amount_won)
            return
        await self._pay(visit)

    async def _answer_lost(self, visit: _Visit) -> None:
        """The answer is dropped on the way to the till, which asks again with the same key."""
        fields = self._message(visit, "0200", visit.amount_won)
        self._drop_answer(visit, fields)
        await self._city_seconds(20, 60)
        await self._ask_with_repeats(visit, self._repeat(visit, fields))

    async def _timed_out(self, visit: _Visit) -> None:
        fields = self._message(visit, "0200", visit.amount_won)
        self._drop_answer(visit, fields)
        await self._city_seconds(30, 90)
        await self._reverse(visit, fields)

    async def _original_late(self, visit: _Visit) -> None:
        """The reversal overtakes its payment, which must be refused when it comes."""
        fields = self._message(visit, "0200", visit.amount_won)
        await self._reverse(visit, fields)
        await self._ask_with_repeats(visit, fields)

    async def _awaited_too_short(self, visit: _Visit) -> None:
        fields = self._message(visit, "0200", visit.amount_won)
        try:
            await self._ask(visit, fields, SHORT_PATIENCE_S)
        except NoAnswerError:
            await self._ask_with_repeats(visit, self._repeat(visit, fields))

    async def _cancelled_soon(self, visit: _Visit) -> None:
        paid = await self._pay(visit)
        if paid is not None:
            await self._city_seconds(60, 420)
            await self._reverse(visit, paid.fields)

    async def _partly_reversed(self, visit: _Visit) -> None:
        paid = await self._pay(visit)
        rest_won = visit.amount_won // 2 // 100 * 100
        if paid is not None and rest_won:
            await self._city_seconds(120, 900)
            await self._reverse(visit, paid.fields, rest_won=rest_won)

    async def _returned(self, visit: _Visit) -> None:
        paid = await self._pay(visit)
        if paid is None:
            return
        await self._city_seconds(600, 3_600)
        back_won = visit.amount_won if self._rng.random() < 0.6 else visit.amount_won // 2
        refund = visit.line.maker.refund(visit.hand, visit.till, back_won, paid.code)
        self.counts["returned"] += 1
        await self._ask_with_repeats(visit, refund)

    async def _wrong_pin(self, visit: _Visit) -> None:
        right = visit.hand.pin
        visit.hand.pin = f"{(int(right) + self._rng.randrange(1, 9_999)) % 10_000:04d}"
        await self._send_payment(visit, "0200", visit.amount_won)
        visit.hand.pin = right
        if self._rng.random() < TRIES_AGAIN_SHARE:
            await self._city_seconds(10, 40)
            await self._pay(visit)

    async def _balance_asked(self, visit: _Visit) -> None:
        fields = visit.line.maker.payment(
            visit.hand, visit.till, 0, message_type="0100", processing=BALANCE, chip=False
        )
        await self._ask_with_repeats(visit, fields)
        await self._city_seconds(10, 60)
        await self._pay(visit)

    async def _held_first(self, visit: _Visit) -> None:
        """Taxi and petrol: an amount is held, the price is known later; now and then nothing."""
        above = 13_000 if visit.sector is ALL_SECTORS[TAXIS] else 30_000
        held_won = (visit.amount_won + above) // 10_000 * 10_000
        if held_won > self._purses.free_won[visit.member]:
            await self._charge(visit.member, held_won)
        held = await self._send_payment(visit, "0100", held_won)
        if held is None:
            return
        self.counts["held"] += 1
        await self._city_seconds(180, 1_500)
        if visit.turn == Turn.CANCELLED_SOON:
            await self._reverse(visit, held.fields)
            return
        capture = visit.line.maker.capture(
            visit.hand, visit.till, visit.amount_won, held.fields, held.code
        )
        await self._ask_with_repeats(visit, capture)

    # What all turns need.

    def _begins_with_hold(self, visit: _Visit) -> bool:
        return visit.entry != Entry.ONLINE and self._rng.random() * 10_000 < visit.sector.hold_share

    def _drop_answer(self, visit: _Visit, fields: Fields) -> None:
        self.counts["sent"] += 1
        self.counts["answer dropped"] += 1
        visit.line.send(fields)

    def _next_atc(self, card: int) -> int:
        """The chip's counter, which only ever grows; a chip at its end (65,535) stays there."""
        atc = min(self._last_atc.get(card, 0) + 1, 0xFFFF)
        self._last_atc[card] = atc
        return atc

    async def _city_seconds(self, least: float, most: float) -> None:
        """Waits some seconds of the city's clock."""
        await asyncio.sleep(self._rng.uniform(least, most) / self._speed)


@dataclass(slots=True)
class _Visit:
    """One payment at a counter: who, with what, where, how much, and how it will go."""

    member: int
    card: int
    hand: SyntheticCard
    till: Till
    line: Line
    entry: Entry
    amount_won: int
    sector: Sector
    turn: Turn


class _Paid(NamedTuple):
    """An approved message and the approval code (field 38) that it was given."""

    fields: Fields
    code: str
