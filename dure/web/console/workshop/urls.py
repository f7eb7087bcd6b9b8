"""The addresses of the rule workshop, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.workshop import beginning, comparing, editing, listing, stepping, trying
from dure.web.console.workshop.versions import version

urlpatterns: list[URLPattern] = [
    path("rules", listing.rules),
    path("rules/new", beginning.new),
    path("rules/working_copies/<int:copy_id>", editing.copy),
    path("rules/working_copies/<int:copy_id>/check", editing.check),
    path("rules/try_out", trying.ask),
    path("rules/try_out/<int:work_id>", trying.trial),
    path("rules/try_out/<int:work_id>/progress", trying.progress),
    path("rules/side_by_side", comparing.choose),
    path("rules/<slug:rule>/<int:number>", version),
    path("rules/<slug:rule>/<int:number>/<slug:word>", stepping.step),
]
