"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.coupons import claiming, views

urlpatterns: list[URLPattern] = [
    path("coupons", views.mine),
    path("coupons/past", views.past),
    path("coupons/automatic", views.automatic),
    path("coupons/offers", views.offers),
    path("coupons/offers/<int:version>", views.offer),
    path("coupons/offers/<int:version>/claim", claiming.claim),
    path("coupons/tickets/<int:ticket_id>", claiming.ticket),
    path("coupons/<int:coupon_id>", views.held),
]
