"""Letters by SMTP: taken by a real server on the loopback, refused, late; the citizen is told."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dure.people.mail import MailSilentError, SmtpPost, mail_post
from tests.citizens import join, sign_in
from tests.engines import RunningEngine
from tests.joining import new_browser, place_of, wrong_code
from tests.post_office import PASSWORD, USER, PostOffice, open_post_office
from tests.web.conftest import Connection

SENDER = "인천e음 시험 <no-reply@city.example>"
TO = "ann@example.com"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    with open_post_office(tmp_path) as opened:
        monkeypatch.setenv("SSL_CERT_FILE", str(opened.certificate))
        yield opened


@pytest.fixture
def installed(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    """The office as the installation's own, as its variables name it."""
    monkeypatch.setenv("DURE_SMTP", office.where)
    monkeypatch.setenv("DURE_MAIL_FROM", SENDER)
    return office


def send(post: SmtpPost, key: str = "code:1:1") -> None:
    post.send(address=TO, subject="[두레] 인증번호", text="인증번호 285714.", key=key)


def test_it_hands_a_letter_to_a_mail_server(office: PostOffice) -> None:
    post = SmtpPost(office.where, SENDER, user=USER, password=PASSWORD)
    send(post)
    (letter,) = office.letters
    assert (letter["To"], letter["Subject"]) == (TO, "[두레] 인증번호")
    assert str(letter["From"]) == SENDER
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"]
    assert letter.get_content().strip() == "인증번호 285714."
    assert office.shown == [f"\0{USER}\0{PASSWORD}"]
    send(post)
    send(post, "code:1:2")
    names = [each["Message-ID"] for each in office.letters]
    assert names[0] == names[1] != names[2]
    assert all(re.fullmatch(r"<[0-9a-f]{32}@city\.example>", name) for name in names)


@pytest.mark.parametrize(
    ("odd", "taken", "visits"),
    [
        ({"EHLO": [None]}, 1, 2),
        ({"RCPT": [b"450 busy"]}, 1, 2),
        ({".": [b"451 later"]}, 1, 2),
        ({".": [None]}, 1, 2),
        ({"QUIT": [b"451 odd"]}, 1, 1),
        ({"QUIT": [None]}, 1, 1),
        ({"RCPT": [b"450 busy", b"450 busy"]}, 0, 2),
        ({"RCPT": [b"550 no such mailbox"]}, 0, 1),
        ({"MAIL": [b"553 not yours"]}, 0, 1),
        ({".": [b"554 no"]}, 0, 1),
        ({"AUTH": [b"535 who?"]}, 0, 1),
    ],
)
def test_it_tries_once_more_where_that_can_help(
    office: PostOffice, odd: dict[str, list[bytes | None]], taken: int, visits: int
) -> None:
    office.odd = odd
    post = SmtpPost(office.where, SENDER, user=USER, password=PASSWORD)
    if taken:
        send(post)
    else:
        with pytest.raises(MailSilentError):
            send(post)
    assert (len(office.letters), office.visits) == (taken, visits)


@pytest.mark.parametrize("command", ["EHLO", "RCPT", "."])
def test_it_waits_for_no_late_server(office: PostOffice, command: str) -> None:
    office.odd = {command: [b"silent", b"silent"]}
    began_s = time.monotonic()
    with pytest.raises(MailSilentError):
        send(SmtpPost(office.where, SENDER, patience_s=0.3))
    assert time.monotonic() - began_s < 10
    assert office.letters == []


def test_it_gives_no_letter_to_a_server_that_is_not_the_one_it_names(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailSilentError, match="SSLCertVerificationError"):
        send(SmtpPost(office.where, SENDER))
    port = office.where.partition(":")[2]
    monkeypatch.setenv("SSL_CERT_FILE", str(office.certificate))
    with pytest.raises(MailSilentError, match="SSLCertVerificationError"):
        send(SmtpPost(f"localhost:{port}", SENDER))
    assert office.letters == []


def test_it_sends_nothing_where_nobody_is_named_as_the_sender(
    office: PostOffice, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DURE_SMTP", office.where)
    monkeypatch.delenv("DURE_MAIL_FROM", raising=False)
    with pytest.raises(MailSilentError):
        mail_post(connection).send(address=TO, subject="s", text="t", key="k")
    assert office.visits == 0


def test_it_tells_the_citizen_that_a_letter_was_not_taken_and_sends_it_again(
    city: RunningEngine, connection: Connection, installed: PostOffice
) -> None:
    installed.odd = {"RCPT": [b"451 later"] * 2}
    client = sign_in(connection, join(city, connection).member_id)
    page = client.post("/app/settings/mail", {"to": TO}, follow=True).content.decode()
    assert "메일 서버가 편지를 받지 않았습니다" in page
    connection.execute("UPDATE way_in SET sent_at_us = sent_at_us - 31000000")
    page = client.post("/app/sign-in/code/again", follow=True).content.decode()
    assert "메일 서버가" not in page
    (letter,) = installed.letters
    found = re.search(r"[0-9]{6}", letter.get_content())
    assert found
    wrong = client.post("/app/sign-in/code", {"code": wrong_code(found[0])}).content.decode()
    assert "번호가 맞지 않습니다" in wrong
    assert place_of(client.post("/app/sign-in/code", {"code": found[0]})) == (
        "/app/settings/address/proven"
    )


def test_it_says_the_same_of_a_letter_to_nobody_s_address(
    city: RunningEngine, connection: Connection, installed: PostOffice
) -> None:
    installed.odd = {"RCPT": [b"550 no such mailbox"]}
    page = new_browser().post("/app/sign-in", {"to": TO, "by": "mail"}, follow=True)
    assert "메일 서버가 편지를 받지 않았습니다" in page.content.decode()
    taken = new_browser().post("/app/sign-in", {"to": TO, "by": "mail"}, follow=True)
    assert "메일 서버가" not in taken.content.decode()
