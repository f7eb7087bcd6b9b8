"""My code at the till: a QR code and bars that pay once, renewed each minute, seen when used."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import zxingcpp
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from dure.authorization.facts import WALLET_OPEN
from dure.authorization.reasons import DeclineReason
from dure.ledger.movement import PAYMENTS
from dure.wallets.history import member_history
from dure.wallets.qr import SECOND_US, SECONDS_MAX, issue_token
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.citizen.shell.access import member_page, require_proof
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.sessions import Visitor, machine_now_us
from dure.web.shared.address_limit import SharedLimit
from dure.web.shared.language import language_of_page
from dure.web.shared.qr_picture import qr_picture
from dure.web.shared.store import database

RENEWED_S: Final = 60
"""A code is renewed after so long; it is good for SECONDS_MAX, so it always lasts another two
minutes where the network is gone."""
CODE_LIMIT: Final = SharedLimit("codes to pay with", burst=20, per_minute=10)
_BAR_HEIGHT: Final = 60
_QUIET: Final = 10
"""Modules left white on either side of the bars (ISO/IEC 15417)."""
_WALLET: Final = "SELECT last_id, status FROM wallet WHERE shard = %s %% 64 AND member_id = %s"
_LOOKED_THROUGH: Final = 5


@dataclass(frozen=True, slots=True)
class CodeFace:
    """A code as the page draws it; `digits` in groups of four."""

    qr_size: int
    qr_path: str
    bars_width: int
    bars_path: str
    digits: str
    good_for_s: int
    renewed_s: int


@require_safe
@member_page
def my_code(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The page with a new code; with ?after= the payment, where one was made since (as below)."""
    paid = _paid_since(request, visitor) if "after" in request.GET else None
    if paid is not None:
        return HttpResponseRedirect(paid)
    require_proof(visitor)
    language = language_of_page(request)
    wallet = _wallet(visitor)
    is_open = wallet.is_open
    code = _new_code(visitor) if is_open else None
    good = PAY_WORDS["code_good"]
    values = {
        "code": code,
        "is_locked": not is_open,
        "after": wallet.last_id,
        "height": _BAR_HEIGHT,
        "good": language.choose(*good).format(seconds=code.good_for_s) if code else "",
    }
    title = language.choose(*PAY_WORDS["code"])
    return app_answer(
        request, visitor, "citizen/pay/code.html", values, words=PAY_WORDS, title=title,
        status=200 if code or not is_open else 429,
    )  # fmt: skip


@require_POST
@member_page
def next_code(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Another code, for the page's script."""
    require_proof(visitor)
    if not _wallet(visitor).is_open:
        said = language_of_page(request).choose(*PAY_WORDS["code_locked"])
        return JsonResponse({"said": said}, status=409)
    code = _new_code(visitor)
    if code is None:
        said = language_of_page(request).choose(*PAY_WORDS["code_too_often"])
        return JsonResponse({"said": said}, status=429)
    return JsonResponse(asdict(code))


@require_safe
@member_page
def code_state(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Whether the member has paid since `after`, a movement's number; then where to look at it."""
    return JsonResponse({"paid": _paid_since(request, visitor)})


def _paid_since(request: HttpRequest, visitor: Visitor) -> str | None:
    """The address of the last payment after the movement that the page's address names."""
    after = request.GET.get("after", "")
    last_id = _wallet(visitor).last_id
    if not (after.isascii() and after.isdigit() and len(after) < 19) or last_id <= int(after):
        return None
    for line in member_history(database(), visitor.member_id, count=_LOOKED_THROUGH):
        if line.movement_id <= int(after):
            break
        if line.kind in PAYMENTS:
            place = "pay/done" if line.reason == DeclineReason.APPROVED else "history"
            return f"{app_root(request)}/{place}/{line.movement_id}"
    return None


@sensitive_variables("token")
def _new_code(visitor: Visitor) -> CodeFace | None:
    if CODE_LIMIT.wait_s(str(visitor.member_id)):
        return None
    at_us = machine_now_us()
    token = issue_token(database(), member_id=visitor.member_id, at_us=at_us)
    return code_face(token.token, (token.expires_at_us - at_us) // SECOND_US)


def code_face(token: str, good_for_s: int = SECONDS_MAX) -> CodeFace:
    """The pictures of a code."""
    picture = qr_picture(token)
    width, path = bars(token)
    groups = " ".join(token[at : at + 4] for at in range(0, len(token), 4))
    return CodeFace(picture.size, picture.path, width, path, groups, good_for_s, RENEWED_S)


@lru_cache(maxsize=4)
def bars(digits: str) -> tuple[int, str]:
    """Code 128 of the digits: its width in modules with the quiet zones, and its bars as a path."""
    drawn: Any = zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.Code128).to_image(scale=1)
    row = np.asarray(drawn)[0] < 128
    edges = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
    first, last = int(edges[0]), int(edges[-1])
    path = "".join(
        f"M{start - first + _QUIET} 0h{end - start}v{_BAR_HEIGHT}h-{end - start}z"
        for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    )
    return last - first + 2 * _QUIET, path


class _Wallet(NamedTuple):
    """Its last movement's number, and whether it may pay."""

    last_id: int
    is_open: bool


def _wallet(visitor: Visitor) -> _Wallet:
    row = database().execute(_WALLET, (visitor.member_id, visitor.member_id)).fetchone()
    return _Wallet(int(row[0] or 0), row[1] == WALLET_OPEN) if row else _Wallet(0, False)
