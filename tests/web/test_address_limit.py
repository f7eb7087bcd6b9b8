"""How often an address may ask, and what counts as one address."""

import pytest

from dure.web.shared import address_limit
from dure.web.shared.address_limit import AddressLimit, address_of


class Hands:
    """A clock that is moved by hand, in seconds."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_it_allows_so_many_at_once_and_then_so_many_a_minute() -> None:
    clock = Hands()
    limit = AddressLimit(burst=3, per_minute=60, monotonic_s=clock)
    assert [limit.wait_s("a") for _ in range(4)] == [0, 0, 0, 1]
    clock.now_s = 1.0
    assert [limit.wait_s("a") for _ in range(2)] == [0, 1]
    clock.now_s = 3_600.0
    assert [limit.wait_s("a") for _ in range(4)] == [0, 0, 0, 1]


def test_it_counts_each_address_by_itself() -> None:
    limit = AddressLimit(burst=1, per_minute=1, monotonic_s=Hands())
    assert (limit.wait_s("a"), limit.wait_s("b"), limit.wait_s("a")) == (0, 0, 60)


def test_it_forgets_who_asked_longest_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_limit, "ADDRESSES_MAX", 2)
    limit = AddressLimit(burst=1, per_minute=1, monotonic_s=Hands())
    assert [limit.wait_s(name) for name in ("a", "b", "c")] == [0, 0, 0]
    assert (limit.wait_s("c"), limit.wait_s("a")) == (60, 0)


@pytest.mark.parametrize(
    ("peer", "forwarded", "https", "address"),
    [
        ("192.0.2.7", "", False, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", False, "192.0.2.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", True, "198.51.100.1"),
        ("127.0.0.1", "", True, "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::"),
        ("", "", False, ""),
    ],
)
def test_it_knows_an_address(
    web_home: object,
    monkeypatch: pytest.MonkeyPatch,
    peer: str,
    forwarded: str,
    https: bool,
    address: str,
) -> None:
    from django.conf import settings
    from django.test import RequestFactory

    header = ("HTTP_X_FORWARDED_PROTO", "https") if https else None
    monkeypatch.setattr(settings, "SECURE_PROXY_SSL_HEADER", header)
    request = RequestFactory().get("/calculator")
    request.META["REMOTE_ADDR"] = peer
    if forwarded:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    assert address_of(request) == address
