"""Keys of personal data change: every sealed value is sealed anew, in steps, and none is lost."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.config import people_command
from dure.jobs.resealing import LEFT_ALONE, SEALED, Sealed, count_old, seal_again
from dure.kernel.keys import KeyRing, add_key
from dure.people.fields import installed_sealer
from dure.people.mail_addresses import set_mail
from dure.people.sealing import Sealer, next_key_name, sealer_of
from dure.rulebook.officials import Grant, Role
from tests.console import grant, sign_in
from tests.engines import RunningEngine
from tests.web.app_things import member_with_things
from tests.web.conftest import Connection

_ALL = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
    "AND data_type = 'bytea' AND column_name LIKE '%\\_sealed'"
)


@pytest.fixture
def sealed_city(city: RunningEngine, connection: Connection, db_url: str) -> Iterator[Connection]:
    """A city with something in every sealed column, by the first key of its own ring."""
    installed_sealer.cache_clear()
    member, _things = member_with_things(city, connection, db_url)
    set_mail(connection, installed_sealer(), member_id=member.member_id, address="ann@example.com")
    yield connection
    installed_sealer.cache_clear()


def with_new_key(home: Path) -> Sealer:
    return sealer_of(add_key(home, next_key_name(KeyRing.open(home))))


def texts(connection: Connection, sealer: Sealer, one: Sealed) -> list[str]:
    rows = connection.execute(
        f"SELECT {one.column} FROM {one.table} WHERE length({one.column}) > 0 ORDER BY {one.number}"
    ).fetchall()
    return [sealer.open(bytes(row[0]), one.purpose) for row in rows]


def test_it_knows_every_sealed_column(connection: Connection) -> None:
    there = set(connection.execute(_ALL).fetchall())
    assert there == {(one.table, one.column) for one in SEALED} | LEFT_ALONE


def test_it_seals_everything_anew_and_goes_on_where_it_was_stopped(
    sealed_city: Connection, web_home: Path
) -> None:
    before = {one: texts(sealed_city, installed_sealer(), one) for one in SEALED}
    assert all(before.values()), "something is in every column"
    sealer = with_new_key(web_home)
    assert sealer.newest == 1
    names = SEALED[0]
    assert count_old(sealed_city, sealer, names) == len(before[names]) > 1
    stopped = next(seal_again(sealed_city, sealer, names, rows=1))
    assert stopped == (1, ())
    assert count_old(sealed_city, sealer, names) == len(before[names]) - 1
    done = {one: sum(step.done for step in seal_again(sealed_city, sealer, one)) for one in SEALED}
    assert done[names] == len(before[names]) - 1
    assert [count_old(sealed_city, sealer, one) for one in SEALED] == [0] * len(SEALED)
    assert {one: texts(sealed_city, sealer, one) for one in SEALED} == before
    assert [list(seal_again(sealed_city, sealer, one)) for one in SEALED] == [[]] * len(SEALED)


def test_it_is_a_command_that_tells_what_no_key_opens(
    sealed_city: Connection,
    web_home: Path,
    db_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from allauth.mfa.models import Authenticator

    from dure.web.console.access import sealed_factors

    monkeypatch.setenv("DATABASE_URL", db_url)
    grant(db_url, "operator", Grant(Role.OPERATOR), name="운영담당 해")
    sealed_factors._sealer.cache_clear()
    sign_in("operator")
    assert people_command.main(["newkey"]) == 0
    assert "personal-data:1" in capsys.readouterr().out
    sealed_city.execute("UPDATE member_mail SET mail_sealed = set_byte(mail_sealed, 20, 1) || '!'")
    assert people_command.main(["reseal"]) == 1
    told = capsys.readouterr()
    assert "member.name_sealed 2 / 2" in told.out
    assert "member_mail.mail_sealed" in told.err
    for factor in Authenticator.objects.all():
        sealed = [factor.data[name] for name in ("secret", "seed") if name in factor.data]
        assert [b64decode(one)[0] for one in sealed] == [1]
    sealed_city.execute("DELETE FROM member_mail")
    assert people_command.main(["reseal"]) == 0
    assert "mfa_authenticator.data 0" in capsys.readouterr().out
