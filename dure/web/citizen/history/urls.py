"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.history.export import month_csv, month_sheet
from dure.web.citizen.history.receipt import receipt
from dure.web.citizen.history.statement import newest_statement, statement, statement_paper
from dure.web.citizen.history.views import history, month

urlpatterns: list[URLPattern] = [
    path("history", history),
    path("history/<int:movement_id>", receipt),
    path("history/months/<int:number>", month),
    path("history/months/<int:number>/sheet", month_sheet),
    path("history/months/<int:number>/csv", month_csv),
    path("statement", newest_statement),
    path("statement/<int:year>", statement),
    path("statement/<int:year>/paper", statement_paper),
]
