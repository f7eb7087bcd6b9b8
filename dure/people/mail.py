"""E-mail: what the house needs of a post, the real one behind SMTP, and a simulated one."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import smtplib
import ssl
import time
from contextlib import suppress
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from typing import Any, Final, NamedTuple, Protocol

from psycopg import Connection

from dure.kernel.database.home import home_directory
from dure.people.members import PersonalDataWrongError
from dure.people.sms import has_demo_keys
from dure.people.tries import machine_now_us

log = logging.getLogger(__name__)

ADDRESS_CHARACTERS_MAX: Final = 254
"""RFC 5321, section 4.5.3.1.3, without the angle brackets."""
SMTP_VARIABLE: Final = "DURE_SMTP"
SENDER_VARIABLE: Final = "DURE_MAIL_FROM"
USER_VARIABLE: Final = "DURE_SMTP_USER"
PASSWORD_VARIABLE: Final = "DURE_SMTP_PASSWORD"
PATIENCE_S: Final = 10.0
"""So long somebody waits for the page that follows a letter."""
_SUBMISSIONS_PORT: Final = 465
_NOT: Final = r"\s\x00-\x1f\x7f@<>\"(),:;\[\\\]"
"""What stands in no address that we write to: spaces, control characters, and what a header means
something by (RFC 5322, 3.2.3)."""
_ADDRESS: Final = re.compile(rf"[^{_NOT}]{{1,64}}@[^{_NOT}]+\.[^{_NOT}.]{{2,}}")
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
    """A mail server that takes letters by SMTP with TLS (RFC 8314); `where` is host:port.

    `user` and `password` are shown where the server wants to know who sends (RFC 4954).
    """

    def __init__(
        self,
        where: str,
        sender: str,
        *,
        user: str = "",
        password: str = "",
        patience_s: float = PATIENCE_S,
    ) -> None:
        host, colon, port = where.rpartition(":")
        self._host, self._port = (host, int(port)) if colon else (where, _SUBMISSIONS_PORT)
        self._sender, self._user, self._password = sender, user, password
        self._domain = parseaddr(sender)[1].rpartition("@")[2]
        self._patience_s = patience_s

    def send(self, *, address: str, subject: str, text: str, key: str) -> None:
        """Takes a letter as `MailPost.send` says.

        A server that hung up or was busy (RFC 5321, 4.2.1: 4yz) is asked once more, for at most
        the patience in all. A repeat of a key has the same Message-ID, by which readers know it.
        """
        letter = self._letter(address, subject, text, key)
        ends_at_s = time.monotonic() + self._patience_s
        try:
            try:
                self._hand_over(letter, ends_at_s)
            except (smtplib.SMTPException, ConnectionError) as error:
                if not _may_help_again(error):
                    raise
                self._hand_over(letter, ends_at_s)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("The mail server took no letter: %s", type(error).__name__)
            raise MailSilentError(type(error).__name__) from error

    def _letter(self, address: str, subject: str, text: str, key: str) -> EmailMessage:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, address, subject
        letter["Date"] = formatdate()
        known = hashlib.sha256(f"{key}\0{address}".encode()).hexdigest()[:32]
        letter["Message-ID"] = f"<{known}@{self._domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it.
        letter.set_content(text)
        return letter

    def _hand_over(self, letter: EmailMessage, ends_at_s: float) -> None:
        server = _BoundedServer(self._host, self._port, self._domain, ends_at_s)
        try:
            if self._user:
                server.login(self._user, self._password)
            server.send_message(letter)
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
        finally:
            server.close()


class _BoundedServer(smtplib.SMTP_SSL):
    """A connection on which all answers together come before an instant of the monotonic clock.

    The server shows a certificate of its name: the library's own default believes any.
    """

    def __init__(self, host: str, port: int, own_name: str, ends_at_s: float) -> None:
        self._ends_at_s = ends_at_s
        context = ssl.create_default_context()
        super().__init__(
            host, port, local_hostname=own_name, timeout=self._left_s(), context=context
        )

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is not None:
            self.sock.settimeout(self._left_s())
        return super().getreply()

    def _left_s(self) -> float:
        return max(0.001, self._ends_at_s - time.monotonic())


def _may_help_again(error: Exception) -> bool:
    """Whether the same letter may be taken when it is brought once more."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _said in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return isinstance(error, (smtplib.SMTPServerDisconnected, ConnectionError))


class NoPost:
    """Where no post is connected: nothing is sent, and every sender is told."""

    def send(self, *, address: str, subject: str, text: str, key: str) -> None:
        """Raises MailSilentError, always."""
        raise MailSilentError("no mail server is connected to this installation")


def mail_post(connection: Connection[Any]) -> MailPost:
    """The post of this installation: the server that DURE_SMTP names, for which DURE_MAIL_FROM
    sends; without one, where the key ring is a demo's, the simulated one."""
    where, sender = os.environ.get(SMTP_VARIABLE), os.environ.get(SENDER_VARIABLE)
    if where and sender:
        return SmtpPost(
            where,
            sender,
            user=os.environ.get(USER_VARIABLE, ""),
            password=os.environ.get(PASSWORD_VARIABLE, ""),
        )
    if where:
        log.warning("%s is set and %s is not: no letter is sent", SMTP_VARIABLE, SENDER_VARIABLE)
        return NoPost()
    return SimulatedPost(connection) if has_demo_keys(home_directory()) else NoPost()


def normal_mail(address: str) -> str:
    """An e-mail address without spaces around it, its letters small; raises
    PersonalDataWrongError for what cannot be one."""
    plain = address.strip().lower()
    if len(plain) > ADDRESS_CHARACTERS_MAX or not _ADDRESS.fullmatch(plain):
        raise PersonalDataWrongError("mail")
    return plain
