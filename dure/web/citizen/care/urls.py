"""Addresses of this room, below /app/ and /en/app/."""

from __future__ import annotations

from django.urls import URLPattern, path

from dure.web.citizen.care.complaints import (
    complaint,
    complaint_photo,
    complaints,
    new_complaint,
)
from dure.web.citizen.care.guardians import guardian, minor
from dure.web.citizen.care.hub import help_page, looks
from dure.web.citizen.care.locking import lock, lock_code
from dure.web.citizen.care.lost import lost, lost_done, lost_text

urlpatterns: list[URLPattern] = [
    path("help", help_page),
    path("help/looks", looks),
    path("help/complaints", complaints),
    path("help/complaints/new", new_complaint),
    path("help/complaints/<int:complaint_id>", complaint),
    path("help/complaints/<int:complaint_id>/photos/<int:photo_id>", complaint_photo),
    path("lock", lock),
    path("lock/code", lock_code),
    path("lock/lost", lost),
    path("lock/lost/text", lost_text),
    path("lock/lost/done", lost_done),
    path("guardian", guardian),
    path("guardian/<int:guardianship_id>", minor),
]
