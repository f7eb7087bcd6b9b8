"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.gallery.views import gallery, page_in_state

urlpatterns: list[URLPattern] = [
    path("gallery", gallery),
    path("gallery/<slug:slug>", page_in_state),
]
