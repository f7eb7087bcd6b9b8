"""Refusals as problem documents (RFC 9457): a code for programs, sentences for people.

Every problem says what happened and what to do, in the language that the asker accepts.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse, JsonResponse

from dure.authorization.reasons import RETRY_CAN_HELP, DeclineReason
from dure.web.shared.language import Language, language_of_program
from dure.web.shared.sentences import SENTENCES

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 1


class Told(NamedTuple):
    """What a problem says in one language."""

    title: str
    detail: str
    remedy: str


class Kind(NamedTuple):
    """A problem that this API can have."""

    status: int
    ko: Told
    en: Told


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """Ends a request with a problem document; `code` is a key of `PROBLEMS` or a decline reason."""

    def __init__(self, code: str, *, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


class Declined(Problem):
    """The engine refused, for this reason."""

    def __init__(self, reason: DeclineReason) -> None:
        super().__init__(reason.name.lower())


PROBLEMS: dict[str, Kind] = {
    "key_missing": Kind(
        401,
        Told(
            "API 키가 없습니다",
            "요청에 API 키가 없습니다.",
            "Authorization 헤더에 'Bearer <API 키>'를 보내세요.",
        ),
        Told(
            "No API key",
            "The request carries no API key.",
            "Send the header Authorization: Bearer <API key>.",
        ),
    ),
    "key_unknown": Kind(
        401,
        Told(
            "쓸 수 없는 API 키",
            "모르는 키이거나 폐기된 API 키입니다.",
            "키를 확인하거나 새 키를 받으세요.",
        ),
        Told(
            "API key not valid",
            "The API key is unknown or was revoked.",
            "Check the key, or ask for a new one.",
        ),
    ),
    "scope_missing": Kind(
        403,
        Told(
            "권한이 없는 API 키",
            "이 API 키로는 할 수 없는 일입니다.",
            "필요한 권한이 든 키를 받으세요. 권한은 API 문서에 있습니다.",
        ),
        Told(
            "Not allowed with this key",
            "The API key lacks the scope for this.",
            "Ask for a key with the scope; the API's page names it.",
        ),
    ),
    "too_many_requests": Kind(
        429,
        Told(
            "요청이 너무 많습니다",
            "1분에 보낼 수 있는 요청 수를 넘었습니다.",
            "Retry-After 헤더의 초만큼 기다린 뒤 다시 보내세요.",
        ),
        Told(
            "Too many requests",
            "The key has asked more often than it may in a minute.",
            "Wait the seconds of the Retry-After header and ask again.",
        ),
    ),
    "body_too_large": Kind(
        413,
        Told("본문이 너무 큽니다", "요청 본문이 16KiB를 넘습니다.", "필요한 값만 보내세요."),
        Told("Body too large", "The body is larger than 16 KiB.", "Send only what is needed."),
    ),
    "body_unreadable": Kind(
        400,
        Told(
            "읽을 수 없는 본문",
            "본문이 JSON 객체가 아닙니다.",
            "UTF-8로 된 JSON 객체 하나를 보내세요.",
        ),
        Told(
            "Body cannot be read", "The body is no JSON object.", "Send one JSON object in UTF-8."
        ),
    ),
    "request_invalid": Kind(
        422,
        Told(
            "맞지 않는 값",
            "받을 수 없는 값이 있습니다. errors에 값마다 이유가 있습니다.",
            "errors의 값을 고쳐 다시 보내세요.",
        ),
        Told(
            "Values not accepted",
            "Some values are not accepted; errors says why, one by one.",
            "Correct the values in errors and send it again.",
        ),
    ),
    "idempotency_key_missing": Kind(
        400,
        Told(
            "Idempotency-Key가 없습니다",
            "이 요청에는 Idempotency-Key 헤더가 있어야 합니다.",
            "요청마다 새 값(8~64자, 예: UUID)을 보내고, 다시 보낼 때는 같은 값을 쓰세요.",
        ),
        Told(
            "No Idempotency-Key",
            "This request needs the header Idempotency-Key.",
            "Send a new value (8 to 64 signs, such as a UUID) with each request, "
            "and the same value when you send it again.",
        ),
    ),
    "idempotency_key_reused": Kind(
        422,
        Told(
            "이미 쓴 Idempotency-Key",
            "같은 Idempotency-Key로 다른 내용의 요청이 이미 왔습니다.",
            "새 요청에는 새 값을 쓰세요.",
        ),
        Told(
            "Idempotency-Key used before",
            "The Idempotency-Key was used for another request.",
            "Use a new value for a new request.",
        ),
    ),
    "still_working": Kind(
        409,
        Told(
            "처리하고 있는 요청",
            "같은 Idempotency-Key의 요청을 지금 처리하고 있습니다.",
            "잠시 뒤 같은 값으로 다시 보내세요.",
        ),
        Told(
            "Still working on it",
            "A request with this Idempotency-Key is being worked on.",
            "Send it again with the same value in a moment.",
        ),
    ),
    "not_found": Kind(
        404,
        Told("없습니다", "그런 대상이 없습니다.", "주소와 번호를 확인하세요."),
        Told("Not found", "There is no such thing.", "Check the address and the numbers in it."),
    ),
    "method_not_allowed": Kind(
        405,
        Told(
            "쓸 수 없는 메서드", "이 주소에서는 쓸 수 없는 메서드입니다.", "API 문서를 확인하세요."
        ),
        Told("Method not allowed", "The address does not take this method.", "See the API's page."),
    ),
    "consent_missing": Kind(
        422,
        Told(
            "동의가 빠졌습니다",
            "이용약관(terms)과 개인정보(privacy) 동의가 모두 있어야 합니다.",
            "consents에 두 가지 동의와 그 문서의 판을 보내세요.",
        ),
        Told(
            "Consent missing",
            "Both consents are needed: terms and privacy.",
            "Send both in consents, each with the version of the text shown.",
        ),
    ),
    "phone_taken": Kind(
        409,
        Told(
            "이미 가입한 전화번호",
            "이 전화번호로 가입한 회원이 있습니다.",
            "기존 회원으로 이용하거나 다른 번호로 가입하세요.",
        ),
        Told(
            "Telephone number taken",
            "A member has this telephone number already.",
            "Use that membership, or join with another number.",
        ),
    ),
    "account_not_linked": Kind(
        422,
        Told(
            "연결되지 않은 계좌",
            "회원에게 연결된 은행 계좌가 아닙니다.",
            "먼저 계좌를 연결하세요.",
        ),
        Told(
            "Account not linked",
            "The bank account is not linked to this member.",
            "Link the account first.",
        ),
    ),
    "account_taken": Kind(
        409,
        Told(
            "다른 회원의 계좌",
            "다른 회원에게 연결된 은행 계좌입니다.",
            "본인 계좌를 연결하세요.",
        ),
        Told(
            "Account of another member",
            "The bank account is linked to another member.",
            "Link an account of the member's own.",
        ),
    ),
    "qr_unknown": Kind(
        422,
        Told("모르는 QR", "발급한 적이 없는 QR입니다.", "손님에게 새 QR을 받으세요."),
        Told(
            "Unknown QR", "Nobody was given this QR token.", "Ask the customer to show a new one."
        ),
    ),
    "qr_expired": Kind(
        422,
        Told("시간이 지난 QR", "QR의 시간이 지났습니다.", "손님에게 새 QR을 받으세요."),
        Told("QR expired", "The QR token's time is over.", "Ask the customer to show a new one."),
    ),
    "qr_used": Kind(
        409,
        Told("이미 쓴 QR", "이미 결제에 쓰인 QR입니다.", "손님에게 새 QR을 받으세요."),
        Told(
            "QR used", "Another payment used the QR token.", "Ask the customer to show a new one."
        ),
    ),
    "engine_away": Kind(
        503,
        Told(
            "결제 엔진이 대답하지 않습니다",
            "결과를 아직 모릅니다. 같은 요청은 한 번만 처리됩니다.",
            "잠시 뒤 같은 Idempotency-Key로 다시 보내세요.",
        ),
        Told(
            "The engine does not answer",
            "The outcome is not known yet. The same request has one effect.",
            "Send it again with the same Idempotency-Key in a moment.",
        ),
    ),
    "database_away": Kind(
        503,
        Told(
            "지금은 처리할 수 없습니다",
            "데이터베이스에 닿지 않습니다.",
            "잠시 뒤 같은 Idempotency-Key로 다시 보내세요.",
        ),
        Told(
            "Not possible right now",
            "The database cannot be reached.",
            "Send it again with the same Idempotency-Key in a moment.",
        ),
    ),
    "fault": Kind(
        500,
        Told(
            "문제가 생겼습니다",
            "우리 쪽 문제입니다.",
            "잠시 뒤 같은 Idempotency-Key로 다시 보내세요.",
        ),
        Told(
            "Something went wrong",
            "The fault is ours.",
            "Send it again with the same Idempotency-Key in a moment.",
        ),
    ),
}


def kind_of(code: str) -> Kind:
    """The problem behind a code; a decline reason is 422, or 503 where asking again can help.

    Raises KeyError for a code that does not exist.
    """
    if code in PROBLEMS:
        return PROBLEMS[code]
    reason = DeclineReason[code.upper()]
    status = 503 if reason in RETRY_CAN_HELP else 422
    ko, en = (Told(s.label, s.happened, s.remedy) for s in SENTENCES[reason])
    return Kind(status, ko, en)


def document_of(problem: Problem, language: Language) -> dict[str, Any]:
    """The problem's members as RFC 9457 names them, with `code` and `remedy` beside them."""
    kind = kind_of(problem.code)
    told = kind.ko if language is Language.KOREAN else kind.en
    document: dict[str, Any] = {
        "type": f"/api/v1/docs#problem-{problem.code}",
        "title": told.title,
        "status": kind.status,
        "code": problem.code,
        "detail": told.detail,
        "remedy": told.remedy,
    }
    if problem.errors:
        document["errors"] = list(problem.errors)
    return document


def answer_of(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as an answer, in the language that the request accepts."""
    language = language_of_program(request)
    document = document_of(problem, language)
    response = JsonResponse(
        document,
        status=document["status"],
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept-Language"
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="dure"'
    if problem.code == "still_working" or response.status_code == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    if response.status_code == 429:
        response.headers["Retry-After"] = str(60 - int(time.time()) % 60)
    return response
