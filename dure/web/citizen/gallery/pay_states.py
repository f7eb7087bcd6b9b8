"""Paying in every state: asked, refused, changed, short, just paid, long; my code; taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dure.web.citizen.gallery.state import State, Values, always
from dure.web.citizen.gallery.words import GALLERY_WORDS
from dure.web.citizen.pay.codes import code_face
from dure.web.citizen.pay.coupon_choice import CouponDoor
from dure.web.citizen.pay.taking_back import TakingBack, back_notes, back_rows
from dure.web.citizen.pay.words import PAY_WORDS
from dure.web.shared.amounts import exact_won
from dure.web.shared.language import Language

_TEMPLATE: Final = "citizen/pay/sheet.html"
_QUICK_WON: Final = (5_000, 10_000, 30_000)
_PRICE_WON, _OFF_WON, _EARNED_WON, _CASHBACK_WON = 41_200, 2_060, 2_348, 4_120


def _word(name: str, language: Language) -> str:
    return language.choose(*GALLERY_WORDS[name])


def _entry(shop: str, fault: str = "") -> Values:
    def values(language: Language) -> Mapping[str, object]:
        return {
            "shop": _shop(shop, language),
            "quick": [(won, exact_won(won, language)) for won in _QUICK_WON],
            "fault": _word(fault, language) if fault else "",
            "written": "0" if fault else "",
        }

    return values


def _sheet(shop: str = "shop", **said: str) -> Values:
    """The sheet of a payment with `said`: names of the template, and of the gallery's words."""

    def values(language: Language) -> Mapping[str, object]:
        told = {name: _word(word, language) for name, word in said.items()}
        return {"shop": _shop(shop, language), "sheet": _face(language), "amount_won": _PRICE_WON,
                "to_charge": "#", "charge": _word("act", language),
                "month_left": _left(language)} | told  # fmt: skip

    return values


def _with_coupons(language: Language) -> Mapping[str, object]:
    """The sheet of a member who holds a coupon with a long name, and has chosen it."""
    doors = (
        CouponDoor("", language.choose(*PAY_WORDS["coupon_best"]), "", is_chosen=False),
        CouponDoor("7", _word("long_shop", language), exact_won(5_000, language), is_chosen=True),
        CouponDoor("0", language.choose(*PAY_WORDS["coupon_none"]), "", is_chosen=False),
    )
    return {**_sheet()(language), "coupons": doors, "coupon": "7"}


def _left(language: Language) -> str:
    rate = {"won": exact_won(258_800, language), "rate": "6%"}
    return language.choose(*PAY_WORDS["left_more"]).format(**rate)


def _code(language: Language) -> Mapping[str, object]:
    good = language.choose(*PAY_WORDS["code_good"]).format(seconds=180)
    return {"code": code_face("012345678901234567890123"), "after": 0, "height": 60, "good": good}


def _spent(language: Language) -> Mapping[str, object]:
    """Taking back a payment whose cashback has been spent, more than comes back."""
    back = TakingBack(300, 0, 0, 100, 300, 200)
    return {
        "shop": _word("shop", language),
        "amount": exact_won(300, language),
        "rows": back_rows(back, language),
        "notes": back_notes(back, language),
        "movement_id": 1,
    }


def _shop(name: str, language: Language) -> dict[str, str]:
    return {
        "code": "TESTSHOP0000001",
        "name": _word(name, language),
        "name_language": "",
        "group": _word("chip_plain", language),
        "where": _word("choice_two", language),
    }


def _face(language: Language) -> dict[str, object]:
    """As `dure.web.citizen.pay.faces.SheetFace`."""

    def won(amount_won: int) -> str:
        return exact_won(amount_won, language)

    due_won = _PRICE_WON - _OFF_WON
    return {
        "due": won(due_won),
        "earned": "+" + won(_EARNED_WON),
        "earns": True,
        "rows": [
            (_word("price", language), won(_PRICE_WON)),
            (_word("discount", language), won(-_OFF_WON)),
        ],
        "purses": [
            (_word("cashback", language), won(_CASHBACK_WON)),
            (_word("charged", language), won(due_won - _CASHBACK_WON)),
        ],
        "receipt": _receipt(language),
        "promise": "",
    }


def _receipt(language: Language) -> dict[str, object]:
    given = {
        "title": _word("why_title", language),
        "won": exact_won(_EARNED_WON, language),
        "how": [_word("why_how", language)],
    }
    missing = {"title": _word("why_not_title", language), "why": [_word("careful", language)]}
    return {"given": [given], "missing": [missing]}


PAY_STATES: Final = (
    State("pay-amount", ("결제: 금액 적기", "Paying: the amount"), _TEMPLATE, PAY_WORDS,
          _entry("shop")),
    State("pay-amount-wrong", ("결제: 잘못 적은 금액", "Paying: a wrong amount"), _TEMPLATE,
          PAY_WORDS, _entry("long_shop", "field_wrong")),
    State("pay-sheet", ("결제: 내기 전", "Paying: before it is paid"), _TEMPLATE, PAY_WORDS,
          _sheet()),
    State("pay-sheet-long", ("결제: 긴 이름", "Paying: a long name"), _TEMPLATE, PAY_WORDS,
          _sheet("long_word")),
    State("pay-sheet-refused", ("결제: 거절됨", "Paying: refused"), _TEMPLATE, PAY_WORDS,
          _sheet(refused="failed")),
    State("pay-sheet-changed", ("결제: 조건이 바뀜", "Paying: it has changed"), _TEMPLATE,
          PAY_WORDS, _sheet(said="careful")),
    State("pay-sheet-short", ("결제: 돈이 모자람", "Paying: not enough money"), _TEMPLATE,
          PAY_WORDS, _sheet(short="careful")),
    State("pay-sheet-again", ("결제: 방금 낸 가게", "Paying: a shop just paid"), _TEMPLATE,
          PAY_WORDS, _sheet(just_paid="careful")),
    State("pay-sheet-coupons", ("결제: 쿠폰 고르기", "Paying: choosing a coupon"), _TEMPLATE,
          PAY_WORDS, _with_coupons),
    State("pay-locked", ("결제: 잠긴 지갑", "Paying: a locked wallet"), "citizen/pay/pay.html",
          PAY_WORDS, always(is_locked=True)),
    State("pay-code", ("결제: 내 코드", "Paying: my code"), "citizen/pay/code.html", PAY_WORDS,
          _code),
    State("pay-code-too-often", ("결제: 코드를 너무 자주", "Paying: too many codes"),
          "citizen/pay/code.html", PAY_WORDS, always()),
    State("pay-cancel-spent", ("결제 취소: 쓴 캐시백", "Cancelling: cashback that is spent"),
          "citizen/pay/cancel.html", PAY_WORDS, _spent),
)  # fmt: skip
