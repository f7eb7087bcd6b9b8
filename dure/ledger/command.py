"""`dure books`: the trial balance as of an instant, and every invariant."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import datetime

import psycopg

from dure.kernel.calendar import to_us
from dure.kernel.database.server import open_database
from dure.ledger.accounts import ALLOWANCE_BASE, BUDGET_BASE, UNRELEASED_BASE, kind_of
from dure.ledger.invariants import INVARIANTS, Broken, broken

_BALANCES = """
SELECT leg.account, sum(leg.amount)::bigint FROM journal j,
  LATERAL unnest(j.accounts, j.amounts) AS leg(account, amount)
WHERE j.movement_id < %s GROUP BY leg.account ORDER BY leg.account
"""
_LINES = "SELECT line_id, code FROM budget_line"
_PROGRAMMES = "SELECT programme_id, code FROM allowance_programme"
_END_OF_TIME_US = (1 << 63) - 1

Connection = psycopg.Connection[tuple[object, ...]]


def balances(connection: Connection, before_us: int = _END_OF_TIME_US) -> dict[int, int]:
    """Every account's balance just before the instant, in won, debit positive."""
    rows = connection.execute(_BALANCES, (before_us,)).fetchall()
    return {int(str(account)): int(str(won)) for account, won in rows}


def names(connection: Connection) -> dict[int, str]:
    """What each line's and each programme's account is called."""
    lines = connection.execute(_LINES).fetchall()
    programmes = connection.execute(_PROGRAMMES).fetchall()
    bases = (BUDGET_BASE, UNRELEASED_BASE)
    return {base + int(str(i)): str(code) for base in bases for i, code in lines} | {
        ALLOWANCE_BASE + int(str(i)): str(code) for i, code in programmes
    }


def main(args: Sequence[str]) -> int:
    """Prints the trial balance and what does not hold; exit status 1 when something does not."""
    parser = argparse.ArgumentParser(prog="dure books", description=__doc__)
    parser.add_argument("--as-of", help="an instant such as 2019-10-22T00:00+09:00 (default: now)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args(args)
    before_us = _END_OF_TIME_US
    if chosen.as_of:
        try:
            before_us = to_us(datetime.fromisoformat(chosen.as_of))
        except ValueError as error:
            parser.error(f"--as-of: {error}; write 2019-10-22T00:00+09:00")
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        sums = balances(connection, before_us)
        found = broken(connection)
        print(
            as_json(sums, found) if chosen.json else as_text(sums, found, names(connection)),
            flush=True,
        )
    return 1 if found or sum(sums.values()) else 0


def as_json(sums: dict[int, int], found: list[Broken]) -> str:
    """The books as one JSON object; amounts in won, debit positive."""
    return json.dumps(
        {
            "balances": {str(account): won for account, won in sums.items()},
            "sum": sum(sums.values()),
            "invariants": len(INVARIANTS),
            "broken": [
                {"name": b.name, "rows": [list(map(str, r)) for r in b.rows]} for b in found
            ],
        },
        ensure_ascii=False,
    )


def as_text(sums: dict[int, int], found: list[Broken], called: dict[int, str]) -> str:
    """The books for a reader: accounts with debit or credit, then each invariant."""
    lines = ["시산표 · Trial balance (won)", ""]
    lines.append(f"{'account':>9}  {'debit':>22}  {'credit':>22}  name")
    for account, won in sums.items():
        kind = kind_of(account)
        debit, credit = (f"{won:,}", "") if won >= 0 else ("", f"{-won:,}")
        name = f"{kind.name_ko} · {kind.name_en} {called.get(account, '')}"
        lines.append(f"{account:>9}  {debit:>22}  {credit:>22}  {name}")
    debits = sum(won for won in sums.values() if won > 0)
    credits = -sum(won for won in sums.values() if won < 0)
    lines += [f"{'':>9}  {debits:>22,}  {credits:>22,}  합계 · Sum", ""]
    wrong = {b.name: b for b in found}
    for invariant in INVARIANTS:
        mark = "✗" if invariant.name in wrong else "✓"
        lines.append(f"{mark} {invariant.sentence_ko} · {invariant.name}")
        if invariant.name in wrong:
            lines += [f"    {row}" for row in wrong[invariant.name].rows]
    return "\n".join(lines)
