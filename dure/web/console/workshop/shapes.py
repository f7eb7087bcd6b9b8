"""The shapes of a form's fields: how each is read from a document's node and written as one.

Every value of a form is rows of texts: one text is one row of one text, nothing is no rows. Numbers
are shown as people write them (300,000 and 6%) and written as documents have them (300000, 600). A
text that is no number goes into the document as it stands, so that the check can say what is wrong
with it: a form never repairs or swallows what was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from dure.policy.funding import SHOP
from dure.web.console.workshop.nodes import (
    child,
    list_node,
    mapping_node,
    plain_node,
    text_node,
)

Rows = tuple[tuple[str, ...], ...]
NOTHING: Final[Rows] = ()
OPEN: Final = "open"

_WHOLE = re.compile(r"-?(0|[1-9][0-9_]*)", re.ASCII)
_PERCENT = re.compile(r"(\d{1,6})(?:\.(\d{1,2}))?\s*%?", re.ASCII)
_RAW_RATE = re.compile(r"(.*) bp", re.DOTALL)
_DIGITS_MAX: Final = 24


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: how a document's text is shown, and the node of what was written."""

    name: str
    show: Callable[[str], str]
    node: Callable[[str], yaml.Node]


def _show_number(raw: str) -> str:
    is_whole = _WHOLE.fullmatch(raw) and len(raw) <= _DIGITS_MAX
    return f"{int(raw.replace('_', '')):,}" if is_whole else raw


def _number_node(shown: str) -> yaml.Node:
    digits = shown.strip().replace(",", "").replace(" ", "").removesuffix("원")
    if _WHOLE.fullmatch(digits) and len(digits) <= _DIGITS_MAX:
        return plain_node(str(int(digits.replace("_", ""))))
    return text_node(shown)


def _show_rate(raw: str) -> str:
    """Basis points as percent; what is no whole number is shown as it is, marked `bp`."""
    if not (_WHOLE.fullmatch(raw) and len(raw) <= 8) or raw.startswith("-"):
        return f"{raw} bp"
    whole, rest = divmod(int(raw.replace("_", "")), 100)
    return f"{whole}.{rest:02d}".rstrip("0") if rest else str(whole)


def _rate_node(shown: str) -> yaml.Node:
    found = _PERCENT.fullmatch(shown.strip())
    if found is not None:
        return plain_node(str(int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))))
    raw = _RAW_RATE.fullmatch(shown)
    return _number_node(raw[1]) if raw else text_node(shown)


def _show_open(show: Callable[[str], str]) -> Callable[[str], str]:
    return lambda raw: "" if raw == OPEN else show(raw)


def _open_node(node: Callable[[str], yaml.Node]) -> Callable[[str], yaml.Node]:
    return lambda shown: node(shown) if shown.strip() else plain_node(OPEN)


def _as_is(raw: str) -> str:
    return raw


def _date_node(shown: str) -> yaml.Node:
    return plain_node(shown.strip()) if shown.strip() else text_node("")


TEXT: Final = Scalar("text", _as_is, text_node)
DATE: Final = Scalar("date", _as_is, _date_node)
NUMBER: Final = Scalar("number", _show_number, _number_node)
WON: Final = Scalar("won", _show_number, _number_node)
RATE: Final = Scalar("rate", _show_rate, _rate_node)
LINE: Final = Scalar("line", _as_is, text_node)
CHOICE: Final = Scalar("choice", _as_is, text_node)
OPEN_WON: Final = Scalar("won", _show_open(_show_number), _open_node(_number_node))
OPEN_DATE: Final = Scalar("date", _show_open(_as_is), _open_node(_date_node))


@dataclass(frozen=True, slots=True)
class Shape:
    """How a field's node is read (None: this is not the field's shape) and written anew.

    `write` gives None where there is nothing to say, which leaves the key out.
    """

    name: str
    read: Callable[[yaml.Node], Rows | None]
    write: Callable[[Rows], yaml.Node | None]


def single(scalar: Scalar) -> Shape:
    """One value; an open end stands in the document even where the form shows nothing."""

    def read(node: yaml.Node) -> Rows | None:
        if not isinstance(node, yaml.ScalarNode):
            return None
        shown = scalar.show(str(node.value))
        return ((shown,),) if shown else NOTHING

    def write(rows: Rows) -> yaml.Node | None:
        shown = rows[0][0] if rows else ""
        if not shown.strip() and scalar not in (OPEN_WON, OPEN_DATE):
            return None
        return scalar.node(shown)

    return Shape(scalar.name, read, write)


def _texts_of(node: yaml.Node) -> list[str] | None:
    if not isinstance(node, yaml.SequenceNode):
        return None
    texts = [str(item.value) for item in node.value if isinstance(item, yaml.ScalarNode)]
    return texts if len(texts) == len(node.value) else None


def _is_list(name: str, *, flow: bool) -> Shape:
    def read(node: yaml.Node) -> Rows | None:
        texts = _texts_of(node)
        if texts is None or any("\n" in text or "\r" in text for text in texts):
            return None
        return tuple((text,) for text in texts)

    def write(rows: Rows) -> yaml.Node | None:
        items: list[yaml.Node] = [text_node(row[0].strip()) for row in rows if row[0].strip()]
        return list_node(items, flow=flow) if items else None

    return Shape(name, read, write)


WORDS: Final = _is_list("words", flow=True)
"""Some of the words that the form offers."""
NAMES: Final = _is_list("names", flow=True)
"""Ids with commas between."""
LINES: Final = _is_list("lines", flow=False)
"""One text on each line."""


def _read_listed(node: yaml.Node) -> Rows | None:
    """(("excluded",), ("hypermarket",), …): the side first, then its words."""
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
        return None
    key, value = node.value[0]
    texts = _texts_of(value)
    if key.value not in ("included", "excluded") or texts is None:
        return None
    return ((str(key.value),), *((text,) for text in texts))


def _write_listed(rows: Rows) -> yaml.Node | None:
    words: list[yaml.Node] = [text_node(row[0].strip()) for row in rows[1:] if row[0].strip()]
    if not words:
        return None
    return mapping_node([(rows[0][0] or "excluded", list_node(words, flow=True))])


LISTED: Final = Shape("listed", _read_listed, _write_listed)
"""Words that are included, or words that are excluded."""


@dataclass(frozen=True, slots=True)
class Column:
    """A key of the mappings in a list, and what its values are."""

    key: str
    scalar: Scalar


def rows_of(columns: Sequence[Column]) -> Shape:
    """A list of mappings that have these keys and no others, as a table with a row for each."""
    keys = {column.key for column in columns}

    def read(node: yaml.Node) -> Rows | None:
        if not isinstance(node, yaml.SequenceNode):
            return None
        rows = [_read_row(item, columns, keys) for item in node.value]
        whole = [row for row in rows if row is not None]
        return tuple(whole) if len(whole) == len(rows) else None

    def write(rows: Rows) -> yaml.Node | None:
        items: list[yaml.Node] = [
            mapping_node(
                [
                    (column.key, column.scalar.node(shown))
                    for column, shown in zip(columns, row, strict=True)
                ],
                flow=True,
            )
            for row in rows
            if any(shown.strip() for shown in row)
        ]
        return list_node(items, flow=False) if items else None

    return Shape("rows", read, write)


def _read_row(node: yaml.Node, columns: Sequence[Column], keys: set[str]) -> tuple[str, ...] | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    if any(getattr(key, "value", None) not in keys for key, _ in node.value):
        return None
    row = []
    for column in columns:
        value = child(node, column.key)
        if value is not None and not isinstance(value, yaml.ScalarNode):
            return None
        row.append("" if value is None else column.scalar.show(str(value.value)))
    return tuple(row)


def _read_table(node: yaml.Node) -> Rows | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    rows = []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
            return None
        rows.append((str(key.value), RATE.show(str(value.value))))
    return tuple(rows)


def _write_table(rows: Rows) -> yaml.Node | None:
    entries = [(word, RATE.node(shown)) for word, shown in rows if shown.strip()]
    return mapping_node(entries) if entries else None


TABLE: Final = Shape("table", _read_table, _write_table)
"""A rate for each of some words."""


def _read_funding(node: yaml.Node) -> Rows | None:
    """(("lines", "6"), ("incheon-2019-state", "4"), …), or (("shop", ""),)."""
    if isinstance(node, yaml.ScalarNode):
        return ((SHOP, ""),) if node.value == SHOP else None
    whole, lines = child(node, "of"), child(node, "lines")
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 2:
        return None
    if not isinstance(whole, yaml.ScalarNode) or not isinstance(lines, yaml.MappingNode):
        return None
    rows = [("lines", NUMBER.show(str(whole.value)))]
    for key, value in lines.value:
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
            return None
        rows.append((str(key.value), NUMBER.show(str(value.value))))
    return tuple(rows)


def _write_funding(rows: Rows) -> yaml.Node | None:
    if rows and rows[0][0] == SHOP:
        return text_node(SHOP)
    shares = [(line, NUMBER.node(share)) for line, share in rows[1:] if line or share.strip()]
    if not rows or not (shares or rows[0][1].strip()):
        return None
    whole = NUMBER.node(rows[0][1]) if rows[0][1].strip() else text_node("")
    return mapping_node([("of", whole), ("lines", mapping_node(shares))])


FUNDING: Final = Shape("funding", _read_funding, _write_funding)
"""Shares over budget lines, or the shop."""
