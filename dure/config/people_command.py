"""`dure people`: the keys of personal data, changed without anybody's data being out of reach."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

import psycopg

from dure.jobs.resealing import SEALED, Sealed, count_old, seal_again
from dure.kernel.database.home import home_directory
from dure.kernel.database.server import open_database
from dure.kernel.keys import KeyRing, add_key
from dure.people.sealing import Sealer, next_key_name, sealer_of

BROKEN = 1


def main(args: Sequence[str]) -> int:
    """Exit status 1 when there are values that no key of this installation opens."""
    parser = argparse.ArgumentParser(prog="dure people", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("newkey", help="add a key; everything new is sealed with it after a restart")
    actions.add_parser("reseal", help="seal with the newest key what an older one has sealed")
    chosen = parser.parse_args(args)
    return _add() if chosen.action == "newkey" else _reseal()


def _add() -> int:
    name = next_key_name(KeyRing.open(home_directory()))
    add_key(home_directory(), name)
    print(f"{name}")
    print("키를 더했습니다. 화면과 작업 프로세스를 다시 시작한 뒤: dure people reseal")
    print("The key is there. Restart all pages and workers, then run: dure people reseal")
    return 0


def _reseal() -> int:
    sealer, broken = sealer_of(KeyRing.open(home_directory())), 0
    with open_database() as info:
        with psycopg.connect(info.url, autocommit=True) as connection:
            for sealed in SEALED:
                broken += _reseal_column(connection, sealer, sealed)
        broken += _reseal_factors(info.url)
    if broken:
        print(f"어느 키로도 열리지 않는 값 {broken}개 / values that no key opens: {broken}")
        return BROKEN
    print("모두 새 키로 봉했습니다 / everything is sealed with the newest key")
    return 0


def _reseal_column(connection: psycopg.Connection[Any], sealer: Sealer, sealed: Sealed) -> int:
    """Seals a column anew and says how far it is; gives how many values no key opens."""
    name, all_of_it = f"{sealed.table}.{sealed.column}", count_old(connection, sealer, sealed)
    done = broken = 0
    for step in seal_again(connection, sealer, sealed):
        done, broken = done + step.done, broken + len(step.broken)
        print(f"{name} {done:,} / {all_of_it:,}", flush=True)
        for number in step.broken:
            print(f"{name} {number}: 열리지 않음 / not opened", file=sys.stderr)
    if not all_of_it:
        print(f"{name} 0 / 0")
    return broken


def _reseal_factors(url: str) -> int:
    """The secrets of officials' second factors; gives how many no key opens."""
    os.environ.setdefault("DATABASE_URL", url)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
    import django

    django.setup()
    from dure.web.console.access.sealed_factors import seal_factors_again

    done, broken = seal_factors_again()
    print(f"mfa_authenticator.data {done:,}")
    return broken
