"""What the worker does for the budget: releases that are due, and acts that were not answered."""

from __future__ import annotations

from dure.budget.appropriating import finish_appropriations
from dure.budget.committing import finish_commitments
from dure.budget.office import Office
from dure.budget.releasing import release_due
from dure.budget.transferring import finish_transfers


def finish_due(office: Office, count: int) -> int:
    """Does all that is due, at most `count` of each kind; gives how many acts that were.

    May be repeated by anybody at any time: every request has a key of its own.
    """
    return (
        finish_appropriations(office, count)
        + finish_transfers(office, count)
        + finish_commitments(office, count)
        + release_due(office)
    )
