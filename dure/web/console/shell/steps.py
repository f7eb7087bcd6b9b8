"""Taking a step of the rulebook from a page: signed with the official's key, refusals told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import asyncpg
from django.contrib import messages
from django.db import connection as django_connection
from django.http import HttpRequest

from dure.budget.refusals import BudgetRefusedError
from dure.kernel.database.home import home_directory
from dure.policy.document_errors import DocumentErrors
from dure.rulebook.log import Entry
from dure.rulebook.refusals import StepRefusedError
from dure.rulebook.signing import signing_key
from dure.rulebook.workflow import Acting
from dure.web.console.shell.access import official_of
from dure.web.console.shell.frame import city_time
from dure.web.console.shell.proof import require_recent_proof
from dure.web.console.shell.words import SHELL_WORDS
from dure.web.shared.language import language_of_page

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection

TakeStep = Callable[["AnyConnection", Acting], Awaitable[Entry]]
PATIENCE_S = 10.0


def signed_step(
    request: HttpRequest, take: TakeStep, *, recent_proof: bool = False
) -> Entry | None:
    """Takes a step and tells what came of it; None when it was refused, with the reasons told.

    As in `signed_step(request, lambda c, acting: workflow.approve(c, acting, rule, version,
    text), recent_proof=True)`. With `recent_proof` (to approve, publish, end, grant) raises
    ProofNeededError where the second factor was shown too long ago; `console_page` sees to it.
    """
    try:
        return take_step(request, take, recent_proof=recent_proof)
    except (StepRefusedError, DocumentErrors, BudgetRefusedError, StepBusyError) as stop:
        for sentence in sentences_of(stop, request):
            messages.error(request, sentence)
        return None


class StepBusyError(Exception):
    """Another official's step did not come to its end; nothing was done."""


def take_step(request: HttpRequest, take: TakeStep, *, recent_proof: bool = False) -> Entry:
    """As `signed_step`, but raises StepRefusedError, DocumentErrors or StepBusyError."""
    if recent_proof:
        require_recent_proof(request)
    who = official_of(request).id
    key = signing_key(home_directory(), who)
    acting = Acting(who, key, city_time(request), time.time_ns() // 1000)
    try:
        return asyncio.run(_taken(take, acting))
    except asyncpg.LockNotAvailableError as error:
        raise StepBusyError from error


def sentences_of(stop: Exception, request: HttpRequest) -> list[str]:
    """Why it was refused, in the reader's language; one sentence for each reason."""
    language = language_of_page(request)
    if isinstance(stop, StepRefusedError):
        return [language.choose(stop.refused.korean, stop.refused.english)]
    if isinstance(stop, DocumentErrors):
        return [
            f"{error.place.line}:{error.place.column} "
            + language.choose(error.korean, error.english)
            for error in stop.errors
        ]
    if isinstance(stop, BudgetRefusedError):
        return [language.choose(stop.korean, stop.english)]
    return [language.choose(*SHELL_WORDS["step_busy"])]


async def _taken(take: TakeStep, acting: Acting) -> Entry:
    connection = await asyncpg.connect(**asyncpg_settings(), timeout=PATIENCE_S)
    try:
        return await take(connection, acting)
    finally:
        await connection.close()


def asyncpg_settings() -> dict[str, Any]:
    """Where Django's database is, in asyncpg's words."""
    known = django_connection.settings_dict
    named = {
        "host": known["HOST"],
        "port": int(known["PORT"]) if known["PORT"] else None,
        "user": known["USER"],
        "password": known["PASSWORD"],
        "database": known["NAME"],
        "ssl": known["OPTIONS"].get("sslmode"),
    }
    return {name: value for name, value in named.items() if value}
