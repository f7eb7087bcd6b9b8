"""The key that a form carries: the same form sent twice has one effect."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

from django.http import HttpRequest

FIELD: Final = "once"
_KEY: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


class FormKeyMissingError(ValueError):
    """The form did not come from a page of ours; it is to be opened again."""


def new_form_key() -> str:
    """A key for one form, as it stands in its hidden field."""
    return secrets.token_hex(16)


def form_key(request: HttpRequest) -> str:
    """The key that a posted form carries; raises FormKeyMissingError."""
    key = request.POST.get(FIELD, "")
    if not _KEY.fullmatch(key):
        raise FormKeyMissingError
    return key


def key_again(request: HttpRequest) -> str:
    """The key for a page that is shown again because no answer came: the posted one asks again.

    A new one where none was posted.
    """
    try:
        return form_key(request)
    except FormKeyMissingError:
        return new_form_key()


def key_for(request: HttpRequest, actor: str, purpose: str) -> bytes:
    """The 16 bytes under which somebody's form is carried out; bound to who acts and to what."""
    text = f"{actor}:{purpose}:{form_key(request)}"
    return hashlib.sha256(text.encode()).digest()[:16]
