"""Joining, signing in and proving where something is wrong: codes, tries, providers, PINs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.contrib.messages import WARNING
from django.contrib.messages.storage.base import Message

from dure.web.citizen.gallery.state import State, Values
from dure.web.citizen.join.providers import PROVIDERS, ProviderShown
from dure.web.citizen.join.words import JOIN_WORDS
from dure.web.shared.language import Language

_MAIL: Final = "a.very.long.name.of.somebody.who.writes.letters@mail.district.city.example"


def _word(language: Language, name: str) -> str:
    told = language.choose(*JOIN_WORDS["kakao"])
    return language.choose(*JOIN_WORDS[name]).format(left=2, provider=told, seconds=17)


def _sign_in(
    fault: str = "", said: str = "", *, by_mail: bool = False, outside: str = ""
) -> Values:
    """The first page; `said` is what stands above it after a way that led back here, `outside` a
    provider whose account will be linked."""

    def values(language: Language) -> Mapping[str, object]:
        return {
            "title": _word(language, "sign_in_title"),
            "by_mail": by_mail,
            "typed": _MAIL if by_mail else "010-123",
            "next": "/app/",
            "fault": _word(language, fault) if fault else "",
            "providers": [
                ProviderShown(name, _word(language, f"with_{name}")) for name in PROVIDERS
            ],
            "passkey_options": "",
            "messages": [Message(WARNING, _word(language, said))] if said else [],
            "outside": outside,
            "outside_told": _word(language, "outside_new") if outside else "",
        }

    return values


def _code(fault: str = "", unsure: str = "") -> Values:
    def values(language: Language) -> Mapping[str, object]:
        by_mail = unsure.startswith("mail")
        return {
            "title": _word(language, "code_title"),
            "by_mail": by_mail,
            "sent_to": _MAIL if by_mail else "010-1234-5678",
            "fault": _word(language, fault) if fault else "",
            "unsure": _word(language, unsure) if unsure else "",
        }

    return values


def _proof(fault: str, state: str = "set") -> Values:
    def values(language: Language) -> Mapping[str, object]:
        return {
            "title": _word(language, "proof_title"),
            "fields": [],
            "address": "/app/",
            "method": "GET",
            "fault": _word(language, fault) if fault else "",
            "state": state,
            "passkey_options": "",
        }

    return values


def _form(title: str, fault: str = "", **more: object) -> Values:
    def values(language: Language) -> Mapping[str, object]:
        said = _word(language, fault) if fault else ""
        return {"title": _word(language, title), "fault": said, "next": "/app/", **more}

    return values


_PAGES: Final[tuple[tuple[str, str, str, str, Values], ...]] = (
    ("wrong-phone", "로그인: 틀린 번호", "Signing in: a wrong number", "sign_in",
     _sign_in("wrong_phone")),
    ("wrong-mail", "로그인: 틀린 전자우편", "Signing in: a wrong address", "sign_in",
     _sign_in("wrong_mail", by_mail=True)),
    ("too-many", "로그인: 너무 여러 번", "Signing in: too many codes", "sign_in",
     _sign_in("too_many_codes")),
    ("denied", "로그인: 카카오에서 취소", "Signing in: denied elsewhere", "sign_in",
     _sign_in(said="outside_denied")),
    ("late", "로그인: 카카오가 늦음", "Signing in: a late provider", "sign_in",
     _sign_in(said="outside_failed")),
    ("linking", "로그인: 카카오 계정을 연결", "Signing in: an account to be linked", "sign_in",
     _sign_in(outside="kakao")),
    ("over", "로그인: 시간이 지남", "Signing in: too late", "sign_in", _sign_in(said="way_over")),
    ("code-wrong", "인증번호: 틀림", "A code: wrong", "code", _code("code_wrong")),
    ("code-old", "인증번호: 지났거나 다섯 번 틀림", "A code: used up", "code",
     _code("code_used_up")),
    ("code-unsure", "인증번호: 통신사가 답하지 않음", "A code: not confirmed", "code",
     _code(unsure="not_confirmed")),
    ("mail-unsure", "인증번호: 편지를 받지 않음", "A code: the letter not taken", "code",
     _code(unsure="mail_not_confirmed")),
    ("pin-wrong", "비밀번호: 틀림", "A PIN: wrong", "proof", _proof("pin_wrong")),
    ("pin-locked", "비밀번호: 잠김", "A PIN: locked", "proof", _proof("pin_locked", "locked")),
    ("pin-easy", "비밀번호: 너무 쉬운 것", "A PIN: too easy", "pin",
     _form("first_pin_title", "pin_birth", is_first=True)),
    ("birth-differs", "비밀번호: 생년월일이 다름", "A new PIN: another date of birth", "forgotten",
     _form("forgotten_title", "birth_differs")),
    ("birth-wrong", "가입: 틀린 생년월일", "Joining: a wrong date of birth", "birth",
     _form("birth_title", "wrong_birth", typed="19900231")),
    ("too-young", "가입: 열네 살이 안 됨", "Joining: too young", "too_young",
     _form("too_young_title")),
)  # fmt: skip
SIGN_IN_STATES: Final = tuple(
    State(f"sign-in-{slug}", (ko, en), f"citizen/join/{page}.html", JOIN_WORDS, values)
    for slug, ko, en, page, values in _PAGES
)
