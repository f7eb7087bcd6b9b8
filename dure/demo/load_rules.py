"""Publishes Incheon's rule documents and opens its budget lines, scaled to the city's size."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dure.demo.city import MEMBERS_OF_INCHEON
from dure.demo.undecided import undecided
from dure.engine.opening import OpeningLine, open_lines
from dure.kernel.calendar import day_of
from dure.ledger.accounts import Account, budget_account
from dure.ledger.movement import Movement, MovementKind
from dure.policy.districts import CITY
from dure.policy.document import RuleDocument
from dure.rulebook.budget_lines import BudgetLine
from dure.rulebook.city_steps import grant_role, take_over
from dure.rulebook.directory import load_budget_lines, load_directory, packaged_documents
from dure.rulebook.officials import Grant, Role
from dure.rulebook.signing import signing_key
from dure.rulebook.workflow import Acting

if TYPE_CHECKING:
    from asyncpg import Connection, Record

ASSUMED_WON: Final[dict[str, int]] = {
    "incheon-2019-michuhol": 400_000_000,
    "incheon-2019-yeonsu": 11_000_000_000,
}
"""Lines whose amounts were not published; assumed from what their rules paid on reported sales."""

# Note [What was spent by 21 October 2019]
# The year's 26.0 + 46.8 billion were reported to be running out on that day; what was left had to
# last to December. About 1,169 billion had been paid since April (1.1 trillion on 13 October and
# eight days more): 430 billion at 6% and 739 billion at about 5.5% (6% up to a million) make
# 66.5 billion, nine tenths of the appropriation. The matching 4:2 had inverted, so both lines are
# taken to be used in the same proportion. 서구: the first two stages were exhausted on 10 August,
# the third is drawn on at 1% since 10 September. 미추홀구 ended on 26 August. 연수구 was paying.
_SPENT_BP: Final[dict[str, int]] = {
    "incheon-2019-state": 9_130,
    "incheon-2019-city": 9_130,
    "incheon-2019-seogu": 7_750,
    "incheon-2019-michuhol": 10_000,
    "incheon-2019-yeonsu": 9_300,
}

DEMO_OPERATOR: Final = "demo-operator"
DEMO_ORIGIN: Final = "인천시의 공개된 규칙 (published rules of Incheon, with their sources)"

_ADD_OPENING = """
INSERT INTO movement (shard, kind, movement_id, occurred_at_us, amount_won, request_key, leg_count,
  figures)
VALUES (0, $1, $2, $2, $3, $4, $5, $6)
"""
_LEASE_SPENT = "UPDATE budget_line SET leased_won = leased_won + $2 WHERE line_id = $1"
_ADD_SLICE = """
INSERT INTO budget_slice (shard, line_id, leased_won, spent_won) VALUES (0, $1, $2, $2)
"""


@dataclass(frozen=True, slots=True)
class OpenedLine:
    """One budget line at the opening, in whole won of the scaled city."""

    line_id: int
    line: BudgetLine
    appropriated_won: int
    spent_won: int


def opening_lines(members: int, opening_us: int) -> list[OpenedLine]:
    """The city's lines at the opening: money of stages up to that day, scaled to the members.

    A stage that lies in the future brings nothing yet; see `later_stages`.
    """
    lines = []
    for line_id, line in enumerate(load_budget_lines(packaged_documents()), start=1):
        whole_won = ASSUMED_WON.get(line.id, 0)
        whole_won += sum(stage.won for stage in line.stages if stage.on_us <= opening_us)
        appropriated_won = scaled(whole_won, members)
        spent_won = appropriated_won * _SPENT_BP.get(line.id, 0) // 10_000
        lines.append(OpenedLine(line_id, line, appropriated_won, spent_won))
    return lines


def later_stages(members: int, opening_us: int) -> list[tuple[int, int, int]]:
    """Money that comes to a line after the opening, as (instant, line, won of the scaled city)."""
    return [
        (stage.on_us, line_id, scaled(stage.won, members))
        for line_id, line in enumerate(load_budget_lines(packaged_documents()), start=1)
        for stage in line.stages
        if stage.on_us > opening_us
    ]


def scaled(won: int, members: int) -> int:
    """What a sum of Incheon's is in a city of so many members, rounded down."""
    return won * members // MEMBERS_OF_INCHEON


async def open_budget_lines(
    connection: Connection[Record], lines: list[OpenedLine], opened_at_us: int
) -> None:
    """Appropriates the lines' whole year and books what was spent of it before the opening.

    The page shall show the shortage as it was, so the lines keep their full size and the earlier
    spending is one OPENING movement each: the money left the line, and the bank, long ago. Movement
    ids follow `opened_at_us` one by one.
    """
    numbers = {opened.line.id: opened.line_id for opened in lines}
    await open_lines(
        connection,
        [
            OpeningLine(
                opened.line_id,
                opened.line.id,
                opened.line.title_ko,
                opened.line.title_en,
                opened.line.payer,
                None if opened.line.district == CITY else opened.line.district,
                opened.line.year,
                opened.appropriated_won,
                parent_id=numbers.get(opened.line.parent),
            )
            for opened in lines
        ],
        opened_at_us,
    )
    for place, opened in enumerate(lines, start=len(lines)):
        if opened.spent_won:
            await _book_earlier_spending(connection, opened, opened_at_us + place)


async def _book_earlier_spending(
    connection: Connection[Record], opened: OpenedLine, movement_id: int
) -> None:
    movement = Movement(MovementKind.OPENING, b"", 0, movement_id, opened.spent_won)
    movement.leg(budget_account(opened.line_id), opened.spent_won)
    movement.leg(Account.INCENTIVE_CASH, -opened.spent_won)
    key = hashlib.sha256(f"demo spent before {opened.line.id}".encode()).digest()[:16]
    await connection.execute(
        _ADD_OPENING, MovementKind.OPENING, movement_id, opened.spent_won, key,
        len(movement.accounts), movement.accounts + movement.amounts,
    )  # fmt: skip
    await connection.execute(_LEASE_SPENT, opened.line_id, opened.spent_won)
    await connection.execute(_ADD_SLICE, opened.line_id, opened.spent_won)


def demo_coupons() -> list[RuleDocument]:
    """The coupons of the demo city, which are made up: two on offer, one that opens later."""
    lines = [line.id for line in load_budget_lines(packaged_documents())]
    return load_directory(packaged_documents("demo"), lines)


async def publish_documents(
    connection: Connection[Record], home: Path, at_us: int, *, is_undecided: bool = False
) -> int:
    """Takes rules and demo coupons over, as one step of a demo official's; returns how many.

    `home` is where the official's signing key lies, `at_us` the city's time of the step. With
    `is_undecided` only those that had begun by then, as long as nobody decides anything else.
    """
    documents = load_directory(packaged_documents()) + demo_coupons()
    if is_undecided:
        documents = undecided(documents, at_us)
    key = signing_key(home, DEMO_OPERATOR)
    acting = Acting(DEMO_OPERATOR, key, at_us, time.time_ns() // 1000)
    await grant_role(
        connection, acting, DEMO_OPERATOR, Grant(Role.OPERATOR), name="시연 운영자 (demo)",
        public_key=key.public_key().public_bytes_raw(),
    )  # fmt: skip
    await take_over(connection, acting, documents, DEMO_ORIGIN)
    return len(documents)


def stage_key(on_us: int, line_id: int) -> bytes:
    """The request key of a later stage, the same whoever brings it: it is brought once."""
    return hashlib.sha256(f"demo stage {day_of(on_us)} {line_id}".encode()).digest()[:16]
