"""The addresses of the budget pages, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.console.budget import acting, transfers, views

urlpatterns: list[URLPattern] = [
    path("budget", views.tree),
    path("budget/lines/<slug:code>", views.line),
    path("budget/lines/<slug:code>/<slug:name>", acting.act),
    path("budget/transfers", transfers.transfers),
    path("budget/transfers/<int:number>", transfers.transfer),
    path(
        "budget/transfers/<int:number>/approve", transfers.decide_transfer, {"decision": "approve"}
    ),
    path("budget/transfers/<int:number>/refuse", transfers.decide_transfer, {"decision": "refuse"}),
]
