"""The member's coupons: held, on offer, coming and past; and whether they are used at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from dure.authorization.facts import CouponState
from dure.authorization.requests import ChangeWallet
from dure.engine.client import EngineGone
from dure.report.live import city_clock, speed_of
from dure.wallets.coupons import (
    coupon_habits,
    coupons_coming,
    coupons_of,
    coupons_on_offer,
    find_offer,
)
from dure.web.citizen.coupons.faces import held_face, offer_face
from dure.web.citizen.coupons.words import COUPON_WORDS
from dure.web.citizen.shell.access import member_page
from dure.web.citizen.shell.addresses import app_root
from dure.web.citizen.shell.frame import app_answer, now_us
from dure.web.citizen.shell.once import FormKeyMissingError, request_key
from dure.web.citizen.shell.sessions import Visitor
from dure.web.citizen.shell.words import SHELL_WORDS
from dure.web.shared.engine import engine
from dure.web.shared.language import language_of_page
from dure.web.shared.sentences import sentence_or_number
from dure.web.shared.store import database


@require_safe
@member_page
def mine(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The coupons that may be used now, and the switch for using them by themselves."""
    language, at_us = language_of_page(request), now_us()
    held = [
        held_face(coupon, at_us, language)
        for coupon in coupons_of(database(), visitor.member_id)
        if coupon.state is CouponState.OPEN and coupon.until_us > at_us
    ]
    habits = coupon_habits(database(), visitor.member_id)
    values = {"held": held, "automatic": habits.automatic, "section": "mine"}
    return app_answer(
        request, visitor, "citizen/coupons/mine.html", values, words=COUPON_WORDS,
        title=language.choose(*COUPON_WORDS["mine"]),
    )  # fmt: skip


@require_safe
@member_page
def past(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """The coupons that were used or have ended."""
    language, at_us = language_of_page(request), now_us()
    faces = [held_face(c, at_us, language) for c in coupons_of(database(), visitor.member_id)]
    values = {"held": [face for face in faces if face.state != "open"], "section": "past"}
    return app_answer(
        request, visitor, "citizen/coupons/past.html", values, words=COUPON_WORDS,
        title=language.choose(*COUPON_WORDS["past"]),
    )  # fmt: skip


@require_safe
@member_page
def offers(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """What may be claimed now, with what is left, and what will be with its hour."""
    language, at_us = language_of_page(request), now_us()
    habits = coupon_habits(database(), visitor.member_id)
    order = {"open": 0, "had": 1, "gone": 2}
    faces = [offer_face(o, habits, at_us, language) for o in coupons_on_offer(database(), at_us)]
    coming = [offer_face(o, habits, at_us, language) for o in coupons_coming(database(), at_us)]
    values = {
        "offers": sorted(faces, key=lambda face: order[face.state]),
        "coming": coming,
        "section": "offers",
    }
    return app_answer(
        request, visitor, "citizen/coupons/offers.html", values, words=COUPON_WORDS,
        title=language.choose(*COUPON_WORDS["offers"]),
    )  # fmt: skip


@require_safe
@member_page
def offer(request: HttpRequest, visitor: Visitor, version: int) -> HttpResponseBase:
    """One coupon on offer or coming, with all its conditions, and the button to claim it."""
    language, at_us = language_of_page(request), now_us()
    found = find_offer(database(), version, at_us)
    if found is None:
        raise Http404
    habits = coupon_habits(database(), visitor.member_id)
    face = offer_face(found, habits, at_us, language)
    opens_ms = 0
    if face.state == "coming":
        opens_ms = (found.document.from_us - at_us) // speed_of(city_clock(database())) // 1000
    values = {"offer": face, "opens_ms": opens_ms}
    return app_answer(
        request, visitor, "citizen/coupons/offer.html", values, words=COUPON_WORDS,
        title=face.gift.title,
    )  # fmt: skip


@require_safe
@member_page
def held(request: HttpRequest, visitor: Visitor, coupon_id: int) -> HttpResponseBase:
    """One of the member's coupons; of anybody else's there is no page."""
    language, at_us = language_of_page(request), now_us()
    for coupon in coupons_of(database(), visitor.member_id):
        if coupon.coupon_id == coupon_id:
            face = held_face(coupon, at_us, language)
            habits = coupon_habits(database(), visitor.member_id)
            values = {"coupon": face, "automatic": habits.automatic}
            return app_answer(
                request, visitor, "citizen/coupons/held.html", values, words=COUPON_WORDS,
                title=face.gift.title,
            )  # fmt: skip
    raise Http404


@require_POST
@member_page
def automatic(request: HttpRequest, visitor: Visitor) -> HttpResponseBase:
    """Says whether payments use the best coupon by themselves."""
    language = language_of_page(request)
    back = HttpResponseRedirect(f"{app_root(request)}/coupons")
    wanted = request.POST.get("automatic") == "on"
    try:
        answer = engine().ask(
            ChangeWallet(
                key=request_key(request, visitor, f"coupon-use {wanted}"),
                occurred_at_us=now_us(),
                member_id=visitor.member_id,
                use_coupons=wanted,
            )
        )
    except FormKeyMissingError:
        messages.error(request, language.choose(*SHELL_WORDS["form_old"]))
        return back
    except EngineGone:
        messages.error(request, language.choose(*SHELL_WORDS["try_again"]))
        return back
    if answer.approved:
        said = COUPON_WORDS["turned_on" if wanted else "turned_off"]
        messages.success(request, language.choose(*said))
    else:
        sentence = sentence_or_number(answer.reason, language)
        messages.error(request, f"{sentence.happened} {sentence.remedy}")
    return back
