"""How well a member is known: the three levels with their limits, and how to reach them."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from dure.engine.client import EngineGone
from dure.people.fields import installed_sealer
from dure.people.identity import (
    AgencySilentError,
    IdentityDiffersError,
    PersonKnownError,
    TooManyChecksError,
    confirm_residence,
    identify,
    identity_agency,
)
from dure.people.members import Level, MemberRefusedError
from dure.people.notice_kinds import NoticeKind
from dure.people.notices import tell
from dure.wallets.limits import NO_LIMIT_WON, limit_at
from dure.web.citizen.join.settings import word
from dure.web.citizen.join.settings_words import SETTINGS_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

_STEPS: Final = {Level.UNNAMED: "identify", Level.NAMED: "reside"}


class LevelShown(NamedTuple):
    """A level with its limits as they are read; `is_now` is the member's own."""

    level: int
    name: str
    is_now: bool
    is_reached: bool
    limits: tuple[tuple[str, str], ...]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def identity(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Shows the levels; asks the agency for the next one when that is tapped.

    The form names its step: a second tap on the first asks for nothing further.
    """
    fault, status = "", 200
    step = _STEPS.get(visitor.level, "")
    if request.method == "POST":
        if step and request.POST.get("step") == step:
            fault, status = _raise(request, visitor)
        if not fault:
            return HttpResponseRedirect(f"{app_root(request)}/settings/identity")
    values = {
        "levels": [_shown(request, visitor, level) for level in Level],
        "step": step,
        "fault": fault,
    }
    return app_answer(
        request, visitor, "citizen/join/identity.html", values, words=SETTINGS_WORDS,
        title=word(request, "identity_title"), status=status,
    )  # fmt: skip


def _raise(request: HttpRequest, visitor: Visitor) -> tuple[str, int]:
    """Asks for the next level; what went wrong with its status, or nothing."""
    is_first = visitor.level is Level.UNNAMED
    step = identify if is_first else confirm_residence
    connection = database()
    try:
        key = request_key(request, visitor, "identify" if is_first else "reside")
        step(
            connection, engine().ask, installed_sealer(), identity_agency(connection), key=key,
            member_id=visitor.member_id, at_us=now_us(),
        )  # fmt: skip
    except IdentityDiffersError:
        return word(request, "identity_differs" if is_first else "residence_differs"), 409
    except PersonKnownError:
        return word(request, "identity_known"), 409
    except TooManyChecksError:
        return word(request, "identity_often"), 429
    except AgencySilentError:
        return word(request, "identity_silent"), 503
    except MemberRefusedError:
        return word(request, "refused"), 409
    except FormKeyMissingError:
        return language_of_page(request).choose(*SHELL_WORDS["form_old"]), 409
    except EngineGone:
        return word(request, "engine_gone"), 503
    tell(
        connection, member_id=visitor.member_id, kind=NoticeKind.LEVEL_RAISED, values={},
        at_us=now_us(), key=f"level {key.hex()}",
    )  # fmt: skip
    messages.success(request, word(request, "identified" if is_first else "resident"))
    return "", 200


def _shown(request: HttpRequest, visitor: Visitor, level: Level) -> LevelShown:
    limit = limit_at(database(), int(level), now_us())
    amounts: tuple[tuple[str, int], ...] = ()
    if limit is not None:
        amounts = (
            ("holding_max", limit.holding_won_max),
            ("charge_max", limit.charge_won_month_max),
            ("payment_max", limit.payment_won_max),
        )
    return LevelShown(
        int(level),
        word(request, f"level_{int(level)}"),
        level is visitor.level,
        level <= visitor.level,
        tuple((word(request, name), _won(request, won)) for name, won in amounts),
    )


def _won(request: HttpRequest, won: int) -> str:
    if won >= NO_LIMIT_WON:
        return word(request, "no_limit")
    return word(request, "won", won=f"{won:,}")
