"""`dure console`: accounts of officials at the command line of the machine, and the demo's."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dure.kernel.database.server import open_database

if TYPE_CHECKING:
    from dure.web.console.access.accounts import Doing


def main(args: Sequence[str]) -> int:
    """Run one of the commands; returns the exit status."""
    chosen = _parser().parse_args(args)
    with open_database() as info:
        os.environ["DATABASE_URL"] = info.url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.config.settings")
        import django

        django.setup()
        from dure.web.console.access.accounts import AccountError

        try:
            return _run(chosen)
        except AccountError as error:
            print(f"{error.korean}\n    {error.english}", file=sys.stderr)
            return 1


def _run(chosen: argparse.Namespace) -> int:
    from dure.web.console.access import accounts, demo
    from dure.web.console.access.accounts import Doing
    from dure.web.console.access.events import COMMAND
    from dure.web.shared.store import database

    if chosen.action == "officials":
        return _list()
    if chosen.action == "demo":
        return demo.prepare(database()) if chosen.prepare else demo.show(database())
    doing = Doing(database(), COMMAND, COMMAND)
    if chosen.action in ("add", "reset-password"):
        make = accounts.make_account if chosen.action == "add" else accounts.reset_password
        print(f"{chosen.official}: {make(doing, chosen.official)}")
        print("첫 로그인 때 바꿉니다 / to be changed at the first sign-in", file=sys.stderr)
        return 0
    plain: dict[str, Callable[[Doing, str], None]] = {
        "reset-factor": accounts.reset_factor,
        "deactivate": lambda doing, who: accounts.set_active(doing, who, active=False),
        "activate": lambda doing, who: accounts.set_active(doing, who, active=True),
    }
    plain[chosen.action](doing, chosen.official)
    return 0


def _list() -> int:
    """Prints every official with roles and how the account stands."""
    from dure.web.console.access.accounts import accounts
    from dure.web.console.access.officials_page import account_face
    from dure.web.console.shell.frame import grant_text, world_time_text
    from dure.web.console.shell.rulebook import LOG
    from dure.web.shared.language import Language
    from dure.web.shared.store import database

    book, known = LOG.read(database()).book, accounts(database())
    for name in sorted({*book.officials, *known}):
        official, account = book.officials.get(name), known.get(name)
        grants = official.grants if official else frozenset()
        roles = ", ".join(sorted(grant_text(grant, Language.KOREAN) for grant in grants))
        face = account_face(account, Language.KOREAN)["text"]
        last = account.last_at_us if account else None
        when = world_time_text(last, Language.KOREAN) if last else "-"
        print(f"{name:<20} {face}  {when}  {official.name if official else '-'}  [{roles}]")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dure console", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("officials", help="담당자와 계정 / officials and their accounts")
    for action, promise in (
        ("add", "계정을 만들고 첫 비밀번호를 보인다 / make an account, show its first password"),
        ("reset-password", "비밀번호를 초기화한다 / give another first password"),
        ("reset-factor", "2차 인증을 지운다 / take the second factor away"),
        ("deactivate", "계정을 정지한다 / close the account and end its sessions"),
        ("activate", "계정을 다시 연다 / open the account again"),
    ):
        added = actions.add_parser(action, help=promise)
        added.add_argument("official", help="담당자 id / the official's id")
    shown = actions.add_parser("demo", help="시연 담당자 / officials of the demo city, with codes")
    shown.add_argument("--prepare", action="store_true", help="make them where they are missing")
    return parser
