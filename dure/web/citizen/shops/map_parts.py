"""Parts of the map of shops and the outlines of the districts: small JSON for anybody to keep."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from dure.merchants.guide import GUIDE, Guide
from dure.merchants.map_cells import PartOfMap, Wanted, show_part
from dure.merchants.outlines import as_deltas, neighborhoods, outlines
from dure.policy.districts import DISTRICT_NAMES
from dure.web.citizen.shell.frame import now_us
from dure.web.citizen.shops.asking import read_group
from dure.web.shared.address_limit import AddressLimit, address_of
from dure.web.shared.store import database

MAP_LIMIT: Final = AddressLimit(burst=2_000, per_minute=6_000)
"""Parts of the map: a hand that moves fast asks for some ten a second, and many telephones share
one address of their network."""
_KEPT_PARTS_MAX: Final = 4_000
_PART_KEPT_S: Final = 60
_OUTLINES_KEPT_S: Final = 86_400


def wanted_of(request: HttpRequest) -> Wanted:
    """What the map shows by its address: ?group= a `ShopGroup`, ?plus=1 benefit-plus alone."""
    plus = 1 if request.GET.get("plus") == "1" else 0
    return Wanted(read_group(request.GET.get("group", "")), plus)


@require_safe
def part(request: HttpRequest, zoom: int, column: int, row: int) -> HttpResponseBase:
    """A part of the map as JSON, the same for everybody; see Note [Parts of the map].

    `c` lists clusters as [x, y, shops, benefit-plus], `s` shops as [x, y, discount, code, name].
    """
    wanted_part = PartOfMap(zoom, column, row)
    if not wanted_part.exists:
        return JsonResponse({"error": "part"}, status=404)
    if MAP_LIMIT.wait_s(address_of(request)):
        return JsonResponse({"error": "often"}, status=429, headers={"Retry-After": "2"})
    guide = GUIDE.get(database(), now_us())
    wanted = wanted_of(request)
    etag = f'"{guide.version}-{zoom}-{column}-{row}-{wanted.group}-{wanted.discount_bp_min}"'
    return _kept(request, etag, _PART_KEPT_S, lambda: _PARTS.get(etag, guide, wanted_part, wanted))


@require_safe
def district_outlines(request: HttpRequest) -> HttpResponseBase:
    """The outlines of the districts as JSON, in steps of meters (`as_deltas`).

    With ?close=1 those of the neighborhoods, which a map wants when it is looked at closely.
    """
    version, text = outlines_text(request.GET.get("close") == "1")
    return _kept(request, f'"{version}"', _OUTLINES_KEPT_S, lambda: text)


class _KeptParts:
    """The answers of a process by their names; the one asked for longest ago goes first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._texts: OrderedDict[str, bytes] = OrderedDict()

    def get(self, name: str, guide: Guide, at: PartOfMap, wanted: Wanted) -> bytes:
        with self._lock:
            text = self._texts.get(name)
            if text is not None:
                self._texts.move_to_end(name)
                return text
        text = _part_text(guide, at, wanted)
        with self._lock:
            self._texts[name] = text
            if len(self._texts) > _KEPT_PARTS_MAX:
                self._texts.popitem(last=False)
        return text


_PARTS: Final = _KeptParts()


def _part_text(guide: Guide, at: PartOfMap, wanted: Wanted) -> bytes:
    shown = show_part(guide, at, wanted)
    shops = [
        (
            int(guide.x[place]), int(guide.y[place]), int(guide.discount_bp[place]),
            guide.codes[place], guide.names[place][0],
        )
        for place in shown.shops
    ]  # fmt: skip
    return _compact({"c": shown.clusters, "s": shops})


@lru_cache(maxsize=2)
def outlines_text(close: bool = False) -> tuple[str, bytes]:
    """The outlines as JSON, and a name for just this text; of neighborhoods when `close`."""
    listed = _listed_neighborhoods() if close else _listed_districts()
    text = _compact({"areas": listed})
    return hashlib.blake2b(text, digest_size=6).hexdigest(), text


def _listed_neighborhoods() -> list[dict[str, object]]:
    return [
        {"ko": one.name, "at": one.label, "parts": [as_deltas(ring) for ring in one.parts]}
        for one in neighborhoods()
    ]


def _listed_districts() -> list[dict[str, object]]:
    return [
        {
            "code": one.district,
            "ko": DISTRICT_NAMES[one.district][0],
            "en": DISTRICT_NAMES[one.district][1],
            "at": one.label,
            "parts": [as_deltas(ring) for ring in one.parts],
        }
        for one in outlines()
    ]


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _kept(
    request: HttpRequest, etag: str, kept_s: int, text: Callable[[], bytes]
) -> HttpResponseBase:
    """An answer that a browser may keep, and asks after by its name (RFC 9110, 13.1.2)."""
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(text(), content_type="application/json")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={kept_s}"
    return response
