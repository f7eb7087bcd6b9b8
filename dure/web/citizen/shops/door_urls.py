"""Addresses of shops' doors, below /s/ and /en/s/: short, for they are printed as QR codes."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.shops.door import door_page

urlpatterns: list[URLPattern] = [path("<str:shop_code>", door_page)]
