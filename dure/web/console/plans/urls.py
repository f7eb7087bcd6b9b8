"""The addresses of the plans pages, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.plans import views

urlpatterns: list[URLPattern] = [
    path("plans", views.plans),
    path("plans/new", views.new),
    path("plans/<int:number>", views.found),
]
