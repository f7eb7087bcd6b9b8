"""`dure shops`: takes a registry and places over from CSV, shows a shop, sets its discount."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TextIO

import psycopg
from psycopg import Connection

from dure.kernel.database.server import open_database
from dure.merchants.importing import (
    OPTIONAL,
    REQUIRED,
    ImportRefusedError,
    import_shops,
    read_hours,
    read_weekdays,
)
from dure.merchants.placing import COLUMNS, place_shops
from dure.merchants.registry import set_offer
from dure.merchants.standing import Decision
from dure.policy.eligibility import WEEKDAYS
from dure.policy.occasions import OfferTerms

_SHOP = """
SELECT shop_id, shop_code, business_number, name_ko, sector, mcc, sales_band, district, marks, trade
FROM shop WHERE shop_code = %s OR business_number = %s ORDER BY shop_id
"""
_DECISIONS = """
SELECT decision, decided_at AT TIME ZONE 'Asia/Seoul', effective_at AT TIME ZONE 'Asia/Seoul',
       decided_by, reason FROM shop_status
WHERE shop_id = %s ORDER BY status_id
"""
_SHOP_OFFERS = """
SELECT discount_bp, from_day, until_day, weekdays, from_minute, until_minute, payment_won_min,
       month_won_max FROM benefit_offer WHERE shop_id = %s ORDER BY from_day
"""
_NAMES = (
    "shop_id", "shop_code", "business_number", "name_ko", "sector", "mcc", "sales_band", "district",
    "marks", "trade",
)  # fmt: skip


def main(args: Sequence[str]) -> int:
    """Exit status 1 when a file has mistakes (nothing is taken over) or no shop is found."""
    parser = argparse.ArgumentParser(prog="dure shops", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    importing = actions.add_parser(
        "import",
        help="take over registered shops",
        description=f"Columns that must be there: {', '.join(REQUIRED)}; "
        f"that may be there: {', '.join(OPTIONAL)}.",
    )
    importing.add_argument("file", type=Path, help="CSV in UTF-8 with a heading")
    importing.add_argument("--by", default="import", help="who takes it over, for the history")
    placing = actions.add_parser(
        "places",
        help="take over where registered shops stand",
        description=f"CSV in UTF-8 with the heading {','.join(COLUMNS)}; degrees of WGS 84.",
    )
    placing.add_argument("file", type=Path)
    showing = actions.add_parser("show", help="show a shop and every decision about it")
    showing.add_argument("shop", help="shop code (DE 42) or business number")
    _add_offer_arguments(actions.add_parser("offer", help="set the discount that a shop offers"))
    chosen = parser.parse_args(args)
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        if chosen.action == "import":
            by = str(chosen.by)
            return _take_over(chosen.file, lambda lines: import_shops(connection, lines, by=by))
        if chosen.action == "places":
            return _take_over(chosen.file, lambda lines: place_shops(connection, lines))
        if chosen.action == "offer":
            return _offer(connection, chosen)
        return _show(connection, chosen.shop)


def _add_offer_arguments(offering: argparse.ArgumentParser) -> None:
    offering.description = "An offer that runs then ends; --percent 0 ends it without another."
    offering.add_argument("shop", help="shop code (DE 42) or business number")
    offering.add_argument("--percent", type=int, required=True, choices=range(8))
    offering.add_argument("--from", dest="from_day", type=date.fromisoformat, required=True)
    offering.add_argument("--until", dest="until_day", type=date.fromisoformat)
    offering.add_argument("--weekdays", nargs="+", default=[], choices=WEEKDAYS, metavar="mon")
    offering.add_argument("--hours", default="00:00-24:00", help="such as 17:00-22:00")
    offering.add_argument("--min-won", type=int, default=0, help="the least price that it is for")
    offering.add_argument("--month-won-max", type=int, help="the most discount in a month")


def _offer(connection: Connection[Any], chosen: argparse.Namespace) -> int:
    rows = connection.execute(_SHOP, (chosen.shop, chosen.shop.replace("-", ""))).fetchall()
    hours = read_hours(chosen.hours)
    weekdays = read_weekdays(chosen.weekdays)
    if len(rows) != 1 or hours is None or weekdays is None:
        problem = f"{len(rows)} shops {chosen.shop}" if hours else f"--hours {chosen.hours}"
        print(f"{problem}; name one shop by its code, and hours as 17:00-22:00", file=sys.stderr)
        return 1
    try:
        set_offer(
            connection,
            rows[0][0],
            discount_bp=chosen.percent * 100,
            from_day=chosen.from_day,
            until_day=chosen.until_day,
            terms=OfferTerms(weekdays, *hours, chosen.min_won, chosen.month_won_max),
        )
    except psycopg.errors.CheckViolation as error:
        print(f"the city allows no such offer: {error.diag.constraint_name}", file=sys.stderr)
        return 1
    return 0


def _take_over(file: Path, take: Callable[[TextIO], int]) -> int:
    started = time.monotonic()
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            count = take(lines)
    except OSError as error:
        print(f"{file}: {error.strerror}", file=sys.stderr)
        return 1
    except UnicodeDecodeError:
        print(f"{file}: not UTF-8; save it as UTF-8 and try again", file=sys.stderr)
        return 1
    except ImportRefusedError as error:
        for mistake in error.mistakes:
            print(f"{file}:{mistake.line}: {mistake.column}: {mistake.message}", file=sys.stderr)
        return 1
    print(f"{count} shops in {time.monotonic() - started:.1f} s")
    return 0


def _show(connection: Connection[Any], shop: str) -> int:
    rows = connection.execute(_SHOP, (shop, shop.replace("-", ""))).fetchall()
    for row in rows:
        for name, value in zip(_NAMES, row, strict=True):
            print(f"{name:16} {value}")
        for decision, decided_at, effective_at, by, reason in connection.execute(
            _DECISIONS, (row[0],)
        ):
            word = Decision(decision).name.lower()
            print(f"  {decided_at:%Y-%m-%d} {word} from {effective_at:%Y-%m-%d} {by} {reason}")
        for bp, from_day, until_day, *terms in connection.execute(_SHOP_OFFERS, (row[0],)):
            print(f"  {bp // 100}% off from {from_day} until {until_day or 'open'} {_told(terms)}")
    if not rows:
        print(f"no shop {shop}", file=sys.stderr)
    return 0 if rows else 1


def _told(columns: Sequence[Any]) -> str:
    terms = OfferTerms(*columns)
    days = " ".join(day for place, day in enumerate(WEEKDAYS) if terms.weekdays >> place & 1)
    clock = [f"{m // 60:02d}:{m % 60:02d}" for m in (terms.from_minute, terms.until_minute)]
    least = f", from {terms.payment_won_min} won" if terms.payment_won_min else ""
    most = f", at most {terms.month_won_max} won a month" if terms.month_won_max else ""
    return f"{days} {'-'.join(clock)}{least}{most}"
