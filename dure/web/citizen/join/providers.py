"""Kakao and Naver: which of them members may sign in with here."""

from __future__ import annotations

from django.http import HttpRequest


def providers_shown(request: HttpRequest) -> tuple[str, ...]:
    """The names of the providers that are set up."""
    return ()
