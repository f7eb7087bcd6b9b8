"""Fair release of scarce incentive: so much a day or a week instead of all at the beginning.

Note [Releases]
A rule may say that of its money so much is released at a time: at an hour of every day, or of one
weekday. The first release is the first such instant in the rule's period; before it the rule gives
nothing. A release is used to the last won, and then the rule gives nothing until the next.

What a release left unused either lapses or is carried on, as the document declares. Where it
lapses every release is an account of its own, and a payment draws on that of its own instant; what
its cancellation gives back goes to that account, so it can be given again until the next release
and lapses with it (the budget lines have their money back in any case). Where it is carried on
there is one account, of all that has been released by the instant of the payment, and what is given
back can be given again at once.

Accounts are named by one number (`account_key`), so that the engine, which leases them in slices as
it leases the sums of rules, and the simulator know them alike. A payment's account follows from its
own instant alone: so it makes no difference when it is decided, by which engine, and after what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml

from dure.kernel.calendar import DAY_US, SEOUL_OFFSET_US
from dure.policy.document_errors import Fault
from dure.policy.eligibility import WEEKDAYS
from dure.policy.reading import DAY_MINUTES, Nodes, Reader

EXAMPLE: Final = '{each: day, won: 10000000, at: "09:00", unused: lapses}'
EACH: Final = ["day", "week"]
UNUSED: Final = ["lapses", "carried_on"]
WON_MAX: Final = 10**13
"""The most of one release: all releases of two hundred years are then a number of 64 bits."""
KEY_BITS: Final = 20
"""A rule version's number times this many bits, and the number of the release, name an account."""
_MINUTE_US: Final = 60_000_000
_WEEK_DAYS: Final = 7
_EPOCH_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday."""


@dataclass(frozen=True, slots=True)
class Release:
    """So much `won` at `first_us` and then every `every_us` (a day or a week).

    Instants are microseconds since 1970 UTC.
    """

    won: int
    first_us: int
    every_us: int
    carried_on: bool = False

    def number_at(self, at_us: int) -> int:
        """How many releases have come by then; 0 before the first."""
        return max(0, (at_us - self.first_us) // self.every_us + 1)

    def number_of_account(self, at_us: int) -> int:
        """Which release a payment draws on; always 0 where all are one account."""
        return 0 if self.carried_on else self.number_at(at_us)

    def most_won(self, at_us: int) -> int:
        """What the account of a payment at that instant may have paid by then."""
        number = self.number_at(at_us)
        return self.won * (number if self.carried_on else min(number, 1))

    def starts_us(self, number: int) -> int:
        """When a release comes; the first has the number 1."""
        return self.first_us + (number - 1) * self.every_us

    def next_us(self, at_us: int) -> int:
        """When the next release comes after an instant."""
        return self.starts_us(self.number_at(at_us) + 1)

    def span(self, at_us: int) -> tuple[int, int]:
        """(from, until) of the instants about this one for which the same money is released."""
        number = self.number_at(at_us)
        start = self.starts_us(number) if number else -(1 << 62)
        return start, self.starts_us(number + 1)


def account_key(rule_id: int, number: int) -> int:
    """The name of an account of releases; never that of a rule version, which is smaller."""
    return rule_id << KEY_BITS | number


def rule_of_account(key: int) -> int:
    """The rule version of an account; 0 for a key that is none (a rule version's own number)."""
    return key >> KEY_BITS


def read_release(reader: Reader, node: yaml.Node | None, from_us: int | None) -> Release | None:
    """Reads `release`; None where it is absent or at fault. `from_us` is the rule's beginning."""
    if node is None:
        return None
    required = {"each": "day", "won": "10000000"}
    entries = reader.mapping(node, "release", ["each", "won", "at", "weekday", "unused"], required)
    each = reader.choice(entries.get("each"), "each", EACH)
    won = reader.integer(entries.get("won"), "won", 1, WON_MAX)
    minute = _minute(reader, entries)
    weekday = reader.choice(entries.get("weekday"), "weekday", WEEKDAYS)
    unused = reader.choice(entries.get("unused"), "unused", UNUSED)
    if each == "day" and "weekday" in entries:
        reader.refuse(entries["weekday"], Fault.RELEASE_WEEKDAY)
    if each is None or won is None or minute is None or from_us is None:
        return None
    days = 1 if each == "day" else _WEEK_DAYS
    day = WEEKDAYS.index(weekday or WEEKDAYS[0]) if each == "week" else None
    first_us = _first_us(from_us, minute, day)
    return Release(won, first_us, days * DAY_US, unused == "carried_on")


def _minute(reader: Reader, entries: Nodes) -> int | None:
    """The minute of the day; 24:00 is none, for it belongs to the next."""
    node = entries.get("at")
    if node is None:
        return 0
    minute = reader.minute(node, "at")
    if minute == DAY_MINUTES:
        reader.refuse(node, Fault.RELEASE_MIDNIGHT)
        return None
    return minute


def _first_us(from_us: int, minute: int, weekday: int | None) -> int:
    """The first instant at or after `from_us` with that minute of the city's day, and weekday."""
    day = (from_us + SEOUL_OFFSET_US) // DAY_US
    if _instant_us(day, minute) < from_us:
        day += 1
    if weekday is not None:
        day += (weekday - day - _EPOCH_WEEKDAY) % _WEEK_DAYS
    return _instant_us(day, minute)


def _instant_us(day: int, minute: int) -> int:
    return day * DAY_US + minute * _MINUTE_US - SEOUL_OFFSET_US
