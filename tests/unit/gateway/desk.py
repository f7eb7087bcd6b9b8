"""A reception without sockets, with a session that has signed on and a message of every kind."""

from __future__ import annotations

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.gateway.reception import Reception, Waiting
from dure.gateway.session import Session
from dure.gateway.settings import GatewaySettings
from dure.gateway.specimens import specimens
from dure.kernel.cardnetwork.macs import MacKey
from dure.kernel.cardnetwork.wire import read_message, write_message
from dure.kernel.clock import SetClock
from dure.kernel.keys import KeyRing, mac_key_of

ACQUIRER = "990001"
# 2019-10-21 18:00 in Seoul.
NOW_US = 1_571_648_400_000_000

Fields = dict[str, str]


class Desk:
    """Speaks for the acquirer and for the engine."""

    def __init__(self, settings: GatewaySettings | None = None, *, sign_on: bool = True) -> None:
        self.ring = KeyRing.generate()
        self.clock = SetClock(NOW_US)
        self.reception = Reception(self.ring, self.clock, settings)
        self.session = Session("desk")
        self.messages = specimens(self.ring, ACQUIRER, self.clock)
        self.mac = MacKey(self.ring.key(mac_key_of(ACQUIRER)))
        if sign_on:
            assert self.code(self.messages["sign_on"]) == "00"

    def say(self, fields: Fields, mac: MacKey | None = None) -> bytes | Waiting | None:
        """What the reception does with the message under a right MAC."""
        return self.say_raw((mac or self.mac).signed(dict(fields)))

    def say_unsigned(self, fields: Fields) -> bytes | Waiting | None:
        """What the reception does with the message without MAC."""
        return self.say_raw(write_message(dict(fields)))

    def say_raw(self, raw: bytes) -> bytes | Waiting | None:
        """What the reception does with these bytes."""
        return self.reception.receive(self.session, raw)

    def reply(self, fields: Fields) -> Fields:
        """The fields of an answer that needs no engine."""
        outcome = self.say(fields)
        assert isinstance(outcome, bytes)
        return fields_of(outcome)

    def code(self, fields: Fields) -> str:
        """Field 39 of an answer that needs no engine."""
        return self.reply(fields)["39"]

    def asked(self, fields: Fields) -> AnyRequest:
        """What the message asks of the engine."""
        return self.waiting(fields).request

    def waiting(self, fields: Fields) -> Waiting:
        """The message as it waits for the engine."""
        outcome = self.say(fields)
        assert isinstance(outcome, Waiting), fields_of(outcome or b"\x00\x00")
        return outcome

    def told(self, fields: Fields, **answer: object) -> Fields:
        """The fields of the answer when the engine answers so."""
        waiting = self.waiting(fields)
        decided = Answer(key=waiting.request.key, **answer)  # type: ignore[arg-type]
        return fields_of(self.reception.answer(self.session, waiting, decided))


def fields_of(data: bytes) -> Fields:
    """The fields of a frame."""
    assert int.from_bytes(data[:2], "big") == len(data) - 2
    return read_message(data[2:]).fields
