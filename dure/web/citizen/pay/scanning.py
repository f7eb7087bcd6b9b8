"""Reading a shop's code: by camera, from a photo, or typed; then on to the sheet of that shop."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

import zxingcpp
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.views.decorators.http import require_http_methods, require_safe

from dure.merchants.payment_code import (
    AnotherSystemsCodeError,
    NotAPaymentCodeError,
    PaymentCode,
    PaymentCodeError,
    read_payment_code,
)
from dure.people.pictures import (
    BYTES_MAX,
    PictureTooLargeError,
    PictureUnreadableError,
    small_picture,
)
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.citizen.shell.access import member_page, wants_json
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shops.shop_face import find_shop
from dure.web.shared.address_limit import SharedLimit
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database

CAMERA_POLICY: Final = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
PICTURE_LIMIT: Final = SharedLimit("pictures to be read", burst=60, per_minute=200)
"""A camera's pictures come three a second."""
_SIDE_MAX: Final = 1_600
"""Pixels of the longer side at which a photo is read; more only takes longer."""
_TEXT_MAX: Final = 600
_DOOR: Final = re.compile(r"/(?:en/)?s/([0-9A-Z]{15})", re.ASCII)
_SHOP_CODE: Final = re.compile(r"[0-9A-Z]{15}", re.ASCII)


class NothingReadError(ValueError):
    """There is no code in the picture, or it is no picture."""


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def scan(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The page with camera, photo and number; reads a photo, or a picture of the camera (JSON)."""
    if request.method == "POST":
        return _read(request, visitor)
    asked = request.GET.get("shop")
    if asked is not None:
        return _go_on(request, asked)
    title = language_of_page(request).choose(*PAY_WORDS["scan"])
    response = app_answer(
        request, visitor, "citizen/pay/scan.html", {}, words=PAY_WORDS, title=title
    )
    response.headers["Permissions-Policy"] = CAMERA_POLICY
    return response


@require_safe
@member_page
def find(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Goes on with what was typed or read by the browser: a number, a payload, a door's address."""
    return _go_on(request, request.GET.get("code", ""))


def _read(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    if PICTURE_LIMIT.wait_s(str(visitor.member_id)):
        return _refused(request, "scan_too_often")
    photo = request.FILES.get("photo")
    try:
        content = photo.read(BYTES_MAX + 1) if photo is not None else b""
        texts = texts_in_picture(content)
    except NothingReadError:
        if wants_json(request):
            return JsonResponse({"address": None})
        return _refused(request, "scan_nothing")
    return _go_on(request, next(filter(_is_ours, texts), texts[0]))


def _is_ours(text: str) -> bool:
    """Whether it names a shop; a sticker beside it may not."""
    try:
        code_in(text)
    except PaymentCodeError:
        return False
    return True


def _go_on(request: HttpRequest, text: str) -> HttpResponseBase:
    try:
        code = code_in(text)
    except AnotherSystemsCodeError:
        return _refused(request, "scan_other")
    except NotAPaymentCodeError:
        return _refused(request, "scan_damaged")
    if find_shop(database(), code.shop_code) is None:
        return _refused(request, "scan_no_shop")
    address = f"{app_root(request)}/pay/shops/{code.shop_code}"
    if code.amount_won:
        address += f"?amount={code.amount_won}&set=1"
    if wants_json(request):
        return JsonResponse({"address": address})
    return HttpResponseRedirect(address)


def _refused(request: HttpRequest, word: str) -> HttpResponseBase:
    said = language_of_page(request).choose(*PAY_WORDS[word])
    if wants_json(request):
        return JsonResponse({"address": None, "said": said})
    messages.error(request, said)
    return HttpResponseRedirect(f"{app_root(request)}/pay/scan")


def code_in(text: str) -> PaymentCode:
    """What a text means: a shop's number, the address of its door, or its payment code.

    Raises NotAPaymentCodeError and AnotherSystemsCodeError.
    """
    text = text.strip()[:_TEXT_MAX]
    number = text.upper().replace(" ", "").replace("-", "")
    if _SHOP_CODE.fullmatch(number):
        return PaymentCode(number, 0)
    if text.startswith(("http://", "https://")):
        door = _DOOR.fullmatch(_path_of(text))
        if door is None:
            raise AnotherSystemsCodeError
        return PaymentCode(door[1], 0)
    return read_payment_code(text)


def _path_of(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        raise NotAPaymentCodeError("no address") from None


def texts_in_picture(content: bytes) -> list[str]:
    """The texts of the codes in a picture, one at least; raises NothingReadError."""
    try:
        gray = small_picture(content, "L", _SIDE_MAX)
    except (PictureTooLargeError, PictureUnreadableError):
        raise NothingReadError from None
    found = zxingcpp.read_barcodes(gray)
    texts = [str(code.text) for code in found if code.valid and code.text]
    if not texts:
        raise NothingReadError
    return texts
