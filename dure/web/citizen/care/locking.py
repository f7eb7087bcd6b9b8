"""The member's own lock: locked with one tap, unlocked with a proof; the code for the worst day."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from dure.engine.client import EngineGone
from dure.people.fields import installed_sealer
from dure.people.lock_codes import code_made_at_us, make_lock_code
from dure.people.members import MemberRefusedError
from dure.people.wallet_locks import Cause, Hand, lock_wallet, locks_of, unlock_wallet
from dure.web.citizen.care.faces import lock_face, may_end
from dure.web.citizen.care.lost import lost
from dure.web.citizen.care.words import CARE_WORDS
from dure.web.citizen.shell.access import member_page, require_proof, visitor_of
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, form_key, request_key
from dure.web.citizen.shell.sessions import Visitor, machine_now_us
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.dates import day_text
from dure.web.shared.engine import engine
from dure.web.shared.form_keys import key_again
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

# Note [A lock without the telephone]: whoever locked by a code has lost the telephone, and perhaps
# a thief reads its messages. With these a thief could set a new PIN or add a passkey. So such a
# lock is ended in the app only by a proof that is older than the lock; else at a desk.
_NEW_PROOF: Final = """
SELECT EXISTS (SELECT FROM payment_pin WHERE member_id = %(member_id)s AND set_at_us >= %(since)s)
    OR EXISTS (SELECT FROM passkey WHERE member_id = %(member_id)s AND added_at_us >= %(since)s)
"""


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*CARE_WORDS[name])


def lock(request: HttpRequest) -> HttpResponseBase:
    """The lock of who is signed in; who is not is asked for telephone and code."""
    return own_lock(request) if visitor_of(request) is not None else lost(request)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def own_lock(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Whether the wallet is locked and by whom; locks it, ends the member's own locks."""
    fault, status = "", 409
    if request.method == "POST":
        try:
            done = _lock(request, visitor) if _asks_to_lock(request) else _unlock(request, visitor)
        except (EngineGone, MemberRefusedError):
            status = 503
            fault = language_of_page(request).choose(*SHELL_WORDS["try_again"])
        except FormKeyMissingError:
            fault = language_of_page(request).choose(*SHELL_WORDS["form_old"])
        else:
            return done
    return _page(request, visitor, fault, status)


def _asks_to_lock(request: HttpRequest) -> bool:
    return request.POST.get("act") == "lock"


def _lock(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Locking needs no proof: it takes nothing from anybody, and every second may count."""
    lock_wallet(
        database(), engine().ask, key=request_key(request, visitor, "lock"),
        member_id=visitor.member_id, hand=Hand(Cause.MEMBER, str(visitor.member_id)),
        at_us=now_us(), machine_now_us=machine_now_us(),
    )  # fmt: skip
    messages.success(request, _word(request, "lock_done"))
    return HttpResponseRedirect(f"{app_root(request)}/lock")


def _unlock(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    require_proof(visitor)
    asked = request.POST.get("lock", "")
    held = next(
        (each for each in locks_of(database(), visitor.member_id) if str(each.lock_id) == asked),
        None,
    )
    back = HttpResponseRedirect(f"{app_root(request)}/lock")
    if held is None or not may_end(held):
        return back
    if held.cause is Cause.LOST and _has_new_proof(visitor.member_id, held.began_machine_us):
        messages.error(request, _word(request, "lock_pin_new"))
        return back
    is_open = unlock_wallet(
        database(), engine().ask, key=request_key(request, visitor, f"unlock {held.lock_id}"),
        member_id=visitor.member_id, lock_id=held.lock_id, by_whom=str(visitor.member_id),
        at_us=now_us(),
    )  # fmt: skip
    messages.success(request, _word(request, "lock_undone" if is_open else "lock_still"))
    return back


def _has_new_proof(member_id: int, since_us: int) -> bool:
    row = database().execute(_NEW_PROOF, {"member_id": member_id, "since": since_us}).fetchone()
    return row is not None and bool(row[0])


def _page(request: HttpRequest, visitor: Visitor, fault: str, status: int) -> HttpResponse:
    language = language_of_page(request)
    held = locks_of(database(), visitor.member_id)
    made_us = code_made_at_us(database(), visitor.member_id)
    values: dict[str, Any] = {
        "locks": [lock_face(each, language) for each in held],
        "note_made": day_text(made_us, language) if made_us is not None else "",
        "fault": fault,
        # Nobody knows what became of it: pressed again, the same form asks under the same key.
        **({"once": key_again(request)} if fault else {}),
    }
    title = language.choose(*CARE_WORDS["lock"])
    return app_answer(
        request, visitor, "citizen/care/lock.html", values, words=CARE_WORDS, title=title,
        status=status if fault else 200,
    )  # fmt: skip


@require_POST
@member_page
def lock_code(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Draws a new lock code and shows it, this once; wants a proof."""
    require_proof(visitor)
    try:
        form_key(request)
    except FormKeyMissingError:
        return HttpResponseRedirect(f"{app_root(request)}/lock")
    code = make_lock_code(
        database(), installed_sealer(), member_id=visitor.member_id, at_us=now_us()
    )
    values = {"code": f"{code[:4]} {code[4:]}"}
    title = _word(request, "note_title")
    template = "citizen/care/lock_code.html"
    return app_answer(request, visitor, template, values, words=CARE_WORDS, title=title)
