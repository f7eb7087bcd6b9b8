"""The addresses of papers, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.export.views import (
    appropriation_evidence,
    rule_evidence,
    transfer_evidence,
)

urlpatterns: list[URLPattern] = [
    path("evidence/rules/<slug:rule>/<int:number>.pdf", rule_evidence),
    path("evidence/transfers/<int:number>.pdf", transfer_evidence),
    path("evidence/appropriations/<int:number>.pdf", appropriation_evidence),
]
