"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.pay.codes import code_state, my_code, next_code
from dure.web.citizen.pay.done import cancel, done
from dure.web.citizen.pay.hub import order, pay
from dure.web.citizen.pay.paying import pay_shop
from dure.web.citizen.pay.scanning import find, scan
from dure.web.citizen.pay.till import till

urlpatterns: list[URLPattern] = [
    path("pay", pay),
    path("pay/code", my_code),
    path("pay/code/next", next_code),
    path("pay/code/state", code_state),
    path("pay/scan", scan),
    path("pay/find", find),
    path("pay/shops/<str:shop_code>", pay_shop),
    path("pay/done/<int:movement_id>", done),
    path("pay/cancel/<int:movement_id>", cancel),
    path("pay/order", order),
    path("demo/till", till),
]
