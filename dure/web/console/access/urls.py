"""The addresses of signing in and of accounts, below /console/ and /en/console/."""

from __future__ import annotations

from django.urls import path

from dure.web.console.access.officials_page import official_page, officials
from dure.web.console.access.own_account import own_account, recovery_codes
from dure.web.console.access.passwords import first_password
from dure.web.console.access.proving import proof
from dure.web.console.access.signing_in import second_factor, sign_in, sign_out

urlpatterns = [
    path("sign-in", sign_in),
    path("sign-out", sign_out),
    path("second-factor", second_factor),
    path("first-password", first_password),
    path("recovery-codes", recovery_codes),
    path("proof", proof),
    path("account", own_account),
    path("officials", officials),
    path("officials/<str:official>", official_page),
]
