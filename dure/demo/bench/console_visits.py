"""Visits to the console: signing in with both factors, finding its pages, and asking at a rate."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import queue
import random
import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import urlencode

PATIENCE_S: Final = 60.0
VISITORS: Final = 8
PAGES_MAX: Final = 90
EACH_MAX: Final = 3
_CODE_STEP_S: Final = 30
_LINK: Final = re.compile(r'href="(/(?:en/)?console[^"#]*)"')
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_NO_PAGE: Final = re.compile(r"as=xlsx|\.pdf|sign-out|sign-in|second-factor|/en/console.*\?at=")


class NotSignedInError(Exception):
    """The console did not let the measuring official in; the message says where it went."""


@dataclass(slots=True)
class Visitor:
    """A browser without a face: one connection, its cookies."""

    port: int
    cookies: SimpleCookie = field(default_factory=SimpleCookie)
    _connection: http.client.HTTPConnection | None = None

    def get(self, address: str) -> tuple[int, str, str]:
        """The status, the text, and where a redirect goes."""
        return self._ask("GET", address, None)

    def post(self, address: str, values: dict[str, str]) -> tuple[int, str, str]:
        """Sends a form."""
        return self._ask("POST", address, urlencode(values))

    def _ask(self, method: str, address: str, body: str | None) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{n}={m.value}" for n, m in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=PATIENCE_S
            )
        self._connection.request(method, address, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for told in answer.headers.get_all("Set-Cookie") or []:
            self.cookies.load(told)
        if answer.will_close:
            self.close()
        return answer.status, text, answer.headers.get("Location", "")

    def twin(self) -> Visitor:
        """Another connection of the same official."""
        return Visitor(self.port, SimpleCookie(self.cookies.output(header="", sep=";")))

    def close(self) -> None:
        """Ends the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def code_of(secret: str, at_s: float) -> str:
    """The six digits of an authenticator at an instant (RFC 6238 with SHA-1 and 30 s)."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, int(at_s // _CODE_STEP_S).to_bytes(8, "big"), hashlib.sha1).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def sign_in(visitor: Visitor, official: str, password: str, secret: str) -> None:
    """Signs in with the password and the second factor. Raises NotSignedInError."""
    _, page, _ = visitor.get("/console/sign-in")
    _, _, place = visitor.post(
        "/console/sign-in",
        {"official": official, "password": password, "csrfmiddlewaretoken": _token(page)},
    )
    _, page, _ = visitor.get(place or "/console/second-factor")
    values = {"code": code_of(secret, time.time()), "csrfmiddlewaretoken": _token(page)}
    visitor.post(place or "/console/second-factor", values)
    status, _, place = visitor.get("/console/")
    if status != 200:
        raise NotSignedInError(f"the first page answered {status} and went on to {place!r}")


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    return found[1] if found else ""


def kind_of(address: str) -> str:
    """The kind of page an address is of: its numbers, lines and questions left out."""
    path, _, question = address.partition("?")
    path = re.sub(r"^/en", "", path)
    path = re.sub(r"/(lines|forecast|officials)/(?!works|run)[a-z0-9.-]+", r"/\1/:name", path)
    path = re.sub(r"/rules/[a-z0-9-]+/\d+", "/rules/:rule/:n", path)
    path = re.sub(r"/\d+", "/:n", path)
    names = sorted({part.partition("=")[0] for part in question.split("&") if part})
    return path + (f"?{'&'.join(names)}" if names else "")


def find_pages(visitor: Visitor) -> list[str]:
    """Pages that the console links to, from the first one on: a few of each kind, each answering.

    Korean and English are the same kind. Pages that go on to another one are left out.
    """
    found: list[str] = []
    counts: dict[str, int] = {}
    seen = {"/console/"}
    waiting = ["/console/", "/console/gallery", "/en/console/"]
    while waiting and len(found) < PAGES_MAX:
        address = waiting.pop(0)
        kind = kind_of(address)
        if counts.get(kind, 0) >= EACH_MAX:
            continue
        status, page, _ = visitor.get(address)
        if status != 200 or "<html" not in page:
            continue
        counts[kind] = counts.get(kind, 0) + 1
        found.append(address)
        for link in _LINK.findall(page):
            plain = link.replace("&amp;", "&")
            if plain not in seen and not _NO_PAGE.search(plain):
                seen.add(plain)
                waiting.append(plain)
    return found


@dataclass(slots=True)
class Visit:
    """A page that was asked for: how long it took from when it was due, in milliseconds."""

    kind: str
    ms: float
    status: int
    was_counted: bool


def play(
    visitor: Visitor, pages: Sequence[str], *, rate: float, seconds: float, warm_up_s: float
) -> list[Visit]:
    """Asks for pages in a shuffled order at a steady rate, whether or not answers have come.

    The time of a page runs from the instant at which it was due until its last byte came.
    """
    order = list(pages)
    random.Random(1).shuffle(order)
    count = int(rate * (warm_up_s + seconds))
    due: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()
    visits: list[Visit] = []
    began_s = time.perf_counter()

    def visit(own: Visitor) -> None:
        while (asked := due.get()) is not None:
            due_s, address = asked
            try:
                status, _, _ = own.get(address)
            except (OSError, http.client.HTTPException):
                own.close()
                status = 0
            ms = (time.perf_counter() - due_s) * 1_000
            visits.append(Visit(kind_of(address), ms, status, due_s - began_s >= warm_up_s))
        own.close()

    threads = [
        threading.Thread(target=visit, args=(visitor.twin(),), daemon=True) for _ in range(VISITORS)
    ]
    for thread in threads:
        thread.start()
    for number in range(count):
        due_s = began_s + number / rate
        time.sleep(max(0.0, due_s - time.perf_counter()))
        due.put((due_s, order[number % len(order)]))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join(PATIENCE_S)
    return visits
