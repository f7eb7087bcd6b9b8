"""Pacing: what a line was meant to have spent by now, what it has, and how it comes back.

Explained in docs/pacing.md. Free of compilers; `projection` is imported only where rates are tried.
"""

from __future__ import annotations

from dure.forecast.pacing.paces import paces

__all__ = ["paces"]
