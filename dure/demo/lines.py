"""An acquirer's line that stays: connects again, signs on again and gets fresh keys each time."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from typing import Final

from dure.demo.acquirer import Acquirer, AcquirerKeys, NoAnswerError
from dure.demo.acquirer_messages import TRACE_MAX, MessageMaker
from dure.demo.checkout import LineDownError
from dure.kernel.cardnetwork.session_keys import KeyBlocksUnreadableError
from dure.kernel.clock import Clock

log = logging.getLogger("dure.demo")

PAUSE_S: Final = 0.5
PAUSE_MAX_S: Final = 5.0
ECHO_S: Final = 60.0


class StandingLine:
    """One acquirer's way to the gateway, for as long as the demonstration runs.

    The gateway may stop and start: what was under way gets NoAnswerError, and its terminal asks
    again over the next connection.
    """

    def __init__(
        self, host: str, port: int, acquirer: str, keys: AcquirerKeys, clock: Clock,
        rng: random.Random, counts: Counter[str],
    ) -> None:  # fmt: skip
        self._address = (host, port)
        self._acquirer = acquirer
        self._keys = keys
        self._clock = clock
        self._rng = rng
        self._counts = counts
        self._end = self._new_end()
        self._open = False

    @property
    def maker(self) -> MessageMaker:
        """Makes this acquirer's messages under the line's present keys."""
        return self._end.make

    @property
    def is_open(self) -> bool:
        """Whether payments can be sent just now."""
        return self._open

    async def ask(self, fields: dict[str, str], patience_s: float) -> dict[str, str]:
        """Sends a message and returns its answer's fields.

        Raises LineDownError when nothing was sent, NoAnswerError when no answer came.
        """
        if not self._open:
            raise LineDownError("the line is down")
        return await self._end.ask(fields, patience_s)

    def send(self, fields: dict[str, str]) -> None:
        """Sends without waiting; lost when the line is down."""
        if self._open:
            self._end.send(fields)

    async def keep_up(self) -> None:
        """Keeps the line open until cancelled."""
        pause_s = PAUSE_S
        try:
            while True:
                try:
                    await self._run_once()
                    pause_s = PAUSE_S
                except (OSError, NoAnswerError, KeyBlocksUnreadableError) as error:
                    log.info("line %s: %s", self._acquirer, error)
                    pause_s = min(pause_s * 2, PAUSE_MAX_S)
                finally:
                    self._open = False
                await asyncio.sleep(pause_s)
        finally:
            await self._end.close()

    async def _run_once(self) -> None:
        """One connection, from the sign-on until it is lost."""
        self._end = self._new_end()
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self._end, *self._address)
        try:
            await self._end.sign_on()
            await self._end.exchange_keys()
            self._open = True
            log.info("line %s is open", self._acquirer)
            while not self._end.lost.is_set():
                await self._watch()
        finally:
            self._open = False
            await self._end.close()

    async def _watch(self) -> None:
        """Throws away answers that nobody waits for; asks now and then whether the line lives."""
        try:
            async with asyncio.timeout(ECHO_S):
                while not self._end.lost.is_set():
                    late = asyncio.ensure_future(self._end.unmatched.get())
                    lost = asyncio.ensure_future(self._end.lost.wait())
                    try:
                        await asyncio.wait((late, lost), return_when=asyncio.FIRST_COMPLETED)
                        self._counts["late"] += late.done()
                    finally:
                        late.cancel()
                        lost.cancel()
        except TimeoutError:
            await self._end.echo()

    def _new_end(self) -> Acquirer:
        """A fresh end; trace numbers begin anywhere, so that none is used twice in a second."""
        return Acquirer(
            self._acquirer, self._keys, self._clock, first_trace=self._rng.randint(1, TRACE_MAX)
        )
