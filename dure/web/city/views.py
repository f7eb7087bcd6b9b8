"""The live page and the board in it, which the page fetches again each second."""

from __future__ import annotations

import logging

import psycopg
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.web.city.board import Board, board_of
from dure.web.city.reading import SharedReading
from dure.web.health import engine_answers
from dure.web.shared.language import language_of_page
from dure.web.shared.pages import page
from dure.web.shared.store import database

log = logging.getLogger(__name__)
_shared = SharedReading()


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The whole page, with the numbers of now; 503 when there are none."""
    return _answer(request, "city/live.html")


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The part of the page that changes."""
    return _answer(request, "city/board.html")


def _answer(request: HttpRequest, template: str) -> HttpResponse:
    language = language_of_page(request)
    found: Board | None = None
    try:
        reading = _shared.get(database(), engine_answers=engine_answers())
        found = board_of(reading, language)
    except (DatabaseError, psycopg.Error) as error:
        log.warning("The live page has no numbers: %s", error)
    values = {"board": found, "board_address": language.choose("/board", "/en/board")}
    return page(request, template, values, status=200 if found else 503)
