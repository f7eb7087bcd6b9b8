"""Is everything there: the database, the engine, and the city's clock."""

from __future__ import annotations

import socket

import psycopg
from django.db import Error as DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from dure.kernel.calendar import seoul
from dure.kernel.database.home import home_directory
from dure.report.live import city_clock, speed_of
from dure.web.shared.store import database

ENGINE_PATIENCE_S = 0.5


def engine_answers() -> bool:
    """Whether an engine accepts connections at its socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(ENGINE_PATIENCE_S)
        try:
            probe.connect(str(home_directory() / "engine.sock"))
        except OSError:
            return False
    return True


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when database and engine answer, 503 when one of them does not, and which."""
    clock = speed = None
    try:
        city = city_clock(database())
        clock, speed = seoul(city.now_us()).isoformat(timespec="seconds"), speed_of(city)
    except (DatabaseError, psycopg.Error):
        pass
    answers = {"database": clock is not None, "engine": engine_answers()}
    return JsonResponse(
        {**answers, "clock": clock, "speed": speed},
        status=200 if all(answers.values()) else 503,
        headers={"Cache-Control": "no-store"},
    )
