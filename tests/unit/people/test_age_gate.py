"""Somebody who wants to join."""

from datetime import date, datetime

import pytest

from dure.kernel.calendar import SEOUL, to_us
from dure.people.members import PersonalDataWrongError, is_old_enough, normal_phone


@pytest.mark.parametrize(
    ("born", "instant", "may"),
    [
        ("2005-10-22", "2019-10-21T23:59:59", False),
        ("2005-10-22", "2019-10-22T00:00:00", True),
        ("2005-10-21", "2019-10-21T00:00:00", True),
        ("2008-02-29", "2022-02-27T23:59:59", False),
        ("2008-02-29", "2022-02-28T00:00:00", True),
        ("2030-01-01", "2019-10-21T12:00:00", False),
    ],
)
def test_they_may_from_the_fourteenth_birthday_in_the_city(
    born: str, instant: str, may: bool
) -> None:
    at_us = to_us(datetime.fromisoformat(instant).replace(tzinfo=SEOUL))
    assert is_old_enough(date.fromisoformat(born), at_us) is may


@pytest.mark.parametrize("phone", ["010-1234-5678", "01012345678", "+82 10 1234 5678"])
def test_they_have_one_telephone_number_however_it_is_written(phone: str) -> None:
    assert normal_phone(phone) == "+821012345678"


@pytest.mark.parametrize(
    "phone", ["", "032-123-4567", "010-12-34", "０１０１２３４５６７８", "hello"]
)
def test_they_need_a_mobile_number(phone: str) -> None:
    with pytest.raises(PersonalDataWrongError):
        normal_phone(phone)
