"""The address of the notices, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.notices.views import notices

urlpatterns: list[URLPattern] = [path("notices", notices)]
