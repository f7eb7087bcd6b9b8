"""Pictures of results, which never change: drawn once for each process, kept by what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from dure.web.console.foresight.reading import KeptByHash
from dure.web.console.foresight.words import FORESIGHT_WORDS
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.words import Words, told
from dure.web.shared.language import language_of_page

_DRAWN: Final[KeptByHash[str]] = KeptByHash(64)


def drawn(
    request: HttpRequest,
    template: str,
    key: object,
    make: Callable[[], Mapping[str, object]],
    words: Words = FORESIGHT_WORDS,
) -> SafeString:
    """A part of a page in the reader's language, made by the template when it is not kept.

    `key` names everything that the part shows beside its language; the part may show nothing of
    who reads it that the key does not name.
    """
    language = language_of_page(request)

    def render() -> str:
        context = {"words": told(words, language), "console": console_root(request)}
        return render_to_string(template, context | dict(make()))

    # What is kept was escaped when the template made it.
    return mark_safe(_DRAWN.get(f"{template} {language} {key}", render))
