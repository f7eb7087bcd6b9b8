"""A page of a room in one state, as the gallery shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dure.web.citizen.shell.words import Words
from dure.web.shared.language import Language

Values = Callable[[Language], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class State:
    """A page in one state; `slug` ends its address, `values` are what its view would hand it."""

    slug: str
    name: tuple[str, str]
    template: str
    words: Words
    values: Values


def always(**values: object) -> Values:
    """The same values in both languages."""
    return lambda language: values
