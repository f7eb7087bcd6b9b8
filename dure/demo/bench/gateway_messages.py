"""Card messages made beforehand, so that the generator's work is not what is measured."""

from __future__ import annotations

import random
from array import array
from typing import NamedTuple

from dure.demo.acquirer_card import SyntheticCard
from dure.demo.acquirer_messages import MessageMaker, PaymentTemplate, PinKeys, Stamps, Till
from dure.demo.bench.gateway_cards import measured_card
from dure.demo.bench.load import Wanted, amount_won, arrivals
from dure.demo.bench.seed import shop_code
from dure.kernel.cardnetwork.macs import MacKey
from dure.kernel.cardnetwork.wire import frame
from dure.kernel.clock import SetClock
from dure.kernel.keys import DEMO_ACQUIRERS, PIN_ZONE, PIN_ZONE_AES, KeyRing, mac_key_of

PLAIN = "plain"
EMV_PIN = "emv_pin"
KINDS = (PLAIN, EMV_PIN)

CHECKED_EACH = 50
"""Of so many answers one is looked at whole after the run: its MAC, and the chip's answer."""


class Line:
    """One acquirer's line: its keys, and the messages it will send, in order."""

    def __init__(self, ring: KeyRing, acquirer: str, clock: SetClock) -> None:
        self.acquirer = acquirer
        self.mac = MacKey(ring.key(mac_key_of(acquirer)))
        self.stamps = Stamps(clock)
        keys = PinKeys(ring.key(PIN_ZONE), ring.key(PIN_ZONE_AES))
        self.make = MessageMaker(acquirer, self.stamps, keys)
        self.numbers: list[int] = []
        """The run's number of each message, by trace number from 1 on."""

    def sign_on(self) -> bytes:
        """The message that opens the line, which has trace number 1."""
        self.numbers.append(-1)
        return frame(self.mac.signed(self.make.network("001")))


class Sample(NamedTuple):
    """A request kept whole, and the card that made it, to hold the answer to."""

    card: SyntheticCard
    fields: dict[str, str]


class Prepared(NamedTuple):
    """A run's messages: when each is due, on which line, its bytes; and some kept whole."""

    due_s: array[float]
    line_of: bytearray
    frames: list[bytes]
    samples: dict[int, Sample]
    lines: list[Line]
    sign_ons: list[bytes]


def prepare(ring: KeyRing, wanted: Wanted, kind: str, cards: int) -> Prepared:
    """Makes all messages of a run. A card keeps to one line, as its counter must arrive in order.

    `kind` PLAIN is a magnetic-stripe purchase with MAC; EMV_PIN has a chip's cryptogram and a PIN.
    """
    chance = random.Random(wanted.seed)
    clock = SetClock(wanted.begin_us)
    lines = [Line(ring, acquirer, clock) for acquirer in DEMO_ACQUIRERS]
    sign_ons = [line.sign_on() for line in lines]
    due_s = arrivals(chance, wanted.rate, wanted.warm_up_s + wanted.seconds)
    made = Prepared(due_s, bytearray(), [], {}, lines, sign_ons)
    held: dict[int, SyntheticCard] = {}
    for number, at_s in enumerate(due_s):
        clock.instant_us = wanted.begin_us + int(at_s * 1e6)
        place = chance.randint(1, cards)
        card = held.get(place)
        if card is None:
            card = held[place] = measured_card(ring, place, wanted.seed)
        shop = chance.randint(1, wanted.shops)
        till = Till(f"{shop:08d}", shop_code(shop))
        won = amount_won(chance, wanted.ticket_won)
        line = lines[place % len(lines)]
        made.line_of.append(place % len(lines))
        line.numbers.append(number)
        if kind == PLAIN:
            made.frames.append(_plain(line, card, till, won))
            continue
        fields = line.make.payment(card, till, won, pin_format=0)
        made.frames.append(frame(line.mac.signed(fields)))
        if number % CHECKED_EACH == 0:
            made.samples[number] = Sample(card, fields)
    return made


def _plain(line: Line, card: SyntheticCard, till: Till, won: int) -> bytes:
    template = PaymentTemplate(line.acquirer, till)
    unsigned = template.filled(card, won, line.stamps.trace(), line.stamps.times())
    return frame(unsigned + line.mac.mac(unsigned))
