"""What a history consists of: one small file that names every other by its hash.

Note [Written aside]
A month is written into a folder that is named by the hash of its columns, shops, members and budget
likewise. Only then is the manifest replaced, by renaming, which is one step. So whoever reads finds
the old history or the new one, whatever crashes when; folders that no manifest names are taken away
by the next who writes.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import msgspec

from dure.forecast.history.refusals import HistoryError, NoHistoryError

FORMAT: Final = 1
_NAME: Final = "manifest.json"


class MonthEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One month: its folder, the SHA-256 of its columns, and how much is in it.

    `given_won` is the journal's incentive by rule version (its number as text), of the month's
    payments less what cancellations took back; `drawn_won` what the same movements took from
    budget lines, coupons included; `left_out` the payments that no column can hold.
    """

    folder: str
    sha256: str
    members: int
    payments: int
    cancellations: int
    amount_won: int
    given_won: dict[str, int]
    drawn_won: dict[str, int] = {}
    left_out: list[int] = []


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A history as it stands. `marks` has for each shard the last movement that was taken in."""

    format: int
    marks: list[int]
    months: dict[str, MonthEntry]
    shops: str
    members: str
    budget: str

    @property
    def sha256(self) -> str:
        """Names this history: the hash of its manifest."""
        return hashlib.sha256(self.encoded).hexdigest()

    @property
    def encoded(self) -> bytes:
        """The manifest as it is stored."""
        return msgspec.json.encode(self, order="deterministic") + b"\n"

    def entry(self, month: int) -> MonthEntry | None:
        """The entry of a month (YYYYMM); None when nothing was paid in it."""
        return self.months.get(str(month))


def nothing_yet() -> Manifest:
    """The history of a city in which nothing has happened."""
    return Manifest(format=FORMAT, marks=[0] * 64, months={}, shops="", members="", budget="")


def read_manifest(folder: Path) -> Manifest:
    """The manifest in a folder. Raises NoHistoryError or HistoryError."""
    try:
        raw = (folder / _NAME).read_bytes()
    except FileNotFoundError:
        raise NoHistoryError from None
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except msgspec.DecodeError as error:
        raise damaged(folder / _NAME) from error
    if manifest.format != FORMAT:
        raise HistoryError(
            f"이력 형식 {manifest.format}은(는) 이 버전이 읽지 못합니다."
            " 'dure forecast history --anew'로 다시 만드세요.",
            f"This version does not read history of format {manifest.format}."
            " Build it again with `dure forecast history --anew`.",
        )
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Puts a manifest in the place of the one before, in one step. See Note [Written aside]."""
    aside = folder / f"{_NAME}.new"
    with aside.open("wb") as file:
        file.write(manifest.encoded)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(folder / _NAME)


def damaged(path: Path) -> HistoryError:
    """The error for a file that is not what the manifest says."""
    return HistoryError(
        f"이력 파일 {path.name}이(가) 손상되었습니다."
        " 'dure forecast history --anew'로 다시 만드세요.",
        f"The history's file {path.name} is damaged. Build it again with"
        " `dure forecast history --anew`.",
    )
