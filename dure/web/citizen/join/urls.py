"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.join import (
    consents_page,
    demo_phone,
    identity_page,
    joining,
    passkey_pages,
    pins,
    profile,
    proving,
    sessions_page,
    settings,
    signing_in,
)

urlpatterns: list[URLPattern] = [
    path("sign-in", signing_in.sign_in),
    path("sign-in/code", signing_in.code),
    path("sign-in/code/again", signing_in.code_again),
    path("sign-in/passkey", passkey_pages.sign_in_with_passkey),
    path("sign-out", signing_in.sign_out),
    path("join", joining.birth),
    path("join/phone", joining.phone),
    path("join/about", joining.about),
    path("join/welcome", pins.welcome),
    path("proof", proving.proof),
    path("more", settings.more),
    path("settings", settings.settings),
    path("settings/look", settings.set_look),
    path("settings/pin", pins.change_pin),
    path("settings/pin/first", pins.first_pin),
    path("settings/pin/forgotten", pins.forgotten_pin),
    path("settings/pin/new", pins.new_pin),
    path("settings/passkeys", passkey_pages.passkeys),
    path("settings/passkeys/<int:passkey_id>/remove", passkey_pages.remove),
    path("settings/sessions", sessions_page.sessions),
    path("settings/sessions/others/end", sessions_page.end_others),
    path("settings/sessions/<int:session_id>/end", sessions_page.end),
    path("settings/consents", consents_page.consents),
    path("settings/identity", identity_page.identity),
    path("settings/district", profile.district),
    path("settings/mail", profile.mail),
    path("settings/address/proven", profile.address_proven),
    path("settings/leave", profile.leave),
    path("demo/phone", demo_phone.demo_phone),
]
