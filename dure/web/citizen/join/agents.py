"""What a browser says of itself (User-Agent), told as a person would."""

from __future__ import annotations

from typing import Final

from dure.web.shared.language import Language

# The first that is found in the text: browsers name others that they are like.
_BROWSERS: Final = (
    ("SamsungBrowser", "Samsung Internet"),
    ("Whale", "Whale"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def agent_told(agent: str, language: Language) -> str:
    """Browser and system, as in "Chrome · Android"; plain words where it says neither."""
    found = [
        next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, found)) or language.choose("알 수 없는 기기", "Unknown device")
