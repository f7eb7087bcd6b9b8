"""How an act on a card is carried out: once for its form, and said in words what came of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect

from dure.engine.client import EngineGone
from dure.people.guardians import blocked_by_guardian
from dure.wallets.card_delivery import NotThatFarError
from dure.wallets.card_life import CardNotFoundError, get_card
from dure.wallets.cards import CardRefusedError, CardShown
from dure.web.citizen.cards.words import CARD_WORDS
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import now_us
from dure.web.citizen.shell.once import FormKeyMissingError, form_key, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.language import language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database


def own_card(visitor: Visitor, card_id: int) -> CardShown:
    """The member's card of this number; anybody else's is no page (404)."""
    try:
        return get_card(database(), visitor.member_id, card_id)
    except CardNotFoundError:
        raise Http404 from None


def is_guarded(visitor: Visitor, card_id: int) -> bool:
    """Whether a guardian has blocked the member's card: who is under age neither unblocks it nor
    puts another in its place."""
    return card_id in blocked_by_guardian(database(), visitor.member_id, now_us())


def guarded_said(request: HttpRequest, card_id: int) -> HttpResponseRedirect:
    """Back to the card, with the word that its guardian can unblock it."""
    messages.error(request, word(request, "blocked_by_guardian"))
    return HttpResponseRedirect(f"{app_root(request)}/cards/{card_id}")


def word(request: HttpRequest, name: str) -> str:
    """A word of this room in the reader's language."""
    return language_of_page(request).choose(*CARD_WORDS[name])


def fault_of(request: HttpRequest, fault: Exception) -> str:
    """What an act that failed is told as, and what to do about it."""
    language = language_of_page(request)
    if isinstance(fault, FormKeyMissingError):
        return language.choose(*SHELL_WORDS["form_old"])
    if isinstance(fault, CardRefusedError):
        said = sentence_or_number(fault.reason, language)
        return f"{said.happened} {said.remedy}"
    if isinstance(fault, NotThatFarError):
        return word(request, "not_that_far")
    return language.choose(*SHELL_WORDS["try_again"])


def same_key(request: HttpRequest, fault: Exception | None) -> dict[str, str]:
    """Where the engine did not answer, the form's own key stands in it again: asked anew under it,
    what had effect already is answered, and is not done twice."""
    return {"once": form_key(request)} if isinstance(fault, EngineGone) else {}


def carry_out(
    request: HttpRequest,
    visitor: Visitor,
    purpose: str,
    act: Callable[[bytes], None],
    *,
    said: str,
    back: str,
) -> HttpResponseRedirect:
    """Does the act under the form's key, and goes to a page of the app (`back`, below its root)."""
    try:
        act(request_key(request, visitor, purpose))
    except (FormKeyMissingError, CardRefusedError, EngineGone, NotThatFarError) as fault:
        messages.error(request, fault_of(request, fault))
    else:
        messages.success(request, word(request, said))
    return HttpResponseRedirect(f"{app_root(request)}{back}")
