"""Citizens of a demo city whom everybody may be: people put to wallets that the demo has loaded.

Made only in a city that the demo loaded and that has demo keys. What one signs in with lies in the
home directory, marked as what it is; `dure citizen demo` shows it, and gives each a day's history.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from psycopg import Connection

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest, Cancel, Charge, Purchase
from dure.kernel.database.home import home_directory, read_json, write_private
from dure.kernel.keys import DEMO_MARK
from dure.people.members import (
    CONSENTS_REQUIRED,
    NAME_PURPOSE,
    PHONE_PURPOSE,
    normal_phone,
    record_consent,
)
from dure.people.payment_pins import fault_of, set_pin
from dure.people.sealing import Sealer
from dure.people.sms import has_demo_keys
from dure.policy.occasions import Channel
from dure.web.citizen.join.consent_texts import version_now

FILE: Final = "demo-citizens.json"
Ask = Callable[[AnyRequest], Answer]


@dataclass(frozen=True, slots=True)
class DemoCitizen:
    """A made-up person, the telephone, and what the wallet should be like.

    `born_from` and `born_until` are years; the person's own is the wallet's.
    """

    name: str
    phone: str
    district: int
    born_from: int
    born_until: int


# Numbers that begin with 010-0000 are given to nobody.
CITIZENS: Final = (
    DemoCitizen("한두레", "010-0000-1001", 28260, 1970, 1995),
    DemoCitizen("정두레", "010-0000-1002", 28110, 1940, 1965),
    DemoCitizen("새두레", "010-0000-1003", 28237, 2001, 2004),
)
_CHARGE_WON: Final = 100_000
_PAYMENTS_WON: Final = (4_500, 12_800, 23_000, 8_900, 36_700)


def prepare(connection: Connection[Any], sealer: Sealer, at_us: int) -> int:
    """Puts the people that are missing to wallets; how many there are. Nothing in a city that is
    no demo. `at_us` is the city's instant."""
    is_demo = connection.execute("SELECT EXISTS (SELECT FROM demo_city)").fetchone() == (True,)
    if not is_demo or not has_demo_keys(home_directory()):
        return 0
    known = kept()
    for citizen in CITIZENS:
        if citizen.phone not in known or not _is_member(connection, known[citizen.phone]):
            made = _make(connection, sealer, citizen, at_us)
            known.pop(citizen.phone, None)
            if made is not None:
                known[citizen.phone] = made
    note = {"note": DEMO_MARK, "citizens": known}
    write_private(home_directory() / FILE, json.dumps(note, ensure_ascii=False, indent=1) + "\n")
    return len(known)


def kept() -> dict[str, dict[str, Any]]:
    """Name, member number and PIN of each demo citizen, by telephone number."""
    content = read_json(home_directory() / FILE) or {}
    found = content.get("citizens")
    return dict(found) if isinstance(found, dict) else {}


def live_a_day(connection: Connection[Any], ask: Ask, member_id: int, at_us: int) -> int:
    """A charge, payments at shops of the own district, and one that is taken back; how many the
    engine approved. Asked again, nothing is done twice."""
    shops = [
        row[0]
        for row in connection.execute(
            "SELECT s.shop_code FROM shop s JOIN wallet w ON w.district = s.district "
            "LEFT JOIN benefit_offer b USING (shop_id) "
            "WHERE w.member_id = %s AND w.shard = %s %% 64 AND s.status = 2 "
            "ORDER BY b.shop_id IS NULL, s.shop_id LIMIT %s",
            (member_id, member_id, len(_PAYMENTS_WON)),
        )
    ]
    requests: list[AnyRequest] = [
        Charge(
            key=_key(member_id, 0), occurred_at_us=at_us, member_id=member_id,
            amount_won=_CHARGE_WON,
        )
    ]  # fmt: skip
    requests += [
        Purchase(
            key=_key(member_id, 1 + place), occurred_at_us=at_us, member_id=member_id,
            shop_code=shop, amount_won=won, channel=int(Channel.QR),
        )
        for place, (shop, won) in enumerate(zip(shops, _PAYMENTS_WON, strict=False))
    ]  # fmt: skip
    if shops:
        taken_back = Cancel(
            key=_key(member_id, 99), occurred_at_us=at_us, member_id=member_id,
            original_key=_key(member_id, len(shops)),
        )  # fmt: skip
        requests.append(taken_back)
    return sum(answer.approved and not answer.repeated for answer in map(ask, requests))


def _is_member(connection: Connection[Any], citizen: dict[str, Any]) -> bool:
    row = connection.execute(
        "SELECT 1 FROM member WHERE member_id = %s AND status = 2", (citizen["member_id"],)
    ).fetchone()
    return row is not None


def _make(
    connection: Connection[Any], sealer: Sealer, citizen: DemoCitizen, at_us: int
) -> dict[str, Any] | None:
    """Puts a person to a wallet that is used like an ordinary one; None where there is none."""
    row = connection.execute(
        "SELECT w.member_id, w.birth_year FROM wallet w "
        "WHERE district = %s AND level = 2 AND status = 1 AND birth_year BETWEEN %s AND %s "
        "AND NOT EXISTS (SELECT FROM member m WHERE m.member_id = w.member_id) "
        "ORDER BY abs(usage_won - 250000), member_id LIMIT 1",
        (citizen.district, citizen.born_from, citizen.born_until),
    ).fetchone()
    if row is None:
        return None
    member_id, born = int(row[0]), date(row[1], 5, 21)
    phone = normal_phone(citizen.phone)
    with connection.transaction():
        inserted = connection.execute(
            "INSERT INTO member (member_id, status, level, district, birth_date, name_sealed, "
            "phone_sealed, phone_index, request_key, joined_at_us) "
            "VALUES (%s, 2, 2, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (
                member_id, citizen.district, born, sealer.seal(citizen.name, NAME_PURPOSE),
                sealer.seal(phone, PHONE_PURPOSE), sealer.index(phone, PHONE_PURPOSE),
                _key(member_id, 0), at_us,
            ),
        )  # fmt: skip
        if inserted.rowcount != 1:
            return None
        for purpose in sorted(CONSENTS_REQUIRED):
            record_consent(
                connection, member_id=member_id, purpose=purpose,
                text_version=version_now(purpose) or "1", given=True, at_us=at_us,
            )  # fmt: skip
        pin = _draw_pin(born, phone)
        set_pin(connection, sealer, member_id=member_id, pin=pin, birth_date=born, phone=phone)
    return {"name": citizen.name, "member_id": member_id, "pin": pin, "born": f"{born:%Y%m%d}"}


def _draw_pin(born: date, phone: str) -> str:
    while True:
        pin = f"{secrets.randbelow(1_000_000):06}"
        if fault_of(pin, birth_date=born, phone=phone) is None:
            return pin


def _key(member_id: int, step: int) -> bytes:
    return hashlib.sha256(f"demo citizen {member_id} {step}".encode()).digest()[:16]
