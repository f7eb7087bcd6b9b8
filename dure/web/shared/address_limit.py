"""How often somebody may ask: so many at once, then so many a minute.

`SharedLimit` is counted over all processes of the pages, for what could be guessed or collected;
`AddressLimit` by each process for itself, for what only costs that process time.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from dure.people.tries import AskLimit, address_hash, asking_wait_s
from dure.web.shared.store import database

ADDRESSES_MAX = 20_000
"""Addresses that are remembered; the one that asked longest ago is forgotten first."""


class AddressLimit:
    """A bucket for each address: `burst` askings, refilled by `per_minute`. For one process."""

    def __init__(
        self, *, burst: int, per_minute: int, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_s = per_minute / 60
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, address: str) -> int:
        """0 when the address may ask now (and has then asked), else after how many seconds."""
        now_s = self._monotonic_s()
        with self._lock:
            left, at_s = self._buckets.pop(address, (float(self._burst), now_s))
            left = min(float(self._burst), left + (now_s - at_s) * self._per_s)
            allowed = left >= 1
            self._buckets[address] = (left - 1 if allowed else left, now_s)
            if len(self._buckets) > ADDRESSES_MAX:
                self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((1 - left) / self._per_s))

    def forget(self) -> None:
        """Everybody may ask as at first."""
        with self._lock:
            self._buckets.clear()


class SharedLimit:
    """As AddressLimit, counted in the database by all processes together."""

    def __init__(self, what: str, *, burst: int, per_minute: int) -> None:
        self._limit = AskLimit(what, burst, per_minute)

    def wait_s(self, who: str) -> int:
        """0 when `who` may ask now (and has then asked), else after how many seconds."""
        return asking_wait_s(database(), self._limit, address_hash(who))


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the 64 bits that name an IPv6 network.

    Behind HTTPS (DURE_HTTPS=1) there is a proxy, which writes the asker's address last into
    X-Forwarded-For; without one that header is whatever the asker likes and is not believed.
    """
    told = str(request.META.get("REMOTE_ADDR", ""))
    if settings.SECURE_PROXY_SSL_HEADER:
        told = str(request.META.get("HTTP_X_FORWARDED_FOR", told)).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told[:64]
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


CALCULATOR_LIMIT = AddressLimit(burst=30, per_minute=60)
"""What the public calculator allows, its page and its API together."""
