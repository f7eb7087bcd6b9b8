"""The simulated telephone company: prompt, late, twice, never, and with its receipt lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from dure.people.members import PersonalDataWrongError
from dure.people.sms import (
    NoSmsCentre,
    SimulatedSmsCentre,
    SmsManner,
    SmsManners,
    SmsSilentError,
)

PHONE = "010-5555-0001"


@pytest.fixture
def connection(db_url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(db_url, autocommit=True) as opened:
        yield opened


def texts(centre: SimulatedSmsCentre, phone: str = PHONE) -> list[str]:
    return [each.text for each in centre.received(phone)]


def test_it_brings_a_message_once_for_each_key(
    connection: psycopg.Connection[tuple[Any, ...]],
) -> None:
    centre = SimulatedSmsCentre(connection)
    for key in ("a", "a", "b"):
        centre.send(phone="+82 10 5555 0001", text=f"message {key}", key=key)
    assert texts(centre) == ["message b", "message a"]
    assert texts(centre, "010-5555-0002") == []


@pytest.mark.parametrize(
    ("manner", "count"),
    [(SmsManner.FAILED, 0), (SmsManner.DUPLICATE, 2), (SmsManner.LATE, 0), (SmsManner.PROMPT, 1)],
)
def test_it_has_the_failings_of_a_real_one(
    connection: psycopg.Connection[tuple[Any, ...]], manner: SmsManner, count: int
) -> None:
    centre = SimulatedSmsCentre(connection, lambda key: manner)
    centre.send(phone=PHONE, text="message", key="a")
    assert len(texts(centre)) == count
    connection.execute("UPDATE sms_simulator.message SET arrives_at_us = arrives_at_us - 60000000")
    assert len(texts(centre)) == (count or (manner is SmsManner.LATE))


def test_it_may_lose_its_receipt_and_brings_the_message_still(
    connection: psycopg.Connection[tuple[Any, ...]],
) -> None:
    centre = SimulatedSmsCentre(connection)
    centre.behave(SmsManners(answer_lost_bp=10_000))
    with pytest.raises(SmsSilentError):
        centre.send(phone=PHONE, text="message", key="a")
    centre.send(phone=PHONE, text="message", key="a")
    assert texts(centre) == ["message"]


def test_it_shares_the_failings_out_by_the_key() -> None:
    manners = SmsManners(late_bp=1_000, failed_bp=1_000, duplicate_bp=1_000, answer_lost_bp=1_000)
    drawn = [manners(str(number)) for number in range(2_000)]
    for manner in SmsManner:
        share = drawn.count(manner) / len(drawn)
        assert abs(share - (0.6 if manner is SmsManner.PROMPT else 0.1)) < 0.03


def test_it_takes_no_number_that_is_no_mobile_number(
    connection: psycopg.Connection[tuple[Any, ...]],
) -> None:
    with pytest.raises(PersonalDataWrongError):
        SimulatedSmsCentre(connection).send(phone="032-120", text="message", key="a")


def test_it_sends_nothing_where_no_company_is_connected() -> None:
    with pytest.raises(SmsSilentError):
        NoSmsCentre().send(phone=PHONE, text="message", key="a")
