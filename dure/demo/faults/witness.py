"""The witness: what was asked and what was acknowledged, held against the journal."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import msgspec
import psycopg

from dure.authorization.answers import Answer, IncentivePaid
from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import (
    AnyRequest,
    Cancel,
    Capture,
    Charge,
    Purchase,
    Refund,
)
from dure.ledger.movement import MovementKind

SHOWN_MAX = 20
"""How many contradictions are told in words; all are counted."""

_MOVES = (Purchase, Capture, Cancel, Refund, Charge)


class Row(NamedTuple):
    """What the witness reads of a journal row."""

    request_key: bytes
    shard: int
    kind: int
    reason: int
    movement_id: int
    member_id: int | None
    amount_won: int
    discount_won: int
    charged_after_won: int
    cashback_after_won: int
    incentive: list[int] | None
    legs: int


_ROWS = """
SELECT request_key, shard, kind, reason, movement_id, member_id, amount_won, discount_won,
       charged_after_won, cashback_after_won, incentive, cardinality(amounts)
FROM journal WHERE movement_id > %s
"""
_STANDS_AFTER_REVERSAL = """
SELECT j.request_key FROM journal j
LEFT JOIN cancellation c ON c.shard = j.shard AND c.original_id = j.movement_id
LEFT JOIN hold h ON h.shard = j.shard AND h.movement_id = j.movement_id
WHERE j.request_key = ANY(%s) AND j.reason = 0
  AND ((j.kind = 1 AND coalesce(c.cancelled_won, 0) <> j.amount_won)
    OR (j.kind = 2 AND h.state = 1))
"""


class Witness:
    """Remembers every request and its answer. `lost` and `double` count what must not be."""

    def __init__(self, begun_us: int) -> None:
        self._begun_us = begun_us
        self._read_until_us = begun_us
        self._requests: dict[bytes, AnyRequest] = {}
        self._answers: dict[bytes, Answer] = {}
        self._unchecked: set[bytes] = set()
        self._reversed: set[bytes] = set()
        self._seen: set[bytes] = set()
        self.unanswered = 0
        self.repeats = 0
        self.waits: Counter[str] = Counter()
        self.given_up: dict[bytes, Answer] = {}
        self.lost = 0
        self.double = 0
        self.contradictions: list[str] = []

    # What the terminals tell.

    def asked(self, request: AnyRequest) -> None:
        """A request leaves for the first time."""
        self._requests[request.key] = request

    def told_to_wait(self, answer: Answer) -> None:
        """An answer that is none: nothing was promised."""
        self.waits[answer.reason.name] += 1

    def gave_up(self, request: AnyRequest, answer: Answer) -> None:
        """The engine says again and again that it cannot: a fault of its own."""
        self.given_up[request.key] = answer
        self._tell(f"never answered but with {answer.reason.name}: {request}")

    def reversed(self, request: AnyRequest) -> None:
        """The request's reversal was acknowledged: nothing of it may stand."""
        self._reversed.add(request.key)

    def acknowledged(self, request: AnyRequest, answer: Answer) -> None:
        """A final answer. A repeat must say what was said before."""
        before = self._answers.get(request.key)
        if before is None:
            self._answers[request.key] = answer
            self._unchecked.add(request.key)
            self._check_promise(request, answer)
            return
        self.repeats += 1
        if _told(before) != _told(answer):
            self._count_double(f"answered twice differently: {before} then {answer}")

    def _check_promise(self, request: AnyRequest, answer: Answer) -> None:
        """The answer's own arithmetic: the parts are the whole, a refusal has no parts."""
        parts_won = answer.allowance_won + answer.cashback_won + answer.charged_won
        parts_won += answer.discount_won + answer.coupon_won + answer.suspense_won
        if isinstance(request, Cancel) and answer.approved and not parts_won:
            return  # It released a hold, or found nothing left to undo.
        if answer.reason in (No.OVER_HOLDING_LIMIT, No.OVER_CHARGE_LIMIT):
            return  # The bank's money waits in suspense; see `decide_charge`.
        due_won = answer.amount_won if answer.approved and isinstance(request, _MOVES) else 0
        if parts_won != due_won:
            self._count_lost(f"the parts are not the whole: {request} {answer}")

    # What the journal says.

    def check(self, url: str, *, everything: bool = False) -> None:
        """Holds what was acknowledged since the last check (or ever) against the journal."""
        since_us = self._begun_us if everything else self._read_until_us
        with psycopg.connect(url) as connection:
            rows = [Row(*row) for row in connection.execute(_ROWS, (since_us,))]
            standing = connection.execute(
                _STANDS_AFTER_REVERSAL, (list(self._reversed),)
            ).fetchall()
        if everything:
            self._seen.clear()
            self._unchecked = set(self._answers)
        by_key: dict[bytes, Row] = {}
        for row in rows:
            key = bytes(row.request_key)
            if key in by_key or key in self._seen:
                self._count_double(f"two movements of one key: {row}")
            elif key not in self._requests:
                self._count_double(f"a movement that nobody asked for: {row}")
            by_key[key] = row
            self._read_until_us = max(self._read_until_us, row.movement_id)
        self._seen |= set(by_key)
        for key in self._unchecked:
            self._compare(key, self._answers[key], by_key.get(key))
        self._unchecked.clear()
        for (key,) in standing:
            self._count_double(f"it stands though reversed: {self._requests[bytes(key)]}")

    def _compare(self, key: bytes, answer: Answer, row: Row | None) -> None:
        if row is None:
            self._count_lost(f"acknowledged and not in the journal: {answer}")
            return
        if answer.reason == No.ORIGINAL_WAS_REVERSED_FIRST:
            if row.kind != MovementKind.REVERSED_FIRST or row.legs:
                self._count_double(f"refused as reversed, and yet it moved: {row}")
            return
        if not answer.approved and row.kind != MovementKind.CHARGE_SUSPENDED and row.legs:
            self._count_double(f"a refusal that moved money: {answer} {row}")
        reason = 0 if row.kind == MovementKind.CHARGE_SUSPENDED else int(answer.reason)
        told = (reason, answer.movement_id, answer.amount_won, answer.discount_won,
                answer.charged_after_won, answer.cashback_after_won, answer.incentive)  # fmt: skip
        kept = (row.reason, row.movement_id, row.amount_won, row.discount_won,
                row.charged_after_won, row.cashback_after_won,
                IncentivePaid.unpack(row.incentive or ()))  # fmt: skip
        if told != kept:
            self._count_lost(f"acknowledged otherwise than recorded: {answer} {row}")

    def _count_lost(self, what: str) -> None:
        self.lost += 1
        self._tell(what)

    def _count_double(self, what: str) -> None:
        self.double += 1
        self._tell(what)

    def _tell(self, what: str) -> None:
        if len(self.contradictions) < SHOWN_MAX:
            self.contradictions.append(what)

    # For the report.

    @property
    def total(self) -> int:
        """Requests with a final answer."""
        return len(self._answers)

    @property
    def approved(self) -> int:
        """Of those, the approved."""
        return sum(answer.approved for answer in self._answers.values())

    @property
    def reversals(self) -> int:
        """Requests that were turned back instead of repeated."""
        return len(self._reversed)

    @property
    def open(self) -> int:
        """Requests that never got a final answer; none when the terminals are through."""
        return len(self._requests.keys() - self._answers.keys())


def _told(answer: Answer) -> tuple[object, ...]:
    """What two answers to one request must share. (What is held is told as of now.)"""
    fields = msgspec.structs.asdict(answer)
    return tuple(
        value for name, value in fields.items() if name not in ("repeated", "held_after_won")
    )
