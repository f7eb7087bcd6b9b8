"""What a member typed to complain: read from the form, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest

from dure.people.complaint_kinds import Kind
from dure.people.complaints import (
    PHOTOS_MAX,
    TEXT_CHARACTERS_MAX,
    ComplaintTextError,
    checked_text,
)
from dure.people.evidence import Photo, PhotoTooLargeError, PhotoUnreadableError, photo_from
from dure.web.shared.address_limit import SharedLimit

PHOTO_LIMIT: Final = SharedLimit("photos of complaints", burst=24, per_minute=6)
_DIGITS_MAX = 18


@dataclass
class ComplaintForm:
    """The form as it was sent; `wrong` maps a field to the word that says what is wrong."""

    kind: Kind | None = None
    text: str = ""
    movement_id: int | None = None
    photos: list[Photo] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)


def read_form(request: HttpRequest, member_id: int) -> ComplaintForm:
    """A new complaint as the member sent it."""
    form = ComplaintForm(kind=kind_of(request.POST.get("kind", "")))
    form.movement_id = number_of(request.POST.get("receipt", ""))
    if form.kind is None:
        form.wrong["kind"] = "wrong_kind"
    elif form.kind is Kind.PAYMENT and form.movement_id is None:
        form.wrong["receipt"] = "wrong_payment"
    return _with_text_and_photos(request, member_id, form)


def read_addition(request: HttpRequest, member_id: int) -> ComplaintForm:
    """What a member adds to a complaint, or objects to its answer."""
    return _with_text_and_photos(request, member_id, ComplaintForm())


def kind_of(text: str) -> Kind | None:
    """The kind with this number, if there is one."""
    number = number_of(text)
    return next((kind for kind in Kind if kind == number), None)


def number_of(text: str) -> int | None:
    """A whole number above nought, as an address or a form has it."""
    plain = text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX
    return int(text) or None if plain else None


def _with_text_and_photos(
    request: HttpRequest, member_id: int, form: ComplaintForm
) -> ComplaintForm:
    form.text = request.POST.get("text", "")[: 2 * TEXT_CHARACTERS_MAX]
    try:
        checked_text(form.text)
    except ComplaintTextError as error:
        form.wrong["text"] = "wrong_long" if error.is_long else "wrong_short"
    sent = request.FILES.getlist("photos")
    if len(sent) > PHOTOS_MAX:
        form.wrong["photos"] = "wrong_photo_many"
        return form
    for file in sent:
        # Decoding costs far more than sending: counted before, and for each picture.
        if PHOTO_LIMIT.wait_s(str(member_id)):
            form.wrong["photos"] = "wrong_photo_often"
            return form
        try:
            form.photos.append(photo_from(file.read()))
        except PhotoTooLargeError:
            form.wrong["photos"] = "wrong_photo_large"
        except PhotoUnreadableError:
            form.wrong["photos"] = "wrong_photo"
    return form
