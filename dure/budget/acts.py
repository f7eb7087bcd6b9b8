"""The acts of officials at the command line: each names who acts (`--by`), and as what."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dure.budget.appropriating import KINDS, REDUCTION, Appropriation, appropriate
from dure.budget.committing import open_commitment, return_commitment, set_aside
from dure.budget.due import finish_due
from dure.budget.lines import add_programme
from dure.budget.matching import declare_matching
from dure.budget.office import Office
from dure.budget.officials import BudgetOfficial, BudgetRole
from dure.budget.opening import open_documents
from dure.budget.releasing import Release, plan_releases
from dure.budget.reports import transfer_json, transfers_table
from dure.budget.transferring import approve_transfer, ask_transfer, refuse_transfer
from dure.kernel.calendar import SEOUL, to_us
from dure.policy.districts import DISTRICT_NAMES
from dure.rulebook.directory import load_budget_lines, packaged_documents

Done = tuple[str, Any]


def official_of(chosen: argparse.Namespace) -> BudgetOfficial:
    """Who acts, by the arguments."""
    return BudgetOfficial(chosen.by, BudgetRole(chosen.role), chosen.district)


def _open(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    directory = chosen.directory or packaged_documents()
    opened = open_documents(office, official, load_budget_lines(directory))
    text = f"과목 {opened.lines}, 편성 {opened.stages}, 배정 계획 {opened.releases}"
    return f"{text} / lines, stages, releases", opened._asdict()


def _programme(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    line = add_programme(
        office, official, chosen.parent, code=chosen.code, name_ko=chosen.ko, name_en=chosen.en
    )
    return f"{line.code} ({line.line_id})", {"code": line.code, "line_id": line.line_id}


def _appropriate(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    won = -abs(chosen.won) if chosen.kind == REDUCTION else chosen.won
    given = Appropriation(
        chosen.kind, won, chosen.decided, chosen.number, chosen.title, chosen.source
    )
    answer = appropriate(office, official, chosen.code, given)
    again = "이미 처리된 문서입니다 / booked before" if answer.repeated else "처리했습니다 / booked"
    return f"{chosen.code} {won:,}원: {again}", {"amount_won": won, "repeated": answer.repeated}


def _release(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    releases = [_release_of(text) for text in chosen.release]
    plan_releases(office, official, chosen.code, releases)
    return f"{chosen.code}: {len(releases)}", {"releases": len(releases)}


def _release_of(text: str) -> Release:
    on, _, won = text.partition("=")
    at = datetime.fromisoformat(on)
    return Release(to_us(at if at.tzinfo else at.replace(tzinfo=SEOUL)), int(won.replace("_", "")))


def _ask(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    transfer = ask_transfer(
        office, official, from_code=chosen.from_code, to_code=chosen.to_code,
        amount_won=chosen.won, reason=chosen.reason,
    )  # fmt: skip
    return transfers_table([transfer]), transfer_json(transfer)


def _approve(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    transfer = approve_transfer(office, official, chosen.transfer, chosen.note)
    return transfers_table([transfer]), transfer_json(transfer)


def _refuse(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    transfer = refuse_transfer(office, official, chosen.transfer, chosen.note)
    return transfers_table([transfer]), transfer_json(transfer)


def _commit(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    line = open_commitment(
        office, official, chosen.parent, code=chosen.code, name_ko=chosen.ko, name_en=chosen.en,
        amount_won=chosen.won, purpose=chosen.purpose,
    )  # fmt: skip
    return f"{line.code} {chosen.won:,}원", {"code": line.code, "amount_won": chosen.won}


def _set_aside(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    set_aside(office, official, chosen.code, chosen.won, chosen.purpose)
    return f"{chosen.code} +{chosen.won:,}원", {"code": chosen.code, "amount_won": chosen.won}


def _return(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    won = return_commitment(office, official, chosen.code, chosen.won, chosen.purpose)
    return f"{chosen.code} -{won:,}원", {"code": chosen.code, "amount_won": -won}


def _match(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    parts = [int(part) for part in chosen.shares.split(":")]
    state, city, district = [*parts, 0, 0][:3]
    declare_matching(office, official, chosen.code, (state, city, district), chosen.document)
    return f"{chosen.code} {state}:{city}:{district}", {"shares": [state, city, district]}


def _finish(office: Office, official: BudgetOfficial, chosen: argparse.Namespace) -> Done:
    done = finish_due(office, 100)
    return f"{done}", {"done": done}


ACTS: dict[str, Callable[[Office, BudgetOfficial, argparse.Namespace], Done]] = {
    "open": _open,
    "programme": _programme,
    "appropriate": _appropriate,
    "release": _release,
    "transfer": _ask,
    "approve": _approve,
    "refuse": _refuse,
    "commit": _commit,
    "set-aside": _set_aside,
    "return": _return,
    "match": _match,
    "finish": _finish,
}


def add_parsers(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The arguments of every act."""
    acting = argparse.ArgumentParser(add_help=False)
    acting.add_argument("--by", required=True, metavar="OFFICIAL", help="who acts")
    acting.add_argument("--role", choices=[str(r) for r in BudgetRole], default="city")
    acting.add_argument("--district", type=_district, help="of an official of a district: 서구")
    noting = argparse.ArgumentParser(add_help=False)
    noting.add_argument("--note", default="", help="a remark that stays with the step")

    def act(name: str, promise: str, *more: argparse.ArgumentParser) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(
            name, parents=[shared, acting, *more], help=promise
        )
        return added

    act("open", "lines of documents into the tree, with the money that is due").add_argument(
        "directory", type=Path, nargs="?", help="default: the documents of the package"
    )
    _add_new_line(act("programme", "a programme below a line"))
    appropriating = act("appropriate", "what a document gives or takes")
    appropriating.add_argument("code")
    appropriating.add_argument("won", type=_whole_won)
    appropriating.add_argument("--kind", choices=KINDS, required=True)
    appropriating.add_argument("--decided", type=date.fromisoformat, required=True, metavar="DATE")
    appropriating.add_argument("--number", required=True, help="the document's number")
    appropriating.add_argument("--title", required=True, help="the document's title")
    appropriating.add_argument("--source", default="", help="where it is published")
    releasing = act("release", "dated releases of a line")
    releasing.add_argument("code")
    releasing.add_argument("release", nargs="+", metavar="DATE=WON")
    asking = act("transfer", "ask for a transfer between lines")
    asking.add_argument("from_code")
    asking.add_argument("to_code")
    asking.add_argument("won", type=_whole_won)
    asking.add_argument("--reason", required=True)
    act("approve", "approve a transfer (two officials must)", noting).add_argument(
        "transfer", type=int
    )
    act("refuse", "refuse a transfer", noting).add_argument("transfer", type=int)
    _add_committing(act)
    matching = act("match", "declare the shares of state, city and district")
    matching.add_argument("code")
    matching.add_argument("shares", help="as 4:2 or 4:2:4")
    matching.add_argument("--document", required=True, help="what declares it")
    act("finish", "do what is due: releases, and acts that were not answered")


def _add_committing(act: Callable[..., argparse.ArgumentParser]) -> None:
    committing = act("commit", "a commitment of a line, with money set aside for it")
    _add_new_line(committing)
    more = act("set-aside", "more money for a commitment")
    more.add_argument("code")
    back = act("return", "what a commitment does not need")
    back.add_argument("code")
    for parser in (committing, more):
        parser.add_argument("won", type=_whole_won)
    back.add_argument("won", type=_whole_won, nargs="?", help="default: all that is left")
    for parser in (committing, more, back):
        parser.add_argument("--purpose", required=True)


def _add_new_line(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("parent", help="the line that it lies below")
    parser.add_argument("code", help="its own name: small letters, digits, hyphens")
    parser.add_argument("--ko", required=True, help="its title in Korean")
    parser.add_argument("--en", required=True, help="its title in English")


def _whole_won(text: str) -> int:
    return int(text.replace(",", "").replace("_", ""))


def _district(text: str) -> int:
    """A district by code or name."""
    for code, names in DISTRICT_NAMES.items():
        if text in (str(code), *names):
            return code
    raise argparse.ArgumentTypeError(f"{text!r}: 구의 이름이나 코드를 적으세요 / name a district")
