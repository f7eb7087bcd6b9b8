"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.gifts.donating import donate, donation
from dure.web.citizen.gifts.views import back, gift, gifts, send, take

urlpatterns: list[URLPattern] = [
    path("gifts", gifts),
    path("gifts/send", send),
    path("gifts/<int:letter_id>", gift),
    path("gifts/<int:letter_id>/take", take),
    path("gifts/<int:letter_id>/back", back),
    path("donate", donate),
    path("donate/<int:movement_id>", donation),
]
