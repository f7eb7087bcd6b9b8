"""Gifts: what waits for a member, what was sent and how it stands, taken and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.authorization.answers import Answer
from dure.authorization.facts import GiftState
from dure.authorization.reasons import DeclineReason
from dure.engine.client import EngineGone
from dure.people.fields import installed_sealer
from dure.people.gift_limits import GiftLimit, gift_limit_at
from dure.people.gifts import (
    GiftAmountError,
    GiftNotFoundError,
    GiftWordsError,
    KeyUsedForAnotherGiftError,
    Letter,
    OwnNumberError,
    TooManyGiftsError,
    gifts_to,
    is_waiting,
    received_gift,
    send_gift,
    sent_gift,
    sent_gifts,
    take_gift,
    take_gift_back,
    write_letter,
)
from dure.people.members import PersonalDataWrongError
from dure.web.citizen.gifts.words import GIFT_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, form_key, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.standing import is_locked
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.amounts import exact_won, read_amount
from dure.web.shared.dates import day_and_time_text
from dure.web.shared.engine import engine
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.masks import masked_phone, plain_phone
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database

PHONE_CHARACTERS_MAX: Final = 20
WORDS_CHARACTERS_MAX: Final = 200
_FREE: Final = """
SELECT charged_won - held_won FROM wallet
WHERE shard = %(member_id)s %% 64 AND member_id = %(member_id)s
"""
_FAULTS: Final[dict[type[Exception], tuple[str, str]]] = {
    PersonalDataWrongError: ("phone", "fault_phone"),
    OwnNumberError: ("phone", "fault_own"),
    GiftAmountError: ("amount", "fault_amount"),
    GiftWordsError: ("words", "fault_words"),
    TooManyGiftsError: ("form", "fault_often"),
}
"""Under which field of the form a fault stands, and in which words."""


@require_safe
@member_page
def gifts(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """What waits for the member, and what the member has sent."""
    language, sealer = language_of_page(request), installed_sealer()
    values = {
        "limit": _limit_told(gift_limit_at(database(), now_us()), language),
        "came": [
            {
                "letter_id": letter.letter_id,
                "won": exact_won(letter.won, language),
                "take": _word("take", language).format(won=exact_won(letter.won, language)),
                "until": _word("until", language).format(
                    until=day_and_time_text(letter.until_us, language)
                ),
                "words": letter.words(sealer),
            }
            for letter in gifts_to(database(), visitor.member_id, now_us())
        ],
        "sent": [
            {
                "letter_id": letter.letter_id,
                "won": exact_won(letter.won, language),
                "state": _word(_state_word(letter), language),
                "day": day_and_time_text(letter.written_at_us, language),
                "phone": masked_phone(letter.phone(sealer)),
            }
            for letter in sent_gifts(database(), visitor.member_id)
        ],
    }
    return _page(request, visitor, "gifts", values, "gifts")


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def send(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Asks to whom, how much and with which words; and sends, once for the form."""
    if request.method != "POST":
        return _send_page(request, visitor)
    language = language_of_page(request)
    try:
        key = request_key(request, visitor, "gift")
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
        return HttpResponseRedirect(f"{app_root(request)}/gifts/send")
    require_proof(visitor)
    try:
        letter = write_letter(
            database(), installed_sealer(), key=key, giver_id=visitor.member_id,
            phone=request.POST.get("phone", "")[:PHONE_CHARACTERS_MAX],
            won=read_amount(request.POST.get("amount", "").strip()[:PHONE_CHARACTERS_MAX]),
            words=request.POST.get("words", "")[:WORDS_CHARACTERS_MAX], at_us=now_us(),
        )  # fmt: skip
    except tuple(_FAULTS) as fault:
        field, name = _FAULTS[type(fault)]
        most_won = gift_limit_at(database(), now_us()).won_max
        said = _word(name, language).format(won=exact_won(most_won, language))
        return _send_page(request, visitor, {field: said}, status=400)
    except KeyUsedForAnotherGiftError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
        return HttpResponseRedirect(f"{app_root(request)}/gifts/send")
    try:
        letter = send_gift(database(), engine().ask, letter)
    except EngineGone:
        messages.warning(request, _word("slow", language))
    return HttpResponseRedirect(f"{app_root(request)}/gifts/{letter.letter_id}")


def _send_page(
    request: HttpRequest,
    visitor: Visitor,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    language = language_of_page(request)
    row = database().execute(_FREE, {"member_id": visitor.member_id}).fetchone()
    limit = gift_limit_at(database(), now_us())
    free_won = min(limit.won_max, max(0, int(row[0]))) if row else 0
    word = "send_may" if free_won else "send_may_none"
    values = {
        "may": _word(word, language).format(won=exact_won(free_won, language)),
        "has_money": free_won > 0,
        "is_locked": is_locked(visitor.member_id),
        "limit": _limit_told(limit, language),
        "faults": faults or {},
        "phone": request.POST.get("phone", "")[:PHONE_CHARACTERS_MAX],
        "amount": request.POST.get("amount", "")[:PHONE_CHARACTERS_MAX],
        "text": request.POST.get("words", "")[:WORDS_CHARACTERS_MAX],
    }
    return _page(request, visitor, "send", values, "to_send", status)


@require_safe
@member_page
def gift(request: HttpRequest, visitor: Visitor, letter_id: int) -> HttpResponseBase:
    """How a gift stands that the member has sent."""
    language, letter = language_of_page(request), _own(visitor, letter_id)
    if letter.refused == DeclineReason.NOT_ENOUGH_MONEY:
        why = _word("too_little", language)
    elif letter.refused:
        sentence = sentence_or_number(letter.refused, language)
        why = f"{sentence.happened} {sentence.remedy}"
    else:
        why = _word(f"state_{letter.state}_why", language).format(
            until=day_and_time_text(letter.until_us, language)
        )
    kinds = {GiftState.TAKEN: "done", GiftState.RETURNED: "back"}
    sealer = installed_sealer()
    values = {
        "won": exact_won(letter.won, language),
        "why": why,
        "kind": "failed" if letter.refused else kinds.get(GiftState(letter.state or 1), "waits"),
        "letter_id": letter.letter_id,
        "phone": plain_phone(letter.phone(sealer)),
        "text": letter.words(sealer),
        "may_take_back": is_waiting(letter, now_us()),
        "is_open": not (letter.refused or letter.state),
    }
    return _page(request, visitor, "gift", values, _state_word(letter))


@require_POST
@member_page
def take(request: HttpRequest, visitor: Visitor, letter_id: int) -> HttpResponseBase:
    """The member takes a gift that was sent to his number."""
    language = language_of_page(request)

    def ask(key: bytes) -> Answer:
        return take_gift(
            database(), engine().ask, key=key, member_id=visitor.member_id, letter_id=letter_id,
            at_us=now_us(),
        )  # fmt: skip

    answer = _asked(request, visitor, f"take {letter_id}", ask)
    if answer is not None and answer.reason == DeclineReason.OVER_HOLDING_LIMIT:
        letter = received_gift(database(), visitor.member_id, letter_id)
        until = day_and_time_text(letter.until_us, language)
        messages.error(request, _word("over_limit", language).format(until=until))
    elif answer is not None:
        _tell(request, answer, "taken")
        if answer.approved:
            messages.info(request, _word("taken_spent", language))
    return HttpResponseRedirect(f"{app_root(request)}/gifts")


@require_POST
@member_page
def back(request: HttpRequest, visitor: Visitor, letter_id: int) -> HttpResponseBase:
    """The giver takes back a gift that nobody has taken."""
    letter = _own(visitor, letter_id)

    def ask(key: bytes) -> Answer:
        return take_gift_back(
            database(), engine().ask, key=key, giver_id=visitor.member_id,
            letter_id=letter.letter_id, at_us=now_us(),
        )  # fmt: skip

    answer = _asked(request, visitor, f"back {letter_id}", ask)
    if answer is not None:
        _tell(request, answer, "backed")
    return HttpResponseRedirect(f"{app_root(request)}/gifts/{letter.letter_id}")


def _asked(
    request: HttpRequest, visitor: Visitor, purpose: str, ask: Callable[[bytes], Answer]
) -> Answer | None:
    """The engine's answer; None where there was none, and the reader is told so."""
    language = language_of_page(request)
    try:
        form_key(request)
        return ask(request_key(request, visitor, purpose))
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
    except EngineGone:
        messages.error(request, _word("slow", language))
    except GiftNotFoundError:
        raise Http404 from None
    return None


def _tell(request: HttpRequest, answer: Answer, word: str) -> None:
    language = language_of_page(request)
    if answer.approved:
        messages.success(request, _word(word, language))
        return
    sentence = sentence_or_number(answer.reason, language)
    messages.error(request, f"{sentence.happened} {sentence.remedy}")


def _limit_told(limit: GiftLimit, language: Language) -> str:
    """How much one gift may bring and how long it waits."""
    days = language.choose(f"{limit.waits_days}일", _days_en(limit.waits_days))
    most = exact_won(limit.won_max, language)
    return _word("limit_told", language).format(won=most, days=days)


def _days_en(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _own(visitor: Visitor, letter_id: int) -> Letter:
    try:
        return sent_gift(database(), visitor.member_id, min(letter_id, 2**63 - 1))
    except GiftNotFoundError:
        raise Http404 from None


def _state_word(letter: Letter) -> str:
    return "state_refused" if letter.refused else f"state_{letter.state}"


def _word(name: str, language: Language) -> str:
    return language.choose(*GIFT_WORDS[name])


def _page(
    request: HttpRequest,
    visitor: Visitor,
    name: str,
    values: Mapping[str, object],
    title: str,
    status: int = 200,
) -> HttpResponse:
    return app_answer(
        request, visitor, f"citizen/gifts/{name}.html", values, words=GIFT_WORDS,
        title=_word(title, language_of_page(request)), status=status,
    )  # fmt: skip
