"""A member, from joining to leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.engine.client import EngineGone
from dure.kernel.keys import KeyRing
from dure.people.changes import WalletNotEmptyError, change_district, change_level, leave
from dure.people.members import (
    ConsentMissingError,
    KeyUsedForAnotherMemberError,
    Level,
    Member,
    MemberStatus,
    PhoneTakenError,
    TooYoungError,
    find_by_phone,
    find_by_public_id,
    get_member,
    join,
    open_wallet,
    openings_under_way,
    record_consent,
)
from dure.people.sealing import sealer_of
from dure.wallets.bank_accounts import link_account
from dure.wallets.charging import Till, advance, request_top_up
from dure.wallets.simulated_bank import SimulatedBank
from tests.engines import BEGUN_US, new_key

SEALER = sealer_of(KeyRing.generate())
KEY = b"joining number 1"
CONSENTS = {"terms": "2019-10", "privacy": "2019-10"}
TODAY = date(2019, 10, 21)


def joined(till: Till, **changes: Any) -> Member:
    given: dict[str, Any] = {
        "key": KEY,
        "name": "견본 회원",
        "phone": "010-1234-5678",
        "birth_date": date(1990, 1, 1),
        "district": 28260,
        "consents": CONSENTS,
        "at_us": BEGUN_US,
        **changes,
    }
    ask: Callable[[AnyRequest], Answer] = given.pop("ask", till.ask)
    return join(till.connection, ask, SEALER, **given)


def count(till: Till, table: str) -> int:
    row = till.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def level_in_wallet(till: Till, member: Member) -> tuple[int, int]:
    row = till.connection.execute(
        "SELECT level, district FROM wallet WHERE member_id = %s", (member.member_id,)
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_it_has_a_wallet_from_the_first_moment(till: Till) -> None:
    member = joined(till)
    assert member.status is MemberStatus.OPEN
    assert (member.name, member.phone) == ("견본 회원", "+821012345678")
    assert level_in_wallet(till, member) == (Level.NAMED, 28260)


def test_it_is_one_member_when_asked_twice(till: Till) -> None:
    assert joined(till) == joined(till)
    assert count(till, "member") == 1
    assert count(till, "consent") == 2
    with pytest.raises(KeyUsedForAnotherMemberError):
        joined(till, phone="010-0000-0000")


@pytest.mark.parametrize("born", [date(2005, 10, 22), date(2019, 1, 1), date(2020, 1, 1)])
def test_it_leaves_no_trace_of_a_child(till: Till, born: date) -> None:
    with pytest.raises(TooYoungError):
        joined(till, birth_date=born)
    assert count(till, "member") == count(till, "consent") == count(till, "wallet") == 0


def test_it_may_join_on_the_fourteenth_birthday(till: Till) -> None:
    assert joined(till, birth_date=TODAY.replace(year=2005)).status is MemberStatus.OPEN


def test_it_is_fourteen_in_the_database_too(till: Till) -> None:
    member = joined(till)
    with pytest.raises(psycopg.errors.CheckViolation, match="fourteen"):
        till.connection.execute(
            "UPDATE member SET birth_date = '2005-10-22' WHERE member_id = %s",
            (member.member_id,),
        )


def test_it_has_consented(till: Till) -> None:
    with pytest.raises(ConsentMissingError, match="privacy"):
        joined(till, consents={"terms": "2019-10"})
    member = joined(till)
    record_consent(
        till.connection, member_id=member.member_id, purpose="marketing",
        text_version="2019-10", given=False, at_us=BEGUN_US,
    )  # fmt: skip
    assert count(till, "consent") == 3
    with pytest.raises(psycopg.errors.RestrictViolation):
        till.connection.execute("DELETE FROM consent")


def test_it_has_a_telephone_number_of_its_own(till: Till) -> None:
    member = joined(till)
    with pytest.raises(PhoneTakenError):
        joined(till, key=b"joining number 2", phone="+82 10 1234 5678")
    assert find_by_phone(till.connection, SEALER, "01012345678") == member
    assert find_by_phone(till.connection, SEALER, "01012345679") is None
    assert find_by_public_id(till.connection, SEALER, member.public_id) == member


def test_it_is_not_readable_in_the_database(till: Till) -> None:
    joined(till)
    row = till.connection.execute("SELECT member::text FROM member").fetchone()
    assert row is not None
    for secret in ("견본", "1012345678", "견본 회원".encode().hex(), b"1012345678".hex()):
        assert secret not in row[0]


def test_it_is_opened_later_when_the_engine_was_away(till: Till) -> None:
    def gone(_: AnyRequest) -> Answer:
        raise EngineGone

    with pytest.raises(EngineGone):
        joined(till, ask=gone)
    (waiting,) = openings_under_way(till.connection, before_us=BEGUN_US + 1)
    assert get_member(till.connection, SEALER, waiting).status is MemberStatus.OPENING
    open_wallet(till.connection, till.ask, waiting)
    assert get_member(till.connection, SEALER, waiting).status is MemberStatus.OPEN
    assert openings_under_way(till.connection, before_us=BEGUN_US + 1) == []
    assert joined(till).member_id == waiting


def test_it_changes_level_and_district_once(till: Till) -> None:
    member = joined(till)
    key = new_key()
    for _ in range(2):
        change_level(
            till.connection, till.ask, key=key, member_id=member.member_id, level=Level.RESIDENT,
            at_us=BEGUN_US, by="official",
        )  # fmt: skip
    change_district(
        till.connection, till.ask, key=new_key(), member_id=member.member_id, district=28110,
        at_us=BEGUN_US, by="member",
    )  # fmt: skip
    assert level_in_wallet(till, member) == (Level.RESIDENT, 28110)
    rows = till.connection.execute(
        "SELECT what, was, became FROM member_change ORDER BY change_id"
    ).fetchall()
    assert rows == [("level", "2", "3"), ("district", "28260", "28110")]


def test_it_leaves_with_an_empty_wallet_and_may_come_back(till: Till, bank: SimulatedBank) -> None:
    member = joined(till)
    bank.open_account("DEMOACCOUNT1", 50_000)
    link_account(
        till.connection, member_id=member.member_id, account_ref="DEMOACCOUNT1",
        bank_name="견본은행", masked_number="1***2", at_us=BEGUN_US,
    )  # fmt: skip
    transfer = request_top_up(
        till.connection, key=b"t" * 16, member_id=member.member_id, amount_won=50_000,
        account_ref="DEMOACCOUNT1", at_us=BEGUN_US,
    )  # fmt: skip
    advance(till, transfer.transfer_id)
    with pytest.raises(WalletNotEmptyError):
        leave(till.connection, till.ask, key=new_key(), member_id=member.member_id, at_us=BEGUN_US)
    other = joined(till, key=b"joining number 2", phone="010-2222-2222")
    leave(till.connection, till.ask, key=new_key(), member_id=other.member_id, at_us=BEGUN_US)
    assert get_member(till.connection, SEALER, other.member_id).status is MemberStatus.LEFT
    again = joined(till, key=b"joining number 3", phone="010-2222-2222")
    assert again.member_id != other.member_id
