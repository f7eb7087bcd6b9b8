"""What is answered where there is no page, and where a program failed: to people and programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from dure.web.api.problems import Problem, answer_of
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.pages import page
from dure.web.shared.words import WORDS


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address that does not exist; a problem document under /api/."""
    if request.path_info.startswith("/api/"):
        return answer_of(request, Problem("not_found"))
    return _notice(request, "missing", 404)


def fault(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours; a problem document under /api/."""
    if request.path_info.startswith("/api/"):
        return answer_of(request, Problem("fault"))
    return _notice(request, "fault", 500)


def _notice(request: HttpRequest, name: str, status: int) -> HttpResponse:
    language = language_of_page(request)
    other = Language.ENGLISH if language is Language.KOREAN else Language.KOREAN
    values = {
        "title": language.choose(*WORDS[f"{name}_title"]),
        "body": language.choose(*WORDS[f"{name}_body"]),
        "body_other": other.choose(*WORDS[f"{name}_body"]),
    }
    return page(request, "shared/notice.html", values, status=status)
