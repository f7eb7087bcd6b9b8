"""What people of ill will send and leave behind: no page breaks on it, and nobody is harmed."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dure.web.shared.form_keys import new_form_key
from tests.citizens import join, sign_in
from tests.engines import RunningEngine
from tests.joining import place_of
from tests.web.conftest import Connection


def photo() -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "JPEG")
    return SimpleUploadedFile("a.jpg", file.getvalue(), content_type="image/jpeg")


def test_it_decodes_and_keeps_only_so_many_photos(
    city: RunningEngine, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.citizen.care import complaint_form, complaints
    from dure.web.shared.address_limit import SharedLimit

    monkeypatch.setattr(complaint_form, "PHOTO_LIMIT", SharedLimit("photos", burst=3, per_minute=1))
    limit = complaints._STEPS_DAILY._replace(tries_max=2)
    monkeypatch.setattr(complaints, "_STEPS_DAILY", limit)
    phone = sign_in(connection, join(city, connection).member_id)
    asked = {"once": new_form_key(), "kind": "5", "text": "사진을 봐 주세요.",
             "photos": [photo(), photo()]}  # fmt: skip
    filed = place_of(phone.post("/app/help/complaints/new", asked))
    more = {**asked, "act": "add", "once": new_form_key(), "photos": [photo(), photo()]}
    assert "1분 뒤에" in phone.post(filed, more).content.decode()
    for _ in range(4):
        phone.post(filed, {"act": "add", "once": new_form_key(), "text": "한 가지 더 있습니다."})
    steps = connection.execute("SELECT count(*) FROM complaint_step").fetchone()
    assert steps == (3,), "the filing and two more"
