"""`dure forecast work` looks at the list, `dure forecast analyst` does what is on it."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from typing import Any, Final

import psycopg

from dure.forecast import work
from dure.kernel.calendar import seoul
from dure.kernel.database.home import home_directory
from dure.kernel.database.server import open_database

KINDS_MODULE: Final = "dure.forecast.analyst.kinds"


def add_to(subparsers: Any) -> None:
    """Adds `work`, `analyst` and the analyst's own `hand`."""
    _add_work(subparsers.add_parser("work", help="long work"))
    analyst = subparsers.add_parser("analyst", help="do the work on the list until SIGTERM")
    analyst.add_argument("--kinds", default=KINDS_MODULE, help=argparse.SUPPRESS)
    analyst.add_argument("--lease", type=float, help="seconds after which work is taken again")
    analyst.add_argument(
        "--one-hand", action="store_true", help="one work at a time, where memory is scarce"
    )
    analyst.set_defaults(run=_run_analyst)
    hand = subparsers.add_parser("hand")
    hand.add_argument("--kinds", default=KINDS_MODULE)
    hand.set_defaults(run=_run_hand)


def _add_work(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(required=True)
    listed = words.add_parser("list", help="what was asked for last")
    listed.add_argument("--count", type=int, default=20)
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=_list)
    show = words.add_parser("show", help="one work, with its result as JSON")
    show.add_argument("number", type=int)
    show.set_defaults(run=_show)
    cancel = words.add_parser("cancel", help="ask a work to stop")
    cancel.add_argument("number", type=int)
    cancel.add_argument("--by", default="operator", help="who asks for it")
    cancel.set_defaults(run=_cancel)


def _list(chosen: argparse.Namespace) -> int:
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        found = work.listed(connection, chosen.count)
    if chosen.json:
        print(json.dumps([_told(one) for one in found], ensure_ascii=False, indent=1))
        return 0
    for one in found:
        asked_at = f"{seoul(one.asked_at_us):%Y-%m-%d %H:%M}"
        mark = " 지난 결과/outdated" if one.outdated else ""
        print(
            f"{one.work_id:>6}  {one.kind:<11}{one.state:<10}{one.progress / 100:5.1f}%  "
            f"{asked_at}  {one.asked_by}  {one.error_ko or one.stage_ko}{mark}"
        )
    return 0


def _show(chosen: argparse.Namespace) -> int:
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        found = work.look(connection, chosen.number)
    if found is None:
        return _no_such_work(chosen.number)
    told = _told(found) | {"result": None if found.result is None else json.loads(found.result)}
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 0


def _cancel(chosen: argparse.Namespace) -> int:
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        if work.look(connection, chosen.number) is None:
            return _no_such_work(chosen.number)
        if work.cancel(connection, chosen.number, chosen.by):
            print(f"{chosen.number}번 일을 멈춥니다 / stopping work {chosen.number}")
            return 0
    print(
        f"{chosen.number}번 일은 이미 끝났습니다 / work {chosen.number} is over already",
        file=sys.stderr,
    )
    return 1


def _no_such_work(number: int) -> int:
    print(
        f"{number}번 일은 없습니다. 'dure forecast work list'를 보세요 / "
        f"there is no work {number}; see `dure forecast work list`",
        file=sys.stderr,
    )
    return 1


def _told(one: work.Work) -> dict[str, object]:
    told = {name: getattr(one, name) for name in one.__struct_fields__ if name != "result"}
    return told | {"asked": dict(one.asked)}


def _run_analyst(chosen: argparse.Namespace) -> int:
    from dure.forecast.analyst.analyst import LEASE_S, Analyst

    logging.getLogger("dure.analyst").setLevel(logging.INFO)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with open_database() as info:
        analyst = Analyst(
            info.url, chosen.kinds, stop,
            lanes=(None,) if chosen.one_hand else (True, False),
            lease_s=chosen.lease or LEASE_S, home=home_directory(),
        )  # fmt: skip
        analyst.run()
    return 0


def _run_hand(chosen: argparse.Namespace) -> int:
    from dure.forecast.analyst.hand import run_hand

    # The hand is started by an analyst, which says which database is meant.
    return run_hand(os.environ["DATABASE_URL"], home_directory(), chosen.kinds)
