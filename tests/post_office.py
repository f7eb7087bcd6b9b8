"""A mail server on the loopback, for tests: speaks SMTP within TLS, well or badly."""

from __future__ import annotations

import base64
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "city", "a password of the test"
_SAID: Final = {
    "EHLO": b"250-post\r\n250 AUTH PLAIN", "AUTH": b"235 welcome", "MAIL": b"250 sender",
    "RCPT": b"250 receiver", "DATA": b"354 go on", ".": b"250 taken", "QUIT": b"221 bye",
    "RSET": b"250 forgotten",
}  # fmt: skip


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes letters; `odd` says what it answers to a command instead, each time one of the list.

    None in the list hangs up; "silent" says nothing before the office closes.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.certificate = folder / "post.pem"
        _write_certificate(self.certificate)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate)
        self.where = f"127.0.0.1:{self.server_address[1]}"
        self.odd: dict[str, list[bytes | None]] = {}
        self.letters: list[EmailMessage] = []
        self.shown: list[str] = []
        self.visits = 0
        self.closes = threading.Event()

    def answer_to(self, command: str) -> bytes | None:
        """What is answered to a command this time."""
        left = self.odd.get(command)
        return left.pop(0) if left else _SAID.get(command, b"502 what?")


class _Counter(socketserver.BaseRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self.server.visits += 1
        try:
            with self.server.context.wrap_socket(self.request, server_side=True) as line:
                self._serve(line)
        except OSError:
            return  # Whoever called has hung up.

    def _serve(self, line: ssl.SSLSocket) -> None:
        line.sendall(b"220 post office\r\n")
        heard = line.makefile("rb")
        for spoken in heard:
            command = spoken.split()[0].decode().upper()
            if command == "AUTH":
                self.server.shown.append(base64.b64decode(spoken.split()[2]).decode())
            if not self._say(line, command):
                return
            if command == "DATA":
                body = b"".join(iter(heard.readline, b".\r\n"))
                if not self._say(line, "."):
                    return
                letter = message_from_bytes(body, policy=policy.default)
                assert isinstance(letter, EmailMessage)
                self.server.letters.append(letter)
            if command == "QUIT":
                return

    def _say(self, line: ssl.SSLSocket, command: str) -> bool:
        """Answers; False where the conversation is over, or the command was not taken."""
        said = self.server.answer_to(command)
        if said == b"silent":
            self.server.closes.wait(30)
            return False
        if said is None:
            return False
        line.sendall(said + b"\r\n")
        return command != "." or said.startswith(b"2")


def _write_certificate(path: Path) -> None:
    """A certificate of 127.0.0.1 that signs itself, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "post office of the tests")]
    )  # fmt: skip
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))


@contextmanager
def open_post_office(folder: Path) -> Iterator[PostOffice]:
    """A post office that takes letters until the end of the block."""
    office = PostOffice(folder)
    thread = threading.Thread(target=office.serve_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        office.closes.set()
        office.shutdown()
        thread.join()
        office.server_close()
