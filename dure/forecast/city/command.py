"""`dure forecast run`, `import` and `alarms`: the live city from a terminal."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from dure.budget.tables import percent, table, won
from dure.forecast.analyst.asking import CannotDoError
from dure.forecast.city.alarms import alarms, alarms_ever
from dure.forecast.results import Forecast, encode
from dure.kernel.calendar import seoul
from dure.kernel.database.server import open_database


def add_to(subparsers: Any) -> None:
    """Adds `run`, `import` and `alarms`."""
    run = subparsers.add_parser("run", help="forecast the city's budget lines now")
    run.add_argument("--futures", type=int, help="how many futures are drawn")
    run.add_argument("--seed", type=int)
    run.add_argument("--line", action="append", default=[], help="a line's code; default: all")
    run.add_argument("--draft", action="append", default=[], help="a draft's hash, as a what-if")
    run.add_argument("--json", action="store_true")
    run.set_defaults(run=_run)
    taken = subparsers.add_parser("import", help="take published figures of a city over")
    taken.add_argument("folder", nargs="?", type=Path, help="CSV files; default: the shipped ones")
    taken.add_argument("--source", help="where the figures come from")
    taken.add_argument("--by", default="operator", help="who brings them")
    taken.add_argument("--members", type=int, default=1, help="members of this city ...")
    taken.add_argument("--of-members", type=int, default=1, help="... of those the figures tell of")
    taken.add_argument("--until", type=date.fromisoformat, help="figures until before this day")
    taken.add_argument("--json", action="store_true")
    taken.set_defaults(run=_import)
    told = subparsers.add_parser("alarms", help="lines whose money ends before its time")
    told.add_argument("--ever", action="store_true", help="also those that have ended")
    told.add_argument("--json", action="store_true")
    told.set_defaults(run=_alarms)


def _run(chosen: argparse.Namespace) -> int:
    from dure.forecast.city.forecasting import forecast_city

    asked = {
        "futures": chosen.futures, "seed": chosen.seed, "line_codes": chosen.line,
        "document_sha256s": chosen.draft,
    }  # fmt: skip
    try:
        with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
            told = forecast_city(connection, asked)
    except CannotDoError as error:
        return _refused("run", error)
    print(encode(told).decode() if chosen.json else shown(told))
    return 0


def shown(told: Forecast) -> str:
    """A forecast as a terminal shows it: every line's end with its intervals, and the months."""
    rows = [
        [
            line.code, won(line.appropriated_won), won(line.spent_won),
            line.run_out.median or "-",
            f"{line.run_out.low50 or '-'} ~ {line.run_out.high50 or '-'}",
            f"{line.run_out.low90 or '-'} ~ {line.run_out.high90 or '-'}",
            percent(line.run_out.before_end_bp), percent(line.unspent_over_5_bp),
        ]
        for line in told.lines
    ]  # fmt: skip
    heads = ("과목/line", "예산/budget", "집행/spent", "소진/ends", "50%", "90%", "조기/early",
             "불용/unspent>5%")  # fmt: skip
    months = [
        [str(m.month), won(m.low90_won), won(m.median_won), won(m.high90_won),
         "" if m.actual_won is None else won(m.actual_won)]
        for m in told.months
    ]  # fmt: skip
    month_heads = ("월/month", "5%", "결제/payments", "95%", "실제/actual")
    parts = [
        f"{seoul(told.as_of_us):%Y-%m-%d %H:%M}  ~{told.history_until}  "
        f"{told.futures:,} futures, seed {told.seed}",
        table(heads, rows, frozenset({1, 2, 6, 7})),
        table(month_heads, months, frozenset({1, 2, 3, 4})),
        *(f"! {warned.korean} / {warned.english}" for warned in told.warnings),
    ]
    return "\n\n".join(parts)


def _import(chosen: argparse.Namespace) -> int:
    from dure.forecast.city.imported import import_folder
    from dure.forecast.published.tables import shipped_folder

    if chosen.folder is not None and not chosen.folder.is_dir():
        print(
            f"dure forecast import: '{chosen.folder}' 폴더가 없습니다. 경로를 확인하세요 / "
            "there is no such folder; check the path",
            file=sys.stderr,
        )
        return 1
    folder = chosen.folder or shipped_folder()
    source = chosen.source or (str(chosen.folder.name) if chosen.folder else "incheon")
    try:
        with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
            number, flaws = import_folder(
                connection, folder, source=source, by=chosen.by, members=chosen.members,
                of_members=chosen.of_members, until_day=chosen.until,
            )  # fmt: skip
    except CannotDoError as error:
        return _refused("import", error)
    if chosen.json:
        rows = [{"file": f.file, "row": f.row, "flaw": f.flaw, "korean": f.korean,
                 "english": f.english} for f in flaws]  # fmt: skip
        print(json.dumps({"import": number, "flaws": rows}, ensure_ascii=False, indent=1))
        return 0
    for flaw in flaws:
        print(f"{flaw.file}:{flaw.row}: {flaw.korean} / {flaw.english}")
    print(f"{number}번째 가져오기, 알림 {len(flaws)}건 / import {number}, {len(flaws)} notes")
    return 0


def _alarms(chosen: argparse.Namespace) -> int:
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        found = alarms_ever(connection) if chosen.ever else alarms(connection)
    if chosen.json:
        rows = [alarm._asdict() for alarm in found]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for alarm in found:
        since = f"{seoul(alarm.since_us):%Y-%m-%d %H:%M}"
        ended = "" if alarm.ended_us is None else f" ~ {seoul(alarm.ended_us):%Y-%m-%d %H:%M}"
        print(f"{since}{ended}  {alarm.korean}\n    {alarm.english}")
    if not found:
        print("경보가 없습니다 / no alarm")
    return 0


def _refused(word: str, error: CannotDoError) -> int:
    print(f"dure forecast {word}: {error.korean} / {error.english}", file=sys.stderr)
    return 1
