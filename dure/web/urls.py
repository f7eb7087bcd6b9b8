"""Every address there is."""

from __future__ import annotations

from django.urls import include, path

from dure.web.api.address import api
from dure.web.api.reference import reference
from dure.web.city import views as city
from dure.web.city.calculator import calculator
from dure.web.console.notices.views import public_notices
from dure.web.health import health

urlpatterns = [
    path("", city.live),
    path("en/", city.live),
    path("board", city.board),
    path("en/board", city.board),
    path("calculator", calculator),
    path("en/calculator", calculator),
    path("notices", public_notices),
    path("en/notices", public_notices),
    path("healthz", health),
    path("app/", include("dure.web.citizen.urls")),
    path("en/app/", include("dure.web.citizen.urls")),
    path("s/", include("dure.web.citizen.shops.door_urls")),
    path("en/s/", include("dure.web.citizen.shops.door_urls")),
    path("console/", include("dure.web.console.urls")),
    path("en/console/", include("dure.web.console.urls")),
    path("api/v1/docs", reference),
    path("en/api/v1/docs", reference),
    path("api/v1/", api.urls),
]
handler404 = "dure.web.error_pages.missing"
handler500 = "dure.web.error_pages.fault"
