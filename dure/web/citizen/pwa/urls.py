"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.pwa.manifest import manifest
from dure.web.citizen.pwa.pages import install, offline
from dure.web.citizen.pwa.worker import worker

urlpatterns: list[URLPattern] = [
    path("manifest.webmanifest", manifest),
    path("worker.js", worker),
    path("offline", offline),
    path("install", install),
]
