"""All states of pages that the gallery shows; each room's stand in a file of their own."""

from __future__ import annotations

from typing import Final

from dure.web.citizen.gallery.card_states import CARD_STATES
from dure.web.citizen.gallery.care_states import CARE_STATES
from dure.web.citizen.gallery.coupon_states import COUPON_STATES
from dure.web.citizen.gallery.gift_states import GIFT_STATES
from dure.web.citizen.gallery.money_states import MONEY_STATES
from dure.web.citizen.gallery.offer_states import OFFER_STATES
from dure.web.citizen.gallery.pay_states import PAY_STATES
from dure.web.citizen.gallery.sign_in_states import SIGN_IN_STATES
from dure.web.citizen.gallery.state import State, always
from dure.web.citizen.pwa.words import PWA_WORDS
from dure.web.citizen.shops.words import SHOP_WORDS

STATES: Final = (
    *PAY_STATES,
    *SIGN_IN_STATES,
    *MONEY_STATES,
    *GIFT_STATES,
    *COUPON_STATES,
    *OFFER_STATES,
    *CARD_STATES,
    *CARE_STATES,
    State("shop-missing", ("없는 가게", "No such shop"), "citizen/shops/missing.html", SHOP_WORDS,
          always()),
    State("shop-too-often", ("너무 자주 찾음", "Searched too often"),
          "citizen/shops/too_often.html", SHOP_WORDS, always()),
    State("install", ("홈 화면에 두기", "Put it on your home screen"), "citizen/pwa/install.html",
          PWA_WORDS, always()),
    State("offline", ("인터넷 없음", "Not connected"), "citizen/pwa/offline.html", PWA_WORDS,
          always()),
)  # fmt: skip
