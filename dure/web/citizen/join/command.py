"""`dure citizen`: the citizens of a demo city whom everybody may be."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from dure.kernel.database.server import open_database


def main(args: Sequence[str]) -> int:
    """Runs the command; returns the exit status."""
    chosen = _parser().parse_args(args)
    with open_database() as info:
        os.environ["DATABASE_URL"] = info.url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
        import django

        django.setup()
        return _prepare() if chosen.prepare else _show()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dure citizen", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    demo = actions.add_parser("demo", help="show what the demo citizens sign in with")
    demo.add_argument("--prepare", action="store_true", help="only put them to their wallets")
    return parser


def _prepare() -> int:
    from dure.people.fields import installed_sealer
    from dure.report.live import city_clock
    from dure.web.citizen.care.demo import prepare_care
    from dure.web.citizen.join import demo_citizens
    from dure.web.shared.store import database

    connection = database()
    at_us = city_clock(connection).now_us()
    count = demo_citizens.prepare(connection, installed_sealer(), at_us)
    if count:
        prepare_care(connection, installed_sealer(), demo_citizens.kept(), at_us)
    if count == 0:
        print("시연 도시가 아닙니다 / not a demo city: no demo citizens")
    else:
        print(f"시연 시민 {count}명 / demo citizens: dure citizen demo")
    return 0


def _show() -> int:
    from dure.engine.client import EngineGone
    from dure.kernel.keys import DEMO_MARK
    from dure.report.live import city_clock
    from dure.web.citizen.join import demo_citizens
    from dure.web.shared.engine import engine
    from dure.web.shared.store import database

    _prepare()
    known = demo_citizens.kept()
    if not known:
        return 1
    connection = database()
    at_us = city_clock(connection).now_us()
    print(DEMO_MARK)
    print(
        f"{'휴대전화 / phone':<18} {'결제 비밀번호 / PIN':<20} {'생년월일 / born':<16} 이름 / name"
    )
    for phone, citizen in known.items():
        print(f"{phone:<20} {citizen['pin']:<25} {citizen['born']:<18} {citizen['name']}")
        try:
            demo_citizens.live_a_day(connection, engine().ask, citizen["member_id"], at_us)
        except EngineGone:
            print("  엔진이 꺼져 있어 이용 내역은 만들지 않았습니다 / no engine: no history made")
    first = next(iter(known))
    print("로그인 / sign in:   /app/sign-in")
    print(f"인증번호 / codes:   /app/demo/phone?number={first}")
    return 0
