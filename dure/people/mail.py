"""E-mail: what the house needs of a post, the real one behind SMTP, and a simulated one."""

from __future__ import annotations

import os
import re
import smtplib
from email.message import EmailMessage
from typing import Any, Final, NamedTuple, Protocol

from psycopg import Connection

from dure.kernel.database.home import home_directory
from dure.people.members import PersonalDataWrongError
from dure.people.sms import has_demo_keys
from dure.people.tries import machine_now_us

ADDRESS_CHARACTERS_MAX: Final = 254
"""RFC 5321, section 4.5.3.1.3, without the angle brackets."""
SMTP_VARIABLE: Final = "DURE_SMTP"
SENDER_VARIABLE: Final = "DURE_MAIL_FROM"
_PATIENCE_S: Final = 10.0
_ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\[\\\]]{1,64}@[^\s@<>\"(),:;\[\\\]]+\.[^\s@.]{2,}")
_SHOWN_MAX: Final = 20


class MailSilentError(Exception):
    """The post did not take the letter. Send it again with the same key."""


class MailPost(Protocol):
    """Something that carries letters by e-mail."""

    def send(self, *, address: str, subject: str, text: str, key: str) -> None:
        """Hands a letter over; the same key twice is one letter where the post can know it.

        Raises MailSilentError when the post does not take it.
        """
        ...


class ReceivedLetter(NamedTuple):
    """A letter in a mailbox; `arrived_at_us` is of the machine's clock."""

    subject: str
    text: str
    arrived_at_us: int


class SimulatedPost:
    """A post in the schema mail_simulator: what is sent lies in the mailbox at once."""

    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def send(self, *, address: str, subject: str, text: str, key: str) -> None:
        """Takes a letter as `MailPost.send` says."""
        self._connection.execute(
            "INSERT INTO mail_simulator.message (key, address, subject, text, arrived_at_us) "
            "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING",
            (key, normal_mail(address), subject, text, machine_now_us()),
        )

    def received(self, address: str) -> list[ReceivedLetter]:
        """What lies in a mailbox, the newest first. Raises PersonalDataWrongError."""
        rows = self._connection.execute(
            "SELECT subject, text, arrived_at_us FROM mail_simulator.message WHERE address = %s "
            "ORDER BY message_id DESC LIMIT %s",
            (normal_mail(address), _SHOWN_MAX),
        ).fetchall()
        return [ReceivedLetter(*row) for row in rows]


class SmtpPost:
    """A mail server that takes letters by SMTP with TLS (RFC 8314); `where` is host:port."""

    def __init__(self, where: str, sender: str) -> None:
        host, _, port = where.partition(":")
        self._host, self._port, self._sender = host, int(port or "465"), sender

    def send(self, *, address: str, subject: str, text: str, key: str) -> None:
        """Takes a letter as `MailPost.send` says; a repeat of a key is sent again."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, address, subject
        letter.set_content(text)
        try:
            with smtplib.SMTP_SSL(self._host, self._port, timeout=_PATIENCE_S) as server:
                server.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            raise MailSilentError(type(error).__name__) from error


class NoPost:
    """Where no post is connected: nothing is sent, and every sender is told."""

    def send(self, *, address: str, subject: str, text: str, key: str) -> None:
        """Raises MailSilentError, always."""
        raise MailSilentError("no mail server is connected to this installation")


def mail_post(connection: Connection[Any]) -> MailPost:
    """The post of this installation: the server that DURE_SMTP names; without it, where the key
    ring is a demo's, the simulated one."""
    where = os.environ.get(SMTP_VARIABLE)
    if where:
        return SmtpPost(where, os.environ.get(SENDER_VARIABLE, ""))
    return SimulatedPost(connection) if has_demo_keys(home_directory()) else NoPost()


def normal_mail(address: str) -> str:
    """An e-mail address without spaces around it, its letters small; raises
    PersonalDataWrongError for what cannot be one."""
    plain = address.strip().lower()
    if len(plain) > ADDRESS_CHARACTERS_MAX or not _ADDRESS.fullmatch(plain):
        raise PersonalDataWrongError("mail")
    return plain
