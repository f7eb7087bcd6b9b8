"""One call of the API: who asks, what is at hand, and how an effect is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.security import HttpBearer
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest
from dure.kernel.calendar import seoul
from dure.kernel.clock import Clock, SystemClock
from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing
from dure.people.sealing import Sealer, sealer_of
from dure.report.live import city_clock
from dure.web.api.keys import ApiKey, Scope, use_key
from dure.web.api.once import Work, once, request_hash
from dure.web.api.problems import Problem
from dure.web.shared.engine import engine
from dure.web.shared.language import Language, language_of_program
from dure.web.shared.store import database

BODY_BYTES_MAX = 16 * 1024
MINUTE_US = 60_000_000

ONCE: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "8 to 64 signs, new for each request, the same when it is sent again",
            "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[!-~]+$"},
        }
    ]
}


@lru_cache(maxsize=1)
def key_ring() -> KeyRing:
    """The installation's keys, opened at their first use."""
    return KeyRing.open(home_directory())


@dataclass(frozen=True, slots=True)
class Call:
    """What an operation needs. `key` is the engine's key of this request, empty where none."""

    conn: Connection[TupleRow]
    clock: Clock
    language: Language
    partner: ApiKey
    key: bytes = b""

    def now_us(self) -> int:
        """The city's instant."""
        return self.clock.now_us()

    def ask(self, request: AnyRequest) -> Answer:
        """Asks the engine. Raises EngineGone when it does not answer."""
        return engine().ask(request)

    @property
    def sealer(self) -> Sealer:
        return sealer_of(key_ring())


class KeyAuth(HttpBearer):
    """The partner's key in the Authorization header, counted against its limit."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey:
        """The key; raises Problem when it is not valid or asks too often."""
        if not token:
            raise Problem("key_missing")
        if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
            raise Problem("body_too_large")
        found = use_key(database(), token, minute=SystemClock().now_us() // MINUTE_US)
        if found is None:
            raise Problem("key_unknown")
        if found.is_over_its_limit:
            raise Problem("too_many_requests")
        return found


def allow(request: HttpRequest, scope: Scope) -> Call:
    """The call, when its key has the scope. Raises Problem when it has not."""
    partner: ApiKey = request.auth  # type: ignore[attr-defined]
    if scope not in partner.scopes:
        raise Problem("scope_missing")
    conn = database()
    return Call(conn, city_clock(conn), language_of_program(request), partner)


def do_once(request: HttpRequest, scope: Scope, work: Callable[[Call], Work]) -> HttpResponse:
    """Does the work under the request's Idempotency-Key and answers with what is kept of it."""
    call = allow(request, scope)
    stored = once(
        call.conn,
        key_id=call.partner.key_id,
        idempotency_key=request.headers.get("Idempotency-Key"),
        request_sha256=request_hash(str(request.method), request.path, request.body),
        work=lambda key: work(Call(call.conn, call.clock, call.language, call.partner, key)),
    )
    return HttpResponse(stored.text, status=stored.status, content_type="application/json")


def made(body: Schema, *, kept: Schema | None = None, is_final: bool = True) -> Work:
    """What was made, as an answer; `kept` is what a repeat sees where that is less."""
    text = body.model_dump_json()
    return Work(201, text, kept.model_dump_json() if kept else None, is_final)


def instant(us: int) -> str:
    """An instant as the API writes it: ISO 8601 with the city's offset."""
    return seoul(us).isoformat(timespec="microseconds" if us % 1_000_000 else "seconds")
