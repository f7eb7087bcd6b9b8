"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.home.notices_page import notices, notices_by_sms
from dure.web.citizen.home.views import home

urlpatterns: list[URLPattern] = [
    path("", home),
    path("notices", notices),
    path("notices/by-sms", notices_by_sms),
]
