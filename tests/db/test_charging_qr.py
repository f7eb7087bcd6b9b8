"""A one-time token that a member shows at the till."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from dure.wallets.qr import (
    SECOND_US,
    QrExpiredError,
    QrRefusedError,
    QrUnknownError,
    QrUsedError,
    forget_old_tokens,
    issue_token,
    use_token,
)

Connection = psycopg.Connection[tuple[object, ...]]
NOW_US = 1_571_648_400_000_000
KEY, OTHER_KEY = b"k" * 16, b"o" * 16


def test_it_pays_once(connection: Connection) -> None:
    token = issue_token(connection, member_id=7, at_us=NOW_US).token
    assert use_token(connection, token=token, key=KEY, at_us=NOW_US + 1) == 7
    with pytest.raises(QrUsedError):
        use_token(connection, token=token, key=OTHER_KEY, at_us=NOW_US + 2)


def test_it_answers_the_same_request_again_even_late(connection: Connection) -> None:
    token = issue_token(connection, member_id=7, at_us=NOW_US).token
    for later_s in (0, 1, 3_600):
        at_us = NOW_US + later_s * SECOND_US
        assert use_token(connection, token=token, key=KEY, at_us=at_us) == 7


def test_it_is_good_until_its_last_microsecond(connection: Connection) -> None:
    token, expires_at_us = issue_token(connection, member_id=7, at_us=NOW_US, seconds=60)
    assert expires_at_us == NOW_US + 60 * SECOND_US
    with pytest.raises(QrExpiredError):
        use_token(connection, token=token, key=KEY, at_us=expires_at_us)
    assert use_token(connection, token=token, key=KEY, at_us=expires_at_us - 1) == 7


def test_it_is_known(connection: Connection) -> None:
    with pytest.raises(QrUnknownError):
        use_token(connection, token="nobody's", key=KEY, at_us=NOW_US)


@pytest.mark.parametrize("seconds", [0, 59, 181])
def test_it_is_good_for_one_to_three_minutes(connection: Connection, seconds: int) -> None:
    with pytest.raises(ValueError, match="60 to 180"):
        issue_token(connection, member_id=7, at_us=NOW_US, seconds=seconds)


def test_it_is_not_in_the_database(connection: Connection) -> None:
    token = issue_token(connection, member_id=7, at_us=NOW_US).token
    row = connection.execute("SELECT qr_token::text FROM qr_token").fetchone()
    assert row is not None
    assert token not in str(row[0])
    assert token.encode().hex() not in str(row[0])


def test_it_pays_for_one_of_sixteen_that_ask_at_once(db_url: str, connection: Connection) -> None:
    token = issue_token(connection, member_id=7, at_us=NOW_US).token

    def attempt(number: int) -> bool:
        with psycopg.connect(db_url, autocommit=True) as own:
            try:
                use_token(own, token=token, key=number.to_bytes(16, "big"), at_us=NOW_US)
            except QrRefusedError:
                return False
            return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(attempt, range(16))) == 1


def test_it_is_forgotten_when_it_is_old(connection: Connection) -> None:
    old = issue_token(connection, member_id=7, at_us=NOW_US)
    new = issue_token(connection, member_id=7, at_us=NOW_US + 60 * SECOND_US)
    assert forget_old_tokens(connection, before_us=old.expires_at_us + 1) == 1
    assert use_token(connection, token=new.token, key=KEY, at_us=NOW_US + 61 * SECOND_US) == 7
