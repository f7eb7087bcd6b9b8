"""A city whose officials write rules: three who act, one who looks, one who must see nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg

from dure.rulebook.officials import Grant, Role
from tests.console import grant, sign_in
from tests.rulebooks import CITY_RULE, NOW

if TYPE_CHECKING:
    from django.test import Client

RULES = "/console/rules"
WRITER, FIRST, SECOND, OPERATOR = "gaon", "first", "second", "test-operator"
DISTRICT, AUDITOR, OTHER_WRITER = "seogu", "auditor", "narae"
SEOGU = 28260
DRAFT = CITY_RULE
NEXT = (
    CITY_RULE.replace("version: 1", "version: 2")
    .replace("from: 2019-10-01", "from: 2019-11-15")
    .replace("rate_bp: 600", "rate_bp: 300")
)


def seed(url: str) -> None:
    """Budget lines, officials with their roles, and the city's clock at `NOW`, hardly moving."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO city_clock (anchor_us, started_at_us, speed) VALUES (%s, %s, 1)",
            (time.time_ns() // 1000, NOW),
        )
        lines = (
            ("test-state", "국비", "State money", "state", None),
            ("test-city", "시비", "City money", "city", None),
            ("test-seogu", "서구비", "Seo-gu money", "district", SEOGU),
        )
        for line_id, (code, ko, en, payer, district) in enumerate(lines, start=1):
            connection.execute(
                "INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, district,"
                " fiscal_year) VALUES (%s, %s, %s, %s, %s, %s, 2019)",
                (line_id, code, ko, en, payer, district),
            )
    grant(url, WRITER, Grant(Role.POLICY_OFFICER), name="정책담당 가온")
    grant(url, OTHER_WRITER, Grant(Role.POLICY_OFFICER), name="정책담당 나래")
    grant(url, FIRST, Grant(Role.APPROVER), name="승인자 하나")
    grant(url, SECOND, Grant(Role.APPROVER), name="승인자 둘")
    grant(url, DISTRICT, Grant(Role.DISTRICT_OFFICER, SEOGU), name="서구 담당")
    grant(url, AUDITOR, Grant(Role.AUDITOR), name="감사담당")


def begin(client: Client, **chosen: str) -> str:
    """Begins a working copy and gives its address."""
    answer = client.post(f"{RULES}/new", chosen or {"kind": "flat_rate", "rule": "festival"})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def write(client: Client, address: str, text: str, do: str = "save", **more: str) -> str:
    """Sends a text from the editor, as a browser without script does; gives where it leads."""
    sent = {"text": text, "was": text, "do": do, "revision": "1", **more}
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def hand_in(text: str = DRAFT, by: str = WRITER) -> str:
    """Writes a text and hands it in; gives the version's address."""
    client = sign_in(by)
    return write(client, begin(client), text, "hand_in")


def take(by: str, version: str, step: str, text_sha256: str, **sent: str) -> int:
    """Takes a step from its confirmation; gives the status."""
    answer = sign_in(by).post(f"{version}/{step}", {"seen": text_sha256, **sent})
    return int(answer.status_code)
