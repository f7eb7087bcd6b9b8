"""The app's addresses, below /app/ and /en/app/: each room lists its own."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("dure.web.citizen.join.urls")),
    path("", include("dure.web.citizen.home.urls")),
    path("", include("dure.web.citizen.pay.urls")),
    path("", include("dure.web.citizen.money.urls")),
    path("", include("dure.web.citizen.gifts.urls")),
    path("", include("dure.web.citizen.history.urls")),
    path("", include("dure.web.citizen.shops.urls")),
    path("", include("dure.web.citizen.coupons.urls")),
    path("", include("dure.web.citizen.cards.urls")),
    path("", include("dure.web.citizen.care.urls")),
    path("", include("dure.web.citizen.pwa.urls")),
    path("", include("dure.web.citizen.gallery.urls")),
]
