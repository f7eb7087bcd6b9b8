"""Every row of the published timeline up to 2019-11-01 stands in a document, rate and source.

The rows are those of `incheon_policy_timeline.csv`: from when, where, from and to which net
payments of the month (won, 0 for no end), the combined rate in basis points, one of the sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.policy.conftest import Incheon

PUBLISHED = """
    2018-07-31 city      0         0          0 edaily.co.kr
    2019-04-01 city      0         0        600 idxno=114849
    2019-05-01 서구      0         0       1000 idxno=115567
    2019-07-01 미추홀구  0         0        800 ud=20190827000537
    2019-07-01 연수구    0         0       1100 idxno=956821
    2019-07-19 서구      0         300_000 1000 201907181724212948
    2019-07-19 서구      300_000   500_000  700 201907181724212948
    2019-07-19 서구      500_000   0        600 201907181724212948
    2019-08-01 city      0         1000_000 600 idxno=115761
    2019-08-01 city      1000_000  0          0 idxno=115761
    2019-08-01 미추홀구  0         300_000  800 ud=20190827000537
    2019-08-01 미추홀구  300_000   500_000  700 ud=20190827000537
    2019-08-01 미추홀구  500_000   1000_000 600 ud=20190827000537
    2019-08-01 미추홀구  1000_000  0          0 ud=20190827000537
    2019-08-01 서구      0         300_000 1000 guswl0863
    2019-08-01 서구      300_000   500_000  700 guswl0863
    2019-08-01 서구      500_000   1000_000 600 guswl0863
    2019-08-01 서구      1000_000  0          0 guswl0863
    2019-08-01 연수구    0         500_000 1000 201907314090Y
    2019-08-01 연수구    500_000   1000_000 600 201907314090Y
    2019-08-01 연수구    1000_000  0          0 201907314090Y
    2019-08-10 서구      0         1000_000 600 idxno=179433
    2019-08-10 서구      1000_000  0          0 idxno=179433
    2019-08-26 미추홀구  0         1000_000 600 idxno=50390
    2019-08-26 미추홀구  1000_000  0          0 idxno=50390
    2019-09-01 연수구+   0         500_000 1200 idxno=381349
    2019-09-10 서구      0         1000_000 700 idxno=116476
    2019-09-10 서구      1000_000  0          0 idxno=116476
    2019-10-22 city      0         1000_000 300 idxno=832270
    2019-10-22 city      1000_000  0          0 idxno=832270
    2019-10-22 서구      0         300_000  700 idxno=994351
    2019-10-22 연수구    0         300_000 1000 201910221093797
    2019-10-22 연수구    300_000   1000_000 300 201910221093797
    2019-11-01 city      0         300_000  300 article/1461113
    2019-11-01 city      300_000   0          0 article/1461113
    2019-11-01 서구      300_000   0          0 idxno=994351
    2019-11-01 연수구    0         300_000 1000 201910221093797
    2019-11-01 연수구    300_000   0          0 201910221093797
    2020-01-01 city      0         300_000  400 ud=20191226000335
    2020-01-01 city      300_000   500_000  200 ud=20191226000335
    2020-01-01 city      500_000   1000_000 100 ud=20191226000335
    2020-01-01 city      1000_000  0          0 ud=20191226000335
"""


@pytest.mark.parametrize("row", [line.strip() for line in PUBLISHED.strip().splitlines()])
def test_it_pays_the_published_combined_rate(incheon: Incheon, row: str) -> None:
    day, place, low, high, rate_bp, source = row.split()
    district = "남동구" if place == "city" else place.rstrip("+")
    offer_percent = 5 if place.endswith("+") else 0
    middle = int(low) + (int(high) - int(low)) // 2 if int(high) else int(low) + 3_000_000
    for month_before in (int(low), middle):
        price_won = 20_000
        paid = incheon.pay(f"{day}T12:00", district, price_won, month_before, offer_percent)
        earning_won = price_won - paid.discount_won
        assert paid.city_won + paid.district_won == earning_won * int(rate_bp) // 10_000
    sources = [source for document in incheon.documents for source in document.sources]
    assert any(source in address for address in sources)


def test_it_holds_the_plan_of_namdong_but_never_in_force(incheon: Incheon) -> None:
    plan = incheon.document("namdong-top-up@1")
    assert not plan.in_force
    held = {rule.document.key for term in incheon.rules.terms for rule in term.rules}
    assert plan.key not in held
    assert held == {document.key for document in incheon.documents} - {plan.key}
