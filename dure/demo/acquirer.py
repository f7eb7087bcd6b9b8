"""An acquirer's end of the line: connects, signs on, changes keys, sends many messages at once.

For the traffic generator, the tests and the benches. Answers are matched to questions by type,
trace number (field 11) and instant (field 7); a repeat is answered as its original was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import NamedTuple, cast

from dure.demo.acquirer_messages import MessageMaker, PinKeys, Stamps
from dure.kernel.cardnetwork.macs import MacKey
from dure.kernel.cardnetwork.session_keys import open_key_blocks
from dure.kernel.cardnetwork.wire import (
    LENGTH_BYTES,
    MAC_BYTES,
    frame,
    read_message,
    write_message,
)
from dure.kernel.clock import Clock, SystemClock
from dure.kernel.keys import PIN_ZONE, PIN_ZONE_AES, KeyRing, exchange_key_of, mac_key_of

PATIENCE_S = 10.0

# The fields up to the response code (39) that answers carry, and their lengths; 0 is a field
# with two digits of length before it.
_GLANCED = ((3, 6), (4, 12), (7, 10), (11, 6), (12, 6), (13, 4), (32, 0), (37, 12), (38, 6))
_BITS = tuple((1 << (64 - number), number, size) for number, size in _GLANCED)
_CODE_BIT = 1 << (64 - 39)
_SECOND_BITMAP_BIT = 1 << 63
# A bit of any other field up to 39: such an answer is not read at a glance.
_OTHER_BITS = ((1 << 64) - _CODE_BIT) & ~(
    sum(bit for bit, _, _ in _BITS) | _CODE_BIT | _SECOND_BITMAP_BIT
)


class NoAnswerError(Exception):
    """No answer came in time, or the line fell before it came."""


class AcquirerKeys(NamedTuple):
    """What an acquirer and the city have agreed upon on paper; the repr shows nothing of it."""

    mac: bytes
    exchange: bytes
    pin: bytes
    pin_aes: bytes

    def __repr__(self) -> str:
        return "<AcquirerKeys>"

    @classmethod
    def from_ring(cls, ring: KeyRing, acquirer: str) -> AcquirerKeys:
        """The same keys as the gateway's, for a demonstration on one machine."""
        return cls(
            ring.key(mac_key_of(acquirer)),
            ring.key(exchange_key_of(acquirer)),
            ring.key(PIN_ZONE),
            ring.key(PIN_ZONE_AES),
        )


class Reply:
    """An answer: type, trace number, instant and code at a glance, all fields when asked for."""

    __slots__ = ("code", "message_type", "raw", "trace", "transmitted")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.message_type = raw[:4].decode("latin-1")
        self.trace = self.transmitted = self.code = ""
        bitmap = int.from_bytes(raw[4:12], "big")
        if bitmap & _OTHER_BITS:
            return
        at = 20 if bitmap & _SECOND_BITMAP_BIT else 12
        for bit, number, size in _BITS:
            if bitmap & bit:
                if number == 7:
                    self.transmitted = raw[at : at + 10].decode("latin-1")
                elif number == 11:
                    self.trace = raw[at : at + 6].decode("latin-1")
                at += size or 2 + int(raw[at : at + 2])
        if bitmap & _CODE_BIT:
            self.code = raw[at : at + 2].decode("latin-1")

    @property
    def fields(self) -> dict[str, str]:
        """All fields, decoded anew at every call."""
        return read_message(self.raw).fields


class Acquirer(asyncio.Protocol):
    """One line to the gateway. Use from one event loop."""

    def __init__(
        self,
        acquirer: str,
        keys: AcquirerKeys,
        clock: Clock | None = None,
        *,
        first_trace: int = 1,
        check_macs: bool = True,
    ) -> None:
        self.acquirer = acquirer
        self.stamps = Stamps(clock or SystemClock(), first_trace)
        self.make = MessageMaker(acquirer, self.stamps, PinKeys(keys.pin, keys.pin_aes))
        self.unmatched: asyncio.Queue[Reply] = asyncio.Queue()
        self.lost = asyncio.Event()
        self.wrong_macs = 0
        self._keys = keys
        self._mac: MacKey | None = MacKey(keys.mac)
        self._check_macs = check_macs
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._waiting: dict[tuple[str, str, str], list[asyncio.Future[Reply]]] = {}
        self._outgoing: list[bytes] = []
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def connect(
        cls,
        host: str,
        port: int,
        acquirer: str,
        keys: AcquirerKeys,
        clock: Clock | None = None,
        **options: bool,
    ) -> Acquirer:
        """Opens the line; nothing is sent yet. Raises OSError."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(
            lambda: cls(acquirer, keys, clock, **options), host, port
        )
        return line

    @property
    def is_connected(self) -> bool:
        return self._transport is not None

    @property
    def pin_key(self) -> bytes:
        """The key under which PIN blocks of format 0 are closed just now."""
        return self.make.pin_keys.format_0

    def use_mac(self, *, wanted: bool) -> None:
        """Whether messages are sent with a MAC."""
        self._mac = MacKey(self._keys.mac) if wanted else None

    async def sign_on(self) -> None:
        """Signs on. Raises NoAnswerError when refused."""
        await self._manage("001")

    async def sign_off(self) -> None:
        """Signs off; payments are refused until the next sign-on."""
        await self._manage("002")
        self._mac = MacKey(self._keys.mac)

    async def echo(self) -> None:
        """Asks whether the other end is alive."""
        await self._manage("301")

    async def exchange_keys(self) -> None:
        """Gets fresh keys and uses them from the next message on."""
        fields = await self._manage("101")
        fresh = open_key_blocks(self._keys.exchange, fields["48"])
        self._mac = MacKey(fresh.mac)
        self.make.pin_keys = PinKeys(fresh.pin, fresh.pin_aes)

    async def ask(
        self, fields: Mapping[str, str], patience_s: float = PATIENCE_S
    ) -> dict[str, str]:
        """Sends a message and returns its answer's fields. Raises NoAnswerError."""
        future = self.expect(fields)
        self.send(fields)
        try:
            async with asyncio.timeout(patience_s):
                return (await future).fields
        except TimeoutError:
            raise NoAnswerError("no answer came in time") from None

    def expect(self, fields: Mapping[str, str]) -> asyncio.Future[Reply]:
        """A future for the answer to a message that is about to be sent."""
        return self.expect_reply(fields["t"], fields["11"], fields["7"])

    def expect_reply(
        self, message_type: str, trace: str, transmitted: str
    ) -> asyncio.Future[Reply]:
        """As `expect`, for a message made from a template."""
        answer_type = f"{message_type[:2]}{int(message_type[2]) + 1}0"
        future: asyncio.Future[Reply] = self._loop.create_future()
        self._waiting.setdefault((answer_type, trace, transmitted), []).append(future)
        return future

    def send(self, fields: Mapping[str, str]) -> None:
        """Sends a message without waiting; lost when the line is down."""
        own = {key: value for key, value in fields.items() if key not in ("64", "128")}
        self.send_bytes(frame(write_message(own) if self._mac is None else self._mac.signed(own)))

    def send_template(self, unsigned: bytes) -> None:
        """Sends a filled template, which wants a MAC in field 64, and gives it one."""
        mac = self._mac.mac(unsigned) if self._mac is not None else bytes(MAC_BYTES)
        self.send_bytes(frame(unsigned + mac))

    def send_bytes(self, data: bytes) -> None:
        """Sends bytes as they are: for what no acquirer should send."""
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing.append(data)

    async def close(self) -> None:
        """Closes the line after what was sent."""
        if self._transport is not None:
            self._flush()
            self._transport.close()
            await self.lost.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes, though they do all the same.
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.lost.set()
        waiting, self._waiting = self._waiting, {}
        for futures in waiting.values():
            for future in futures:
                if not future.done():
                    future.set_exception(NoAnswerError("the line fell"))

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        at, end = 0, len(data)
        while end - at >= LENGTH_BYTES:
            until = at + LENGTH_BYTES + (data[at] << 8 | data[at + 1])
            if until > end:
                break
            self._take(data[at + LENGTH_BYTES : until])
            at = until
        self._rest = data[at:]

    def _take(self, raw: bytes) -> None:
        reply = Reply(raw)
        name = (reply.message_type, reply.trace, reply.transmitted)
        futures = self._waiting.get(name, [])
        future = None
        while futures and (future is None or future.done()):
            future = futures.pop(0)  # Those given up on are done; a repeat's answer is not theirs.
        if not futures:
            self._waiting.pop(name, None)
        if future is None or future.done():
            self.unmatched.put_nowait(reply)
            return
        if self._check_macs and self._mac is not None and not self._mac.is_right(raw):
            # An answer under the former keys, or a refusal of what could not be authenticated.
            self.wrong_macs += 1
        future.set_result(reply)

    async def _manage(self, code: str) -> dict[str, str]:
        fields = await self.ask(self.make.network(code))
        if fields["39"] != "00":
            raise NoAnswerError(f"network management {code} refused: {fields['39']}")
        return fields

    def _flush(self) -> None:
        data, self._outgoing = self._outgoing, []
        if data and self._transport is not None:
            self._transport.write(b"".join(data))
