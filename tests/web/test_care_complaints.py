"""Complaints: written with receipt and photo, numbered, handled by officials, answered in time."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from dure.authorization.requests import Charge, Purchase
from dure.kernel.calendar import DAY_US
from dure.people.members import Member
from dure.rulebook.officials import Grant, Role
from tests.citizens import join, sign_in
from tests.console import ROOT, grant
from tests.console import sign_in as official
from tests.engines import BEGUN_US, JUNGGU, SEOGU, SHOP_JUNGGU, RunningEngine, new_key
from tests.web.conftest import Connection

TEXT = "두 번 결제된 것 같습니다. 확인해 주세요."


def form(page: Any, **fields: Any) -> dict[str, Any]:
    """The fields of a page's form: its key, and what is typed."""
    found = re.search(r'name="once" value="([0-9a-f]{32})"', page.content.decode())
    assert found is not None, page.content.decode()[:2000]
    return {"once": found[1], **fields}


def picture(width: int = 3000, height: int = 2000, name: str = "receipt.jpg") -> SimpleUploadedFile:
    """A photograph with a place in it, as a telephone takes one."""
    image = Image.new("RGB", (width, height), "#8a6")
    exif = Image.Exif()
    exif[0x010F] = "MakerOfTelephones"
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif)
    return SimpleUploadedFile(name, written.getvalue(), content_type="image/jpeg")


class Paid:
    """A member who has paid once: the member and the payment."""

    def __init__(self, city: RunningEngine, connection: Connection, phone: str) -> None:
        self.member: Member = join(city, connection, phone=phone)
        self.member_id = self.member.member_id
        for request in (
            Charge(
                key=new_key(), occurred_at_us=BEGUN_US, member_id=self.member_id,
                amount_won=100_000,
            ),
            Purchase(
                key=new_key(), occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=12_300,
                channel=2, member_id=self.member_id,
            ),
        ):  # fmt: skip
            answer = city.ask(request)
            assert answer.approved
        self.movement_id = answer.movement_id


@pytest.fixture
def paid(city: RunningEngine, connection: Connection) -> Paid:
    """A member who has paid 12,300 won."""
    return Paid(city, connection, "010-3000-0001")


@pytest.fixture
def officials(city: RunningEngine, db_url: str) -> None:
    """An officer of the member's district, one of another, an auditor."""
    grant(db_url, "junggu", Grant(Role.DISTRICT_OFFICER, JUNGGU), name="중구 담당")
    grant(db_url, "seogu", Grant(Role.DISTRICT_OFFICER, SEOGU), name="서구 담당")
    grant(db_url, "bom", Grant(Role.AUDITOR), name="감사담당 봄")


def file(client: Any, paid: Paid, **fields: Any) -> int:
    """Files a dispute about the payment and gives its number."""
    page = client.get(f"/app/help/complaints/new?receipt={paid.movement_id}")
    asked = {"kind": "1", "receipt": str(paid.movement_id), "text": TEXT, **fields}
    answer = client.post("/app/help/complaints/new", form(page, **asked))
    assert answer.status_code == 302, answer.content.decode()
    return int(answer.headers["Location"].rpartition("/")[2])


def test_it_files_a_dispute_with_receipt_and_photo(connection: Connection, paid: Paid) -> None:
    client = sign_in(connection, paid.member_id)
    page = client.get(f"/app/help/complaints/new?receipt={paid.movement_id}").content.decode()
    assert f'value="{paid.movement_id}" selected' in page
    number = file(client, paid, photos=[picture()])
    shown = client.get(f"/app/help/complaints/{number}").content.decode()
    assert "2019-000001" in shown
    assert "12,300원" in shown
    assert "2019년 11월 5일" in shown, "fifteen days after 21 October, by the end of the day"
    (photo,) = re.findall(rf'href="(/app/help/complaints/{number}/photos/\d+)"', shown)
    kept = client.get(photo)
    assert kept.headers["Content-Type"] == "image/jpeg"
    image = Image.open(io.BytesIO(kept.content))
    assert max(image.size) == 1600
    assert b"MakerOfTelephones" not in kept.content
    sealed = connection.execute("SELECT text_sealed FROM complaint_step").fetchone()
    assert sealed is not None
    assert TEXT.encode() not in bytes(sealed[0])


def test_it_files_once_however_often_it_is_sent(connection: Connection, paid: Paid) -> None:
    client = sign_in(connection, paid.member_id)
    page = client.get("/app/help/complaints/new")
    fields = form(page, kind="5", text=TEXT, receipt="")
    places = {client.post("/app/help/complaints/new", fields).headers["Location"] for _ in range(3)}
    assert places == {"/app/help/complaints/1"}
    assert connection.execute("SELECT count(*) FROM complaint").fetchone() == (1,)


WRONG = (
    ({"kind": "", "text": TEXT}, "무엇에 관한 일인지"),
    ({"kind": "1", "text": TEXT, "receipt": ""}, "어느 결제인지"),
    ({"kind": "1", "text": TEXT, "receipt": "1"}, "어느 결제인지"),
    ({"kind": "5", "text": "음"}, "다섯 글자 이상"),
    ({"kind": "5", "text": "가" * 2001}, "2,000자까지"),
    ({"kind": "9", "text": TEXT}, "무엇에 관한 일인지"),
    ({"kind": "5", "text": TEXT, "once": "x"}, "오래된 화면"),
)


def test_it_says_what_is_wrong_and_keeps_what_was_typed(connection: Connection, paid: Paid) -> None:
    client = sign_in(connection, paid.member_id)
    page = client.get("/app/help/complaints/new")
    for fields, said in WRONG:
        answer = client.post("/app/help/complaints/new", {**form(page), **fields})
        assert answer.status_code == 422, fields
        assert said in answer.content.decode()
        assert fields["text"][:100] in answer.content.decode()
    assert connection.execute("SELECT count(*) FROM complaint").fetchone() == (0,)


def test_it_refuses_files_that_are_no_photos(connection: Connection, paid: Paid) -> None:
    client = sign_in(connection, paid.member_id)
    page = client.get("/app/help/complaints/new")
    script = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    large = SimpleUploadedFile("b.jpg", b"\xff" * (10 * 1024 * 1024 + 5))
    for photos, said in (
        ([script], "사진을 읽을 수 없습니다"),
        ([large], "사진이 너무 큽니다"),
        ([picture(50, 50)] * 4, "세 장까지"),
    ):
        fields = form(page, kind="5", text=TEXT, photos=photos)
        answer = client.post("/app/help/complaints/new", fields)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_it_shows_a_complaint_to_its_member_alone(
    city: RunningEngine, connection: Connection, paid: Paid
) -> None:
    own = sign_in(connection, paid.member_id)
    number = file(own, paid, photos=[picture(60, 40)])
    other = sign_in(connection, Paid(city, connection, "010-3000-0002").member_id)
    for address in (f"/app/help/complaints/{number}", f"/app/help/complaints/{number}/photos/1"):
        assert own.get(address).status_code == 200
        assert other.get(address).status_code == 404
    page = other.get("/app/help/complaints/new")
    fields = form(page, act="withdraw")
    assert other.post(f"/app/help/complaints/{number}", fields).status_code == 404
    theirs = form(page, kind="1", text=TEXT, receipt=str(paid.movement_id))
    assert other.post("/app/help/complaints/new", theirs).status_code == 422
    shown = other.get(f"/app/help/complaints/new?receipt={paid.movement_id}").content.decode()
    assert str(paid.movement_id) not in shown.replace(f"receipt={paid.movement_id}", "")


def test_it_goes_from_question_to_answer_to_objection(
    connection: Connection, paid: Paid, officials: None
) -> None:
    client = sign_in(connection, paid.member_id)
    number = file(client, paid)
    officer, address = official("junggu"), f"/console/complaints/{number}"
    assert "2019-000001" in officer.get("/console/complaints").content.decode()
    officer.post(address, form(officer.get(address), act="take_up"))
    asked = form(officer.get(address), act="ask", text="영수증의 시각을 알려 주세요.")
    assert officer.post(address, asked).status_code == 302
    own = f"/app/help/complaints/{number}"
    assert "영수증의 시각" in client.get(own).content.decode()
    client.post(own, form(client.get(own), act="add", text="오후 여섯 시입니다."))
    assert "오후 여섯 시" in officer.get(address).content.decode()
    no_outcome = form(officer.get(address), act="answer", text="한 번만 결제되었습니다.")
    assert officer.post(address, no_outcome).status_code == 422
    answer = {**no_outcome, "outcome": "4"}
    assert officer.post(address, answer).status_code == 302
    assert officer.post(address, answer).status_code == 302, "the same form again is one answer"
    late = form(client.get(own), act="add", text="덧붙입니다.")
    client.post(own, late)
    shown = client.get(own).content.decode()
    assert "한 번만 결제되었습니다" in shown
    assert "덧붙입니다" not in shown
    assert "junggu" not in shown, "officials are the office to the member"
    client.post(own, form(client.get(own), act="object", text="그래도 아닌 것 같습니다."))
    states = connection.execute("SELECT state, objected FROM complaint").fetchone()
    assert states == (2, True)
    officer.post(
        address, form(officer.get(address), act="answer", text="다시 보았습니다.", outcome="1")
    )
    assert 'value="object"' not in client.get(own).content.decode(), "one objection"
    told = connection.execute(
        "SELECT kind FROM member_notice WHERE kind LIKE 'complaint%' ORDER BY notice_id"
    ).fetchall()
    kinds = [row[0] for row in told]
    assert kinds == [
        "complaint-taken-up", "complaint-asked-back", "complaint-answered", "complaint-answered",
    ]  # fmt: skip


def test_it_takes_no_objection_after_thirty_days(connection: Connection, paid: Paid) -> None:
    from dure.people.complaint_kinds import Kind, Outcome, Step
    from dure.people.complaints import StepNotNowError, file_complaint, take_step
    from dure.people.fields import installed_sealer

    sealer = installed_sealer()
    number = file_complaint(
        connection, sealer, key=new_key(), member_id=paid.member_id, kind=Kind.OTHER, text=TEXT,
        at_us=BEGUN_US,
    )  # fmt: skip
    take_step(
        connection, sealer, key=new_key(), complaint_id=number, step=Step.ANSWERED,
        at_us=BEGUN_US, official="junggu", text="살펴보았습니다.", outcome=Outcome.NOT,
    )  # fmt: skip

    def object_at(at_us: int) -> None:
        take_step(
            connection, sealer, key=new_key(), complaint_id=number, step=Step.OBJECTED,
            at_us=at_us, text="다시 봐 주세요.",
        )  # fmt: skip

    with pytest.raises(StepNotNowError):
        object_at(BEGUN_US + 30 * DAY_US)
    object_at(BEGUN_US + 30 * DAY_US - 1)


def test_it_shows_complaints_to_the_districts_officials_and_logs_the_reading(
    connection: Connection, paid: Paid, officials: None
) -> None:
    number = file(sign_in(connection, paid.member_id), paid, photos=[picture(60, 40)])
    address = f"/console/complaints/{number}"
    seen = {who: official(who).get(address).status_code for who in ("junggu", "seogu", "bom", ROOT)}
    assert seen == {"junggu": 200, "seogu": 404, "bom": 200, ROOT: 200}
    photo = {
        who: official(who).get(f"{address}/photos/1").status_code for who in ("junggu", "seogu")
    }
    assert photo == {"junggu": 200, "seogu": 404}
    auditor = official("bom")
    assert auditor.post(address, {"act": "take_up"}).status_code == 403
    shown = official("junggu").get(address).content.decode()
    assert "김두레" not in shown
    assert "3000-0001" not in shown
    readers = connection.execute(
        "SELECT official FROM desk_event WHERE act = 'complaint_read' ORDER BY event_id"
    ).fetchall()
    assert readers == [("junggu",), ("bom",), (ROOT,)], "once in a look's time"
    looks = sign_in(connection, paid.member_id).get("/app/help/looks").content.decode()
    assert "민원 열람" in looks
    assert "junggu" not in looks


def test_it_lets_one_of_two_officials_answer(
    connection: Connection, paid: Paid, officials: None
) -> None:
    number = file(sign_in(connection, paid.member_id), paid)
    address = f"/console/complaints/{number}"
    first, second = official("junggu"), official(ROOT)
    pages = [client.get(address) for client in (first, second)]
    statuses = [
        client.post(
            address, form(page, act="answer", text=f"답변 {place} 입니다.", outcome="2")
        ).status_code
        for place, (client, page) in enumerate(zip((first, second), pages, strict=True))
    ]
    assert statuses == [302, 422]


def test_it_stops_who_files_too_many(connection: Connection, paid: Paid) -> None:
    client = sign_in(connection, paid.member_id)
    statuses = []
    for _ in range(13):
        page = client.get("/app/help/complaints/new")
        fields = form(page, kind="5", text=TEXT)
        statuses.append(client.post("/app/help/complaints/new", fields).status_code)
    assert statuses == [302] * 12 + [422]
