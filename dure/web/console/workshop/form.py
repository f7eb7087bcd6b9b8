"""Text to form and form to text: each changes the other, and neither loses what it does not know.

Note [Form beside text]
A page sends the text as it was when the page was made (`was`), the text as it is in the box now,
and the form. What differs from `was` was changed by the official, on the side where it differs.
Changes of both sides are brought together field by field; where both changed the same field in
different ways the text's value stands, and the field is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import yaml

from dure.policy.reading import TEXT_CHARACTERS_MAX
from dure.web.console.workshop.fields import Field, fields_of
from dure.web.console.workshop.nodes import child, find, plain, put, read_root, spliced
from dure.web.console.workshop.shapes import NOTHING, Rows

ROWS_MAX: Final = 200
_SETS: Final = frozenset({"words", "listed", "table"})
"""Shapes whose values stand in no order."""
SHOWN: Final = "shown"
"""Under this name a page lists the fields that it shows: a box that is not ticked sends nothing."""


class Sent(Protocol):
    """What a browser sent; Django's QueryDict is one."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Form:
    """What a form shows of a text.

    `elsewhere` names fields whose value is in the text in a way that the form cannot show;
    `readable` is False for a text that is no document at all.
    """

    kind: str
    readable: bool
    values: Mapping[str, Rows] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Merged:
    """A text with the form's changes in it, and the fields that both sides changed."""

    text: str
    disputed: tuple[str, ...] = ()


def form_of(text: str) -> Form:
    """The form's values of a text, however wrong it is."""
    root = read_root(text)
    if root is None:
        return Form("", readable=False)
    word = child(root, "kind")
    kind = str(word.value) if isinstance(word, yaml.ScalarNode) else ""
    values: dict[str, Rows] = {}
    elsewhere = set()
    for name, one in fields_of(kind).items():
        node = find(root, one.path)
        shown = NOTHING if node is None else one.shape.read(node)
        if shown is None or _is_strange(one, shown) or (node is None and _is_blocked(root, one)):
            elsewhere.add(name)
        else:
            values[name] = shown
    return Form(kind, readable=True, values=values, elsewhere=frozenset(elsewhere))


def _is_strange(one: Field, shown: Rows) -> bool:
    """Whether there is something that a box cannot hold, or a row for which a table has no box."""
    if not all(text.isprintable() for row in shown for text in row):
        return True
    known = {word for word, _ in one.options}
    return one.shape.name == "table" and any(row[0] not in known for row in shown)


def _is_blocked(root: yaml.Node, one: Field) -> bool:
    """Whether something that is no mapping stands on the way to the field."""
    for depth in range(1, len(one.path)):
        above = find(root, one.path[:depth])
        if above is not None and not isinstance(above, yaml.MappingNode):
            return not (isinstance(above, yaml.ScalarNode) and not above.value)
    return False


def text_with(text: str, values: Mapping[str, Rows]) -> str:
    """The text with the fields that differ from it written anew: Note [Spliced text].

    A text that does not read is given back as it is: there is nothing to write a field into.
    """
    root = read_root(text)
    form = form_of(text)
    if root is None:
        return text
    known = fields_of(form.kind)
    changes: dict[str, yaml.Node | None] = {}
    for name, rows in values.items():
        one = known.get(name)
        if one is None or name in form.elsewhere or is_same(one, form.values[name], rows):
            continue
        key = one.path[0]
        before = changes[key] if key in changes else child(root, key)
        changes[key] = put(before, one.path[1:], one.shape.write(rows))
    return spliced(text, changes) if changes else text


def is_same(one: Field, left: Rows, right: Rows) -> bool:
    """Whether two values of a field would be written alike."""
    before, after = one.shape.write(left), one.shape.write(right)
    if before is None or after is None:
        return before is after
    if one.shape.name in _SETS:
        return _as_set(before) == _as_set(after)
    # Order counts: of two budget lines the first has the odd won.
    return _ordered(before) == _ordered(after)


def _as_set(node: yaml.Node) -> object:
    said = plain(node)
    if isinstance(said, dict):
        return {key: sorted(v) if isinstance(v, list) else v for key, v in said.items()}
    return sorted(said)


def _ordered(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return [(plain(key), _ordered(value)) for key, value in node.value]
    return plain(node)


def sent_values(sent: Sent, kind: str) -> dict[str, Rows]:
    """The values of the fields that the page showed."""
    known = fields_of(kind)
    return {
        name: _sent_rows(sent, known[name])
        for name in dict.fromkeys(sent.getlist(SHOWN))
        if name in known
    }


def _sent_rows(sent: Sent, one: Field) -> Rows:
    name, shape = one.name, one.shape.name
    if shape == "rows":
        columns = [sent.getlist(f"{name}.{column.key}") for column in one.columns]
        return _filled(list(zip(*columns, strict=False)))
    if shape == "table":
        rows = [(word, _first(sent, f"{name}.{word}")) for word, _ in one.options]
        return tuple(row for row in rows if row[1].strip())
    if shape == "funding":
        head = (_first(sent, f"{name}.by"), _first(sent, f"{name}.of"))
        if head[0] == "shop":
            return (("shop", ""),)
        lines = zip(sent.getlist(f"{name}.line"), sent.getlist(f"{name}.share"), strict=False)
        return (("lines", head[1]), *_filled(list(lines)))
    if shape == "listed":
        words = sent.getlist(name) if one.options else _between_commas(_first(sent, name))
        rows_of_words = tuple((word,) for word in words[:ROWS_MAX])
        return ((_first(sent, f"{name}.side"),), *rows_of_words) if rows_of_words else NOTHING
    if shape == "words":
        return tuple((word,) for word in sent.getlist(name)[:ROWS_MAX])
    if shape == "names":
        return tuple((word,) for word in _between_commas(_first(sent, name))[:ROWS_MAX])
    if shape == "lines":
        lines_of = _first(sent, name).replace("\r\n", "\n").split("\n")
        return tuple((line.strip(),) for line in lines_of[:ROWS_MAX] if line.strip())
    text = _first(sent, name).replace("\r\n", "\n")
    return ((text,),) if text.strip() else NOTHING


def _first(sent: Sent, name: str) -> str:
    values = sent.getlist(name)
    return clean(values[-1]) if values else ""


def _between_commas(text: str) -> list[str]:
    return [word.strip() for word in text.replace("\n", ",").split(",") if word.strip()]


def _filled(rows: Sequence[tuple[str, ...]]) -> Rows:
    whole = [tuple(map(clean, row)) for row in rows[:ROWS_MAX]]
    return tuple(row for row in whole if any(text.strip() for text in row))


def clean(text: str) -> str:
    """A text that a database keeps: no NUL, no halves of characters, line breaks as documents have.

    Longer than a document may be is cut one character beyond, which the check then refuses.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode()[: TEXT_CHARACTERS_MAX + 1]


def merge(was: str, text: str, sent: Mapping[str, Rows]) -> Merged:
    """Brings the form's changes into the text: Note [Form beside text]."""
    before, now = form_of(was), form_of(text)
    if not (before.readable and now.readable) or before.kind != now.kind:
        return Merged(text)
    known = fields_of(now.kind)
    wanted, disputed = {}, []
    for name, rows in sent.items():
        one = known.get(name)
        if one is None or name in before.elsewhere or is_same(one, before.values[name], rows):
            continue
        if name in now.elsewhere or not is_same(one, now.values[name], before.values[name]):
            if name in now.elsewhere or not is_same(one, now.values[name], rows):
                disputed.append(name)
            continue
        wanted[name] = rows
    return Merged(text_with(text, wanted), tuple(disputed))
