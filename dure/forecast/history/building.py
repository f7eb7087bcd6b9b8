"""Brings the history up to date with the journal: whole at first, later what has come since.

Note [Months in turn]
The journal lies by shards, a history by months. So rows are first put aside on disk by month, as
they come, and then each month that got some is sorted with what it had. Memory holds one portion of
the journal, or one month.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import Connection, IsolationLevel

from dure.forecast.history import journal
from dure.forecast.history.columns import (
    CHANNEL_BITS,
    EARNS_NOT,
    Backs,
    Rows,
    Source,
    Sums,
    joined,
    no_source,
)
from dure.forecast.history.facts import BUDGET, MEMBER, shop_records
from dure.forecast.history.manifest import FORMAT, Manifest, MonthEntry, nothing_yet
from dure.forecast.history.registered import Registered
from dure.forecast.history.sorting import sort_month, take_apart
from dure.forecast.history.store import (
    History,
    history_folder,
    keep,
    open_or_begin,
    write_month,
    write_records,
    writing,
)
from dure.kernel.calendar import SEOUL_OFFSET_US
from dure.kernel.shards import SHARDS
from dure.ledger.movement import PAYMENTS, MovementKind
from dure.merchants.directory import ShopEntry, load_directory
from dure.policy.arrays.columns import PAYMENT_WON_MAX
from dure.policy.document import parse_document
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Moment

_MEMBERS: Final = """
SELECT member_id, district, joined_day::integer, birth_year, level FROM wallet ORDER BY member_id
"""
_DOCUMENTS: Final = "SELECT rule_version_id, document FROM rule_version"
_OF_PAYMENTS: Final = (Moment.PURCHASE, Moment.TILL)
_ASIDE: Final = "rows.new"
_PAYMENT_KINDS: Final = tuple(int(kind) for kind in PAYMENTS)
_ROW: Final = np.dtype(
    [(name, np.int64) for name in journal.COLUMNS if name != "looked_at_us"] + [("earns", np.bool_)]
)


def bring_up_to_date(
    url: str,
    home: Path,
    *,
    tell: Callable[[int], None] = lambda _progress: None,
    stopped: Callable[[], bool] = lambda: False,
    anew: bool = False,
) -> History:
    """The history of the city at `home`, with all that its database (`url`) has recorded by now.

    What was there before is added to, with `anew` it is made again. A crash or a stop leaves the
    history as it was. `tell` is told how far it is, of 10,000. Raises HistoryError when the files
    are damaged. When it is stopped it gives the history as it was.
    """
    with writing(history_folder(home)):
        return _bring(url, history_folder(home), tell, stopped, anew=anew)


def _bring(
    url: str, folder: Path, tell: Callable[[int], None], stopped: Callable[[], bool], *, anew: bool
) -> History:
    history = History(folder, nothing_yet()) if anew else open_or_begin(folder)
    shops = asyncio.run(_directory(url))
    with psycopg.connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        building = _Building(history, folder, connection, shops)
        marks = building.marks()
        for shard in range(SHARDS):
            if stopped():
                return history
            building.read_shard(shard, marks[shard])
            tell((shard + 1) * 4_000 // SHARDS)
        manifest = building.manifest(marks, tell, stopped)
    return history if manifest is None else keep(folder, manifest)


async def _directory(url: str) -> dict[int, ShopEntry]:
    connection = await asyncpg.connect(url)
    try:
        return {shop.shop_id: shop for shop in (await load_directory(connection)).values()}
    finally:
        await connection.close()


@dataclass
class _Building:
    """What has been read so far: rows by month on disk, sums in memory."""

    history: History
    folder: Path
    connection: Connection[Any]
    shops: dict[int, ShopEntry]
    given: dict[int, dict[str, int]] = field(default_factory=dict)
    drawn: dict[int, dict[str, int]] = field(default_factory=dict)
    sums: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    moved: list[tuple[int, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.aside = self.folder / _ASIDE
        shutil.rmtree(self.aside, ignore_errors=True)
        self.aside.mkdir(parents=True)
        self.later = self._later_rules()
        self.registered = Registered(self.shops)

    def marks(self) -> list[int]:
        """The last movement of each shard."""
        marks = list(self.history.manifest.marks)
        for shard, movement_id in self.connection.execute(journal.MARKS):
            marks[shard] = movement_id
        return marks

    def _later_rules(self) -> set[int]:
        """The rule versions whose incentive is awarded later, and is none of the payment's."""
        return {
            version_id
            for version_id, text in self.connection.execute(_DOCUMENTS)
            if KINDS[parse_document(text, str(version_id)).kind].moment not in _OF_PAYMENTS
        }

    def read_shard(self, shard: int, until: int) -> None:
        """Puts the new rows of a shard aside by their months."""
        after = self.history.manifest.marks[shard]
        if until <= after:
            return
        for rows in journal.read_rows(self.connection, shard, after, until):
            self._put_aside(rows)
        asked = {"shard": shard, "after": after, "until": until}
        by_member: dict[tuple[int, int], int] = {}
        for month, member, rule_id, won in self.connection.execute(journal.GIVEN, asked):
            if rule_id not in self.later:
                given = self.given.setdefault(month, {})
                given[str(rule_id)] = given.get(str(rule_id), 0) + won
                by_member[month, member] = by_member.get((month, member), 0) + won
        for (month, member), won in by_member.items():
            self.sums.setdefault(month, []).append((member, won))
        for month, line_id, won in self.connection.execute(journal.DRAWN, asked):
            drawn = self.drawn.setdefault(month, {})
            drawn[str(line_id)] = drawn.get(str(line_id), 0) + won
        self.moved += self.connection.execute(journal.BUDGET_MOVED, asked).fetchall()

    def _put_aside(self, rows: NDArray[np.void]) -> None:
        kept = np.empty(len(rows), _ROW)
        for name in journal.COLUMNS:
            if name != "looked_at_us":
                kept[name] = rows[name]
        pays = np.isin(kept["kind"], _PAYMENT_KINDS)
        kept["earns"] = True
        kept["earns"][pays] = self.registered.at(kept["shop"][pays], rows["looked_at_us"][pays])
        # A payment's month is that of its instant; a cancellation names its payment's.
        months = _months_of(kept["at_us"])
        kept["month"][pays] = months[pays]
        for month in np.unique(kept["month"]).tolist():
            with (self.aside / f"{month}.rows").open("ab") as file:
                file.write(kept[kept["month"] == month].tobytes())

    def manifest(
        self, marks: list[int], tell: Callable[[int], None], stopped: Callable[[], bool]
    ) -> Manifest | None:
        """Sorts the months that got something; None when stopped amid them."""
        old = self.history.manifest
        entries = dict(old.months)
        paths = sorted(self.aside.glob("*.rows"))
        for place, path in enumerate(paths):
            if stopped():
                shutil.rmtree(self.aside)
                return None
            month = int(path.stem)
            entries[str(month)] = self._add_to_month(month, path)
            path.unlink()
            tell(4_000 + (place + 1) * 5_900 // len(paths))
        moved = np.array(self.moved, np.int64).reshape(-1, 4)
        budget = np.empty(len(moved), BUDGET)
        for place, name in enumerate(("movement", "line_id", "won", "shard")):
            budget[name] = moved[:, place]
        if old.budget:
            budget = np.concatenate([self.history.budget(), budget])
        budget = budget[np.lexsort((budget["line_id"], budget["shard"], budget["movement"]))]
        members = np.array(self.connection.execute(_MEMBERS).fetchall(), MEMBER)
        shutil.rmtree(self.aside)
        return Manifest(
            format=FORMAT,
            marks=marks,
            months=dict(sorted(entries.items())),
            shops=write_records(self.folder, "shops", shop_records(self.shops.values())),
            members=write_records(self.folder, "members", members),
            budget=write_records(self.folder, "budget", budget),
        )

    def _add_to_month(self, month: int, path: Path) -> MonthEntry:
        new = np.fromfile(path, _ROW)
        entry = self.history.manifest.entry(month)
        before = no_source() if entry is None else take_apart(month, self.history.month(month))
        left_out = [] if entry is None else list(entry.left_out)
        source = _source(new, self.sums.get(month, []), left_out)
        given = {} if entry is None else dict(entry.given_won)
        for rule_id, won in self.given.get(month, {}).items():
            given[rule_id] = given.get(rule_id, 0) + won
        drawn = {} if entry is None else dict(entry.drawn_won)
        for line, won in self.drawn.get(month, {}).items():
            drawn[line] = drawn.get(line, 0) + won
        columns = sort_month(month, joined(before, source))
        return write_month(self.folder, month, columns, given, drawn, left_out)


def _source(new: NDArray[np.void], given: list[tuple[int, int]], left_out: list[int]) -> Source:
    """The new rows of a month; payments that no column holds go to `left_out`."""
    pays = np.isin(new["kind"], _PAYMENT_KINDS)
    large = pays & (new["amount_won"] > PAYMENT_WON_MAX)
    left_out += new["movement"][large].tolist()
    paid = new[pays & ~large]
    other = new[~pays & ~np.isin(new["original"], left_out)]
    undone = other["kind"] == int(MovementKind.REFUND_UNDONE)
    narrow = np.int32
    coupon_won = (
        paid["amount_won"] - paid["discount_won"]
        - paid["first_won"] - paid["charged_won"] - paid["beyond_won"]
    )  # fmt: skip
    how = (paid["channel"] & CHANNEL_BITS) | np.where(paid["earns"], 0, EARNS_NOT)
    rows = Rows(
        paid["member"].copy(), paid["movement"].copy(), paid["at_us"].copy(),
        paid["amount_won"].astype(narrow), paid["shop"].astype(narrow), how.astype(np.uint8),
        coupon_won.astype(narrow), paid["first_won"].astype(narrow),
        paid["beyond_won"].astype(narrow),
    )  # fmt: skip
    won = np.where(undone, -other["amount_won"], other["amount_won"]).astype(narrow)
    backs = Backs(other["member"].copy(), other["movement"].copy(), other["original"].copy(), won)
    kept = new[~large & (pays | ~np.isin(new["original"], left_out))]
    told = np.array(given, np.int64).reshape(-1, 2)
    nothing = np.zeros_like
    sums = Sums(
        np.concatenate([kept["member"], told[:, 0]]),
        np.concatenate([kept["net_won"], nothing(told[:, 0])]),
        np.concatenate([nothing(kept["member"]), told[:, 1]]),
    )
    return Source(rows, backs, sums)


def _months_of(at_us: NDArray[np.int64]) -> NDArray[np.int64]:
    """The city's month (YYYYMM) of each instant."""
    days = ((at_us + SEOUL_OFFSET_US) // 86_400_000_000).astype("datetime64[D]")
    months = days.astype("datetime64[M]").astype(np.int64)
    found: NDArray[np.int64] = (1970 + months // 12) * 100 + months % 12 + 1
    return found
