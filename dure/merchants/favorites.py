"""Which shops a member likes: a list of the member's own that nobody else sees."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

FAVORITES_MAX: Final = 200
_ADD: Final = """
INSERT INTO member_favorite (member_id, shop_id, added_at_us)
SELECT %(member_id)s, %(shop_id)s, %(at_us)s
WHERE (SELECT count(*) FROM member_favorite WHERE member_id = %(member_id)s) < %(most)s
ON CONFLICT DO NOTHING
"""
_LIKED: Final = "SELECT shop_id FROM member_favorite WHERE member_id = %s"


class TooManyFavoritesError(Exception):
    """The member has `FAVORITES_MAX` already."""


def like(connection: Connection[Any], *, member_id: int, shop_id: int, at_us: int) -> None:
    """Puts a shop among the member's favorites; once more changes nothing.

    Raises TooManyFavoritesError.
    """
    values = {"member_id": member_id, "shop_id": shop_id, "at_us": at_us, "most": FAVORITES_MAX}
    added = connection.execute(_ADD, values).rowcount
    if not added and shop_id not in liked_by(connection, member_id):
        raise TooManyFavoritesError


def unlike(connection: Connection[Any], *, member_id: int, shop_id: int) -> None:
    """Takes a shop off the member's favorites; one that is not there stays away."""
    connection.execute(
        "DELETE FROM member_favorite WHERE member_id = %s AND shop_id = %s", (member_id, shop_id)
    )


def liked_by(connection: Connection[Any], member_id: int) -> frozenset[int]:
    """The member's favorites by shop number."""
    return frozenset(row[0] for row in connection.execute(_LIKED, (member_id,)))


def forget_favorites(connection: Connection[Any], member_id: int) -> None:
    """Forgets all of them, when a member leaves."""
    connection.execute("DELETE FROM member_favorite WHERE member_id = %s", (member_id,))
