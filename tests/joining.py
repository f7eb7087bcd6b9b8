"""People who join and sign in as people do, for tests: forms are posted, messages are read."""

from __future__ import annotations

import re
from typing import Any

import pytest
from psycopg import Connection

PHONE, BORN, PIN = "010-5555-0101", "19800501", "285714"
ABOUT = {"name": "김두레", "district": "28260", "agree": ["terms", "privacy"]}


def new_browser(agent: str = "Browser/1.0 (Linux; Android 10)") -> Any:
    """A browser that nobody is signed in with."""
    from django.test import Client

    return Client(SERVER_NAME="localhost", headers={"user-agent": agent})


def texts(connection: Connection[Any], phone: str = PHONE) -> list[str]:
    """What a telephone received, the newest first."""
    from dure.people.sms import SimulatedSmsCentre

    return [each.text for each in SimulatedSmsCentre(connection).received(phone)]


def last_code(connection: Connection[Any], phone: str = PHONE) -> str:
    """The code of the last message."""
    found = re.search(r"[0-9]{6}", texts(connection, phone)[0])
    assert found
    return found[0]


def wrong_code(code: str) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def sign_in_by_phone(client: Any, connection: Connection[Any], phone: str = PHONE) -> Any:
    """Goes through the two pages of signing in; gives the last answer."""
    client.post("/app/sign-in", {"to": phone})
    return client.post("/app/sign-in/code", {"code": last_code(connection, phone)})


def join_by_phone(
    client: Any, connection: Connection[Any], phone: str = PHONE, pin: str | None = PIN
) -> Any:
    """Goes through all pages of joining, with a PIN where one is given; gives the last answer."""
    page = client.post("/app/join", {"born": BORN}).content.decode()
    found = re.search(r'name="born_before" value="([^"]+)"', page)
    assert found
    client.post("/app/join/phone", {"born_before": found[1], "to": phone})
    client.post("/app/sign-in/code", {"code": last_code(connection, phone)})
    answer = client.post("/app/join/about", ABOUT)
    if pin:
        return client.post("/app/settings/pin/first", {"new_pin": pin, "again": pin})
    return answer


def within_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on all tries fall into one window, whatever the hour."""
    from dure.people import tries

    now_us = tries.machine_now_us()
    monkeypatch.setattr(tries, "machine_now_us", lambda: now_us)


def place_of(answer: Any) -> str:
    """Where an answer sends the browser."""
    assert answer.status_code in (302, 307), answer.content.decode()
    return str(answer.headers["Location"])
