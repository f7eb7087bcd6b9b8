"""0800: sign-on, sign-off, echo and key exchange, by field 70."""

from __future__ import annotations

from typing import NamedTuple

from dure.gateway.answering import echoed
from dure.gateway.response_codes import APPROVED, Refusal, RefusedError
from dure.gateway.session import LineKeys, Session
from dure.kernel.cardnetwork.session_keys import SessionKeys, fresh_session_keys, wrapped
from dure.kernel.keys import KeyRing, exchange_key_of

SIGN_ON = "001"
SIGN_OFF = "002"
KEY_EXCHANGE = "101"
ECHO = "301"


class Management(NamedTuple):
    """The answer to an 0800, and the keys that hold from the moment it is sent."""

    fields: dict[str, str]
    fresh: SessionKeys | None = None


def manage(
    session: Session, fields: dict[str, str], answer_type: str, keys: LineKeys, ring: KeyRing
) -> Management:
    """Does what field 70 asks. Raises RefusedError.

    Fresh keys are made at every key exchange, also at a repeat of it: the last answer holds.
    """
    reply = echoed(fields, answer_type)
    reply["39"] = APPROVED
    match fields["70"]:
        case "001":
            session.sign_on(fields["32"], keys)
        case "002":
            session.sign_off()
        case "301":
            pass
        case "101":
            if not session.signed_on:
                raise RefusedError(Refusal.NOT_SIGNED_ON)
            fresh = fresh_session_keys()
            reply["48"] = wrapped(ring.key(exchange_key_of(session.acquirer)), fresh)
            return Management(reply, fresh)
        case _:
            raise RefusedError(Refusal.NETWORK_CODE_UNKNOWN, "70")
    return Management(reply)
