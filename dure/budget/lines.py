"""Budget lines in their tree: finding them and adding them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import Connection

from dure.budget.office import Office
from dure.budget.officials import BudgetOfficial, require
from dure.budget.refusals import BudgetRefusal, BudgetRefusedError

SOURCE, PROGRAMME, COMMITMENT = "source", "programme", "commitment"
LEVELS: Final = ("state", "city", "district", "programme", "commitment")

_COLUMNS: Final = """
b.line_id, b.code, b.name_ko, b.name_en, b.payer, b.district, b.fiscal_year, b.role, b.parent_id
"""
_FIND: Final = f"SELECT {_COLUMNS} FROM budget_line b WHERE b.code = %s"
_FIND_BY_ID: Final = f"SELECT {_COLUMNS} FROM budget_line b WHERE b.line_id = %s"
_ALL: Final = f"SELECT {_COLUMNS} FROM budget_line b ORDER BY b.fiscal_year, b.line_id"
_ADD: Final = """
INSERT INTO budget_line (line_id, code, name_ko, name_en, payer, district, fiscal_year, role,
  parent_id)
SELECT coalesce(max(line_id), 0) + 1, %(code)s, %(name_ko)s, %(name_en)s, %(payer)s,
  %(district)s, %(fiscal_year)s, %(role)s, %(parent_id)s FROM budget_line
RETURNING line_id
"""
_LOCK_LINES: Final = (
    "SELECT line_id FROM budget_line WHERE line_id = ANY(%s) ORDER BY line_id FOR UPDATE"
)
_PLACE: Final = "UPDATE budget_line SET parent_id = %s WHERE line_id = %s"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tree. `district` is the code of the district that pays, if one does."""

    line_id: int
    code: str
    name_ko: str
    name_en: str
    payer: str
    district: int | None
    fiscal_year: int
    role: str = SOURCE
    parent_id: int | None = None

    @property
    def level(self) -> str:
        """One of `LEVELS`, from the top of the tree down."""
        return self.payer if self.role == SOURCE else self.role


def all_lines(connection: Connection[Any]) -> list[Line]:
    """Every line, by year and number."""
    return [Line(*row) for row in connection.execute(_ALL)]


def get_line(connection: Connection[Any], code: str) -> Line:
    """The line with this code. Raises BudgetRefusedError(LINE_UNKNOWN)."""
    row = connection.execute(_FIND, (code,)).fetchone()
    if row is None:
        raise BudgetRefusedError(BudgetRefusal.LINE_UNKNOWN, code=code)
    return Line(*row)


def get_line_by_id(connection: Connection[Any], line_id: int) -> Line:
    """The line with this number. Raises BudgetRefusedError(LINE_UNKNOWN)."""
    row = connection.execute(_FIND_BY_ID, (line_id,)).fetchone()
    if row is None:
        raise BudgetRefusedError(BudgetRefusal.LINE_UNKNOWN, code=line_id)
    return Line(*row)


def add_line(
    connection: Connection[Any],
    *,
    code: str,
    name_ko: str,
    name_en: str,
    payer: str,
    district: int | None,
    fiscal_year: int,
    role: str = SOURCE,
    parent: Line | None = None,
) -> Line:
    """Adds a line without money; engines hear of it at the commit.

    Raises BudgetRefusedError when the code is taken or the parent is of another year or no higher.
    """
    values = {
        "code": code, "name_ko": name_ko, "name_en": name_en, "payer": payer, "district": district,
        "fiscal_year": fiscal_year, "role": role, "parent_id": parent and parent.line_id,
    }  # fmt: skip
    try:
        with connection.transaction():
            connection.execute("LOCK TABLE budget_line IN SHARE UPDATE EXCLUSIVE MODE")
            row = connection.execute(_ADD, values).fetchone()
    except psycopg.errors.UniqueViolation:
        raise BudgetRefusedError(BudgetRefusal.LINE_EXISTS, code=code) from None
    except (psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation) as error:
        raise _misplaced(error, code, parent) from error
    assert row is not None
    return get_line_by_id(connection, row[0])


def add_programme(
    office: Office,
    official: BudgetOfficial,
    parent_code: str,
    *,
    code: str,
    name_ko: str,
    name_en: str,
) -> Line:
    """A programme below a line of its payer: a line of its own, to be given money by transfer or
    appropriation.
    """
    parent = get_line(office.connection, parent_code)
    require(official, parent)
    return add_line(
        office.connection,
        code=code, name_ko=name_ko, name_en=name_en, payer=parent.payer, district=parent.district,
        fiscal_year=parent.fiscal_year, role=PROGRAMME, parent=parent,
    )  # fmt: skip


def place_line(connection: Connection[Any], line: Line, parent: Line | None) -> None:
    """Puts a line below another of the same year and a higher level, or at the top."""
    lines = [line.line_id, *([parent.line_id] if parent else [])]
    try:
        with connection.transaction():
            # Engines lock lines in the order of their numbers; whoever locks two does the same.
            connection.execute(_LOCK_LINES, (lines,))
            connection.execute(_PLACE, (parent and parent.line_id, line.line_id))
    except (psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation) as error:
        raise _misplaced(error, line.code, parent) from error


def _misplaced(error: psycopg.Error, code: str, parent: Line | None) -> Exception:
    if parent is None or "a_line_lies_below" not in (error.diag.constraint_name or ""):
        return error
    return BudgetRefusedError(BudgetRefusal.PARENT_TOO_LOW, code=code, parent=parent.code)
