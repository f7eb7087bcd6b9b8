"""`dure campaign`: lotteries, referrals and allowances by published rules."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from dure.authorization.reasons import DeclineReason
from dure.campaigns import grants, lottery, referrals
from dure.campaigns.office import CampaignRefusedError, Office, city_clock, get_rule
from dure.engine.client import BlockingEngineClient, EngineGone
from dure.engine.settings import socket_path
from dure.kernel.calendar import seoul
from dure.kernel.database.home import home_directory
from dure.kernel.database.server import open_database
from dure.kernel.keys import KeyRing
from dure.people.sealing import Sealer, sealer_of


def main(args: Sequence[str]) -> int:
    """Runs the command; 0 when it is done, 1 when it is refused, with the reason."""
    chosen = _parser().parse_args(args)
    client = BlockingEngineClient(chosen.socket or socket_path(home_directory()))
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as connection:
        office = Office(connection, client.ask, city_clock(connection))
        try:
            return _ACTIONS[chosen.action](office, chosen)
        except CampaignRefusedError as refused:
            print(f"{refused.korean}\n{refused.english}", file=sys.stderr)
            return 1
        except EngineGone as gone:
            print(
                f"엔진이 응답하지 않습니다. 다시 실행하면 이어서 처리합니다: {gone}\n"
                f"the engine does not answer; run it again and it goes on: {gone}",
                file=sys.stderr,
            )
            return 1
        finally:
            client.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dure campaign", description=__doc__)
    parser.add_argument("--socket", type=Path, help="the engine's socket (default: in DURE_HOME)")
    actions = parser.add_subparsers(dest="action", required=True)
    rule_help = "the id of the rule, or id@version"
    for name, promise in (
        ("commit", "publish the hash of the secret seed of a lottery"),
        ("draw", "draw a lottery after its date, and pay the prizes"),
        ("grant", "grant a policy allowance to everybody whom its rule names"),
    ):
        action = actions.add_parser(name, help=promise, description=promise)
        action.add_argument("rule", help=rule_help)
    showing = actions.add_parser("show", help="show a lottery: commitment, seed, winners")
    showing.add_argument("rule", help=rule_help)
    showing.add_argument("--tickets", action="store_true", help="print the list of tickets alone")
    telling = actions.add_parser("brought", help="record who brought whom")
    telling.add_argument("rule", help=rule_help)
    telling.add_argument("--friend", type=int, required=True, help="the new member's number")
    telling.add_argument("--by", type=int, required=True, help="the number of who brought them")
    return parser


def _sealer() -> Sealer:
    return sealer_of(KeyRing.open(home_directory()))


def _commit(office: Office, chosen: argparse.Namespace) -> int:
    rule = get_rule(office.connection, lottery.KIND, chosen.rule)
    drawing = lottery.commit(office, rule, _sealer())
    print(f"{rule.document.key}  SHA-256 {drawing.commitment}")
    return 0


def _draw(office: Office, chosen: argparse.Namespace) -> int:
    rule = get_rule(office.connection, lottery.KIND, chosen.rule)
    lottery.draw(office, rule, _sealer())
    paid = lottery.pay_winners(office, rule.rule_id)
    print(f"지급 {paid:,}건 / paid: {paid:,}")
    return _show(office, chosen)


_STATES = {
    lottery.DRAWN: ("지급 전", "not paid yet"),
    lottery.PAID: ("지급", "paid"),
    lottery.REFUSED: ("지급 못 함", "refused"),
}


def _show(office: Office, chosen: argparse.Namespace) -> int:
    connection = office.connection
    rule = get_rule(connection, lottery.KIND, chosen.rule)
    drawing = lottery.find_drawing(connection, rule.rule_id)
    if getattr(chosen, "tickets", False):
        with connection.transaction():
            for ticket in lottery.read_tickets(connection, rule.rule_id):
                print(ticket.number)
        return 0
    print(f"{rule.document.title.ko} / {rule.document.title.en}  [{rule.document.key}]")
    if drawing is None:
        print("공표한 씨앗값 해시가 없습니다 / no seed is committed")
        return 0
    print(f"SHA-256(seed)  {drawing.commitment}  ({_when(drawing.committed_at_us)})")
    if drawing.drawn_at_us is None:
        print("추첨 전입니다 / not drawn yet")
        return 0
    print(f"seed           {drawing.seed}  ({_when(drawing.drawn_at_us)})")
    print(f"tickets        {drawing.tickets:,}  SHA-256 {drawing.tickets_sha256}")
    for winner in lottery.read_winners(connection, rule.rule_id):
        korean, english = _STATES[winner.state]
        why = DeclineReason(winner.reason).name.lower() if winner.reason else ""
        print(
            f"{winner.place:>6}  {winner.ticket.number:<22} {winner.prize_won:>13,} won"
            f"  {korean} / {english} {why}".rstrip()
        )
    return 0


def _when(at_us: int) -> str:
    return f"{seoul(at_us):%Y-%m-%d %H:%M}"


def _grant(office: Office, chosen: argparse.Namespace) -> int:
    rule = get_rule(office.connection, grants.KIND, chosen.rule)
    progress = grants.name_members(office, rule)
    last: int | None = 0
    while last is not None:
        print(f"\r{_line(progress)}", end="", file=sys.stderr)
        last = grants.grant_portion(office, rule, last)
        progress = grants.progress_of(office.connection, rule.rule_id)
    print(f"\r{_line(progress)}", file=sys.stderr)
    print(f"지급 {progress.granted_won:,}원 / granted: {progress.granted_won:,} won")
    return 0 if progress.waiting + progress.refused == 0 else 1


def _line(progress: grants.Progress) -> str:
    total = progress.waiting + progress.granted + progress.refused
    return (
        f"{progress.granted:,}/{total:,}명 / members granted; 거절 / refused {progress.refused:,}"
    )


def _tell(office: Office, chosen: argparse.Namespace) -> int:
    rule = get_rule(office.connection, referrals.KIND, chosen.rule)
    referrals.tell_referral(office, rule, friend_id=chosen.friend, referrer_id=chosen.by)
    print(f"{chosen.by} → {chosen.friend}")
    return 0


_ACTIONS: dict[str, Callable[[Office, argparse.Namespace], int]] = {
    "commit": _commit,
    "draw": _draw,
    "show": _show,
    "grant": _grant,
    "brought": _tell,
}
