"""What stays in memory between batches, in many small parts, each in two generations.

Note [Small parts]
A dict that grows to twice its size, or one of a million entries that is given up, takes tens of
milliseconds at once, and every payment waits for it. In 1,024 parts neither takes one.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

PARTS: Final = 1024
_MASK: Final = PARTS - 1


class Residents(MutableMapping[K, V]):
    """Values by key, of which about `most` stay.

    What is asked for comes to the younger generation. Where a part's younger one has grown beyond
    its share, `make_room` makes it the older and lets the older go: what was not asked for longest
    goes, and what was asked for since the `make_room` before stays in any case.
    """

    __slots__ = ("_full", "_old", "_share", "_young")

    def __init__(self, most: int) -> None:
        self._share = most // PARTS
        self._young: list[dict[K, V]] = [{} for _ in range(PARTS)]
        self._old: list[dict[K, V]] = [{} for _ in range(PARTS)]
        self._full: set[int] = set()

    def find(self, key: K) -> V | None:
        """The value, or None; one of the older generation comes to the younger."""
        place = hash(key) & _MASK
        value = self._young[place].get(key)
        if value is None:
            value = self._old[place].pop(key, None)
            if value is not None:
                self[key] = value
        return value

    def __getitem__(self, key: K) -> V:
        value = self.find(key)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return self.find(key) is not None  # type: ignore[arg-type]

    def __setitem__(self, key: K, value: V) -> None:
        place = hash(key) & _MASK
        part = self._young[place]
        part[key] = value
        if len(part) > self._share:
            self._full.add(place)

    def __delitem__(self, key: K) -> None:
        place = hash(key) & _MASK
        young = self._young[place].pop(key, None)
        old = self._old[place].pop(key, None)
        if young is None and old is None:
            raise KeyError(key)

    def __iter__(self) -> Iterator[K]:
        for young, old in zip(self._young, self._old, strict=True):
            yield from young
            yield from (key for key in old if key not in young)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Forgets everything."""
        for part in (*self._young, *self._old):
            part.clear()
        self._full.clear()

    def make_room(self) -> None:
        """Lets go what was not asked for longest, in every part that has outgrown its share."""
        for place in self._full:
            self._old[place], self._young[place] = self._young[place], {}
        self._full.clear()


class RecentKeys:
    """Request keys seen lately: about the last `most` at least, and at most twice as many."""

    __slots__ = ("_old", "_share", "_young")

    def __init__(self, most: int) -> None:
        self._share = most // PARTS
        self._young: list[set[bytes]] = [set() for _ in range(PARTS)]
        self._old: list[set[bytes]] = [set() for _ in range(PARTS)]

    def __contains__(self, key: bytes) -> bool:
        place = hash(key) & _MASK
        return key in self._young[place] or key in self._old[place]

    def add(self, key: bytes) -> None:
        """Remembers the key; a part that has outgrown its share forgets its older keys."""
        place = hash(key) & _MASK
        part = self._young[place]
        if len(part) >= self._share:
            self._old[place] = part
            part = self._young[place] = set()
        part.add(key)

    def clear(self) -> None:
        """Forgets every key."""
        for part in (*self._young, *self._old):
            part.clear()
