"""Passkeys of members (W3C Web Authentication Level 2): added, shown, and taken away again.

A challenge is signed by us, says for what and until when it holds, and is answered once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from psycopg import Connection
from psycopg.errors import UniqueViolation

from dure.people.sealing import Sealer
from dure.people.tries import MINUTE_US, machine_now_us

PASSKEYS_MAX: Final = 10
"""As many as one member may have at a time."""
NAME_CHARACTERS_MAX: Final = 40
ANSWER_CHARACTERS_MAX: Final = 20_000
_VALID_US: Final = 5 * MINUTE_US
_NONCE_BYTES: Final = 16
_TIME_BYTES: Final = 8
_PURPOSE: Final = "passkey.challenge"
_REQUIRED: Final = UserVerificationRequirement.REQUIRED
_MALFORMED: Final = (
    ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, struct.error,
)  # fmt: skip
"""What comes of an answer that is none: JSON, CBOR and keys of the wrong shape, or far too deep."""


class PasskeyRefusedError(Exception):
    """What the browser sent is no answer of this member's passkey to a challenge of ours."""


class TooManyPasskeysError(Exception):
    """The member has as many as one may have."""


class Passkey(NamedTuple):
    """A passkey as its member sees it; instants are of the machine's clock."""

    passkey_id: int
    name: str
    added_at_us: int
    used_at_us: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys hold: the host name, and the origin that the browser must name."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class ChallengeFor:
    """What a challenge is for: "sign-in", "proof" or "add", and in which session (0: in none)."""

    purpose: str
    session_id: int = 0


def options_to_add(
    connection: Connection[Any],
    sealer: Sealer,
    place: Place,
    *,
    member_id: int,
    public_id: UUID,
    name: str,
    session_id: int,
) -> str:
    """What navigator.credentials.create wants, as JSON (PublicKeyCredentialCreationOptionsJSON)."""
    user = PublicKeyCredentialUserEntity(id=public_id.bytes, name=name, display_name=name)
    options, _ = _server(place).register_begin(
        user,
        _descriptors(connection, member_id),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_REQUIRED,
        challenge=_new_challenge(sealer, ChallengeFor("add", session_id)),
    )
    return json.dumps(dict(options)["publicKey"])


def add_passkey(
    connection: Connection[Any],
    sealer: Sealer,
    place: Place,
    *,
    member_id: int,
    session_id: int,
    answer: str,
    name: str,
) -> None:
    """Keeps the passkey that the browser has made.

    Raises PasskeyRefusedError, TooManyPasskeysError.
    """
    if len(passkeys_of(connection, member_id)) >= PASSKEYS_MAX:
        raise TooManyPasskeysError
    told = _read(answer)
    try:
        response = RegistrationResponse.from_dict(told)
        challenge = response.response.client_data.challenge
        state = _answered(connection, sealer, challenge, ChallengeFor("add", session_id))
        made = _server(place).register_complete(state, response)
        kept = made.credential_data
    except _MALFORMED as error:
        raise PasskeyRefusedError(str(error)) from error
    if kept is None:
        raise PasskeyRefusedError("no credential")
    try:
        connection.execute(
            "INSERT INTO passkey (member_id, credential_id, public_key, sign_count, name, "
            "added_at_us) VALUES (%s, %s, %s, %s, %s, %s)",
            (
                member_id, kept.credential_id, bytes(kept), made.counter,
                name[:NAME_CHARACTERS_MAX], machine_now_us(),
            ),
        )  # fmt: skip
    except UniqueViolation as error:
        raise PasskeyRefusedError("this passkey is known already") from error


def options_to_show(
    connection: Connection[Any],
    sealer: Sealer,
    place: Place,
    asked_for: ChallengeFor,
    member_id: int | None = None,
) -> str:
    """What navigator.credentials.get wants, as JSON (PublicKeyCredentialRequestOptionsJSON).

    With a member only that member's passkeys; without, whichever the telephone has for this host.
    """
    known = None if member_id is None else _descriptors(connection, member_id)
    options, _ = _server(place).authenticate_begin(
        known, user_verification=_REQUIRED, challenge=_new_challenge(sealer, asked_for)
    )
    return json.dumps(dict(options)["publicKey"])


def check_passkey(
    connection: Connection[Any], sealer: Sealer, place: Place, asked_for: ChallengeFor, answer: str
) -> int:
    """The number of the member whose passkey answered a challenge; raises PasskeyRefusedError.

    An answer counts once. A counter that has not grown means that the passkey was copied.
    """
    told = _read(answer)
    try:
        response = AuthenticationResponse.from_dict(told)
        challenge = response.response.client_data.challenge
        state = _answered(connection, sealer, challenge, asked_for)
        row = connection.execute(
            "SELECT passkey_id, member_id, public_key FROM passkey JOIN member USING (member_id) "
            "WHERE credential_id = %s AND status = 2",
            (response.raw_id,),
        ).fetchone()
        if row is None:
            raise PasskeyRefusedError("no such passkey")
        key = AttestedCredentialData(bytes(row[2]))
        _server(place).authenticate_complete(state, [key], response)
    except _MALFORMED as error:
        raise PasskeyRefusedError(str(error)) from error
    counter = response.response.authenticator_data.counter
    cursor = connection.execute(
        "UPDATE passkey SET sign_count = %(count)s, used_at_us = %(now)s "
        "WHERE passkey_id = %(key)s "
        "AND (sign_count < %(count)s OR (sign_count = 0 AND %(count)s = 0))",
        {"count": counter, "now": machine_now_us(), "key": row[0]},
    )
    if cursor.rowcount != 1:
        raise PasskeyRefusedError("the counter has not grown")
    return int(row[1])


def passkeys_of(connection: Connection[Any], member_id: int) -> list[Passkey]:
    """The member's passkeys, the oldest first."""
    rows = connection.execute(
        "SELECT passkey_id, name, added_at_us, used_at_us FROM passkey WHERE member_id = %s "
        "ORDER BY passkey_id",
        (member_id,),
    ).fetchall()
    return [Passkey(*row) for row in rows]


def remove_passkey(connection: Connection[Any], *, member_id: int, passkey_id: int) -> bool:
    """Takes a passkey away; whether it was there."""
    cursor = connection.execute(
        "DELETE FROM passkey WHERE member_id = %s AND passkey_id = %s", (member_id, passkey_id)
    )
    return cursor.rowcount == 1


def _server(place: Place) -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(id=place.host, name="Dure")
    return Fido2Server(entity, verify_origin=lambda origin: origin == place.origin)


def _descriptors(
    connection: Connection[Any], member_id: int
) -> list[PublicKeyCredentialDescriptor]:
    rows = connection.execute(
        "SELECT credential_id FROM passkey WHERE member_id = %s", (member_id,)
    ).fetchall()
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=bytes(row[0])) for row in rows]


def _new_challenge(sealer: Sealer, asked_for: ChallengeFor) -> bytes:
    head = secrets.token_bytes(_NONCE_BYTES) + machine_now_us().to_bytes(_TIME_BYTES, "big")
    return head + _signed(sealer, asked_for, head)


def _signed(sealer: Sealer, asked_for: ChallengeFor, head: bytes) -> bytes:
    return sealer.index(f"{asked_for.purpose}:{asked_for.session_id}:{head.hex()}", _PURPOSE)


def _answered(
    connection: Connection[Any], sealer: Sealer, challenge: bytes, asked_for: ChallengeFor
) -> Mapping[str, str]:
    """The library's state of a challenge that is ours, not too old, and answered for the first
    time; raises PasskeyRefusedError."""
    head, signature = (
        challenge[: _NONCE_BYTES + _TIME_BYTES],
        challenge[_NONCE_BYTES + _TIME_BYTES :],
    )
    if not hmac.compare_digest(signature, _signed(sealer, asked_for, head)):
        raise PasskeyRefusedError("this challenge is not ours")
    now_us = machine_now_us()
    if now_us - int.from_bytes(head[_NONCE_BYTES:], "big") > _VALID_US:
        raise PasskeyRefusedError("this challenge is too old")
    cursor = connection.execute(
        "INSERT INTO answered_challenge VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (hashlib.sha256(challenge).digest(), now_us),
    )
    if cursor.rowcount != 1:
        raise PasskeyRefusedError("this challenge was answered before")
    return {"challenge": websafe_encode(challenge), "user_verification": _REQUIRED}


def _read(answer: str) -> Mapping[str, Any]:
    """The JSON of the browser's PublicKeyCredential; raises PasskeyRefusedError."""
    if len(answer) > ANSWER_CHARACTERS_MAX:
        raise PasskeyRefusedError("too long")
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise PasskeyRefusedError("no JSON") from error
    if not isinstance(told, dict):
        raise PasskeyRefusedError("no object")
    return told
