"""A wallet is locked by whoever may, and opened by whoever may: member, guardian, desk, a code."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import Charge, Purchase
from dure.people.fields import installed_sealer
from dure.people.members import Member
from tests.citizens import join, session_token, sign_in
from tests.engines import BEGUN_US, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

PHONE = "010-2000-0001"


def form(page: Any, **fields: str) -> dict[str, str]:
    """The fields of a page's form: its key, and what is typed."""
    found = re.search(r'name="once" value="([0-9a-f]{32})"', page.content.decode())
    assert found is not None, page.content.decode()[:2000]
    return {"once": found[1], **fields}


def stranger() -> Any:
    from django.test import Client

    return Client(SERVER_NAME="localhost")


def pays(city: RunningEngine, member_id: int) -> DeclineReason:
    """What becomes of a payment of 1,000 won."""
    answer = city.ask(
        Purchase(
            key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=1_000,
            channel=2, member_id=member_id,
        )
    )  # fmt: skip
    return answer.reason


@pytest.fixture
def member(city: RunningEngine, connection: Connection) -> Member:
    """A member with 100,000 won."""
    joined = join(city, connection, phone=PHONE)
    city.ask(
        Charge(
            key=new_key(), occurred_at_us=BEGUN_US, member_id=joined.member_id, amount_won=100_000
        )
    )
    return joined


def test_it_locks_with_one_tap_and_opens_with_a_proof(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    unproved = sign_in(connection, member.member_id, proved=False)
    page = unproved.get("/app/lock")
    assert "지갑이 열려 있습니다" in page.content.decode()
    locked = unproved.post("/app/lock", form(page, act="lock"))
    assert (locked.status_code, locked.headers["Location"]) == (302, "/app/lock")
    assert pays(city, member.member_id) is DeclineReason.WALLET_LOCKED
    page = unproved.get("/app/lock")
    assert "지갑이 잠겨 있습니다" in page.content.decode()
    lock = connection.execute("SELECT lock_id FROM wallet_lock").fetchone()
    assert lock is not None
    unlocking = form(page, act="unlock", lock=str(lock[0]))
    unproved.post("/app/lock", unlocking)
    assert pays(city, member.member_id) is DeclineReason.WALLET_LOCKED
    proved = sign_in(connection, member.member_id)
    done = proved.post("/app/lock", form(proved.get("/app/lock"), act="unlock", lock=str(lock[0])))
    assert done.status_code == 302
    assert pays(city, member.member_id) is DeclineReason.APPROVED


def test_it_locks_once_however_often_it_is_tapped(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    client = sign_in(connection, member.member_id)
    fields = form(client.get("/app/lock"), act="lock")
    for _ in range(3):
        assert client.post("/app/lock", fields).status_code == 302
    assert connection.execute("SELECT count(*) FROM wallet_lock").fetchone() == (1,)
    assert connection.execute(
        "SELECT count(*) FROM member_notice WHERE kind = 'wallet-locked'"
    ).fetchone() == (1,)


def test_it_makes_a_code_that_locks_without_the_telephone(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    client = sign_in(connection, member.member_id)
    page = client.post("/app/lock/code", form(client.get("/app/lock")))
    code = re.search(r"care-code\">(\d{4} \d{4})<", page.content.decode())
    assert code is not None
    thief = stranger()
    asked = form(thief.get("/app/lock"), phone=PHONE, way="note")
    shown = thief.post("/app/lock/lost", asked)
    assert "여덟 자리" in shown.content.decode()
    wrong = thief.post("/app/lock/lost", form(shown, phone=PHONE, way="note", code="00000000"))
    assert wrong.status_code == 422
    assert pays(city, member.member_id) is DeclineReason.APPROVED
    right = thief.post("/app/lock/lost", form(shown, phone=PHONE, way="note", code=code[1]))
    assert right.headers["Location"] == "/app/lock/lost/done"
    assert pays(city, member.member_id) is DeclineReason.WALLET_LOCKED
    assert client.get("/app/help/looks").status_code == 302, "every telephone is signed out"


def test_it_answers_alike_whether_a_number_is_known(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    client = stranger()
    told = []
    for phone in (PHONE, "010-2999-9999"):
        shown = client.get("/app/lock/lost")
        wrong = client.post("/app/lock/lost", form(shown, phone=phone, way="note", code="12345678"))
        plain = re.sub(r'value="[0-9a-f]{32,64}"|[\w-]{64}', "", wrong.content.decode())
        told.append((wrong.status_code, plain.replace(phone, "")))
    assert told[0] == told[1]


def test_it_lets_nobody_guess_a_lock_code(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    client = stranger()
    statuses = []
    for guess in range(6):
        shown = client.get("/app/lock/lost")
        fields = form(shown, phone=PHONE, way="note", code=f"{guess:08}")
        statuses.append(client.post("/app/lock/lost", fields).status_code)
    assert statuses == [422] * 5 + [429]


def sent_code(connection: Connection) -> str:
    row = connection.execute(
        "SELECT text FROM sms_simulator.message ORDER BY message_id DESC LIMIT 1"
    ).fetchone()
    assert row is not None
    found = re.search(r"\b(\d{6})\b", row[0])
    assert found is not None
    return found[1]


def test_it_locks_by_a_code_that_was_sent(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    client = stranger()
    asked = form(client.get("/app/lock/lost"), phone=PHONE, way="text")
    sent = client.post("/app/lock/lost", asked)
    assert sent.headers["Location"] == "/app/lock/lost/text"
    page = client.get("/app/lock/lost/text")
    done = client.post("/app/lock/lost/text", form(page, code=sent_code(connection)))
    assert done.headers["Location"] == "/app/lock/lost/done"
    assert pays(city, member.member_id) is DeclineReason.WALLET_LOCKED


def test_it_keeps_a_lost_telephones_lock_from_a_new_pin(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    from dure.people.payment_pins import set_pin
    from dure.people.wallet_locks import Cause, Hand, lock_wallet, locks_of
    from dure.web.citizen.shell.sessions import machine_now_us

    lock_wallet(
        connection, city.ask, key=new_key(), member_id=member.member_id,
        hand=Hand(Cause.LOST, str(member.member_id)), at_us=BEGUN_US,
        machine_now_us=machine_now_us(),
    )  # fmt: skip
    (lock,) = locks_of(connection, member.member_id)
    set_pin(
        connection, installed_sealer(), member_id=member.member_id, pin="274913",
        birth_date=date(1980, 5, 1), phone=member.phone,
    )  # fmt: skip
    thief = sign_in(connection, member.member_id)
    asked = form(thief.get("/app/lock"), act="unlock", lock=str(lock.lock_id))
    assert "창구로 오세요" in thief.post("/app/lock", asked, follow=True).content.decode()
    assert pays(city, member.member_id) is DeclineReason.WALLET_LOCKED


def test_it_opens_when_the_last_of_several_locks_has_ended(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    from dure.people.wallet_locks import Cause, Hand, lock_wallet, locks_of, unlock_wallet

    for hand in (Hand(Cause.MEMBER, "1"), Hand(Cause.GUARDIAN, "2"), Hand(Cause.DESK, "haneul")):
        lock_wallet(
            connection, city.ask, key=new_key(), member_id=member.member_id, hand=hand,
            at_us=BEGUN_US, machine_now_us=1,
        )  # fmt: skip
    opened = [
        unlock_wallet(
            connection, city.ask, key=new_key(), member_id=member.member_id,
            lock_id=lock.lock_id, by_whom="x", at_us=BEGUN_US,
        )
        for lock in locks_of(connection, member.member_id)
    ]  # fmt: skip
    assert opened == [False, False, True]
    assert pays(city, member.member_id) is DeclineReason.APPROVED


def test_it_settles_a_lock_whose_answer_was_lost(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    from dure.engine.client import EngineGone
    from dure.people.wallet_locks import Cause, Hand, lock_wallet, settle_locks

    def gone(_request: Any) -> Any:
        raise EngineGone("the line was cut")

    with pytest.raises(EngineGone):
        lock_wallet(
            connection, gone, key=new_key(), member_id=member.member_id,
            hand=Hand(Cause.MEMBER, "1"), at_us=BEGUN_US, machine_now_us=1,
        )  # fmt: skip
    assert pays(city, member.member_id) is DeclineReason.APPROVED
    assert settle_locks(connection, city.ask, at_us=BEGUN_US) == 1
    assert pays(city, member.member_id) is DeclineReason.WALLET_LOCKED
    assert settle_locks(connection, city.ask, at_us=BEGUN_US) == 0


def test_it_tells_the_member_that_the_engine_is_away_and_locks_when_asked_again(
    web_home: Any, city: RunningEngine, connection: Connection, member: Member
) -> None:
    from dure.engine.settings import socket_path
    from dure.web.shared.engine import engine

    client = sign_in(connection, member.member_id)
    fields = form(client.get("/app/lock"), act="lock")
    socket_path(web_home).unlink()
    engine().close()
    away = client.post("/app/lock", fields)
    assert (away.status_code, form(away)["once"]) == (503, fields["once"])
    socket_path(web_home).symlink_to(city.path)
    assert client.post("/app/lock", fields).status_code == 302
    assert pays(city, member.member_id) is DeclineReason.WALLET_LOCKED


@pytest.fixture
def child(city: RunningEngine, connection: Connection, member: Member) -> Member:
    """A minor whose guardian the member is, with a virtual card."""
    from dure.people.guardians import link_guardian
    from dure.wallets.cards import CardKind, issue_card
    from dure.web.shared.card_keys import installed_ring

    minor = join(
        city, connection, phone="010-2000-0002", name="이하나", birth_date=date(2004, 3, 2)
    )
    link_guardian(
        connection, key=new_key(), guardian_id=member.member_id, minor_id=minor.member_id,
        papers="가족관계증명서 2019-1", official="haneul", at_us=BEGUN_US,
    )  # fmt: skip
    issue_card(
        connection, city.ask, installed_ring().card_token, key=new_key(),
        member_id=minor.member_id, kind=CardKind.VIRTUAL, at_us=BEGUN_US,
    )  # fmt: skip
    return minor


def test_it_lets_a_guardian_block_and_lock_and_see_no_money(
    city: RunningEngine, connection: Connection, member: Member, child: Member
) -> None:
    from dure.people.guardians import blocked_by_guardian

    city.ask(
        Charge(key=new_key(), occurred_at_us=BEGUN_US, member_id=child.member_id, amount_won=54_321)
    )
    guardian = sign_in(connection, member.member_id)
    assert "이*나" in guardian.get("/app/guardian").content.decode()
    page = guardian.get("/app/guardian/1")
    assert "54,321" not in page.content.decode()
    card = connection.execute("SELECT card_id FROM card").fetchone()
    assert card is not None
    blocked = guardian.post("/app/guardian/1", form(page, act="block", card=str(card[0])))
    assert blocked.status_code == 302
    assert connection.execute("SELECT status FROM card").fetchone() == (3,)
    assert blocked_by_guardian(connection, child.member_id, BEGUN_US) == {card[0]}
    page = guardian.get("/app/guardian/1")
    guardian.post("/app/guardian/1", form(page, act="lock"))
    assert pays(city, child.member_id) is DeclineReason.WALLET_LOCKED
    own = sign_in(connection, child.member_id)
    seen = own.get("/app/lock").content.decode()
    assert "보호자가 잠갔습니다" in seen
    assert 'value="unlock"' not in seen
    assert "김*레" in own.get("/app/guardian").content.decode()
    lock = connection.execute("SELECT lock_id FROM wallet_lock").fetchone()
    assert lock is not None
    own.post("/app/lock", form(own.get("/app/lock"), act="unlock", lock=str(lock[0])))
    assert pays(city, child.member_id) is DeclineReason.WALLET_LOCKED
    page = guardian.get("/app/guardian/1")
    guardian.post("/app/guardian/1", form(page, act="unlock", lock=str(lock[0])))
    guardian.post("/app/guardian/1", form(page, act="unblock", card=str(card[0])))
    assert pays(city, child.member_id) is DeclineReason.APPROVED
    assert connection.execute("SELECT status FROM card").fetchone() == (2,)


def test_it_shows_a_minor_to_the_guardian_alone(
    city: RunningEngine, connection: Connection, member: Member, child: Member
) -> None:
    other = join(city, connection, phone="010-2000-0003", name="박다른")
    for who in (other.member_id, child.member_id):
        client = sign_in(connection, who)
        assert client.get("/app/guardian/1").status_code == 404
        key = form(client.get("/app/lock"))
        assert client.post("/app/guardian/1", {**key, "act": "lock"}).status_code == 404
    assert stranger().get("/app/guardian/1").status_code == 302


def test_it_ends_the_link_when_the_minor_comes_of_age(
    connection: Connection, member: Member, child: Member
) -> None:
    from dure.kernel.calendar import start_of_day_us
    from dure.people.guardians import minors_of

    eve, day = start_of_day_us(date(2023, 3, 1)), start_of_day_us(date(2023, 3, 2))
    assert len(minors_of(connection, member.member_id, eve)) == 1
    assert minors_of(connection, member.member_id, day) == []


def test_it_links_no_more_than_two_guardians_who_are_of_age(
    city: RunningEngine, connection: Connection, member: Member, child: Member
) -> None:
    from dure.people import guardians

    def link(guardian_id: int, minor_id: int = child.member_id, papers: str = "서류 1") -> int:
        return guardians.link_guardian(
            connection, key=new_key(), guardian_id=guardian_id, minor_id=minor_id, papers=papers,
            official="haneul", at_us=BEGUN_US,
        )  # fmt: skip

    second = join(city, connection, phone="010-2000-0004")
    third = join(city, connection, phone="010-2000-0005")
    with pytest.raises(guardians.AlreadyGuardianError):
        link(member.member_id)
    with pytest.raises(guardians.NotAMinorError):
        link(second.member_id, minor_id=third.member_id)
    with pytest.raises(guardians.GuardianTooYoungError):
        link(child.member_id, minor_id=child.member_id)
    with pytest.raises(guardians.PapersMissingError):
        link(second.member_id, papers=" ")
    number = link(second.member_id)
    with pytest.raises(guardians.GuardiansFullError):
        link(third.member_id)
    assert guardians.end_guardianship(
        connection, guardianship_id=number, by_whom="haneul", at_us=BEGUN_US
    )
    assert link(third.member_id) > number


def test_it_opens_help_for_everybody(connection: Connection, member: Member) -> None:
    token = session_token(connection, member.member_id)
    client = stranger()
    assert "지갑 잠그기" in client.get("/app/help").content.decode()
    client.cookies["dure_member"] = token
    assert "Complaints and disputes" in client.get("/en/app/help").content.decode()


def test_it_gives_the_demo_a_guardian_and_a_complaint_once(
    city: RunningEngine, connection: Connection, member: Member
) -> None:
    from dure.web.citizen.care.demo import prepare_care

    minor = join(city, connection, phone="010-2000-0009", birth_date=date(2003, 5, 21))
    citizens = {
        "010-0000-1001": {"member_id": member.member_id},
        "010-0000-1003": {"member_id": minor.member_id},
    }
    for _ in range(2):
        prepare_care(connection, installed_sealer(), citizens, BEGUN_US)
    assert connection.execute("SELECT count(*) FROM guardianship").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM complaint").fetchone() == (1,)
    prepare_care(connection, installed_sealer(), {}, BEGUN_US)


def test_it_gives_no_card_in_the_place_of_one_that_a_guardian_blocked(
    city: RunningEngine, connection: Connection, member: Member, child: Member
) -> None:
    guardian, own = sign_in(connection, member.member_id), sign_in(connection, child.member_id)
    row = connection.execute("SELECT card_id FROM card").fetchone()
    assert row is not None
    page = guardian.get("/app/guardian/1")
    guardian.post("/app/guardian/1", form(page, act="block", card=str(row[0])))
    key = form(own.get("/app/cards/virtual"))
    own.post(f"/app/cards/{row[0]}/replace", key)
    assert "보호자가 정지한" in own.get(f"/app/cards/{row[0]}/lost").content.decode()
    assert connection.execute("SELECT card_id, status FROM card").fetchall() == [(row[0], 3)]


def test_it_lets_a_guardian_keep_a_card_blocked_that_the_minor_has_blocked(
    city: RunningEngine, connection: Connection, member: Member, child: Member
) -> None:
    guardian, own = sign_in(connection, member.member_id), sign_in(connection, child.member_id)
    row = connection.execute("SELECT card_id FROM card").fetchone()
    assert row is not None
    card = f"/app/cards/{row[0]}"

    def status() -> int:
        found = connection.execute("SELECT status FROM card").fetchone()
        assert found is not None
        return int(found[0])

    own.post(f"{card}/block", form(own.get(card)))
    assert status() == 3
    page = guardian.get("/app/guardian/1")
    assert "풀지 못하게 하기" in page.content.decode()
    guardian.post("/app/guardian/1", form(page, act="block", card=str(row[0])))
    own.post(f"{card}/unblock", form(own.get("/app/lock")))
    assert status() == 3
    page = guardian.get("/app/guardian/1")
    guardian.post("/app/guardian/1", form(page, act="unblock", card=str(row[0])))
    assert status() == 3, "the minor's own block stays"
    own.post(f"{card}/unblock", form(own.get("/app/lock")))
    assert status() == 2
    told = connection.execute(
        "SELECT kind FROM member_notice WHERE member_id = %s "
        "AND kind LIKE 'guardian-%%' ORDER BY kind",
        (child.member_id,),
    ).fetchall()
    assert told == [("guardian-holds",), ("guardian-let-go",), ("guardian-linked",)]
