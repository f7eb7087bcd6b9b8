"""Names and telephone numbers as others may see them: enough to know somebody again, no more."""

from __future__ import annotations

_STAR = "*"


def masked_name(name: str) -> str:
    """The first and the last letter of each word: 김*레, 김*, J**n S***h."""
    return " ".join(_masked_word(word) for word in name.split())


def _masked_word(word: str) -> str:
    if len(word) < 3:
        return word[:1] + _STAR * (len(word) - 1)
    return word[0] + _STAR * (len(word) - 2) + word[-1]


def masked_phone(phone: str) -> str:
    """A number (+8210...) with its last four digits: 010-****-1234; empty for none."""
    return f"0{phone[3:5]}-****-{phone[-4:]}" if len(phone) > 8 else ""


def plain_phone(phone: str) -> str:
    """A number (+8210...) as people in Korea write it: 010-0000-0001; empty for none."""
    if not phone.startswith("+82"):
        return phone
    digits = f"0{phone[3:]}"
    return f"{digits[:3]}-{digits[3:-4]}-{digits[-4:]}"
