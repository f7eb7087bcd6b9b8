"""What every page hands its template, and the pages for an address or a program that failed."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dure.web.shared.language import Language, language_of_page
from dure.web.shared.words import WORDS, words_in


def page(
    request: HttpRequest,
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    address_ko: str = "/",
    address_en: str = "/en/",
) -> HttpResponse:
    """Renders a template in the language of the address, with all words and both addresses."""
    language = language_of_page(request)
    context = {
        "language": language.value,
        "words": words_in(language),
        "home": language.choose("/", "/en/"),
        "other_address": language.choose(address_en, address_ko),
        **values,
    }
    response = render(request, template, context, status=status)
    response.headers["Content-Language"] = language.value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for an address that does not exist."""
    return _notice(request, "missing", 404)


def fault(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours."""
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
