"""Upkeep of the ways into the app: codes and challenges that nobody can use any more."""

from __future__ import annotations

from dure.jobs.desk import Desk, Outcome
from dure.people.one_time_codes import forget_old_ways


def forget_ways_in(desk: Desk) -> Outcome:
    """Deletes ways in that began more than a day ago, and what was answered as long ago."""
    return Outcome(forget_old_ways(desk.connection))
