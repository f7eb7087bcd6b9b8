"""The web app manifest (W3C Web Application Manifest): one for each language, each its own app."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from dure.web.citizen.pwa.words import PWA_WORDS
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.words import told
from dure.web.shared.language import language_of_page

PAPER: Final = "#f5f4ef"
"""The light paper of tokens.css: behind the icon while the app starts."""
KEPT_S: Final = 3_600
ICONS: Final = (("icon-192", 192, "any"), ("icon-512", 512, "any"),
                ("icon-maskable-192", 192, "maskable"),
                ("icon-maskable-512", 512, "maskable"))  # fmt: skip
_SHORTCUTS: Final = (("code", "/pay/code"), ("scan", "/pay/scan"), ("charge", "/charge"))


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a telephone reads to install the app in the language of the address."""
    language = language_of_page(request)
    words, root = told(PWA_WORDS, language), app_root(request)
    content: dict[str, object] = {
        "id": f"{root}/",
        "name": words["name"],
        "short_name": words["short_name"],
        "description": words["description"],
        "lang": language.value,
        "dir": "ltr",
        "start_url": f"{root}/",
        "scope": f"{root}/",
        "display": "standalone",
        "orientation": "portrait-primary",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["finance", "shopping"],
        "icons": [
            {
                "src": static(f"dure/icons/{name}.png"),
                "sizes": f"{pixels}x{pixels}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, pixels, purpose in ICONS
        ],
        "shortcuts": [
            {"name": words[f"shortcut_{name}"], "url": root + place} for name, place in _SHORTCUTS
        ],
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Type"] = "application/manifest+json"
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    response.headers["Content-Language"] = language.value
    return response
