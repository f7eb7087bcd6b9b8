"""The address of the first page: /console/ and /en/console/ themselves."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.home.views import home

urlpatterns: list[URLPattern] = [path("", home)]
