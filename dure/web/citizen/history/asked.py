"""What a member asks of the history, out of an address: a month, a kind, a shop's name, a place."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from dure.kernel.calendar import month_of
from dure.wallets.months import Month
from dure.wallets.passing import SEARCH_CHARACTERS_MAX, Sort

FIRST_MONTH: Final = 201_801
_ID_MAX: Final = 2**63 - 1


class Asked(NamedTuple):
    """A month (YYYYMM), a kind, part of a shop's name, and the movement before which to go on.

    A search is over all months, and so is a month of 0.
    """

    month: int
    sort: Sort
    search: str
    before_id: int | None

    def with_sort(self, sort: Sort) -> str:
        """The question of the same page with another kind, from its beginning."""
        return self._replace(sort=sort, before_id=None).question()

    def going_on(self, before_id: int) -> str:
        """The question of the page after this."""
        return self._replace(before_id=before_id).question()

    def question(self) -> str:
        """What stands in the address after the question mark."""
        parts = {
            "month": str(self.month) if self.month and not self.search else "",
            "kind": "" if self.sort is Sort.ALL else self.sort.value,
            "q": self.search,
            "before": str(self.before_id or ""),
        }
        return urlencode({name: value for name, value in parts.items() if value})


def asked_of(request: HttpRequest, at_us: int) -> Asked:
    """What is asked; anything that cannot be right is taken as if it were not there."""
    told: QueryDict = request.GET
    this_month = month_of(at_us)
    month = number_of(told.get("month", ""))
    if month is None or not 1 <= month % 100 <= 12 or not FIRST_MONTH <= month <= this_month:
        month = this_month
    search = " ".join(told.get("q", "").split())[:SEARCH_CHARACTERS_MAX].replace("\x00", "")
    kind = told.get("kind", "")
    sort = Sort(kind) if kind in set(Sort) else Sort.ALL
    return Asked(month, sort, search, number_of(told.get("before", "")))


def number_of(text: str) -> int | None:
    """A number of a movement or month; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_ID_MAX))):
        return None
    return min(int(text), _ID_MAX)


def neighbors(months: list[Month], month: int) -> tuple[int | None, int | None]:
    """The nearest months before and after one in which anything happened."""
    known = sorted(one.month for one in months)
    earlier = [one for one in known if one < month]
    later = [one for one in known if one > month]
    return (earlier[-1] if earlier else None), (later[0] if later else None)
