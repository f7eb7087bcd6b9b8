"""A rule document's text changed in place: what nobody touched stays as it was, comments too.

Note [Spliced text]
A form knows a part of a document. When a value of it changes, the text of that one top-level entry
is written anew and everything else stays letter for letter: order, comments, quotes, keys that the
form has never heard of. Where that is not possible (a document in one pair of braces, a key written
with `?`) the whole is written anew from its nodes, which loses comments and nothing that is meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from dure.policy.reading import Reader

Path = tuple[str, ...]
Plain = str | list[Any] | dict[str, Any]

STR: Final = "tag:yaml.org,2002:str"
MAP: Final = "tag:yaml.org,2002:map"
SEQ: Final = "tag:yaml.org,2002:seq"
KEY_ORDER: Final = (
    "id",
    "version",
    "kind",
    "status",
    "title",
    "scope",
    "period",
    "eligibility",
    "caps",
    "funding",
    "stops_when",
    "release",
    "best_of",
    "stacks_with",
    "sources",
    "notes",
)
"""How a new document is ordered; a kind's own keys come behind `eligibility`."""
_OWN_KEYS_BEHIND: Final = "eligibility"
_LINE_WIDTH: Final = 100
_RESOLVER: Final = yaml.resolver.Resolver()


class _Writer(yaml.SafeDumper):
    """Writes lists indented below their key, as the packaged documents have them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def read_root(text: str) -> yaml.MappingNode | None:
    """The document's entries; None for what is no readable mapping of plain keys."""
    node = Reader("").root(text)
    if not isinstance(node, yaml.MappingNode):
        return None
    keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
    whole = len(keys) == len(node.value) and len(set(keys)) == len(keys)
    return node if whole else None


def child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value under a key of a mapping; None when there is none."""
    if not isinstance(node, yaml.MappingNode):
        return None
    for name, value in node.value:
        if isinstance(name, yaml.ScalarNode) and name.value == key:
            return value if isinstance(value, yaml.Node) else None
    return None


def find(node: yaml.Node | None, path: Path) -> yaml.Node | None:
    """The node at a path of keys."""
    for key in path:
        node = child(node, key)
    return node


def put(node: yaml.Node | None, path: Path, value: yaml.Node | None) -> yaml.Node | None:
    """The node with the value at the path; with None as value, without it and what it leaves empty.

    Nothing is changed in place. A node on the way that is no mapping gives way to one.
    """
    if not path:
        return value
    entries = list(node.value) if isinstance(node, yaml.MappingNode) else []
    fresh = put(child(node, path[0]), path[1:], value)
    for place, (name, _) in enumerate(entries):
        if isinstance(name, yaml.ScalarNode) and name.value == path[0]:
            entries[place : place + 1] = [] if fresh is None else [(name, fresh)]
            break
    else:
        entries += [] if fresh is None else [(text_node(path[0]), fresh)]
    if not entries:
        return None
    style = node.flow_style if isinstance(node, yaml.MappingNode) else False
    return yaml.MappingNode(MAP, entries, flow_style=style)


def text_node(text: str) -> yaml.ScalarNode:
    """A text, quoted where it would be read as something else."""
    return yaml.ScalarNode(STR, text)


def plain_node(text: str) -> yaml.ScalarNode:
    """A number, a date or a word that stands without quotes."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return yaml.ScalarNode(tag, text)


def list_node(items: list[yaml.Node], *, flow: bool) -> yaml.SequenceNode:
    """A list, in brackets (`flow`) or with an item on each line."""
    return yaml.SequenceNode(SEQ, items, flow_style=flow)


def mapping_node(entries: list[tuple[str, yaml.Node]], *, flow: bool = False) -> yaml.MappingNode:
    """A mapping, in braces (`flow`) or with an entry on each line."""
    return yaml.MappingNode(MAP, [(text_node(k), v) for k, v in entries], flow_style=flow)


def plain(node: yaml.Node) -> Plain:
    """What a node says, without marks and styles; every scalar is a text."""
    if isinstance(node, yaml.MappingNode):
        return {str(plain(key)): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    return str(node.value)


def written(root: yaml.Node) -> str:
    """The whole document in the house's form, an entry on each line."""
    if isinstance(root, yaml.MappingNode):
        root = yaml.MappingNode(MAP, root.value, flow_style=False)
    text: str = yaml.serialize(root, Dumper=_Writer, allow_unicode=True, width=_LINE_WIDTH)
    return text


def spliced(text: str, changes: Mapping[str, yaml.Node | None]) -> str:
    """The text with top-level entries changed, added, or (None) left out: Note [Spliced text].

    The text must be one that `read_root` reads.
    """
    root = read_root(text)
    assert root is not None, "only a text that reads is changed"
    wanted: yaml.Node | None = root
    for key, value in changes.items():
        wanted = put(wanted, (key,), value)
    if wanted is None:
        return ""
    fresh = text
    for key, value in changes.items():
        one = _with_entry(fresh, key, value)
        if one is None or read_root(one) is None:
            return written(wanted)
        fresh = one
    changed = read_root(fresh)
    is_meant = changed is not None and plain(changed) == plain(wanted)
    return fresh if is_meant else written(wanted)


def _with_entry(text: str, key: str, value: yaml.Node | None) -> str | None:
    """The text with one top-level entry another; None where it cannot be done in place."""
    root = read_root(text)
    if root is None or root.flow_style or root.start_mark.column != 0 or not root.value:
        return None
    spans = {name.value: (name.start_mark, _end_of(text, node)) for name, node in root.value}
    if any(start.column != 0 for start, _ in spans.values()):
        return None
    fresh = "" if value is None else written(mapping_node([(key, value)])).rstrip("\n")
    if key in spans:
        start, end = spans[key][0].index, spans[key][1]
        if value is None:
            return text[:start] + text[_line_end(text, end) :].removeprefix("\n")
        return text[:start] + fresh + text[end:]
    if value is None:
        return text
    before = [name for name in _before(key, list(spans)) if name in spans]
    if not before:
        first = root.start_mark.index
        return f"{text[:first]}{fresh}\n{text[first:]}"
    place = _line_end(text, max(spans[name][1] for name in before))
    return f"{text[:place]}\n{fresh}{text[place:]}"


def _before(key: str, present: list[str]) -> list[str]:
    """The keys behind which a new one comes; a kind's own keys are those that all do not share."""
    behind = KEY_ORDER.index(key) if key in KEY_ORDER else KEY_ORDER.index(_OWN_KEYS_BEHIND) + 0.5
    own = KEY_ORDER.index(_OWN_KEYS_BEHIND) + 0.5
    return [n for n in present if (KEY_ORDER.index(n) if n in KEY_ORDER else own) <= behind]


def _line_end(text: str, place: int) -> int:
    found = text.find("\n", place)
    return len(text) if found < 0 else found


def _end_of(text: str, node: yaml.Node) -> int:
    """Where what a node says ends; a block's own mark lies behind comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end_of(text, last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return len(text[:end].rstrip())
    return end
