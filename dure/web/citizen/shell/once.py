"""One effect for one tap: a form carries a key, and the engine is asked under one made of it."""

# Note [One tap, one effect]: every form that moves something holds a key that was drawn when the
# page was shown. A double tap, the back button, or a lost answer sends the same key again, and the
# engine answers as before. The request key is bound to the member and to what is done, so nobody's
# form can stand in the way of another's.

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

from django.http import HttpRequest

from dure.web.citizen.shell.sessions import Visitor

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


def request_key(request: HttpRequest, visitor: Visitor, purpose: str) -> bytes:
    """The 16 bytes under which the engine is asked for what this form does."""
    text = f"app:{visitor.member_id}:{purpose}:{form_key(request)}"
    return hashlib.sha256(text.encode()).digest()[:16]
