"""Reads typed values out of YAML nodes and collects every fault with its line and column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import yaml

from dure.kernel.calendar import SEOUL, to_us
from dure.policy.document_errors import DocumentError, Fault, Place

TEXT_CHARACTERS_MAX: Final = 200_000
DEPTH_MAX: Final = 12
WON_MAX: Final = 10**15
DAY_MINUTES: Final = 1440
YEAR_MIN: Final = 2000
YEAR_MAX: Final = 2200
_INTEGER = re.compile(r"-?(0|[1-9][0-9_]*)")
_CLOCK = re.compile(r"([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII
)

Nodes = Mapping[str, yaml.Node]


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word that was most likely meant; the first known one when none is like it."""
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.0)
    return found[0] if found else ""


class Reader:
    """Reads one file. A value that is wrong is reported and read as None, so that all is told."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[DocumentError] = []

    def place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _start(self) -> Place:
        return Place(self.file, 1, 1)

    def refuse(self, node: yaml.Node, fault: Fault, **params: object) -> None:
        """Reports a fault at a node."""
        self.refuse_at(self.place(node), fault, **params)

    def refuse_at(self, place: Place, fault: Fault, **params: object) -> None:
        words = tuple((name, str(value)) for name, value in params.items())
        self.errors.append(DocumentError(place, fault, words))

    def root(self, text: str) -> yaml.Node | None:
        """The document's top node; None (and a reported fault) when it is not readable.

        Size, depth and references are limited before the tree is built, so that a hostile
        document costs no more than its length.
        """
        if len(text) > TEXT_CHARACTERS_MAX:
            self.refuse_at(
                self._start(), Fault.TOO_LARGE, size=len(text), limit=TEXT_CHARACTERS_MAX
            )
            return None
        try:
            if not self._is_plain(text):
                return None
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = Place(self.file, mark.line + 1, mark.column + 1) if mark else self._start()
            problem = str(error.problem or error.context or error)
            self.refuse_at(place, Fault.NOT_YAML, problem=problem)
            return None
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            column = len(before) - before.rfind("\n")
            place = Place(self.file, before.count("\n") + 1, column)
            self.refuse_at(place, Fault.NOT_YAML, problem=error.reason)
            return None
        if node is None:
            self.refuse_at(self._start(), Fault.EMPTY, key="document", example="id: my-rule")
        return node

    def _is_plain(self, text: str) -> bool:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            mark = event.start_mark
            place = Place(self.file, mark.line + 1, mark.column + 1) if mark else self._start()
            if isinstance(event, yaml.AliasEvent):
                self.refuse_at(place, Fault.ALIAS, name=event.anchor)
                return False
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEPTH_MAX:
                    self.refuse_at(place, Fault.TOO_DEEP, limit=DEPTH_MAX)
                    return False
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        return True

    def mapping(
        self,
        node: yaml.Node,
        key: str,
        known: Sequence[str] | None,
        required: Mapping[str, str] | None = None,
    ) -> dict[str, yaml.Node]:
        """The entries of a mapping; with `known` None any key is taken.

        `required` maps each key that must be there to an example of its value.
        """
        example = "{" + ", ".join(f"{name}: …" for name in (known or ("name",))) + "}"
        if not isinstance(node, yaml.MappingNode):
            self.refuse(node, Fault.NOT_A_MAPPING, key=key, example=example)
            return {}
        entries: dict[str, yaml.Node] = {}
        misspelled: set[str] = set()
        for name_node, value in node.value:
            if not isinstance(name_node, yaml.ScalarNode):
                self.refuse(name_node, Fault.NOT_A_SCALAR, key=key, example="id: my-rule")
                continue
            name = name_node.value
            if known is not None and name not in known:
                meant = nearest(name, known)
                misspelled.add(meant)
                words = ", ".join(known)
                self.refuse(name_node, Fault.UNKNOWN_KEY, key=name, nearest=meant, known=words)
            elif name in entries:
                first = entries[name].start_mark.line + 1
                self.refuse(name_node, Fault.REPEATED_KEY, key=name, first=first)
            else:
                entries[name] = value
        for name, example in (required or {}).items():
            if name not in entries and name not in misspelled:
                self.refuse(node, Fault.MISSING_KEY, key=name, example=example)
        return entries

    def items(self, node: yaml.Node | None, key: str, example: str) -> list[yaml.Node]:
        """The items of a list; none when the node is absent."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(node, Fault.NOT_A_LIST, key=key, example=example)
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None, key: str, example: str = "…") -> str | None:
        """A text that is not empty."""
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(node, Fault.NOT_A_SCALAR, key=key, example=example)
            return None
        value = str(node.value).strip()
        if not value or (node.tag == "tag:yaml.org,2002:null" and node.style is None):
            self.refuse(node, Fault.EMPTY, key=key, example=example)
            return None
        return value

    def identifier(self, node: yaml.Node | None, key: str) -> str | None:
        """An id of small letters, digits and single hyphens."""
        value = self.text(node, key, "incheon-city-cashback")
        if node is None or value is None:
            return None
        if _ID.fullmatch(value) and len(value) <= 80:
            return value
        plain = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:80] or "my-rule"
        self.refuse(node, Fault.NOT_AN_ID, key=key, value=value, suggestion=plain)
        return None

    def integer(
        self, node: yaml.Node | None, key: str, low: int = 0, high: int = WON_MAX
    ) -> int | None:
        """A whole number from `low` to `high`, both included."""
        value = self.text(node, key, str(max(low, 1)))
        if node is None or value is None:
            return None
        if not _INTEGER.fullmatch(value) or len(value) > 24 or not _is_plain_scalar(node):
            self.refuse(
                node, Fault.NOT_AN_INTEGER, key=key, value=value, example=_as_number(key, value)
            )
            return None
        number = int(value.replace("_", ""))
        if low <= number <= high:
            return number
        self.refuse(node, Fault.OUT_OF_RANGE, key=key, value=number, low=low, high=high)
        return None

    def choice(self, node: yaml.Node | None, key: str, known: Sequence[str]) -> str | None:
        """One of the known words."""
        value = self.text(node, key, known[0])
        if node is None or value is None or value in known:
            return value
        self.refuse(
            node,
            Fault.NOT_A_CHOICE,
            key=key,
            value=value,
            nearest=nearest(value, known),
            known=", ".join(known),
        )
        return None

    def choices(self, node: yaml.Node | None, key: str, known: Sequence[str]) -> tuple[str, ...]:
        """A list of known words."""
        nodes = self.items(node, key, f"[{known[0]}]")
        return _present(self.choice(item, key, known) for item in nodes)

    def texts(self, node: yaml.Node | None, key: str, example: str) -> tuple[str, ...]:
        """A list of texts."""
        nodes = self.items(node, key, f"[{example}]")
        return _present(self.text(item, key, example) for item in nodes)

    def instant_us(self, node: yaml.Node | None, key: str) -> int | None:
        """A date (its midnight in Seoul) or a time, in Seoul unless it names an offset."""
        value = self.text(node, key, "2019-08-01")
        if node is None or value is None:
            return None
        if _INSTANT.fullmatch(value):
            try:
                instant = datetime.fromisoformat(value.replace(" ", "T"))
            except ValueError:
                pass
            else:
                if YEAR_MIN <= instant.year <= YEAR_MAX:
                    aware = instant if instant.tzinfo else instant.replace(tzinfo=SEOUL)
                    return to_us(aware.astimezone(UTC))
        self.refuse(node, Fault.NOT_A_DATE, key=key, value=value)
        return None

    def minute(self, node: yaml.Node | None, key: str) -> int | None:
        """A time of day as minutes since midnight, 0 to 1440 (24:00)."""
        value = self.text(node, key, "09:00")
        if node is None or value is None:
            return None
        found = _CLOCK.fullmatch(value)
        minutes = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
        if minutes <= DAY_MINUTES:
            return minutes
        self.refuse(node, Fault.NOT_A_TIME, key=key, value=value)
        return None


def _is_plain_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None


_UNITS: Final = {"억": 100_000_000, "만": 10_000, "천": 1_000}


def _as_number(key: str, value: str) -> str:
    """What a text with commas, units, quotes or a percent sign most likely means, as an example."""
    found = re.search(r"(\d[\d,_]*)(?:\.(\d+))?\s*([억만천%]?)", value)
    if found is None:
        return "100"
    digits, decimals, unit = found.groups()
    scale = 100 if unit == "%" and key.endswith("_bp") else _UNITS.get(unit, 1)
    number = f"{digits.replace(',', '').replace('_', '')}.{decimals or 0}"
    return str(int(Decimal(number) * scale))


def _present(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(value for value in values if value is not None)
