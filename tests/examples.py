"""How many examples a law is tried on: half of them in every run, all in `make campaign`."""

from __future__ import annotations

import os

EVERY_LOOK = bool(os.environ.get("DURE_EVERY_LOOK"))
"""Set by `make campaign`: every example, and axe at every width in every color."""


def examples(all_of_them: int) -> int:
    """What `max_examples` is to be."""
    return all_of_them if EVERY_LOOK else max(1, all_of_them // 2)
