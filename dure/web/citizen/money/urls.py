"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.money.accounts import accounts, automatic, link, unlink
from dure.web.citizen.money.charging import charge, transfer_state, withdraw

urlpatterns: list[URLPattern] = [
    path("charge", charge),
    path("withdraw", withdraw),
    path("transfers/<int:transfer_id>", transfer_state),
    path("accounts", accounts),
    path("accounts/link", link),
    path("accounts/unlink", unlink),
    path("accounts/automatic", automatic),
]
