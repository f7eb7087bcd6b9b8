"""Former terms as a new version: the old text with another number and another period."""

from __future__ import annotations

from typing import Final

import yaml

from dure.kernel.calendar import seoul
from dure.policy.document import OPEN_END_US

_RESTATED: Final = ("version", "period")


def restate(text: str, version: int, from_us: int, until_us: int) -> str:
    """The document's text, word for word, but for its version and its period.

    The text must be a rule document that reads, the instants whole seconds, as documents write
    them. Comments within the old period are lost; no term is.
    """
    values = {
        "version": str(version),
        "period": f"{{from: {_instant(from_us)}, until: {_until(until_us)}}}",
    }
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode), "a rule document is a mapping"
    spans = [
        (value.start_mark.index, value.end_mark.index, values[name.value])
        for name, value in root.value
        if name.value in _RESTATED
    ]
    for start, end, value in sorted(spans, reverse=True):
        old = text[start:end]
        after = old[len(old.rstrip()) :]  # a block's end lies behind its last line break
        text = text[:start] + value + after + text[end:]
    return text


def _until(instant_us: int) -> str:
    return "open" if instant_us >= OPEN_END_US else _instant(instant_us)


def _instant(instant_us: int) -> str:
    local = seoul(instant_us)
    assert local.microsecond == 0, "documents know whole seconds"
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return local.date().isoformat()
    return f'"{local.isoformat(timespec="seconds")}"'
