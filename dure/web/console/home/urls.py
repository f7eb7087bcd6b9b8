"""The addresses of the first page, /console/ and /en/console/ themselves, and of its alarms."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.home.alarms import take_note
from dure.web.console.home.views import home

urlpatterns: list[URLPattern] = [path("", home), path("alarms/<int:alarm_id>", take_note)]
