"""What `dure budget` prints of the tree, as tables for a terminal and as values for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg import Connection

from dure.budget.appropriating import KIND_NAMES, Recorded
from dure.budget.committing import Committed
from dure.budget.lines import all_lines
from dure.budget.matching import Matching, MatchingReport, compare, matchings
from dure.budget.positions import positions
from dure.budget.releasing import Release
from dure.budget.tables import percent, table, won
from dure.budget.transferring import Transfer
from dure.budget.tree import Branch, Sums, grow, sums_of_year
from dure.kernel.calendar import from_us, seoul

_HEADS: Final = (
    "과목 line", "자체 own", "예산 budget", "배정 released", "원인행위 committed", "집행 spent",
    "가용 free", "불용 unspent", "집행률 rate",
)  # fmt: skip
_NUMBERS: Final = frozenset(range(1, 9))


def tree(connection: Connection[Any], at_us: int | None = None) -> list[Branch]:
    """The whole tree as it stands now, or stood just before an instant."""
    return grow(all_lines(connection), positions(connection, at_us))


def years_of(tops: Sequence[Branch], year: int | None) -> list[int]:
    """The fiscal years there are, or the one that is asked for."""
    there = sorted({branch.line.fiscal_year for branch in tops})
    return [one for one in there if year in (None, one)]


def tree_table(tops: Sequence[Branch], year: int | None = None) -> str:
    """Every line with its own budget and the sums of its branch, then the year."""
    rows = []
    for one in years_of(tops, year):
        for top in tops:
            if top.line.fiscal_year == one:
                rows += _rows(top)
        rows.append(_row(f"{one}년 합계 total", "", sums_of_year(tops, one)))
    return table(_HEADS, rows, _NUMBERS)


def branch_table(branch: Branch) -> str:
    """A line by itself, then all below it, then both together."""
    own = _row(branch.line.code, won(branch.own.budget_won), branch.own)
    below = [row for part in branch.below for row in _rows(part, 1)]
    whole = [_row("하위 포함 with all below", "", branch.whole)] if below else []
    return table(_HEADS, [own, *below, *whole], _NUMBERS)


def _rows(top: Branch, depth: int = 0) -> list[list[str]]:
    return [
        _row("  " * place + branch.line.code, won(branch.own.budget_won), branch.whole)
        for place, branch in top.walk(depth)
    ]


def _row(name: str, own: str, sums: Sums) -> list[str]:
    return [
        name, own, won(sums.budget_won), won(sums.released_won), won(sums.committed_won),
        won(sums.spent_won), won(sums.free_won), won(sums.unspent_won), percent(sums.execution_bp),
    ]  # fmt: skip


def sums_json(sums: Sums) -> dict[str, int]:
    """The sums with their names; won, and basis points."""
    return {
        "budget_won": sums.budget_won,
        "unreleased_won": sums.unreleased_won,
        "released_won": sums.released_won,
        "committed_won": sums.committed_won,
        "spent_won": sums.spent_won,
        "free_won": sums.free_won,
        "unspent_won": sums.unspent_won,
        "execution_bp": sums.execution_bp,
    }


def branch_json(branch: Branch) -> dict[str, Any]:
    """A branch with everything below it."""
    line = branch.line
    return {
        "code": line.code,
        "name_ko": line.name_ko,
        "name_en": line.name_en,
        "level": line.level,
        "payer": line.payer,
        "district": line.district,
        "fiscal_year": line.fiscal_year,
        "own": sums_json(branch.own),
        "whole": sums_json(branch.whole),
        "below": [branch_json(one) for one in branch.below],
    }


def find_branch(tops: Sequence[Branch], code: str) -> Branch:
    """The branch of a line that exists."""
    return next(branch for top in tops for _, branch in top.walk() if branch.line.code == code)


def appropriations_table(recorded: Sequence[Recorded]) -> str:
    """Who gave the line what, when and by which document."""
    rows = [
        [
            " ".join(KIND_NAMES[one.appropriation.kind]),
            won(one.appropriation.amount_won),
            str(one.appropriation.decided_on),
            one.appropriation.document_number,
            one.appropriation.document_title,
            one.official_id,
            str(one.outcome.course),
        ]
        for one in recorded
    ]
    heads = (
        "종류 kind",
        "금액 won",
        "의결일 decided",
        "문서 document",
        "제목 title",
        "담당 by",
        "상태 state",
    )
    return table(heads, rows, frozenset({1}))


def releases_table(releases: Sequence[Release]) -> str:
    """The months and other dated releases of a line."""
    rows = [
        [
            f"{seoul(one.on_us):%Y-%m-%d}",
            won(one.amount_won),
            "배정 released" if one.is_due else "예정 ahead",
        ]
        for one in releases
    ]
    return table(("배정일 on", "금액 won", "상태 state"), rows, frozenset({1}))


def transfers_table(transfers: Sequence[Transfer]) -> str:
    """Every transfer: from where to where, and by whose hands."""
    rows = [
        [
            str(one.transfer_id), one.from_line.code, one.to_line.code, won(one.amount_won),
            " / ".join(one.state), " > ".join(step.official_id for step in one.steps), one.reason,
        ]
        for one in transfers
    ]  # fmt: skip
    heads = (
        "번호 no",
        "주는 과목 from",
        "받는 과목 to",
        "금액 won",
        "상태 state",
        "담당 by",
        "사유 reason",
    )
    return table(heads, rows, frozenset({0, 3}))


def transfer_json(transfer: Transfer) -> dict[str, Any]:
    """A transfer with its steps."""
    return {
        "transfer": transfer.transfer_id,
        "from": transfer.from_line.code,
        "to": transfer.to_line.code,
        "amount_won": transfer.amount_won,
        "reason": transfer.reason,
        "state_ko": transfer.state[0],
        "state_en": transfer.state[1],
        "movement_id": transfer.outcome.movement_id,
        "steps": [
            {
                "step": step.step.name.lower(),
                "official": step.official_id,
                "at": from_us(step.at_us).isoformat(),
                "note": step.note,
            }
            for step in transfer.steps
        ],
    }


def commitments_table(committed: Sequence[Committed]) -> str:
    """What was set aside for which purpose, and what was returned."""
    rows = [
        [
            one.line.code, won(one.amount_won), one.purpose, one.official_id,
            f"{seoul(one.recorded_at_us):%Y-%m-%d}", str(one.outcome.course),
        ]
        for one in committed
    ]  # fmt: skip
    heads = ("원인행위 commitment", "금액 won", "목적 purpose", "담당 by", "날짜 on", "상태 state")
    return table(heads, rows, frozenset({1}))


def matching_reports(
    connection: Connection[Any], tops: Sequence[Branch], at_us: int
) -> dict[str, MatchingReport]:
    """Every line with a declaration, declared against actual."""
    declared: Mapping[int, Matching] = matchings(connection, at_us)
    return {
        branch.line.code: compare(branch, declared[branch.line.line_id])
        for top in tops
        for _, branch in top.walk()
        if branch.line.line_id in declared
    }


def matching_table(reports: Mapping[str, MatchingReport]) -> str:
    """Declared and actual shares of each payer; `!` and a sentence where they are inverted."""
    rows = []
    warnings = []
    for code, report in reports.items():
        mark = "!" if report.is_inverted else ""
        rows += [
            [
                code, part.payer, percent(part.declared_bp), percent(part.budget_bp),
                won(part.budget_won), won(part.budget_won - part.should_be_won),
                percent(part.spent_bp), won(part.spent_won), mark,
            ]
            for part in report.payers
        ]  # fmt: skip
        if report.is_inverted:
            warnings.append(
                f"! {code}: 신고한 매칭 비율과 실제 부담이 뒤집혔습니다. 부족한 재원의 추경을"
                " 요청하세요. / "
                "who declared more gives less; ask for a supplement of the money that is short"
            )
    heads = (
        "과목 line", "재원 payer", "신고 declared", "예산 비율 of budget", "예산 budget",
        "차이 difference", "집행 비율 of spent", "집행 spent", "",
    )  # fmt: skip
    return "\n".join([table(heads, rows, frozenset(range(2, 8))), *warnings])
