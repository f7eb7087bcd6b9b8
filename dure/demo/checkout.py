"""One visit's dealings with the network: make a message, send it, repeat it, reverse it, charge."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple, Protocol

from dure.demo.acquirer import NoAnswerError
from dure.demo.acquirer_card import SyntheticCard
from dure.demo.acquirer_messages import MessageMaker, Till, repeat
from dure.demo.noise import Turn
from dure.demo.purses import EngineTill, Purses
from dure.demo.sectors import Sector
from dure.kernel.cardnetwork import pins, private_data

PATIENCE_S: Final = 5.0
"""How long a terminal waits for an answer, in real seconds."""
REPEATS: Final = 2
REPEAT_PAUSE_S: Final = 0.5
FORWARD_PAUSE_S: Final = 1.0
FORWARD_PAUSE_MAX_S: Final = 30.0
CHARGES_BEFORE_SHARE: Final = 0.93
"""Members who charge when the purse does not suffice; the others are refused at the till."""
APPROVED: Final = "00"
IN_DOUBT: Final = ("91", "96")
"""Issuer inoperative, system malfunction: whether it was booked is not known."""

_BALANCE: Final = "310000"
_ONLINE_CONDITION: Final = "59"
_HOLD_CONDITION: Final = "06"

Fields = dict[str, str]


class LineDownError(NoAnswerError):
    """Nothing was sent: the terminal shows "no line", and the customer pays in another way."""


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

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent just now."""
        ...

    async def ask(self, fields: Fields, patience_s: float) -> Fields:
        """Sends and waits for the answer's fields; raises NoAnswerError or LineDownError."""
        ...

    def send(self, fields: Fields) -> None:
        """Sends without waiting; lost when the line is down."""
        ...


@dataclass(slots=True)
class Visit:
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


class Paid(NamedTuple):
    """An approved message and the approval code (field 38) that it was given."""

    fields: Fields
    code: str


class Checkout:
    """What every turn of a payment is made of. Counts what was sent and what came back."""

    def __init__(
        self,
        purses: Purses,
        engine: EngineTill,
        rng: random.Random,
        last_atc: dict[int, int],
        counts: Counter[str],
    ) -> None:
        self.counts = counts
        self._purses = purses
        self._engine = engine
        self._rng = rng
        self._last_atc = last_atc

    def message(self, visit: Visit, message_type: str, amount_won: int) -> Fields:
        """A payment (0200), hold (0100) or advice (0220) with what this entry proves."""
        if visit.entry.by_chip:
            visit.hand.atc = self._next_atc(visit.card) - 1  # The card counts it up itself.
        condition = _ONLINE_CONDITION if visit.entry == Entry.ONLINE else "00"
        if message_type == "0100":
            condition = _HOLD_CONDITION
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

    async def ask(self, visit: Visit, fields: Fields, patience_s: float = PATIENCE_S) -> Fields:
        """Sends and waits; counts the code and tells the member the balance.

        Raises NoAnswerError.
        """
        try:
            answer = await visit.line.ask(fields, patience_s)
        except LineDownError:
            self.counts["line down"] += 1
            raise
        except NoAnswerError:
            self.counts["sent"] += 1
            self.counts["no answer"] += 1
            raise
        self.counts["sent"] += 1
        self.counts[answer.get("39", "??")] += 1
        told = answer.get("54")
        if told:
            self._purses.told(visit.member, private_data.read_balances(told)[0].won)
        return answer

    async def ask_with_repeats(self, visit: Visit, fields: Fields) -> Fields | None:
        """As a terminal does: twice more when there is no answer, then it reverses and gives up."""
        if not visit.line.is_open:
            self.counts["line down"] += 1
            return None
        for _ in range(1 + REPEATS):
            answer = await self._ask_once(visit, fields)
            if answer is not None:
                return answer
            await asyncio.sleep(REPEAT_PAUSE_S)
            fields = self.repeat(visit, fields)
        await self.reverse(visit, fields)
        return None

    def repeat(self, visit: Visit, fields: Fields) -> Fields:
        """The same message again; the PIN sealed anew, as the line may have got other keys."""
        self.counts["repeated"] += 1
        again = repeat(fields)
        if "52" in again:
            key = visit.line.maker.pin_keys.format_0
            again["52"] = pins.sealed_format_0(key, visit.hand.pin, visit.hand.pan).hex().upper()
        return again

    async def forward(self, visit: Visit, fields: Fields) -> Fields:
        """Sends what must arrive (a reversal, an advice) until it is answered."""
        pause_s = FORWARD_PAUSE_S
        while True:
            answer = await self._ask_once(visit, fields)
            if answer is not None:
                return answer
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, FORWARD_PAUSE_MAX_S)
            fields = self.repeat(visit, fields)

    async def reverse(self, visit: Visit, fields: Fields, *, rest_won: int = 0) -> None:
        """Undoes a payment or hold down to `rest_won`."""
        original = dict(fields) | {"t": fields["t"][:3] + "0"}
        self.counts["reversed"] += 1
        await self.forward(visit, visit.line.maker.reversal(original, rest_won=rest_won))

    async def pay(self, visit: Visit) -> Paid | None:
        """Charges first where the purse does not suffice, then pays; None when it was refused."""
        await self.charge_for(visit.member, visit.amount_won)
        return await self.send_payment(visit, "0200", visit.amount_won)

    async def send_payment(self, visit: Visit, message_type: str, amount_won: int) -> Paid | None:
        """Sends one payment or hold; None when it was refused."""
        fields = self.message(visit, message_type, amount_won)
        answer = await self.ask_with_repeats(visit, fields)
        if answer is None or answer.get("39") != APPROVED:
            return None
        return Paid(fields, answer.get("38", ""))

    async def inquire(self, visit: Visit) -> None:
        """Asks for the balance, without effect."""
        fields = visit.line.maker.payment(
            visit.hand, visit.till, 0, message_type="0100", processing=_BALANCE, chip=False
        )
        await self._ask_once(visit, fields)

    async def charge_for(self, member: int, needed_won: int) -> None:
        """The member charges from the bank: for what does not suffice, or because little is left.

        Some do not think of it in time, some may not hold so much; they will be refused.
        """
        short = needed_won > self._purses.free_won[member]
        if short and self._rng.random() > CHARGES_BEFORE_SHARE:
            return
        if not short and not self._purses.runs_low(member):
            return
        amount_won = self._purses.charge_won(member, needed_won)
        if amount_won and await self._engine.charge(self._purses, member, amount_won):
            self.counts["charged"] += 1

    def send_and_lose(self, visit: Visit, fields: Fields) -> None:
        """Sends a message whose answer never reaches the till."""
        self.counts["sent"] += 1
        self.counts["answer dropped"] += 1
        visit.line.send(fields)

    async def _ask_once(self, visit: Visit, fields: Fields) -> Fields | None:
        try:
            answer = await self.ask(visit, fields)
        except NoAnswerError:
            return None
        return None if answer.get("39") in IN_DOUBT else answer

    def _next_atc(self, card: int) -> int:
        """The chip's counter, which only ever grows; a chip at its end (65,535) stays there."""
        atc = min(self._last_atc.get(card, 0) + 1, 0xFFFF)
        self._last_atc[card] = atc
        return atc
