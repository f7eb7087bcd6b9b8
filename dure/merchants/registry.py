"""The registry's operations: a shop applies, is approved, refused, suspended, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from psycopg import Connection

from dure.kernel.calendar import day_of, from_us, start_of_day_us
from dure.merchants.business_numbers import is_business_number
from dure.merchants.standing import Decision
from dure.policy.occasions import ANY_TIME, OfferTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopDetails:
    """What is registered of a shop: see table shop for the codes and their shapes."""

    shop_code: str
    business_number: str
    name_ko: str
    sector: str
    mcc: str
    sales_band: int
    district: int
    name_en: str = ""
    owner_name: str = ""
    marks: int = 0
    trade: int = 0
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


class BusinessNumberWrongError(ValueError):
    """The check digit does not fit: a typing error."""


class RegistrationBarredError(Exception):
    """A shop of this business number had its registration cancelled within the last year."""


class DecisionNotPossibleError(Exception):
    """From where the shop stands, this decision cannot be made; `now` is its last one."""

    def __init__(self, now: Decision, wanted: Decision) -> None:
        super().__init__(f"{wanted.name} after {now.name}")
        self.now = now
        self.wanted = wanted


class ShopNotFoundError(LookupError):
    """No shop has this number."""


BARRED_DAYS = 365
"""After a cancellation the same business may not register again for a year (Act, article 10)."""

_MAY_FOLLOW: dict[Decision, frozenset[Decision]] = {
    Decision.APPLIED: frozenset({Decision.APPROVED, Decision.REFUSED, Decision.CLOSED}),
    Decision.APPROVED: frozenset({Decision.SUSPENDED, Decision.CANCELLED, Decision.CLOSED}),
    Decision.REFUSED: frozenset({Decision.APPLIED}),
    Decision.SUSPENDED: frozenset({Decision.REINSTATED, Decision.CANCELLED, Decision.CLOSED}),
    Decision.REINSTATED: frozenset({Decision.SUSPENDED, Decision.CANCELLED, Decision.CLOSED}),
    Decision.CANCELLED: frozenset({Decision.APPLIED}),
    Decision.CLOSED: frozenset({Decision.APPLIED}),
}

_INSERT_SHOP = """
INSERT INTO shop (shop_code, business_number, name_ko, name_en, owner_name, sector, mcc,
                  sales_band, district, marks, trade, address, latitude, longitude)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING shop_id
"""
_BARRED = """
SELECT 1 FROM shop JOIN shop_status USING (shop_id)
WHERE business_number = %s AND decision = 6 AND decided_at > %s LIMIT 1
"""


def apply(connection: Connection[Any], shop: ShopDetails, *, at_us: int, by: str = "") -> int:
    """Registers an application and gives the new shop's number.

    Raises BusinessNumberWrongError, RegistrationBarredError, and psycopg's UniqueViolation for a
    shop code that is taken.
    """
    if not is_business_number(shop.business_number):
        raise BusinessNumberWrongError(shop.business_number)
    with connection.transaction():
        since = from_us(at_us) - timedelta(days=BARRED_DAYS)
        if connection.execute(_BARRED, (shop.business_number, since)).fetchone():
            raise RegistrationBarredError(shop.business_number)
        row = connection.execute(
            _INSERT_SHOP,
            (
                shop.shop_code, shop.business_number, shop.name_ko, shop.name_en, shop.owner_name,
                shop.sector, shop.mcc, shop.sales_band, shop.district, shop.marks, shop.trade,
                shop.address, shop.latitude, shop.longitude,
            ),
        ).fetchone()  # fmt: skip
        assert row is not None
        _record(connection, row[0], Decision.APPLIED, at_us, at_us, "", by)
    return int(row[0])


def approve(connection: Connection[Any], shop_id: int, *, at_us: int, by: str) -> None:
    """Approves an application; it takes effect the day after, at midnight in the city."""
    tomorrow_us = start_of_day_us(day_of(at_us) + timedelta(days=1))
    _decide(connection, shop_id, Decision.APPROVED, at_us, tomorrow_us, "", by)


def refuse(connection: Connection[Any], shop_id: int, *, at_us: int, reason: str, by: str) -> None:
    """Refuses an application, for a reason that the shop is told."""
    _decide(connection, shop_id, Decision.REFUSED, at_us, at_us, reason, by)


def suspend(
    connection: Connection[Any],
    shop_id: int,
    *,
    at_us: int,
    reason: str,
    by: str,
    until_us: int | None = None,
) -> None:
    """Suspends a shop from now on, until an instant when one is given."""
    with connection.transaction():
        _decide(connection, shop_id, Decision.SUSPENDED, at_us, at_us, reason, by)
        if until_us is not None:
            _decide(connection, shop_id, Decision.REINSTATED, at_us, until_us, reason, by)


def reinstate(connection: Connection[Any], shop_id: int, *, at_us: int, by: str) -> None:
    """Ends a suspension now."""
    _decide(connection, shop_id, Decision.REINSTATED, at_us, at_us, "", by)


def cancel(connection: Connection[Any], shop_id: int, *, at_us: int, reason: str, by: str) -> None:
    """Cancels a registration; the business may not register again for a year."""
    _decide(connection, shop_id, Decision.CANCELLED, at_us, at_us, reason, by)


def close(connection: Connection[Any], shop_id: int, *, at_us: int, by: str = "") -> None:
    """Notes that the shop has closed."""
    _decide(connection, shop_id, Decision.CLOSED, at_us, at_us, "", by)


def apply_again(connection: Connection[Any], shop_id: int, *, at_us: int, by: str = "") -> None:
    """A shop that was refused, cancelled or closed applies again.

    Raises RegistrationBarredError within a year of a cancellation.
    """
    with connection.transaction():
        since = from_us(at_us) - timedelta(days=BARRED_DAYS)
        row = connection.execute(
            "SELECT business_number FROM shop WHERE shop_id = %s", (shop_id,)
        ).fetchone()
        if row is not None and connection.execute(_BARRED, (row[0], since)).fetchone():
            raise RegistrationBarredError(row[0])
        _decide(connection, shop_id, Decision.APPLIED, at_us, at_us, "", by)


def set_offer(
    connection: Connection[Any],
    shop_id: int,
    *,
    discount_bp: int,
    from_day: date,
    until_day: date | None = None,
    terms: OfferTerms = ANY_TIME,
) -> None:
    """Sets what the shop takes off at the till from a day on (1% to 7% in bp; 0 ends it), and when.

    An offer that runs then ends on that day; later ones within the period are replaced. Raises
    psycopg's CheckViolation, named by a sentence, for an offer that the city does not allow.
    """
    with connection.transaction():
        _lock(connection, shop_id)
        connection.execute(
            "DELETE FROM benefit_offer WHERE shop_id = %s AND from_day >= %s "
            "AND (%s::date IS NULL OR from_day < %s)",
            (shop_id, from_day, until_day, until_day),
        )
        connection.execute(
            "UPDATE benefit_offer SET until_day = %s WHERE shop_id = %s AND from_day < %s "
            "AND (until_day IS NULL OR until_day > %s)",
            (from_day, shop_id, from_day, from_day),
        )
        if discount_bp:
            connection.execute(
                "INSERT INTO benefit_offer (shop_id, discount_bp, from_day, until_day, weekdays, "
                "from_minute, until_minute, payment_won_min, month_won_max) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (shop_id, discount_bp, from_day, until_day, *terms),
            )


def set_terminals(connection: Connection[Any], shop_id: int, terminals: Sequence[str]) -> None:
    """The terminals (DE 41) that stand in the shop; one that stood elsewhere has moved."""
    with connection.transaction():
        _lock(connection, shop_id)
        connection.execute(
            "DELETE FROM terminal WHERE shop_id = %s AND terminal <> ALL(%s)",
            (shop_id, list(terminals)),
        )
        connection.execute(
            "INSERT INTO terminal (terminal, shop_id) SELECT unnest(%s::text[]), %s "
            "ON CONFLICT (terminal) DO UPDATE SET shop_id = excluded.shop_id",
            (list(terminals), shop_id),
        )


def _lock(connection: Connection[Any], shop_id: int) -> Decision:
    """Locks the shop against other decisions and gives the last one."""
    row = connection.execute(
        "SELECT status FROM shop WHERE shop_id = %s FOR UPDATE", (shop_id,)
    ).fetchone()
    if row is None:
        raise ShopNotFoundError(shop_id)
    return Decision(row[0])


def _decide(
    connection: Connection[Any],
    shop_id: int,
    decision: Decision,
    at_us: int,
    effective_us: int,
    reason: str,
    by: str,
) -> None:
    with connection.transaction():
        now = _lock(connection, shop_id)
        if decision not in _MAY_FOLLOW[now]:
            raise DecisionNotPossibleError(now, decision)
        _record(connection, shop_id, decision, at_us, effective_us, reason, by)


def _record(
    connection: Connection[Any],
    shop_id: int,
    decision: Decision,
    at_us: int,
    effective_us: int,
    reason: str,
    by: str,
) -> None:
    connection.execute(
        "INSERT INTO shop_status (shop_id, decision, decided_at, effective_at, reason, decided_by) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        (shop_id, int(decision), from_us(at_us), from_us(effective_us), reason, by),
    )
