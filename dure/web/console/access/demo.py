"""Officials of a demo city: roles in the log, accounts with second factors that everybody may know.

Made only in a city that the demo loaded and that has demo keys. What one signs in with lies in the
home directory, marked as what it is; `dure console demo` shows it with the codes of now.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
)
from django.contrib.auth.models import User
from psycopg import Connection
from psycopg.rows import TupleRow

from dure.kernel.database.home import home_directory, read_json, write_private
from dure.kernel.keys import DEMO_MARK, KeyRing
from dure.report.live import city_clock
from dure.rulebook import city_steps
from dure.rulebook.lives import Rulebook
from dure.rulebook.officials import Grant, Role
from dure.rulebook.signing import signing_key
from dure.rulebook.workflow import Acting
from dure.web.console.access.accounts import Doing, make_account, new_password
from dure.web.console.access.events import COMMAND
from dure.web.console.access.factors import new_secret
from dure.web.console.shell.rulebook import LOG
from dure.web.console.shell.steps import asyncpg_settings

_FILE: Final = "demo-officials.json"
_STEP_S: Final = 30
SEOGU: Final = 28260


@dataclass(frozen=True, slots=True)
class DemoOfficial:
    """A role with a name to tell it from others."""

    id: str
    name: str
    grant: Grant


OFFICIALS: Final = (
    DemoOfficial("gaon", "정책담당 가온", Grant(Role.POLICY_OFFICER)),
    DemoOfficial("dasom", "승인담당 다솜", Grant(Role.APPROVER)),
    DemoOfficial("maru", "승인담당 마루", Grant(Role.APPROVER)),
    DemoOfficial("byeol", "예산담당 별", Grant(Role.BUDGET_OFFICER)),
    DemoOfficial("sol", "예산담당 솔", Grant(Role.BUDGET_OFFICER)),
    DemoOfficial("noeul", "예산담당 노을", Grant(Role.BUDGET_OFFICER)),
    DemoOfficial("haneul", "서구 담당 하늘", Grant(Role.DISTRICT_OFFICER, SEOGU)),
    DemoOfficial("bom", "감사담당 봄", Grant(Role.AUDITOR)),
)


def prepare(connection: Connection[TupleRow]) -> int:
    """Grants the roles and makes the accounts that are missing; nothing in a city that is no demo.

    The city's first operator signs, and gets an account too.
    """
    book = LOG.read(connection).book
    operators = sorted(book.operators())
    home = home_directory()
    is_demo = connection.execute("SELECT EXISTS (SELECT FROM demo_city)").fetchone() == (True,)
    if not is_demo or not operators or not KeyRing.open(home).is_demo:
        print("시연 도시가 아닙니다 / not a demo city: no demo officials")
        return 0
    asyncio.run(_grant_missing(book, operators[0], city_clock(connection).now_us()))
    known = _kept()
    for official in (operators[0], *(each.id for each in OFFICIALS)):
        if not User.objects.filter(username=official).exists():
            password, secret = new_password(), new_secret()
            make_account(Doing(connection, COMMAND, COMMAND), official, password, initial=False)
            TOTP.activate(User.objects.get(username=official), secret)
            known[official] = {"password": password, "secret": secret}
    _keep(known)
    print(f"시연 담당자 {len(known)}명 / demo officials: dure console demo")
    return 0


def show(connection: Connection[TupleRow]) -> int:
    """Prints who the demo officials are and what they sign in with, now."""
    known = _kept()
    if not known:
        print("시연 담당자가 없습니다 / there are no demo officials: dure console demo --prepare")
        return 1
    book = LOG.read(connection).book
    now_s = int(time.time())
    print(DEMO_MARK)
    print(f"{'id':<16} {'비밀번호 / password':<22} {'인증번호 / code':<18} 이름 / name")
    for official, kept in known.items():
        code = format_hotp_value(hotp_value(kept["secret"], now_s // _STEP_S))
        name = book.officials[official].name if official in book.officials else ""
        print(f"{official:<16} {kept['password']:<22} {code:<18} {name}")
    left_s = _STEP_S - now_s % _STEP_S
    print(f"인증번호는 {left_s}초 뒤에 바뀝니다 / the codes change in {left_s} s")
    return 0


def signs_in_with(official: str) -> tuple[str, str] | None:
    """Password and the code of now of a demo official; None where there is no such."""
    kept = _kept().get(official)
    if kept is None:
        return None
    return kept["password"], str(
        format_hotp_value(hotp_value(kept["secret"], int(time.time()) // _STEP_S))
    )


async def _grant_missing(book: Rulebook, operator: str, now_us: int) -> None:
    home = home_directory()
    key = signing_key(home, operator)
    acting = Acting(operator, key, now_us, time.time_ns() // 1000)
    missing = [
        each
        for each in OFFICIALS
        if each.id not in book.officials or each.grant not in book.officials[each.id].grants
    ]
    if not missing:
        return
    connection: Any = await asyncpg.connect(**asyncpg_settings())
    try:
        for official in missing:
            public_key = signing_key(home, official.id).public_key().public_bytes_raw()
            await city_steps.grant_role(
                connection,
                acting,
                official.id,
                official.grant,
                name=official.name,
                public_key=public_key,
            )
    finally:
        await connection.close()


def _kept() -> dict[str, dict[str, str]]:
    content = read_json(home_directory() / _FILE) or {}
    officials = content.get("officials")
    return dict(officials) if isinstance(officials, dict) else {}


def _keep(officials: dict[str, dict[str, str]]) -> None:
    content = {"note": DEMO_MARK, "officials": officials}
    write_private(home_directory() / _FILE, json.dumps(content, ensure_ascii=False, indent=1))
