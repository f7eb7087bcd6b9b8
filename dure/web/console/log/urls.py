"""The addresses of the log, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.log.views import log

urlpatterns: list[URLPattern] = [
    path("log", log),
    path("log/budget", log, {"tab": "budget"}),
    path("log/accounts", log, {"tab": "accounts"}),
]
