"""`dure policy check`, `show`, `explain`: rule documents at the command line."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from dure.kernel.calendar import SEOUL, from_us, seoul, to_us
from dure.policy.differences_own import own_differences
from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.policy.document import OPEN_END_US, RuleDocument
from dure.policy.document_errors import DocumentErrors
from dure.policy.evaluate import CompiledRule, compile_rules
from dure.policy.explain import korean_won, percent
from dure.policy.kinds.bracket_cashback import OPEN_WON, Brackets
from dure.policy.kinds.instant_discount import ShopOffer
from dure.rulebook import explaining, reading_commands, step_commands
from dure.rulebook.asked import add_options
from dure.rulebook.directory import load_budget_lines, load_directory, packaged_documents
from dure.rulebook.log import LogUnreadableError


def main(args: list[str]) -> int:
    """Runs the command; 0 when all is well, 1 when documents are refused, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="dure policy", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="문서를 검사한다 / check documents, or a draft")
    check.add_argument("directory", type=Path, help="폴더나 초안 / a directory or a draft")
    check.add_argument("--by", help="초안을 검토하는 담당자 / the official who checks a draft")
    check.add_argument("--file", type=Path, help="보고 있는 글 / the draft's text before your eyes")
    check.add_argument(
        "--publish",
        metavar="NOW",
        nargs="?",
        const=datetime.now(UTC),
        type=_instant,
        help="also refuse documents that begin before NOW (default: the present)",
    )
    show = commands.add_parser("show", help="그날 시행 중인 규칙 / the rules in force at a date")
    show.add_argument("date", type=_instant, help="2019-10-22 or 2019-08-01T06:00, Seoul time")
    show.add_argument("--directory", type=Path, help="default: the documents of the package")
    add_options(commands.add_parser("explain", help="say what a payment gets and why not more"))
    step_commands.add_commands(commands)
    reading_commands.add_commands(commands)
    try:
        options = parser.parse_args(args)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        if "run" in options:
            return int(options.run(options))
        if options.command == "check":
            return step_commands.check(options) if options.by else _check(options)
        if options.command == "explain":
            return explaining.run(options)
        return _show(options.directory or packaged_documents(), options.date)
    except UnicodeDecodeError:
        print("UTF-8 파일이 아닙니다. UTF-8로 저장하세요 / save the file as UTF-8", file=sys.stderr)
        return 1
    except LogUnreadableError as unreadable:
        print(unreadable, file=sys.stderr)
        return 1
    except DocumentErrors as refused:
        for error in refused.errors:
            print(f"{error.place}: {error.korean}\n    {error.english}", file=sys.stderr)
        print(f"{len(refused.errors)}건의 오류 / errors: {len(refused.errors)}", file=sys.stderr)
        return 1


def _check(options: Any) -> int:
    documents = load_directory(options.directory, now=options.publish)
    print(f"문서 {len(documents)}건, 오류 없음 / documents: {len(documents)}, no errors")
    return 0


def _show(directory: Path | Traversable, at: datetime) -> int:
    documents = load_directory(directory)
    names = {line.id: line.title_ko for line in load_budget_lines(directory)}
    lines = sorted({name for document in documents for name in document.line_names})
    rules = compile_rules(
        documents,
        {name: number for number, name in enumerate(lines, 1)},
        {document.key: number for number, document in enumerate(documents, 1)},
    ).at(to_us(at))
    print(f"{at.astimezone(SEOUL):%Y-%m-%d %H:%M} (Asia/Seoul)")
    if not rules.rules:
        print("시행 중인 규칙이 없습니다 / no rule is in force")
    for rule in rules.rules:
        _print_rule(rule, names)
    return 0


def _print_rule(rule: CompiledRule, line_titles: dict[str, str]) -> None:
    document = rule.document
    place = ("시 전체", "the city") if document.scope == CITY else DISTRICT_NAMES[document.scope]
    print(f"\n{document.title.ko} / {document.title.en}  [{document.key}]")
    print(f"  {place[0]} / {place[1]}, {_period(document)}")
    for text in _terms(document):
        print(f"  {text}")
    if document.funding.by_shop:
        print("  재원 가맹점 / paid by the shop")
        return
    for name, share in document.funding.shares:
        print(f"  재원 {share}/{document.funding.whole}  {line_titles.get(name, name)} [{name}]")


def _period(document: RuleDocument) -> str:
    begin = f"{seoul(document.from_us):%Y-%m-%d %H:%M}"
    if document.until_us == OPEN_END_US:
        return f"{begin} –"
    return f"{begin} – {from_us(document.until_us).astimezone(SEOUL):%Y-%m-%d %H:%M}"


def _terms(document: RuleDocument) -> list[str]:
    terms = document.terms
    if isinstance(terms, Brackets):
        return [
            f"{korean_won(b.from_won):>8} – "
            + ("" if b.below_won == OPEN_WON else korean_won(b.below_won))
            + f"  {percent(b.rate_bp)}"
            for b in terms.brackets
        ]
    if isinstance(terms, ShopOffer):
        return [f"{percent(terms.rate_bp_min)} – {percent(terms.rate_bp_max)}"]
    return [f"{said.ko} / {said.en}" for said in own_differences(None, document, {})]


def _instant(text: str) -> datetime:
    """A date or time; in Seoul unless it names an offset."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}: 2019-10-22 또는 2019-08-01T06:00으로 적으세요 / write 2019-10-22"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=SEOUL)
