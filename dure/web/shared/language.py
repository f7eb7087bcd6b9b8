"""Which language a reader gets: Korean first, English beside it."""

from __future__ import annotations

from enum import StrEnum

from django.http import HttpRequest


class Language(StrEnum):
    """The languages of every page and every answer; the values are BCP 47 tags."""

    KOREAN = "ko"
    ENGLISH = "en"

    def choose(self, korean: str, english: str) -> str:
        """The one of two texts that this reader reads."""
        return korean if self is Language.KOREAN else english


def language_of_page(request: HttpRequest) -> Language:
    """English under /en/ or with ?lang=en, otherwise Korean: an address means one language."""
    asked = request.GET.get("lang", "")
    if asked in (Language.KOREAN, Language.ENGLISH):
        return Language(asked)
    return Language.ENGLISH if request.path_info.startswith("/en/") else Language.KOREAN


def language_of_program(request: HttpRequest) -> Language:
    """The first of our languages in Accept-Language by weight (RFC 9110, 12.5.4), else Korean."""
    best, best_weight = Language.KOREAN, 0.0
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        tag, _, parameter = part.partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight_of(parameter)
        if primary in (Language.KOREAN, Language.ENGLISH) and weight > best_weight:
            best, best_weight = Language(primary), weight
    return best


def _weight_of(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
