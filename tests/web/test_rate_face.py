"""The rate in words, along Incheon's own documents of 2019."""

from datetime import datetime

import pytest

from dure.kernel.calendar import to_us
from dure.rulebook.directory import load_directory, packaged_documents
from dure.web.shared.language import Language
from dure.web.shared.rate_face import RateFace, rate_face

DOCUMENTS = load_directory(packaged_documents())


def face(text: str, language: Language = Language.KOREAN, speed: int = 60) -> RateFace:
    return rate_face(DOCUMENTS, to_us(datetime.fromisoformat(text + "+09:00")), speed, language)


def test_it_announces_the_fall_on_the_last_evening() -> None:
    shown = face("2019-10-21T18:00:00")
    assert shown.now == "6%"
    assert shown.next == "10월 22일 0시부터 3%"
    assert shown.next_in == "앞으로 도시 시각 6시간 0분, 실제 6분"
    assert shown.event == ""


def test_it_tells_of_the_fall_after_midnight() -> None:
    shown = face("2019-10-22T00:00:01")
    assert shown.now == "3%"
    assert shown.event.startswith("10월 22일 0시부터 캐시백이 6%에서 3%로 바뀌었습니다.")


def test_it_announces_a_narrower_bracket_at_the_same_rate() -> None:
    assert face("2019-10-22T09:00:00").next == "11월 1일 0시부터 한 달 결제 30만 원까지 3%"
    assert "30만 원까지 3%" in face("2019-11-01T01:00:00").event


def test_it_shows_every_bracket() -> None:
    assert face("2020-01-15T00:00:00", Language.ENGLISH).brackets == (
        "Up to ₩300,000 a month: 4%",
        "Up to ₩500,000 a month: 2%",
        "Up to ₩1 million a month: 1%",
        "Above that: none",
    )


def test_it_counts_real_time_alone_when_the_clock_is_real() -> None:
    assert face("2019-10-21T18:00:00", speed=1).next_in == "6시간 0분 남음"


def test_it_names_what_districts_add() -> None:
    assert any("연수" in title for title in face("2019-10-21T18:00:00").top_ups)
    assert any("Yeonsu" in t for t in face("2019-10-21T18:00:00", Language.ENGLISH).top_ups)


@pytest.mark.parametrize("language", Language)
def test_it_says_that_nothing_is_paid_without_rules(language: Language) -> None:
    shown = rate_face([], 0, 1, language)
    assert shown.now == ""
    assert shown.brackets == shown.top_ups == ()
    assert shown.next
