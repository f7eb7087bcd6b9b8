"""Text messages: what the house needs of a telephone company, and a simulated one.

The simulated company keeps what telephones received in tables of its own, and has the failings of a
real one: a message comes late, twice, never, or its receipt is lost.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from psycopg import Connection

from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.people.members import normal_phone

TEXT_CHARACTERS_MAX: Final = 1_000
"""A long text message (LMS) of the Korean telephone companies carries 2,000 bytes."""
LATE_US: Final = 30 * 1_000_000
_SHOWN_MAX: Final = 50


class SmsSilentError(Exception):
    """The company did not confirm: the message may come or not. Send it again with the same key."""


class SmsCentre(Protocol):
    """A telephone company that carries text messages."""

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Hands a message over, once for each key, however often it is sent.

        `phone` is a Korean mobile number however it is written, `text` at most TEXT_CHARACTERS_MAX
        characters. That it returns does not mean that it was read. Raises SmsSilentError when the
        company does not confirm, PersonalDataWrongError when it is no mobile number.
        """
        ...


class SmsManner(IntEnum):
    """What becomes of a message that is handed over for the first time."""

    PROMPT = 0
    LATE = 1
    FAILED = 2
    DUPLICATE = 3
    ANSWER_LOST = 4


@dataclass(frozen=True, slots=True)
class SmsManners:
    """Shares of messages in basis points that go each way; which, the key itself decides."""

    late_bp: int = 0
    failed_bp: int = 0
    duplicate_bp: int = 0
    answer_lost_bp: int = 0
    late_us: int = LATE_US

    def __call__(self, key: str) -> SmsManner:
        draw = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
        left = draw % BASIS_POINTS_WHOLE
        shares = (
            (SmsManner.LATE, self.late_bp),
            (SmsManner.FAILED, self.failed_bp),
            (SmsManner.DUPLICATE, self.duplicate_bp),
            (SmsManner.ANSWER_LOST, self.answer_lost_bp),
        )
        for manner, share_bp in shares:
            if left < share_bp:
                return manner
            left -= share_bp
        return SmsManner.PROMPT


class ReceivedText(NamedTuple):
    """A message as it stands on a telephone; `arrived_at_us` is of the machine's clock."""

    text: str
    arrived_at_us: int


class SimulatedSmsCentre:
    """A telephone company in the schema sms_simulator, on the caller's connection.

    Its time is the machine's, for a telephone rings in the world. It behaves as `behave` last said,
    in every process; `manner_of` overrules that for one.
    """

    def __init__(
        self, connection: Connection[Any], manner_of: Callable[[str], SmsManner] | None = None
    ) -> None:
        self._connection = connection
        self._manner_of = manner_of

    def behave(self, manners: SmsManners) -> None:
        """From now on the company behaves like this, whoever speaks to it."""
        self._connection.execute(
            "UPDATE sms_simulator.manners SET late_bp = %s, failed_bp = %s, duplicate_bp = %s, "
            "answer_lost_bp = %s, late_us = %s",
            (
                manners.late_bp, manners.failed_bp, manners.duplicate_bp, manners.answer_lost_bp,
                manners.late_us,
            ),
        )  # fmt: skip

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Takes a message as `SmsCentre.send` says."""
        manners = self._manners()
        manner = (self._manner_of or manners)(key)
        late_us = manners.late_us if manner is SmsManner.LATE else 0
        cursor = self._connection.execute(
            "INSERT INTO sms_simulator.message (key, phone, text, copies, arrives_at_us) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING",
            (
                key, normal_phone(phone), text[:TEXT_CHARACTERS_MAX], _COPIES.get(manner, 1),
                _machine_now_us() + late_us,
            ),
        )  # fmt: skip
        if cursor.rowcount and manner is SmsManner.ANSWER_LOST:
            raise SmsSilentError(key)

    def received(self, phone: str) -> list[ReceivedText]:
        """What a telephone has received by now, the newest first; what came twice stands twice.

        Raises PersonalDataWrongError.
        """
        rows = self._connection.execute(
            "SELECT text, arrives_at_us FROM sms_simulator.message, "
            "generate_series(1, copies) WHERE phone = %s AND arrives_at_us <= %s "
            "ORDER BY arrives_at_us DESC, message_id DESC LIMIT %s",
            (normal_phone(phone), _machine_now_us(), _SHOWN_MAX),
        ).fetchall()
        return [ReceivedText(text, at_us) for text, at_us in rows]

    def _manners(self) -> SmsManners:
        row = self._connection.execute(
            "SELECT late_bp, failed_bp, duplicate_bp, answer_lost_bp, late_us "
            "FROM sms_simulator.manners"
        ).fetchone()
        return SmsManners() if row is None else SmsManners(*row)


class NoSmsCentre:
    """Where no company is connected: nothing is sent, and every sender is told."""

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Raises SmsSilentError, always."""
        raise SmsSilentError("no telephone company is connected to this installation")


def sms_centre(connection: Connection[Any]) -> SmsCentre:
    """The company of this installation: the simulated one where the key ring is a demo's."""
    return SimulatedSmsCentre(connection) if has_demo_keys(home_directory()) else NoSmsCentre()


@lru_cache(maxsize=8)
def has_demo_keys(home: Path) -> bool:
    """Whether the key ring of a home is a demo's, which protects nothing."""
    return KeyRing.open(home).is_demo


_COPIES: Final = {SmsManner.FAILED: 0, SmsManner.DUPLICATE: 2}


def _machine_now_us() -> int:
    return time.time_ns() // 1000
