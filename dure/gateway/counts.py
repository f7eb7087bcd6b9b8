"""What the gateway counts: messages in, answers out, refusals, faults."""

from __future__ import annotations

from collections import Counter


class Counts:
    """Counters by name, added to for every message; cheap, and read once a minute for the log."""

    __slots__ = ("answers", "events", "messages", "refusals")

    def __init__(self) -> None:
        self.messages: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.events: Counter[str] = Counter()

    def as_dict(self) -> dict[str, dict[str, int]]:
        """All counters as plain dictionaries, in the order of their names."""
        return {
            "messages": dict(sorted(self.messages.items())),
            "answers": dict(sorted(self.answers.items())),
            "refusals": dict(sorted(self.refusals.items())),
            "events": dict(sorted(self.events.items())),
        }
