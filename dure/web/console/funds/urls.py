"""The addresses of the funds, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.funds.views import decision, funds

urlpatterns: list[URLPattern] = [
    path("funds", funds),
    path("funds/proposals/<int:proposal_id>", decision),
]
