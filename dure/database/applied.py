"""What text of each SQL file made a database, and whether it is still the text that is here.

A released file is never edited. Until then files are, and a city that was made by an earlier text
lacks tables which today's pages ask for: it is refused at once, with what to do, instead of failing
later.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.db import connection

from dure.database.sql_files import SQL_DIRECTORY, sql_file_names

_MAKE: Final = """
CREATE TABLE IF NOT EXISTS applied_sql (
  name   text PRIMARY KEY,
  sha256 text NOT NULL,
  CONSTRAINT a_digest_has_sixty_four_letters CHECK (length(sha256) = 64)
)
"""
_APPLIED: Final = "SELECT name FROM django_migrations WHERE app = 'database'"
_REMEMBERED: Final = "SELECT name, sha256 FROM applied_sql"
_REMEMBER: Final = "INSERT INTO applied_sql (name, sha256) VALUES (%s, %s) ON CONFLICT DO NOTHING"


class MadeByAnotherTextError(Exception):
    """The database was made by other texts of these SQL files; nothing is changed in it."""

    def __init__(self, names: list[str]) -> None:
        shown = names if len(names) < 4 else [*names[:2], "…", names[-1]]
        super().__init__(", ".join(shown))

    @property
    def korean(self) -> str:
        """What happened and what to do."""
        return (
            f"이 도시의 데이터베이스는 다른 판의 Dure가 만들었습니다({self}). 그 판으로 계속 "
            "쓰거나, 연습용 도시라면 'dure db reset'으로 비우고 다시 여세요. "
            "아무것도 바꾸지 않았습니다."
        )

    @property
    def english(self) -> str:
        """The same in English."""
        return (
            f"This city's database was made by another version of Dure ({self}). Go on with that "
            "version, or, if it is a city to try things in, empty it with 'dure db reset' and open "
            "it anew. Nothing was changed."
        )


def check_applied() -> None:
    """Raises MadeByAnotherTextError where a file that was applied has another text here."""
    with connection.cursor() as cursor:
        applied = _names(cursor) if _is_there(cursor, "django_migrations") else []
        if not applied:
            return
        remembered: dict[str, str] = {}
        if _is_there(cursor, "applied_sql"):
            cursor.execute(_REMEMBERED)
            remembered = dict(cursor.fetchall())
    texts = _texts()
    # A file that this version does not have, or that nobody remembers, is another text as well.
    wrong = [name for name in applied if remembered.get(name, "?") != texts.get(name, "")]
    if wrong:
        raise MadeByAnotherTextError(wrong)


def remember_applied() -> None:
    """Writes down the texts of all that is applied now and is not written down yet."""
    texts = _texts()
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)
        for name in _names(cursor):
            cursor.execute(_REMEMBER, (name, texts[name]))


def _texts() -> dict[str, str]:
    return {
        name: hashlib.sha256((SQL_DIRECTORY / f"{name}.sql").read_bytes()).hexdigest()
        for name in sql_file_names()
    }


def _names(cursor: Any) -> list[str]:
    cursor.execute(f"{_APPLIED} ORDER BY name")
    return [str(name) for (name,) in cursor.fetchall()]


def _is_there(cursor: Any, table: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (table,))
    return bool(cursor.fetchone()[0])
