"""`dure demo`: makes a synthetic city, plays its card traffic, and shows it in the terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import psycopg

from dure.demo.city import CitySizeError
from dure.demo.city_time import SPEED, set_clock
from dure.demo.figures import import_figures
from dure.demo.load import (
    MEMBERS,
    SEED,
    CityExistsError,
    load_city,
    loaded_city,
    shops_for,
)
from dure.demo.seogu.command import add_arguments as add_seogu_arguments
from dure.kernel.arguments import above_zero, address, at_least_one
from dure.kernel.calendar import seoul
from dure.kernel.database.server import home_directory, open_database
from dure.report.live import budget_lines, city_clock, live_numbers


def main(args: Sequence[str]) -> int:
    """Runs one of the demo's commands; returns the exit status."""
    options = _parser().parse_args(args)
    if options.action == "load":
        return _load(options)
    if options.action == "traffic":
        from dure.demo.traffic import run_traffic

        return run_traffic(options)
    if options.action == "watch":
        from dure.demo.watch import watch

        with open_database() as info:
            return watch(info.url, once=options.once)
    if options.action == "seogu":
        from dure.demo.seogu.command import run

        return run(options)
    with open_database() as info:
        return show_status(info.url)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dure demo", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    load = actions.add_parser("load", help="draw a city and write it into the database")
    load.add_argument("--members", type=int, default=MEMBERS)
    load.add_argument("--shops", type=at_least_one, help="default: one for every fifteen members")
    load.add_argument("--seed", type=int, default=SEED)
    help_ = "only the rules that had begun by then: what follows is for the officials to decide"
    load.add_argument("--undecided", action="store_true", help=help_)
    load.add_argument("--if-empty", action="store_true", help="leave a city that is there alone")
    _add_clock(load)
    traffic = actions.add_parser("traffic", help="play the members' card payments")
    traffic.add_argument("--seed", type=int, help="of the payments; default: by the clock")
    traffic.add_argument("--gateway", type=address, help="host:port (127.0.0.1:8583)")
    traffic.add_argument("--rate", type=above_zero, default=1.0, help="times as many payments")
    help_ = "payments a real second"
    traffic.add_argument("--rate-max", type=above_zero, default=2_000.0, help=help_)
    traffic.add_argument("--seconds", type=above_zero, help="stop after so many real seconds")
    _add_clock(traffic)
    watch = actions.add_parser("watch", help="show the city live in the terminal")
    watch.add_argument("--once", action="store_true", help="one picture, then end")
    seogu = actions.add_parser("seogu", help="play Seo-gu's money of 2019 until it ends")
    add_seogu_arguments(seogu)
    actions.add_parser("status", help="say what city there is and what its clock shows")
    return parser


def _add_clock(parser: argparse.ArgumentParser) -> None:
    clock = parser.add_mutually_exclusive_group()
    clock.add_argument("--speed", type=above_zero, help=f"city seconds in a real one ({SPEED})")
    clock.add_argument("--now", action="store_true", help="the city lives in real time")


def _load(options: argparse.Namespace) -> int:
    with open_database() as info:
        with psycopg.connect(info.url, autocommit=True) as connection:
            city = loaded_city(connection)
        if city is None or not options.if_empty:
            shops = options.shops or shops_for(options.members)
            try:
                load_city(
                    info.url,
                    home_directory(),
                    members=options.members,
                    shops=shops,
                    seed=options.seed,
                    is_undecided=options.undecided,
                )
            except (CityExistsError, CitySizeError) as refused:
                print(f"dure demo load: {refused}", file=sys.stderr)
                return 1
        with psycopg.connect(info.url, autocommit=True) as connection:
            import_figures(connection)
            set_clock(connection, speed=options.speed, real_time=options.now)
        return show_status(info.url)


def show_status(url: str) -> int:
    """Prints which city is loaded, its clock, its day so far and what its budget has left."""
    with psycopg.connect(url, autocommit=True) as connection:
        city = loaded_city(connection)
        if city is None:
            print("도시가 없습니다: dure demo load / no demo city is loaded: dure demo load")
            return 1
        clock = city_clock(connection)
        numbers = live_numbers(connection, clock.now_us())
        members, shops, seed = city
        print(f"회원 {members:,}명, 가맹점 {shops:,}곳, 씨앗 {seed} / members, shops, seed")
        print(f"{seoul(numbers.now_us):%Y-%m-%d %H:%M:%S} (Asia/Seoul), x{numbers.speed}")
        today = numbers.today
        print(
            f"오늘 승인 {today.approved:,} 거절 {today.declined:,} / approved, declined today; "
            f"결제 {today.net_won:,}원 캐시백 {today.incentive_won:,}원 / paid, cashback"
        )
        for line in budget_lines(connection, numbers.now_us):
            print(f"  {line.code:<24}{line.left_won:>18,} / {line.appropriated_won:>18,}원")
    return 0
