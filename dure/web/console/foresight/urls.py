"""The addresses of the forecasts and pacing pages, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.foresight import gallery, views, works

urlpatterns: list[URLPattern] = [
    path("forecast", views.forecast),
    path("forecast/run/<slug:kind>", works.run),
    path("forecast/works/<int:number>", works.progress),
    path("forecast/works/<int:number>/state", works.state),
    path("forecast/works/<int:number>/cancel", works.stop),
    path("forecast/<slug:code>", views.line),
    path("pace", views.pace),
    path("gallery", gallery.gallery),
]
