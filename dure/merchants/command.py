"""`dure shops`: takes a registry over from CSV, and shows what is known of a shop."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from dure.kernel.database.server import open_database
from dure.merchants.importing import OPTIONAL, REQUIRED, ImportRefusedError, import_shops
from dure.merchants.standing import Decision

_SHOP = """
SELECT shop_id, shop_code, business_number, name_ko, sector, mcc, sales_band, district, marks, trade
FROM shop WHERE shop_code = %s OR business_number = %s ORDER BY shop_id
"""
_DECISIONS = """
SELECT decision, decided_at AT TIME ZONE 'Asia/Seoul', effective_at AT TIME ZONE 'Asia/Seoul',
       decided_by, reason FROM shop_status
WHERE shop_id = %s ORDER BY status_id
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
    showing = actions.add_parser("show", help="show a shop and every decision about it")
    showing.add_argument("shop", help="shop code (DE 42) or business number")
    chosen = parser.parse_args(args)
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        if chosen.action == "import":
            return _import(connection, chosen.file, chosen.by)
        return _show(connection, chosen.shop)


def _import(connection: Connection[Any], file: Path, by: str) -> int:
    started = time.monotonic()
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            count = import_shops(connection, lines, by=by)
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
    if not rows:
        print(f"no shop {shop}", file=sys.stderr)
    return 0 if rows else 1
