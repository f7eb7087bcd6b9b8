"""Takes one message of one connection: answers it, or says what to ask the engine about it.

No sockets and no waiting here. A message passes the same gates in the same order: readable, known
type, signed on, MAC, right content, all fields there, ours to decide; then the engine is asked.
What did not pass the MAC is answered without one: nobody gets a MAC for words of his own.
Note [What may be logged]: nothing of a message's content until all gates are passed, because in a
mutilated message a card number may stand anywhere; then acquirer, terminal and trace number only.
"""

from __future__ import annotations

import time
import traceback

import structlog

from dure.authorization.answers import Answer
from dure.authorization.requests import AnyRequest, CardProof, Inquire
from dure.gateway import answering
from dure.gateway.counts import Counts
from dure.gateway.instants import local_us
from dure.gateway.message_types import (
    MESSAGE_TYPES,
    Kind,
    MessageType,
    find_missing_field,
    is_repeat,
)
from dure.gateway.network_management import SIGN_ON, manage
from dure.gateway.proofs import ChipFinding, Prover
from dure.gateway.reading import (
    Asking,
    check_transaction,
    is_notice_of_refusal,
    read_card,
    read_request,
)
from dure.gateway.response_codes import APPROVED, CODE_BY_REASON, Refusal, RefusedError
from dure.gateway.session import LineKeys, LineKeyStore, Session
from dure.gateway.settings import GatewaySettings
from dure.kernel.cardnetwork.fields import find_bad_field
from dure.kernel.cardnetwork.wire import (
    MessageUnreadableError,
    frame,
    read_message,
    write_message,
)
from dure.kernel.clock import Clock
from dure.kernel.keys import KeyRing

_log = structlog.get_logger("dure.gateway")


class Waiting:
    """A message that waits for the engine: all that is needed to answer it. Shows no content."""

    __slots__ = ("deadline_s", "done", "fields", "finding", "keys", "message_type", "request")

    def __init__(
        self,
        fields: dict[str, str],
        message_type: MessageType,
        keys: LineKeys | None,
        finding: ChipFinding | None,
        request: AnyRequest,
    ) -> None:
        self.fields = fields
        self.message_type = message_type
        self.keys = keys
        self.finding = finding
        self.request = request
        self.deadline_s = 0.0
        self.done = False

    def __repr__(self) -> str:
        return f"<Waiting {self.fields['t']}>"


class Reception:
    """The gates, with the keys and settings that they need; one for all connections."""

    def __init__(
        self,
        ring: KeyRing,
        clock: Clock,
        settings: GatewaySettings | None = None,
        counts: Counts | None = None,
    ) -> None:
        self.settings = settings or GatewaySettings()
        self.counts = counts or Counts()
        self._ring = ring
        self._clock = clock
        self._prover = Prover(
            ring, self.settings.card_keys_max, code_required=self.settings.code_required
        )
        self._line_keys = LineKeyStore(ring)

    def receive(self, session: Session, raw: bytes) -> bytes | Waiting | None:
        """The answer's frame, or what must wait for the engine, or None when nothing is answered.

        Never raises: a fault of ours is logged without content and answered 96.
        """
        try:
            message = read_message(raw)
        except MessageUnreadableError as error:
            self._garbage(session, "unreadable", error.where)
            return None
        fields = message.fields
        message_type = MESSAGE_TYPES.get(fields["t"])
        if message_type is None:
            return self._other_type(session, fields)
        self.counts.messages[fields["t"]] += 1
        keys: LineKeys | None = None
        try:
            keys = self._authenticate(session, fields, message_type, raw)
            return self._pass(session, fields, message_type, keys)
        except RefusedError as error:
            return self._refuse(session, fields, message_type, keys, error)
        except Exception as error:
            self._log_fault(error)
            refusal = answering.refused(fields, message_type.answer, Refusal.FAULT)
            return self._written(refusal, keys)

    def answer(self, session: Session, waiting: Waiting, answer: Answer) -> bytes:
        """The frame that answers a message as the engine decided."""
        if answer.reason:
            self._log_decline(session, waiting, answer)
        fields = answering.answered(
            waiting.fields, waiting.message_type.answer, answer, waiting.finding
        )
        return self._written(fields, waiting.keys)

    def give_up(self, session: Session, waiting: Waiting, refusal: Refusal) -> bytes:
        """The frame for a message that the engine did not answer."""
        error = RefusedError(refusal)
        return self._refuse(
            session, waiting.fields, waiting.message_type, waiting.keys, error, named=True
        )

    def came_late(self, session: Session, waiting: Waiting, answer: Answer) -> None:
        """Notes that the engine decided after the message was answered 91.

        It has effect all the same; the network reverses what it got no answer for.
        """
        self.counts.events["engine_answered_late"] += 1
        _log.warning(
            "engine_answered_late", reason=answer.reason.name, **_names(session, waiting.fields)
        )

    def _authenticate(
        self, session: Session, fields: dict[str, str], message_type: MessageType, raw: bytes
    ) -> LineKeys | None:
        """The keys under which the message was made; None when it need not have a MAC and has none.

        Raises RefusedError.
        """
        signing_on = message_type.kind == Kind.NETWORK and fields.get("70") == SIGN_ON
        if signing_on and "32" not in fields:
            raise RefusedError(Refusal.FIELD_MISSING, "32")
        if not session.signed_on:
            if not signing_on:
                raise RefusedError(Refusal.NOT_SIGNED_ON)
            first = self._line_keys.find(fields["32"])
            if first is None:
                raise RefusedError(Refusal.ACQUIRER_UNKNOWN, "32")
            session.current = first
        elif fields.get("32", session.acquirer) != session.acquirer:
            raise RefusedError(Refusal.ACQUIRER_OF_ANOTHER_LINE, "32")
        place = "128" if "1" in fields else "64"
        if place not in fields:
            if self.settings.mac_required:
                raise RefusedError(Refusal.MAC_MISSING, place)
            return None
        for keys in session.keys(time.monotonic()):
            if keys.mac.is_right(raw):
                return keys
        raise RefusedError(Refusal.MAC_WRONG, place)

    def _pass(
        self,
        session: Session,
        fields: dict[str, str],
        message_type: MessageType,
        keys: LineKeys | None,
    ) -> bytes | Waiting:
        bad = find_bad_field(fields)
        if bad is not None:
            raise RefusedError(Refusal.FIELD_WRONG, bad)
        missing = find_missing_field(fields, message_type)
        if missing is not None:
            raise RefusedError(Refusal.FIELD_MISSING, missing)
        session.strikes = 0
        if message_type.kind == Kind.NETWORK:
            return self._manage(session, fields, message_type, keys)
        return self._decide_what_to_ask(session, fields, message_type, keys)

    def _manage(
        self,
        session: Session,
        fields: dict[str, str],
        message_type: MessageType,
        keys: LineKeys | None,
    ) -> bytes:
        first = session.current
        assert first is not None, "an authenticated session has keys"
        done = manage(session, fields, message_type.answer, first, self._ring)
        _log.info("network_management", code=fields["70"], acquirer=fields.get("32", ""))
        reply = self._written(done.fields, keys)
        if done.fresh is not None:
            session.change_keys(done.fresh, time.monotonic(), self.settings.old_keys_s)
        return reply

    def _decide_what_to_ask(
        self,
        session: Session,
        fields: dict[str, str],
        message_type: MessageType,
        keys: LineKeys | None,
    ) -> bytes | Waiting:
        kind = message_type.kind
        try:
            check_transaction(fields, kind)
            card = read_card(fields)
            if is_notice_of_refusal(fields, kind):
                self.counts.events["notice_of_refusal"] += 1
                reply = answering.echoed(fields, message_type.answer)
                return self._written(reply | {"39": APPROVED}, keys)
            token = self._ring.card_token(card.pan)
            proof, finding = CardProof(expires_yymm=card.expires_yymm), None
            if kind in (Kind.AUTHORIZATION, Kind.FINANCIAL):
                pin_keys = (keys or session.current or _no_keys()).pin
                proof, finding = self._prover.prove(
                    fields, card.pan, token, card.expires_yymm, pin_keys
                )
            now_us = self._clock.now_us()
            request = read_request(fields, Asking(kind, token, proof, now_us, self.settings))
        except RefusedError as error:
            return self._refuse(session, fields, message_type, keys, error, named=True)
        self._note(session, fields, request, now_us, kind)
        return Waiting(fields, message_type, keys, finding, request)

    def _note(
        self,
        session: Session,
        fields: dict[str, str],
        request: AnyRequest,
        now_us: int,
        kind: Kind,
    ) -> None:
        if is_repeat(fields["t"]):
            self.counts.events["repeat"] += 1
        own_time = kind in (Kind.REVERSAL, Kind.REVERSAL_ADVICE) or isinstance(request, Inquire)
        if own_time or request.occurred_at_us != now_us:
            return
        if local_us(fields["13"], fields["12"], now_us) != now_us:
            self.counts.events["clock_skew"] += 1
            _log.info("clock_skew", **_names(session, fields))

    def _garbage(self, session: Session, event: str, where: str) -> None:
        session.strikes += 1
        self.counts.events[event] += 1
        _log.warning(event, connection=session.name, field=where, strikes=session.strikes)

    def _other_type(self, session: Session, fields: dict[str, str]) -> bytes | None:
        """Answers to nothing we asked are left aside; unknown requests are answered 40."""
        text = fields["t"]
        if len(text) != 4 or not text.isdecimal() or text[0] != "0":
            self._garbage(session, "no_message_type", "t")
            return None
        self.counts.messages["other"] += 1
        if int(text[2]) % 2:
            self.counts.events["unasked_answer"] += 1
            session.strikes += 1
            return None
        answer_type = f"{text[:2]}{int(text[2]) + 1}0"
        unknown = MessageType(Kind.NETWORK, answer_type, ())
        error = RefusedError(Refusal.MESSAGE_TYPE_UNKNOWN)
        session.strikes += 1
        return self._refuse(session, {"t": text}, unknown, None, error)

    def _refuse(
        self,
        session: Session,
        fields: dict[str, str],
        message_type: MessageType,
        keys: LineKeys | None,
        error: RefusedError,
        *,
        named: bool = False,
    ) -> bytes:
        refusal = error.refusal
        self.counts.refusals[refusal] += 1
        names = _names(session, fields) if named else {"connection": session.name}
        if refusal in (Refusal.MAC_WRONG, Refusal.MAC_MISSING, Refusal.FIELD_WRONG):
            session.strikes += 1
            _log.warning(
                "refused", reason=refusal.value, field=error.field, type=fields["t"], **names
            )
        else:
            _log.info("refused", reason=refusal.value, field=error.field, type=fields["t"], **names)
        safe = fields
        if not named and error.field:
            safe = {key: value for key, value in fields.items() if key != error.field}
        reply = answering.refused(safe, message_type.answer, refusal, error.field)
        return self._written(reply, keys)

    def _written(self, fields: dict[str, str], keys: LineKeys | None) -> bytes:
        self.counts.answers[fields.get("39", "")] += 1
        if keys is None:
            return frame(write_message(fields))
        return frame(keys.mac.signed(fields))

    def _log_decline(self, session: Session, waiting: Waiting, answer: Answer) -> None:
        _log.info(
            "declined",
            reason=answer.reason.name,
            code=CODE_BY_REASON[answer.reason],
            type=waiting.fields["t"],
            key=answer.key.hex(),
            **_names(session, waiting.fields),
        )

    def _log_fault(self, error: Exception) -> None:
        """Where it happened and of what type; never its text, which may hold content."""
        self.counts.events["fault"] += 1
        last = traceback.extract_tb(error.__traceback__)[-1]
        _log.error("fault", type=type(error).__name__, place=f"{last.filename}:{last.lineno}")


def _names(session: Session, fields: dict[str, str]) -> dict[str, str]:
    return {
        "connection": session.name,
        "acquirer": session.acquirer,
        "terminal": fields["41"],
        "trace": fields["11"],
    }


def _no_keys() -> LineKeys:
    raise RefusedError(Refusal.NOT_SIGNED_ON)
