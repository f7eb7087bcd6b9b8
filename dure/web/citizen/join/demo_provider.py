"""A provider that stands in for Kakao or Naver in a demo city, and speaks as the real one does.

It asks its user, gives a code that holds once and for a minute, and wants client, secret, address
and code verifier (RFC 7636) to be right before it tells who signed in.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django.core import signing
from django.core.cache import cache
from django.http import (
    Http404,
    HttpRequest,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.kernel.database.home import home_directory
from dure.kernel.keys import keep_key
from dure.web.citizen.join.demo_phone import require_demo
from dure.web.citizen.join.demo_words import DEMO_WORDS
from dure.web.citizen.join.providers import DEMO_CLIENT, DEMO_PLACE, DEMO_SECRET, PROVIDERS
from dure.web.citizen.shell.access import open_page
from dure.web.citizen.shell.frame import app_answer
from dure.web.shared.language import language_of_page

CODE_S: Final = 60
TOKEN_S: Final = 3600
_CODE_SALT, _TOKEN_SALT = "demo-provider.code", "demo-provider.token"
_KEY_ID: Final = "demo"


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def authorize(request: HttpRequest, name: str) -> HttpResponseBase:
    """Asks the user, and sends the browser back with a code, or with the user's no."""
    _require(name)
    asked = request.GET
    back = asked.get("redirect_uri", "")
    if asked.get("client_id") != DEMO_CLIENT or urlsplit(back).netloc != request.get_host():
        return HttpResponseBadRequest("unknown client or address")
    language = language_of_page(request)
    if request.method != "POST":
        title = language.choose(*DEMO_WORDS[f"provider_{name}"])
        return app_answer(
            request, None, "citizen/join/demo_provider.html", {"name": name}, words=DEMO_WORDS,
            title=title,
        )  # fmt: skip
    told = {"state": asked.get("state", "")}
    if request.POST.get("deny"):
        told["error"] = "access_denied"
    else:
        kept = {
            "sub": _subject(name, request.POST.get("account", "")[:40]),
            "back": back,
            "nonce": asked.get("nonce", ""),
            "challenge": asked.get("code_challenge", ""),
        }
        told["code"] = signing.dumps(kept, salt=_CODE_SALT)
    return HttpResponseRedirect(f"{back}?{urlencode(told)}")


@csrf_exempt
@require_POST
def token(request: HttpRequest, name: str) -> HttpResponseBase:
    """Gives a token for a code (RFC 6749, 4.1.3), with an ID token where it speaks OpenID."""
    _require(name)
    sent = request.POST
    try:
        code = signing.loads(sent.get("code", ""), salt=_CODE_SALT, max_age=CODE_S)
    except signing.BadSignature:
        return _refused("invalid_grant")
    secret = sent.get("client_secret", "")
    if sent.get("client_id") != DEMO_CLIENT or not hmac.compare_digest(secret, DEMO_SECRET):
        return _refused("invalid_client")
    if sent.get("redirect_uri") != code["back"] or not _verified(sent, code["challenge"]):
        return _refused("invalid_grant")
    if not cache.add(f"demo.code.{hashlib.sha256(sent['code'].encode()).hexdigest()}", 1, CODE_S):
        return _refused("invalid_grant")
    given: dict[str, object] = {
        "access_token": signing.dumps(code["sub"], salt=_TOKEN_SALT),
        "token_type": "bearer",
        "expires_in": TOKEN_S,
    }
    if name == "kakao":
        issuer = request.build_absolute_uri(f"{DEMO_PLACE}/{name}")
        given["id_token"] = _id_token(issuer, code["sub"], code["nonce"])
    return JsonResponse(given)


@require_safe
def me(request: HttpRequest, name: str) -> HttpResponseBase:
    """Who a token is of, in Naver's form."""
    _require(name)
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        subject = signing.loads(shown, salt=_TOKEN_SALT, max_age=TOKEN_S)
    except signing.BadSignature:
        return JsonResponse({"resultcode": "024", "message": "Authentication failed"}, status=401)
    return JsonResponse({"resultcode": "00", "message": "success", "response": {"id": subject}})


@require_safe
def jwks(request: HttpRequest, name: str) -> HttpResponseBase:
    """The public key of the ID tokens (RFC 7517)."""
    _require(name)
    numbers = _key(home_directory()).public_key().public_numbers()
    key = {
        "kty": "RSA", "use": "sig", "alg": "RS256", "kid": _KEY_ID,
        "n": _text(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "e": _text(numbers.e.to_bytes(3, "big")),
    }  # fmt: skip
    return JsonResponse({"keys": [key]})


def _require(name: str) -> None:
    require_demo()
    if name not in PROVIDERS:
        raise Http404


def _refused(error: str) -> HttpResponseBase:
    return JsonResponse({"error": error}, status=400)


def _verified(sent: Any, challenge: str) -> bool:
    if not challenge:
        return True
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    return hmac.compare_digest(_text(digest), challenge)


def _subject(name: str, account: str) -> str:
    return hashlib.sha256(f"demo {name} {account}".encode()).hexdigest()[:20]


def _id_token(issuer: str, subject: str, nonce: str) -> str:
    """A signed ID token (RFC 7519, RS256)."""
    now_s = int(time.time())
    claims = {
        "iss": issuer, "aud": DEMO_CLIENT, "sub": subject, "nonce": nonce, "iat": now_s,
        "exp": now_s + TOKEN_S, "auth_time": now_s,
    }  # fmt: skip
    head = {"alg": "RS256", "typ": "JWT", "kid": _KEY_ID}
    parts = (_text(json.dumps(part).encode()) for part in (head, claims))
    signed = ".".join(parts)
    signature = _key(home_directory()).sign(signed.encode(), PKCS1v15(), SHA256())
    return f"{signed}.{_text(signature)}"


@lru_cache(maxsize=4)
def _key(home: Path) -> rsa.RSAPrivateKey:
    """The key of this installation's provider, made at its first use."""
    kept = keep_key(home, "demo-provider.json", "id-tokens", _new_key)
    key = serialization.load_der_private_key(kept, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _new_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
