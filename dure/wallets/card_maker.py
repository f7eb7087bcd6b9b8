"""Who makes cards of plastic and posts them: what the house asks of a maker, and a simulated one.

The simulated maker keeps books of its own and has the failings of a real one: it hears an order and
does not confirm it, does not hear it, is late, or the letter comes back.
"""

# Note [Numbers of blanks]: a maker keeps blank cards whose numbers are printed already, and says
# which blank it takes for an order. So a card number is nowhere at rest with us: the maker names
# it, the engine keeps its token, and the letter brings it. The simulated maker draws its blanks
# from a secret and the order's reference, so that it need not keep numbers either.

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from psycopg import Connection

from dure.kernel.clock import Clock
from dure.kernel.keys import CARD_TOKEN, KeyRing
from dure.kernel.money import BASIS_POINTS_WHOLE
from dure.wallets.card_numbers import derived_card_number


class MakerState(IntEnum):
    """What the maker says of an order."""

    UNKNOWN = 0
    MAKING = 1
    SENT = 2
    ARRIVED = 3
    RETURNED = 4


class Letter(NamedTuple):
    """Where a card goes: the name on the letter, five digits of postcode, street, and the rest."""

    name: str
    postcode: str
    street: str
    rest: str


class MakerSilentError(Exception):
    """The maker did not answer: it has heard or not. Ask again under the same reference."""


class CardMaker(Protocol):
    """A maker of cards. An order has one effect for its reference, however often it is given."""

    def number_of(self, reference: str, blank: int) -> str:
        """The number on the blank that is taken for the order; the second where the first is in
        use, and so on. Always the same for the same reference and blank."""
        ...

    def order(
        self, reference: str, *, pan: str, expires_yymm: int, code: str, brand: int, letter: Letter
    ) -> None:
        """Has a card made and posted with its registration code. Raises MakerSilentError."""
        ...

    def inquire(self, reference: str) -> MakerState:
        """What became of an order. Raises MakerSilentError."""
        ...


class MakerManner(IntEnum):
    """How the maker takes an order that it hears for the first time."""

    PROMPT = 0
    LATE = 1
    RETURNED = 2
    ANSWER_LOST = 3
    ORDER_LOST = 4


@dataclass(frozen=True, slots=True)
class MakerManners:
    """Shares of orders in basis points that go each way, and how long things take (city's us)."""

    late_bp: int = 0
    returned_bp: int = 0
    answer_lost_bp: int = 0
    order_lost_bp: int = 0
    making_us: int = 3_600_000_000
    posting_us: int = 7_200_000_000
    late_us: int = 86_400_000_000

    def __call__(self, reference: str) -> MakerManner:
        draw = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:8], "big")
        left = draw % BASIS_POINTS_WHOLE
        shares = (
            (MakerManner.LATE, self.late_bp),
            (MakerManner.RETURNED, self.returned_bp),
            (MakerManner.ANSWER_LOST, self.answer_lost_bp),
            (MakerManner.ORDER_LOST, self.order_lost_bp),
        )
        for manner, share_bp in shares:
            if left < share_bp:
                return manner
            left -= share_bp
        return MakerManner.PROMPT


class SimulatedMaker:
    """A maker with books in the schema card_maker, on the caller's connection.

    It behaves as `behave` last said, in every process; `manner_of` overrules that for one.
    """

    def __init__(
        self,
        connection: Connection[Any],
        clock: Clock,
        secret: bytes,
        manner_of: Callable[[str], MakerManner] | None = None,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._secret = secret
        self._manner_of = manner_of

    def behave(self, manners: MakerManners) -> None:
        """From now on the maker behaves like this, whoever speaks to it."""
        self._connection.execute(
            "UPDATE card_maker.manners SET late_bp = %s, returned_bp = %s, answer_lost_bp = %s, "
            "order_lost_bp = %s, making_us = %s, posting_us = %s, late_us = %s",
            (
                manners.late_bp, manners.returned_bp, manners.answer_lost_bp,
                manners.order_lost_bp, manners.making_us, manners.posting_us, manners.late_us,
            ),
        )  # fmt: skip

    def number_of(self, reference: str, blank: int) -> str:
        """As `CardMaker.number_of` says: drawn from the maker's secret, kept nowhere."""
        return derived_card_number(self._secret, f"{reference} {blank}")

    def order(
        self, reference: str, *, pan: str, expires_yymm: int, code: str, brand: int, letter: Letter
    ) -> None:
        """As `CardMaker.order` says; of number, code and address nothing is kept."""
        manners = self._manners()
        manner = self._mishap(reference, self._manner_of or manners)
        if manner is not MakerManner.ORDER_LOST:
            heard_us = self._clock.now_us()
            late_us = manners.late_us if manner is MakerManner.LATE else 0
            sent_us = heard_us + manners.making_us + late_us
            self._connection.execute(
                "INSERT INTO card_maker.ordered (reference, heard_at_us, sent_at_us, "
                "arrived_at_us, comes_back) VALUES (%s, %s, %s, %s, %s) "
                "ON CONFLICT (reference) DO UPDATE SET times_heard = ordered.times_heard + 1",
                (
                    reference, heard_us, sent_us, sent_us + manners.posting_us,
                    manner is MakerManner.RETURNED,
                ),
            )  # fmt: skip
        if manner in (MakerManner.ANSWER_LOST, MakerManner.ORDER_LOST):
            raise MakerSilentError(reference)

    def inquire(self, reference: str) -> MakerState:
        """As `CardMaker.inquire` says, by the city's clock."""
        row = self._connection.execute(
            "SELECT sent_at_us, arrived_at_us, comes_back FROM card_maker.ordered "
            "WHERE reference = %s",
            (reference,),
        ).fetchone()
        if row is None:
            return MakerState.UNKNOWN
        sent_us, arrived_us, comes_back = row
        now_us = self._clock.now_us()
        if now_us < sent_us:
            return MakerState.MAKING
        if now_us < arrived_us:
            return MakerState.SENT
        return MakerState.RETURNED if comes_back else MakerState.ARRIVED

    def _mishap(self, reference: str, manner_of: Callable[[str], MakerManner]) -> MakerManner:
        """The manner at the first hearing; every repeat is prompt."""
        manner = manner_of(reference)
        cursor = self._connection.execute(
            "INSERT INTO card_maker.mishap (reference, manner) VALUES (%s, %s) "
            "ON CONFLICT DO NOTHING",
            (reference, int(manner)),
        )
        return manner if cursor.rowcount else MakerManner.PROMPT

    def _manners(self) -> MakerManners:
        row = self._connection.execute(
            "SELECT late_bp, returned_bp, answer_lost_bp, order_lost_bp, making_us, posting_us, "
            "late_us FROM card_maker.manners"
        ).fetchone()
        return MakerManners() if row is None else MakerManners(*row)


def maker_of(ring: KeyRing, connection: Connection[Any], clock: Clock) -> SimulatedMaker | None:
    """The maker of this installation: the simulated one where the keys are a demo's, else none."""
    if not ring.is_demo:
        return None
    secret = hmac.digest(ring.key(CARD_TOKEN), b"simulated maker of cards", "sha256")
    return SimulatedMaker(connection, clock, secret)
