"""Kakao and Naver: what is known of each, and which of them members may sign in with here.

A provider is on where DURE_KAKAO_CLIENT_ID (or DURE_NAVER_...) and its ..._CLIENT_SECRET are set.
In a demo city without them a provider of our own stands in, which speaks as the real one does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from django.http import HttpRequest

from dure.kernel.database.home import home_directory
from dure.people.sms import has_demo_keys
from dure.web.citizen.join.words import JOIN_WORDS
from dure.web.shared.language import language_of_page

PATIENCE_S: Final = 5.0
DEMO_CLIENT, DEMO_SECRET = "dure-demo", "dure-demo-secret-protects-nothing"
DEMO_PLACE: Final = "/app/demo/provider"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where a provider is asked; `issuer` and `jwks_url` where it speaks OpenID Connect."""

    authorize_url: str
    token_url: str
    subject_url: str
    issuer: str = ""
    jwks_url: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider as it is set up here."""

    name: str
    client_id: str
    client_secret: str
    endpoints: Endpoints

    @property
    def is_openid(self) -> bool:
        """Whether it tells who signed in by a signed ID token (OpenID Connect Core 1.0)."""
        return bool(self.endpoints.jwks_url)


# developers.kakao.com, OpenID Connect; developers.naver.com, 네이버 로그인 API 명세.
_REAL: Final = {
    "kakao": Endpoints(
        "https://kauth.kakao.com/oauth/authorize",
        "https://kauth.kakao.com/oauth/token",
        "https://kapi.kakao.com/v1/oidc/userinfo",
        "https://kauth.kakao.com",
        "https://kauth.kakao.com/.well-known/jwks.json",
    ),
    "naver": Endpoints(
        "https://nid.naver.com/oauth2.0/authorize",
        "https://nid.naver.com/oauth2.0/token",
        "https://openapi.naver.com/v1/nid/me",
    ),
}
PROVIDERS: Final = tuple(_REAL)


class ProviderShown(NamedTuple):
    """A provider as a button says it."""

    name: str
    act: str


def providers_shown(request: HttpRequest) -> tuple[ProviderShown, ...]:
    """The providers that are set up, in the reader's language."""
    language = language_of_page(request)
    return tuple(
        ProviderShown(name, language.choose(*JOIN_WORDS[f"with_{name}"]))
        for name in PROVIDERS
        if find_provider(request, name) is not None
    )


def find_provider(request: HttpRequest, name: str) -> Provider | None:
    """The provider of that name; None where there is none, or it is not set up."""
    if name not in _REAL:
        return None
    prefix = f"DURE_{name.upper()}_"
    client_id = os.environ.get(prefix + "CLIENT_ID", "")
    if client_id:
        at = os.environ.get(prefix + "URL", "")
        endpoints = local_endpoints(name, at, at) if at else _REAL[name]
        return Provider(name, client_id, os.environ.get(prefix + "CLIENT_SECRET", ""), endpoints)
    if not has_demo_keys(home_directory()):
        return None
    # We ask ourselves over the loopback, whatever the browser calls us.
    own = f"http://127.0.0.1:{request.META.get('SERVER_PORT', '80')}{DEMO_PLACE}/{name}"
    seen = f"{request.scheme}://{request.get_host()}{DEMO_PLACE}/{name}"
    return Provider(name, DEMO_CLIENT, DEMO_SECRET, local_endpoints(name, own, seen))


def local_endpoints(name: str, asked_at: str, opened_at: str) -> Endpoints:
    """Of a provider that stands in for a real one: `asked_at` by us, `opened_at` by the browser."""
    is_openid = bool(_REAL[name].jwks_url)
    return Endpoints(
        f"{opened_at}/authorize",
        f"{asked_at}/token",
        f"{asked_at}/me",
        asked_at if is_openid else "",
        f"{asked_at}/jwks" if is_openid else "",
    )


# Authlib and what it stands on carry no types, so they are taken as they are.
_FAULTS: Final = (
    import_module("authlib.common.errors").AuthlibBaseError,
    import_module("joserfc.errors").JoseError,
)
FAULTS: Final[tuple[type[Exception], ...]] = (*_FAULTS, OSError, LookupError, ValueError, TypeError)
"""What the library raises, and what comes of a provider that cannot be reached or answers oddly."""


@lru_cache(maxsize=16)
def client_of(provider: Provider) -> Any:
    """The library's client for a provider: it keeps state, nonce and code verifier in the browser's
    session and checks them when the browser comes back."""
    registry = import_module("authlib.integrations.django_client").OAuth()
    places = provider.endpoints
    asking: dict[str, object] = {
        "token_endpoint_auth_method": "client_secret_post",
        "default_timeout": PATIENCE_S,
    }
    told: dict[str, object] = {
        "client_id": provider.client_id,
        "client_secret": provider.client_secret,
        "authorize_url": places.authorize_url,
        "access_token_url": places.token_url,
        "client_kwargs": asking,
    }
    if provider.is_openid:
        asking |= {"scope": "openid", "code_challenge_method": "S256"}
        told |= {
            "issuer": places.issuer,
            "jwks_uri": places.jwks_url,
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    return registry.register(provider.name, **told)
