"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
