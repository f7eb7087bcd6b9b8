"""What people of ill will send and leave behind: no page breaks on it, and nobody is harmed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dure.engine.settings import socket_path
from dure.people.fields import installed_sealer
from dure.people.lock_codes import TooManyLockCodesError, find_by_lock_code, make_lock_code
from dure.people.members import Level
from dure.people.tries import address_hash
from dure.web.citizen.shell.addresses import address_inside
from dure.web.citizen.shell.sessions import COOKIE
from dure.web.shared.engine import engine
from dure.web.shared.form_keys import new_form_key
from tests.citizens import join, sign_in
from tests.engines import BEGUN_US, SEOGU, RunningEngine
from tests.joining import BORN, last_code, new_browser, place_of, sign_in_by_phone
from tests.web.app_matrix import NOBODY, ROWS, placed
from tests.web.app_things import member_with_things
from tests.web.conftest import Connection

BEYOND: Final = str(2**63)
ENDS_IT: Final = frozenset({"sign-out", "settings/leave"})


def field_names() -> list[str]:
    """The names of all fields in the app's forms."""
    found: set[str] = {"after", "before", "month", "number", "with"}
    folders = [resources.files("dure.web") / "templates/citizen"]
    while folders:
        for each in folders.pop().iterdir():
            if each.is_dir():
                folders.append(each)
            else:
                found |= set(re.findall(r'name="([a-z_]+)"', each.read_text(encoding="utf-8")))
    return sorted(found - {"csrfmiddlewaretoken", "once"})


def test_it_breaks_on_no_zero_byte_and_on_no_number_beyond_all(
    city: RunningEngine, connection: Connection, db_url: str
) -> None:
    member, things = member_with_things(city, connection, db_url)
    phone = sign_in(connection, member.member_id)
    phone.raise_request_exception = False
    wrong = []

    def ask(how: Callable[..., Any], name: str, address: str, sent: dict[str, str]) -> None:
        status = how(address, sent).status_code
        if status >= 500:
            wrong.append(f"{name}: {status}")

    for name, row in ROWS.items():
        if name in ENDS_IT:
            continue
        far = re.sub(r"<int:\w+>", BEYOND, name)
        for evil in ("\0", "1\0９"):
            sent = dict.fromkeys(field_names(), evil) | {"once": new_form_key()}
            if row.look is not NOBODY:
                ask(phone.get, name, placed(name, things), sent)
            if row.act is not NOBODY:
                ask(phone.post, name, placed(name, things), sent)
        for how, gate in ((phone.get, row.look), (phone.post, row.act)):
            if gate is not NOBODY and far != name:
                ask(how, far, placed(far, things), {"once": new_form_key()})
    assert not wrong, "\n".join(wrong)


ANSWERS: Final = (
    "[" * 20_000,
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": 7}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "authenticatorData": "AA", "signature": "", "attestationObject": "oWNmbXQ"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "",'
    ' "authenticatorData": "", "signature": "", "attestationObject": ""}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "W10",'
    ' "authenticatorData": "AA", "signature": "AA", "attestationObject": "gYGBgYGB"}}',
)


@pytest.mark.parametrize("answer", ANSWERS)
def test_it_takes_nothing_for_a_passkey_that_is_none(
    city: RunningEngine, connection: Connection, answer: str
) -> None:
    phone = sign_in(connection, join(city, connection).member_id)
    added = phone.post("/app/settings/passkeys", {"passkey": answer, "name": "a\0b"})
    assert added.status_code == 200
    client = new_browser()
    assert place_of(client.post("/app/sign-in/passkey", {"passkey": answer})) == "/app/sign-in"
    assert COOKIE not in client.cookies


def test_it_forgets_the_number_with_which_somebody_too_young_came(
    city: RunningEngine, connection: Connection
) -> None:
    client = new_browser()
    assert place_of(sign_in_by_phone(client, connection)) == "/app/join"
    assert "만 14세부터" in client.post("/app/join", {"born": "20180503"}).content.decode()
    for table in ("member", "way_in", "consent"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    again = client.post("/app/join", {"born": BORN}).content.decode()
    assert "born_before" in again, "the number is asked for anew"


def test_it_links_no_account_that_another_person_left_in_the_browser(
    city: RunningEngine, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dure.web.citizen.join import outside

    monkeypatch.setattr(outside, "_subject", lambda request, provider: "of a thief")
    victim = join(city, connection, phone="010-5555-0101")
    browser = new_browser()
    led = place_of(browser.get("/app/sign-in/with/naver/back"))
    assert led == "/app/sign-in?next=/app/&with=naver"
    assert "연결합니다" in browser.get(led).content.decode(), "the page says what it will do"
    assert "연결합니다" not in browser.get("/app/sign-in").content.decode()
    assert place_of(sign_in_by_phone(browser, connection)) == "/app/"
    linked = connection.execute("SELECT member_id FROM outside_account").fetchall()
    assert linked == []

    own = new_browser()
    own.get("/app/sign-in/with/naver/back")
    own.post("/app/sign-in", {"to": victim.phone, "with": "naver"})
    own.post("/app/sign-in/code", {"code": last_code(connection)})
    linked = connection.execute("SELECT member_id FROM outside_account").fetchall()
    assert linked == [(victim.member_id,)]


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


def test_it_lets_nobody_use_up_the_tries_of_who_has_the_lock_code(
    city: RunningEngine, connection: Connection
) -> None:
    """A thief who knows the number types wrong codes, so that the right one locks nothing."""
    member = join(city, connection, phone="010-2000-0001")
    sealer = installed_sealer()
    code = make_lock_code(connection, sealer, member_id=member.member_id, at_us=BEGUN_US)

    def typed(what: str, address: str) -> int | None:
        return find_by_lock_code(
            connection, sealer, phone="010-2000-0001", code=what, address=address_hash(address)
        )

    for _ in range(50):
        with suppress(TooManyLockCodesError):
            typed("00000000", "203.0.113.5")
    assert typed(code, "198.51.100.7") == member.member_id


@pytest.mark.parametrize(
    "asked", ["/app/../console/", "/app/%2e%2E/console/", "/app/x/./y", "/app/..?a", "/app//evil"]
)
def test_it_goes_on_to_no_page_outside_the_app(asked: str) -> None:
    assert address_inside(asked) is None


@pytest.mark.parametrize("asked", ["/app", "/app/pay?shop=1..2", "/en/app/history/months/201907"])
def test_it_goes_on_to_a_page_of_the_app(asked: str) -> None:
    assert address_inside(asked) == asked


def test_it_tells_a_guardian_who_unblocks_twice_that_it_is_done(
    city: RunningEngine, connection: Connection, db_url: str
) -> None:
    member, things = member_with_things(city, connection, db_url)
    guardianship_id = things["guardianship_id"]
    page = f"/app/guardian/{guardianship_id}"
    row = connection.execute(
        "SELECT minor_id FROM guardianship WHERE guardianship_id = %s", (guardianship_id,)
    ).fetchone()
    assert row is not None
    minor = sign_in(connection, row[0])
    minor.post("/app/cards/virtual", {"once": new_form_key(), "brand": str(SEOGU)})
    card = connection.execute("SELECT card_id FROM card WHERE member_id = %s", row).fetchone()
    assert card is not None
    phone = sign_in(connection, member.member_id)
    asked = {"card": str(card[0])}
    phone.post(page, {**asked, "act": "block", "once": new_form_key()})
    form = {**asked, "act": "unblock", "once": new_form_key()}
    assert [phone.post(page, form).status_code for _ in range(2)] == [302, 302]


def test_it_counts_no_move_that_the_engine_did_not_answer(
    web_home: Path, city: RunningEngine, connection: Connection
) -> None:
    phone = sign_in(connection, join(city, connection).member_id)
    place, where = socket_path(web_home), {"district": str(SEOGU)}
    assert phone.post("/app/settings/district", where).status_code == 409, "no key of a form"
    place.unlink()
    engine().close()
    form = {**where, "once": new_form_key()}
    assert [phone.post("/app/settings/district", form).status_code for _ in range(3)] == [503] * 3
    place.symlink_to(city.path)
    assert phone.post("/app/settings/district", form).status_code == 302


@pytest.mark.parametrize("page", ["lock", "settings/identity", "settings/district"])
def test_it_tells_a_form_without_its_key_from_an_engine_that_is_away(
    city: RunningEngine, connection: Connection, page: str
) -> None:
    phone = sign_in(connection, join(city, connection, level=Level.UNNAMED).member_id)
    asked = {"act": "lock", "step": "identify", "district": str(SEOGU), "once": "9" * 30}
    said = phone.post(f"/app/{page}", asked)
    assert said.status_code == 409
    assert "열어 둔 지 오래된" in said.content.decode()
