"""What had been published of Incheon before the demo city opens, in the demo city's proportion."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection

from dure.demo.city import MEMBERS_OF_INCHEON, OPENING_US
from dure.demo.load_rules import DEMO_OPERATOR
from dure.kernel.calendar import day_of

SOURCE: Final = "인천시의 공표·보도 수치 (figures published of Incheon, 2018 to 2021)"
_CITY: Final = "SELECT members FROM demo_city"
_HAS_FIGURES: Final = "SELECT EXISTS (SELECT FROM foresight_import)"


def import_figures(connection: Connection[Any]) -> bool:
    """Takes the shipped figures over into a demo city that has none; whether it did.

    Only what was known on the day before the opening is ever used of them.
    """
    city = connection.execute(_CITY).fetchone()
    row = connection.execute(_HAS_FIGURES).fetchone()
    if city is None or row is None or row[0]:
        return False
    # Statistics take a second to load: only a city that needs them waits for them.
    from dure.forecast.city.imported import import_folder
    from dure.forecast.published.tables import shipped_folder

    import_folder(
        connection, shipped_folder(), source=SOURCE, by=DEMO_OPERATOR, members=city[0],
        of_members=MEMBERS_OF_INCHEON, until_day=day_of(OPENING_US), at_us=OPENING_US,
    )  # fmt: skip
    return True
