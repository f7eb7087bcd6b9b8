"""What every page hands its template, in the language of its address."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dure.web.shared.language import language_of_page
from dure.web.shared.words import words_in


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
