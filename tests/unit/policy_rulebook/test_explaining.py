"""`dure policy explain` from documents alone: each line, its limit, who pays, why not more."""

from __future__ import annotations

import pytest

from dure.rulebook.commands import main


def explain(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    assert main(["explain", *options]) == 0
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_it_prints_every_line_with_its_sum_and_who_pays(capsys: pytest.CaptureFixture[str]) -> None:
    told = explain(
        capsys, "--amount", "60,000", "--date", "2020-05-01", "--district", "서구",
        "--offer-bp", "700", "--month-so-far", "480000",
    )  # fmt: skip
    for line in (
        "할인 4,200원  혜택+ 가맹점 즉시할인 [incheon-instant-discount@1]",
        "시 캐시백 10% × 20,000원 + 1% × 35,800원 = 2,358원",
        "재원 2020년 국비 [incheon-2020-state] 731원",
        "재원 2020년 시비 [incheon-2020-city] 1,627원",
        "캐시백 1,000원  서구 혜택+ 추가 캐시백 5% [seogu-benefit-plus-top-up@1]",
        "이번 달 50만원 한도를 넘는 부분은 적립되지 않습니다.",
        "합계: 할인 4,200원, 내는 돈 55,800원, 캐시백 3,358원",
        "부평구에 있는 가맹점에서만 적립됩니다.",
    ):
        assert line in told


def test_it_says_the_same_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    told = explain(
        capsys, "--amount", "60000", "--date", "2019-10-22", "--district", "Yeonsu-gu",
        "--language", "en",
    )  # fmt: skip
    assert "City cashback 3% × 60,000 won = 1,800 won" in told
    assert "paid by Yeonsu-gu money 2019 [incheon-2019-yeonsu] 4,200 won" in told
    assert "In all: 0 won off, 60,000 won to pay, 6,000 won cashback" in told
    assert "Only benefit-plus shops give this." in told


def test_it_takes_the_very_instant(capsys: pytest.CaptureFixture[str]) -> None:
    before = ("--amount", "50000", "--district", "남동구", "--month-so-far", "1200000")
    told = explain(capsys, *before, "--date", "2019-08-01T05:59:59")
    assert "합계: 할인 0원, 내는 돈 50,000원, 캐시백 3,000원" in told
    told = explain(capsys, *before, "--date", "2019-08-01T06:00")
    assert "합계: 할인 0원, 내는 돈 50,000원, 캐시백 0원" in told
    place = told.index("받지 못하는 것")
    assert told.index("시 캐시백 6% (월 100만 원까지) [incheon-city-cashback@2]") > place


def test_it_tells_of_a_line_that_runs_out(capsys: pytest.CaptureFixture[str]) -> None:
    told = explain(
        capsys, "--amount", "60000", "--date", "2019-05-02", "--district", "서구",
        "--left", "incheon-2019-seogu=300",
    )  # fmt: skip
    assert "서구 예산이 모두 쓰였습니다." in told
    assert "제한 사유 budget: 제한이 없었다면 2,400원" in told
    assert "재원 2019년 서구 구비 [incheon-2019-seogu] 300원" in told


def test_it_tells_a_citizen_no_budget_lines(capsys: pytest.CaptureFixture[str]) -> None:
    told = explain(
        capsys, "--amount", "60000", "--date", "2019-05-02", "--district", "서구",
        "--audience", "citizen",
    )  # fmt: skip
    assert not [line for line in told if line.startswith("재원")]


def test_it_asks_by_which_way_is_paid(capsys: pytest.CaptureFixture[str]) -> None:
    question = ("--amount", "60000", "--date", "2020-05-01", "--district", "서구")
    assert "합계: 할인 0원, 내는 돈 60,000원, 캐시백 6,000원" in explain(capsys, *question)
    told = explain(capsys, *question, "--channel", "delivery")
    assert "합계: 할인 0원, 내는 돈 60,000원, 캐시백 9,000원" in told


def test_it_explains_today_when_no_date_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    told = explain(capsys, "--amount", "60000", "--district", "서구")
    assert "없음" in told


@pytest.mark.parametrize(
    ("options", "korean", "english"),
    [
        (("--amount", "많이"), "원 단위 정수로 적으세요", "write whole won"),
        (("--amount", "-5"), "원 단위 정수로 적으세요", "write whole won"),
        (("--amount", "1", "--date", "어제"), "2019-10-22", "write 2019-10-22"),
        (("--amount", "1", "--district", "서귀"), "서구인가요?", "no district of Incheon"),
        (("--amount", "1", "--offer-bp", "7%"), "만분율로 적으세요", "300 for 3%"),
        (("--amount", "1", "--channel", "fax"), "다음 가운데 하나", "card, qr"),
        (("--amount", "1", "--left", "x"), "예산과목=원", "LINE=WON"),
        (("--amount", "1"), "--district 서구처럼", "name its district"),
        (
            ("--amount", "1", "--district", "서구", "--left", "incheon=1"),
            "그런 예산 과목이 없습니다",
            "no such budget line",
        ),
    ],
)
def test_it_says_in_both_languages_what_to_write(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], korean: str, english: str
) -> None:
    joined = [f"{a}={b}" for a, b in zip(options[::2], options[1::2], strict=True)]
    assert main(["explain", *joined]) == 2
    told = capsys.readouterr().err
    assert korean in told
    assert english in told
