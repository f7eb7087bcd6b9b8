"""The service worker of the app: our script, with the list of what it keeps and its version."""

# Note [What the worker keeps]
# The page for when there is no network and the files that it is made of: nothing of a member.
# The version is a hash of all, so a changed file makes another worker, which fetches its own and
# throws away the earlier one's.

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib import resources
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from dure.web.citizen.pwa.words import PWA_WORDS
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.words import SHELL_WORDS

FILES: Final = (
    "tokens.css",
    "citizen.css",
    "citizen-wide.css",
    "citizen-pwa.css",
    "citizen-app.js",
    "citizen-offline.js",
    "icon.svg",
)
"""Files below static/dure that the page without a network is made of."""
TEMPLATES: Final = ("base.html", "installable.html", "pwa/offline.html")
_HASH_DIGITS: Final = 16


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script, for the language of the address; asked for again at every start (no-cache)."""
    root = app_root(request)
    kept = {
        "version": shell_version() if not settings.DEBUG else _hash_of_shell(),
        "prefix": f"dure{root.replace('/', '-')}-",
        "offline": f"{root}/offline",
        "files": [static(f"dure/{name}") for name in FILES],
    }
    text = f"const SHELL = {json.dumps(kept)};\n{_source('static/dure/citizen-worker.js')}"
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=1)
def shell_version() -> str:
    """Sixteen hexadecimal digits that change when anything changes that the worker keeps."""
    return _hash_of_shell()


def _hash_of_shell() -> str:
    digest = hashlib.sha256(repr((SHELL_WORDS, PWA_WORDS)).encode())
    places = [f"static/dure/{name}" for name in (*FILES, "citizen-worker.js")]
    for place in [*places, *(f"templates/citizen/{name}" for name in TEMPLATES)]:
        digest.update(_source(place).encode())
    return digest.hexdigest()[:_HASH_DIGITS]


def _source(place: str) -> str:
    return (resources.files("dure.web") / place).read_text(encoding="utf-8")
