"""Where the workshop's pages are. A rule's id has no underscore, so no rule hides a page."""

from __future__ import annotations

from django.http import HttpRequest

from dure.rulebook.steps import Step
from dure.web.console.shell.addresses import console_root


def rules(request: HttpRequest) -> str:
    """The list of rules."""
    return f"{console_root(request)}/rules"


def version(request: HttpRequest, rule: str, number: int) -> str:
    """A version's page."""
    return f"{rules(request)}/{rule}/{number}"


def step(request: HttpRequest, rule: str, number: int, which: Step) -> str:
    """Where a step about a version is confirmed."""
    return f"{version(request, rule, number)}/{which.value.replace('_', '-')}"


def new(request: HttpRequest) -> str:
    """Where a rule is begun."""
    return f"{rules(request)}/new"


def copy(request: HttpRequest, copy_id: int) -> str:
    """The editor of a working copy."""
    return f"{rules(request)}/working_copies/{copy_id}"


def trying(request: HttpRequest) -> str:
    """Where a simulation is asked for."""
    return f"{rules(request)}/try_out"


def trial(request: HttpRequest, work_id: int) -> str:
    """A simulation, a what-if or a comparison: how far it is, and its result."""
    return f"{trying(request)}/{work_id}"


def comparing(request: HttpRequest) -> str:
    """Where scenarios are chosen to be compared."""
    return f"{rules(request)}/side_by_side"
