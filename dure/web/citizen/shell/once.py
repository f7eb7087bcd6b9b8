"""One effect for one tap: a form carries a key, and the engine is asked under one made of it."""

# Note [One tap, one effect]: every form that moves something holds a key that was drawn when the
# page was shown. A double tap, the back button, or a lost answer sends the same key again, and the
# engine answers as before. The request key is bound to the member and to what is done, so nobody's
# form can stand in the way of another's.

from __future__ import annotations

from django.http import HttpRequest

from dure.web.citizen.shell.sessions import Visitor
from dure.web.shared.form_keys import (
    FIELD,
    FormKeyMissingError,
    form_key,
    key_for,
    new_form_key,
)

__all__ = ["FIELD", "FormKeyMissingError", "form_key", "new_form_key", "request_key"]


def request_key(request: HttpRequest, visitor: Visitor, purpose: str) -> bytes:
    """The 16 bytes under which the engine is asked for what this form does."""
    return key_for(request, f"app:{visitor.member_id}", purpose)
