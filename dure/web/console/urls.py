"""The console's addresses, below /console/ and /en/console/: each room lists its own."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("dure.web.console.access.urls")),
    path("", include("dure.web.console.home.urls")),
    path("", include("dure.web.console.log.urls")),
    path("", include("dure.web.console.notices.urls")),
    path("", include("dure.web.console.export.urls")),
    path("", include("dure.web.console.workshop.urls")),
    path("", include("dure.web.console.budget.urls")),
    path("", include("dure.web.console.foresight.urls")),
    path("", include("dure.web.console.plans.urls")),
    path("", include("dure.web.console.desk.urls")),
    path("", include("dure.web.console.funds.urls")),
]
