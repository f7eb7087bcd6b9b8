"""Where requests wait: bounded, in order of arrival, and outliving a lost database."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from dure.authorization.answers import Answer
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import AnyRequest, Quote

Tell = Callable[[Answer], None]


class Waiting(NamedTuple):
    """A request that waits: until when its asker does (monotonic seconds), and whom to tell."""

    request: AnyRequest
    until_s: float
    tell: Tell

    def try_again(self) -> None:
        """Tells the asker that nothing was done and that asking again can help."""
        self.tell(Answer(key=self.request.key, reason=No.TRY_AGAIN))


class Inbox:
    """A queue of requests; `arrived` is set whenever there may be something to do."""

    def __init__(self, queue_max: int) -> None:
        self._queue: deque[Waiting] = deque()
        self._queue_max = queue_max
        self.is_closed = False
        self.arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._queue)

    def submit(self, request: AnyRequest, tell: Tell) -> None:
        """Takes a request; too many, or after `close`: TRY_AGAIN at once.

        Who only asks what a payment would give must not keep payments waiting: quotations are
        turned away when a quarter of the queue is taken.
        """
        waiting = Waiting(request, time.monotonic() + request.deadline_ms / 1000, tell)
        most = self._queue_max // 4 if isinstance(request, Quote) else self._queue_max
        if self.is_closed or len(self._queue) >= most:
            waiting.try_again()
            return
        self._queue.append(waiting)
        self.arrived.set()

    def close(self) -> None:
        """Takes no more; what is in it stays."""
        self.is_closed = True
        self.arrived.set()

    def take(
        self, count: int, while_true: Callable[[AnyRequest], bool] | None = None
    ) -> list[Waiting]:
        """The first requests, up to the count and the first for which the test fails.

        Those whose askers no longer wait are told so on the way.
        """
        queue, now_s = self._queue, time.monotonic()
        taken: list[Waiting] = []
        while queue and len(taken) < count:
            if queue[0].until_s < now_s:
                queue.popleft().try_again()
            elif while_true is None or while_true(queue[0].request):
                taken.append(queue.popleft())
            else:
                break
        return taken

    def put_back(self, taken: Iterable[Waiting]) -> None:
        """Puts requests that were taken before all others, in their order."""
        self._queue.extendleft(reversed(list(taken)))

    def tell_late(self) -> None:
        """Tells all whose askers no longer wait; for while nobody takes."""
        now_s = time.monotonic()
        late = [waiting for waiting in self._queue if waiting.until_s < now_s]
        if late:
            self._queue = deque(w for w in self._queue if w.until_s >= now_s)
            for waiting in late:
                waiting.try_again()
