"""Things of one member for the matrix: each place of an address with something real in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dure.authorization.requests import Charge, ClaimCoupon, Purchase
from dure.people.members import Member
from dure.policy.occasions import Channel
from dure.web.shared.form_keys import new_form_key
from tests.citizens import join, session_token, sign_in
from tests.db.test_coupon_races import VERSION, publish
from tests.engines import BEGUN_US, SEOGU, SHOP_PLUS, RunningEngine, new_key
from tests.web.conftest import Connection

NAME, PHONE = "남궁비밀", "010-7777-1234"
"""What no page may show to anybody else."""
OTHER_NAME, OTHER_PHONE = "한다른", "010-8888-4321"
CHARGED_WON, PAID_WON = 234_567, 41_200


def member_with_things(
    engine: RunningEngine, connection: Connection, url: str
) -> tuple[Member, dict[str, str]]:
    """A member, and by the name of each place of an address what stands there for this member."""
    publish(url)
    member = join(engine, connection, name=NAME, phone=PHONE)
    charged = Charge(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=member.member_id, amount_won=CHARGED_WON
    )
    assert engine.ask(charged).approved
    paid = engine.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_PLUS, amount_won=PAID_WON,
            channel=Channel.QR, member_id=member.member_id,
        )
    )  # fmt: skip
    assert paid.approved, paid
    things = {
        "shop_code": SHOP_PLUS,
        "version": str(VERSION),
        "zoom": "0",
        "column": "0",
        "row": "0",
        "slug": "offline",
        "name": "kakao",
        "movement_id": str(paid.movement_id),
        "number": "201910",
        "year": "2019",
    }
    things |= _coupon(engine, connection, member.member_id)
    things |= _complaint(connection, member.member_id, paid.movement_id)
    things |= _minor(engine, connection, member.member_id)
    things |= _cards(connection, member.member_id)
    things |= _transfer(connection, member.member_id)
    things |= _given(connection, member.member_id)
    things |= _ways_in(connection, member.member_id)
    return member, things


def _coupon(engine: RunningEngine, connection: Connection, member_id: int) -> Mapping[str, str]:
    from dure.wallets.coupon_queue import draw_ticket
    from dure.wallets.coupons import coupons_of

    claimed = ClaimCoupon(
        key=new_key(), occurred_at_us=BEGUN_US, member_id=member_id, rule_version_id=VERSION
    )
    assert engine.ask(claimed).approved
    ticket = draw_ticket(
        connection, key=new_key(), member_id=member_id, rule_version_id=VERSION, at_us=BEGUN_US,
        machine_us=BEGUN_US,
    )  # fmt: skip
    (held,) = coupons_of(connection, member_id)
    return {"ticket_id": str(ticket.ticket_id), "coupon_id": str(held.coupon_id)}


def _complaint(connection: Connection, member_id: int, movement_id: int) -> Mapping[str, str]:
    from io import BytesIO

    from PIL import Image

    from dure.people.complaint_kinds import Kind
    from dure.people.complaints import file_complaint
    from dure.people.evidence import photo_from
    from dure.people.fields import installed_sealer

    taken = BytesIO()
    Image.new("RGB", (64, 48), "#336699").save(taken, "PNG")
    complaint_id = file_complaint(
        connection, installed_sealer(), key=new_key(), member_id=member_id, kind=Kind.PAYMENT,
        text="영수증과 금액이 다릅니다.", at_us=BEGUN_US, movement_id=movement_id,
        photos=[photo_from(taken.getvalue())],
    )  # fmt: skip
    row = connection.execute("SELECT max(photo_id) FROM complaint_photo").fetchone()
    assert row is not None
    return {"complaint_id": str(complaint_id), "photo_id": str(row[0])}


def _minor(engine: RunningEngine, connection: Connection, guardian_id: int) -> Mapping[str, str]:
    from dure.people.guardians import link_guardian

    minor = join(
        engine, connection, name="남궁어린", phone="010-7777-5678", district=SEOGU,
        birth_date=date(2004, 3, 1),
    )  # fmt: skip
    link = link_guardian(
        connection, key=new_key(), guardian_id=guardian_id, minor_id=minor.member_id,
        papers="가족관계증명서", official="test-desk", at_us=BEGUN_US,
    )  # fmt: skip
    return {"guardianship_id": str(link)}


def _cards(connection: Connection, member_id: int) -> Mapping[str, str]:
    """A virtual card, and a card of plastic that is being made; as members get them."""
    phone = sign_in(connection, member_id)
    wanted = {"once": new_form_key(), "brand": str(SEOGU)}
    assert phone.post("/app/cards/virtual", wanted).status_code < 400
    address = {"name": NAME, "postcode": "21554", "street": "정각로 29", "rest": "101호"}
    assert (
        phone.post("/app/cards/order", {**wanted, "once": new_form_key(), **address}).status_code
        == 302
    )
    card = connection.execute("SELECT max(card_id) FROM card WHERE member_id = %s", (member_id,))
    sent = connection.execute("SELECT max(delivery_id) FROM card_delivery")
    return {"card_id": _number(card.fetchone()), "delivery_id": _number(sent.fetchone())}


def _transfer(connection: Connection, member_id: int) -> Mapping[str, str]:
    """A charge from a linked account, which the bank has not answered."""
    made = connection.execute(
        "INSERT INTO linked_account"
        " (account_ref, member_id, bank_name, masked_number, linked_at_us)"
        " VALUES ('matrixaccount', %s, '시험은행', '****1234', %s) RETURNING account_ref",
        (member_id, BEGUN_US),
    ).fetchone()
    assert made is not None
    asked = connection.execute(
        "INSERT INTO bank_transfer (member_id, amount_won, purpose, account_ref, request_key,"
        " asked_at_us, due_at) VALUES (%s, 10000, 1, %s, %s, %s, 'infinity') RETURNING transfer_id",
        (member_id, made[0], new_key(), BEGUN_US),
    )
    return {"transfer_id": _number(asked.fetchone())}


def _given(connection: Connection, member_id: int) -> Mapping[str, str]:
    """A gift to a telephone of nobody's, and a donation."""
    from dure.wallets.donations import Fund, name_fund

    name_fund(connection, Fund(1, "시험 기금", "Trial fund", "시험", "Trial", 0))
    phone = sign_in(connection, member_id)
    gift = {"phone": "010-7777-9999", "amount": "3000", "words": "생일 축하해"}
    sent = phone.post("/app/gifts/send", {"once": new_form_key(), **gift})
    wanted = {"fund": "1", "amount": "1000", "purse": "charged"}
    given = phone.post("/app/donate", {"once": new_form_key(), **wanted})
    assert (sent.status_code, given.status_code) == (302, 302)
    return {
        "letter_id": sent.headers["Location"].rpartition("/")[2],
        "donate/<int:movement_id>": given.headers["Location"].removeprefix("/app/"),
    }


def _ways_in(connection: Connection, member_id: int) -> Mapping[str, str]:
    """Another session, and a passkey that no telephone has."""
    session_token(connection, member_id)
    session = connection.execute(
        "SELECT max(session_id) FROM member_session WHERE member_id = %s", (member_id,)
    )
    passkey = connection.execute(
        "INSERT INTO passkey (member_id, credential_id, public_key, sign_count, name, added_at_us)"
        " VALUES (%s, %s, %s, 0, %s, %s) RETURNING passkey_id",
        (member_id, bytes(16), bytes(77), NAME, BEGUN_US),
    )
    return {
        "session_id": _number(session.fetchone()),
        "passkey_id": _number(passkey.fetchone()),
    }


def _number(row: tuple[object, ...] | None) -> str:
    assert row is not None
    assert row[0] is not None
    return str(row[0])
