"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.join import demo_phone, joining, pins, proving, signing_in

urlpatterns: list[URLPattern] = [
    path("sign-in", signing_in.sign_in),
    path("sign-in/code", signing_in.code),
    path("sign-in/code/again", signing_in.code_again),
    path("sign-out", signing_in.sign_out),
    path("join", joining.birth),
    path("join/phone", joining.phone),
    path("join/about", joining.about),
    path("join/welcome", pins.welcome),
    path("proof", proving.proof),
    path("settings/pin", pins.change_pin),
    path("settings/pin/first", pins.first_pin),
    path("settings/pin/forgotten", pins.forgotten_pin),
    path("settings/pin/new", pins.new_pin),
    path("demo/phone", demo_phone.demo_phone),
]
