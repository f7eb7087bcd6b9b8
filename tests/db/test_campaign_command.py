"""`dure campaign` on a real engine: what it prints, and its exit status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from dure.campaigns.command import main
from dure.kernel.calendar import to_us
from tests.campaigns import Bureau, bureau_of, seed
from tests.engines import open_member


@pytest.fixture
def bureau(db_url: str) -> Iterator[Bureau]:
    seed(db_url)
    with bureau_of(db_url) as opened:
        yield opened


def run(bureau: Bureau, *words: str) -> int:
    return main(["--socket", str(bureau.engine.path), *words])


def go_to(bureau: Bureau, started_at_us: int) -> None:
    """The city's clock is put forward; it runs on from there."""
    bureau.connection.execute("UPDATE city_clock SET started_at_us = %s", (started_at_us,))


def test_it_commits_draws_and_shows_a_lottery(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    paid = bureau.pay(bureau.new_member(6_001), 20_000)
    assert run(bureau, "draw", "one-day-lottery") == 1
    assert "no seed is committed" in capsys.readouterr().err
    assert run(bureau, "commit", "one-day-lottery") == 0
    commitment = capsys.readouterr().out.split()[-1]
    assert run(bureau, "show", "one-day-lottery") == 0
    shown = capsys.readouterr().out
    assert commitment in shown
    assert "추첨 전입니다 / not drawn yet" in shown
    go_to(bureau, to_us(datetime.fromisoformat("2019-10-22T11:00+09:00")))
    assert run(bureau, "draw", "one-day-lottery@1") == 0
    drawn = capsys.readouterr().out
    assert "paid: 1" in drawn
    number = f"{6_001 % 64:02d}-{paid.movement_id}"
    assert f"1  {number}" in drawn
    assert "30,000 won  지급 / paid" in drawn
    assert run(bureau, "show", "one-day-lottery", "--tickets") == 0
    assert capsys.readouterr().out == f"{number}\n"
    assert bureau.cashback(6_001) == 32_000


def test_it_grants_and_says_how_many(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    for member in range(6_001, 6_004):
        open_member(bureau.engine, member)
    assert run(bureau, "grant", "birth-grant") == 0
    told = capsys.readouterr()
    assert "지급 300,000원 / granted: 300,000 won" in told.out
    assert "3/3명 / members granted" in told.err
    bureau.appropriate(3, -700_000)
    open_member(bureau.engine, 6_004)
    assert run(bureau, "grant", "birth-grant") == 1
    assert "1건 합계 100,000원" in capsys.readouterr().err


def test_it_records_who_brought_whom(bureau: Bureau, capsys: pytest.CaptureFixture[str]) -> None:
    for member in (6_001, 6_002):
        open_member(bureau.engine, member)
    words = ("brought", "bring-a-friend", "--friend", "6002", "--by")
    assert run(bureau, *words, "6001") == 0
    assert run(bureau, *words, "6002") == 1
    assert "자기 자신을 초대할 수는 없습니다" in capsys.readouterr().err


def test_it_names_the_rules_that_there_are(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(bureau, "grant", "birth-grand") == 1
    told = capsys.readouterr().err
    assert "there are: birth-grant@1" in told
    assert "있는 규칙: birth-grant@1" in told


def test_it_says_that_the_engine_is_away(
    bureau: Bureau, capsys: pytest.CaptureFixture[str]
) -> None:
    open_member(bureau.engine, 6_001)
    assert main(["--socket", "/nowhere/engine.sock", "grant", "birth-grant"]) == 1
    assert "run it again and it goes on" in capsys.readouterr().err
    assert run(bureau, "grant", "birth-grant") == 0
    assert bureau.allowance(6_001) == 100_000
