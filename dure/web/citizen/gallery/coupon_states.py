"""A ticket of the queue for coupons in every state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.web.citizen.coupons.words import COUPON_WORDS
from dure.web.citizen.gallery.state import State, Values
from dure.web.citizen.gallery.words import GALLERY_WORDS
from dure.web.shared.language import Language

_TEMPLATE: Final = "citizen/coupons/ticket.html"
_TICKET: Final = {"ticket_id": 12_345, "coupon_id": 1}


def _ticket(state: str, *, automatic: bool = True) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        def word(name: str) -> str:
            return language.choose(*GALLERY_WORDS[name])

        gift = {"title": word("coupon"), "big": "5,000", "unit": language.choose("원", "won"),
                "most": ""}  # fmt: skip
        return {
            "ticket": _TICKET,
            "state": state,
            "before_text": language.choose("1,234명", "1,234 people"),
            "refusal": {"happened": word("refused"), "remedy": word("refused_remedy")},
            "gone": True,
            "automatic": automatic,
            "offer": {"gift": gift},
        }

    return values


COUPON_STATES: Final = (
    State("coupon-got", ("쿠폰: 받음", "A coupon: got"), _TEMPLATE, COUPON_WORDS,
          _ticket("claimed")),
    State("coupon-got-by-hand", ("쿠폰: 받음, 직접 쓰기", "A coupon: got, used by hand"), _TEMPLATE,
          COUPON_WORDS, _ticket("claimed", automatic=False)),
    State("coupon-gone", ("쿠폰: 다 나감", "A coupon: gone"), _TEMPLATE, COUPON_WORDS,
          _ticket("refused")),
    State("coupon-waiting", ("쿠폰: 차례 기다림", "A coupon: in the queue"), _TEMPLATE,
          COUPON_WORDS, _ticket("waiting")),
)  # fmt: skip
