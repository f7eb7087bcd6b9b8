"""The addresses of the rules pages, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
