"""Every address there is."""

from __future__ import annotations

from django.urls import path

from dure.web.city import views as city
from dure.web.health import health

urlpatterns = [
    path("", city.live),
    path("en/", city.live),
    path("board", city.board),
    path("en/board", city.board),
    path("healthz", health),
]
handler404 = "dure.web.shared.pages.missing"
handler500 = "dure.web.shared.pages.fault"
