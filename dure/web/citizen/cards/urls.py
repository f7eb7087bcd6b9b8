"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.cards import getting, registering, views

urlpatterns: list[URLPattern] = [
    path("cards", views.cards),
    path("cards/new", getting.new_card),
    path("cards/virtual", getting.virtual),
    path("cards/order", getting.order),
    path("cards/orders/<int:delivery_id>", getting.delivery),
    path("cards/orders/<int:delivery_id>/cancel", getting.cancel),
    path("cards/orders/<int:delivery_id>/not-come", getting.not_come),
    path("cards/register", registering.register),
    path("cards/<int:card_id>", views.card),
    path("cards/<int:card_id>/block", views.block),
    path("cards/<int:card_id>/unblock", views.unblock),
    path("cards/<int:card_id>/lost", views.lost),
    path("cards/<int:card_id>/close", views.close),
    path("cards/<int:card_id>/replace", getting.replace),
    path("cards/<int:card_id>/pin", registering.new_pin),
    path("demo/mailbox", registering.mailbox),
]
