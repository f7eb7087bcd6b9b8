"""One connection of the card network: bytes in, frames, answers out, and its limits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import cast

import structlog

from dure.authorization.answers import Answer
from dure.engine.client import EngineGone
from dure.gateway.engine_line import Engine
from dure.gateway.reception import Reception, Waiting
from dure.gateway.response_codes import Refusal
from dure.gateway.session import Session
from dure.kernel.cardnetwork.wire import FRAME_BYTES_MAX, LENGTH_BYTES

_log = structlog.get_logger("dure.gateway")


class Connection(asyncio.Protocol):
    """Cuts the stream into frames, has each received, and sends the answers in one write a turn.

    Its limits: a frame's size, the time a frame may take to arrive, the time without a message, the
    messages under way (reading stops until some are answered), the time the other end may leave our
    answers unread, the unreadable or wrongly authenticated messages in a row.
    """

    def __init__(
        self,
        reception: Reception,
        engine: Engine,
        opened: Callable[[Connection], bool],
        closed: Callable[[Connection], None],
    ) -> None:
        self._reception = reception
        self._settings = reception.settings
        self._engine = engine
        self._opened = opened
        self._closed = closed
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._outgoing: list[bytes] = []
        self._waiting: deque[Waiting] = deque()
        self._frame_since_s = 0.0
        self._message_at_s = self._opened_at_s = self._loop.time()
        self._unread_since_s = 0.0
        self._reading = True
        self._stopping = False
        self.in_flight = 0
        self.session = Session("")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are none of asyncio's classes, though they do all the same.
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.session.name = f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else "local"
        if not self._opened(self):
            self._reception.counts.events["too_many_connections"] += 1
            _log.warning("too_many_connections", connection=self.session.name)
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._rest = b""
        self._closed(self)

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        at, end = 0, len(data)
        while end - at >= LENGTH_BYTES:
            length = data[at] << 8 | data[at + 1]
            if length > FRAME_BYTES_MAX:
                self.close_because("frame_too_long")
                return
            until = at + LENGTH_BYTES + length
            if until > end:
                break
            # A frame without a body is a sign of life, which some networks send.
            if length:
                self._take(data[at + LENGTH_BYTES : until])
                if self._transport is None or self._transport.is_closing():
                    return
            at = until
        if at or not self._rest:
            self._frame_since_s = self._loop.time()
        self._rest = data[at:]

    def pause_writing(self) -> None:
        self._unread_since_s = self._loop.time()
        self._regulate()

    def resume_writing(self) -> None:
        self._unread_since_s = 0.0
        self._regulate()

    def tick(self, now_s: float) -> None:
        """Answers what has waited too long and closes what breaks a time limit."""
        waiting = self._waiting
        while waiting and (waiting[0].done or waiting[0].deadline_s <= now_s):
            late = waiting.popleft()
            if not late.done:
                self._finish(late)
                self._send(self._reception.give_up(self.session, late, Refusal.ENGINE_LATE))
        limits = self._settings
        if self._rest and now_s - self._frame_since_s > limits.frame_patience_s:
            self.close_because("frame_too_slow")
        elif self._unread_since_s and now_s - self._unread_since_s > limits.write_patience_s:
            self.close_because("answers_left_unread")
        elif now_s - self._message_at_s > limits.idle_patience_s and not self.in_flight:
            self.close_because("idle")
        elif not self.session.signed_on and now_s - self._opened_at_s > limits.sign_on_patience_s:
            self.close_because("no_sign_on")

    def stop_reading(self) -> None:
        """Takes no further messages; those under way are still answered."""
        self._stopping = True
        self._regulate()

    def close(self) -> None:
        """Sends what is to be sent and closes."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def close_because(self, reason: str) -> None:
        """Closes with a reason in the log. Messages under way keep their effect."""
        if self._transport is None or self._transport.is_closing():
            return
        self._reception.counts.events[f"closed_{reason}"] += 1
        _log.warning("closed", reason=reason, connection=self.session.name)
        self._rest = b""
        self._flush()
        if reason == "answers_left_unread":
            self._transport.abort()  # close() would wait for the other end to read.
        else:
            self._transport.close()

    def _take(self, raw: bytes) -> None:
        self._message_at_s = self._loop.time()
        outcome = self._reception.receive(self.session, raw)
        if isinstance(outcome, Waiting):
            outcome.deadline_s = self._message_at_s + self._settings.engine_patience_s
            self.in_flight += 1
            self._waiting.append(outcome)
            self._ask(outcome)
            if self.in_flight >= self._settings.in_flight_max:
                self._regulate()
        elif outcome is not None:
            self._send(outcome)
        if self.session.strikes >= self._settings.strikes_max:
            self.close_because("too_many_strikes")

    def _ask(self, waiting: Waiting) -> None:
        if waiting.done:
            return
        if self._transport is None:
            self._finish(waiting)  # Nobody hears the answer; the network repeats or reverses.
            return
        try:
            future = self._engine.send(waiting.request)
        except EngineGone:
            self._finish(waiting)
            self._send(self._reception.give_up(self.session, waiting, Refusal.ENGINE_GONE))
            return
        future.add_done_callback(partial(self._answered, waiting))

    def _answered(self, waiting: Waiting, future: asyncio.Future[Answer]) -> None:
        error = asyncio.CancelledError() if future.cancelled() else future.exception()
        if waiting.done:
            if error is None:
                self._reception.came_late(self.session, waiting, future.result())
            return
        if isinstance(error, EngineGone) and self._transport is not None:
            self._engine.when_back(partial(self._ask, waiting))
            return
        self._finish(waiting)
        if error is None:
            self._send(self._reception.answer(self.session, waiting, future.result()))
        else:
            self._send(self._reception.give_up(self.session, waiting, Refusal.FAULT))

    def _finish(self, waiting: Waiting) -> None:
        waiting.done = True
        self.in_flight -= 1
        queue = self._waiting
        while queue and queue[0].done:
            queue.popleft()
        if not self._reading and self.in_flight <= self._settings.in_flight_max // 2:
            self._regulate()

    def _send(self, data: bytes) -> None:
        if not self._outgoing:
            self._loop.call_soon(self._flush)
        self._outgoing.append(data)

    def _flush(self) -> None:
        data, self._outgoing = self._outgoing, []
        if data and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(data))

    def _regulate(self) -> None:
        """Reads or not, as the limits allow."""
        limit = self._settings.in_flight_max
        room = self.in_flight < limit if self._reading else self.in_flight <= limit // 2
        wanted = room and not self._unread_since_s and not self._stopping
        if self._transport is None or wanted == self._reading:
            return
        self._reading = wanted
        if wanted:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()
