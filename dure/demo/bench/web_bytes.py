"""What a telephone downloads when it opens a page for the first time, in bytes as they are sent."""

from __future__ import annotations

import http.client
import re
from typing import Final
from urllib.parse import urlsplit

PATIENCE_S: Final = 30.0
_LINKED: Final = re.compile(
    r'<(?:link[^>]*rel="(?:stylesheet|icon|manifest|preload)"[^>]*href|script[^>]*src|img[^>]*src)'
    r'="([^"]+)"'
)
_LINKED_BEFORE: Final = re.compile(r'<link[^>]*href="([^"]+)"[^>]*rel="(?:stylesheet|icon)"')
_FONT: Final = re.compile(r"\.(?:woff2?|ttf|otf)$")


def first_load_bytes(port: int, address: str, token: str) -> dict[str, int]:
    """Of the page and of each file that it links to (fonts aside) the bytes of its answer.

    Heads count too. Raises ConnectionError when something does not answer 200.
    """
    found = {address: page_bytes(port, address, token)}
    text = _get(port, address, token)[1].decode("utf-8")
    for linked in [*_LINKED.findall(text), *_LINKED_BEFORE.findall(text)]:
        path = urlsplit(linked).path
        if linked.startswith("data:") or path in found or _FONT.search(path):
            continue
        found[path] = page_bytes(port, linked.replace("&amp;", "&"), token)
    return found


def page_bytes(port: int, address: str, token: str) -> int:
    """The bytes of one answer as it is sent to a telephone."""
    head, body = _get(port, address, token, packed=True)
    return head + len(body)


def _get(port: int, address: str, token: str, *, packed: bool = False) -> tuple[int, bytes]:
    """The size of the head and the body; packed, the body as a browser gets it."""
    headers = {"Cookie": f"dure_member={token}", "Host": "localhost"}
    if packed:
        headers["Accept-Encoding"] = "gzip, br"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise ConnectionError(f"{address} answered {answer.status}")
        return sum(len(name) + len(value) + 4 for name, value in answer.getheaders()), body
    finally:
        connection.close()
