"""The log of steps: each entry hashed over the one before, signed by who acted, and checked.

See Note [Chain of steps] in 0012_rulebook.sql. Whoever knows one hash of the chain, published on
any day, can later tell whether an entry up to it was changed, taken out or put in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dure.rulebook.deciding import refusal_of
from dure.rulebook.lives import Rulebook
from dure.rulebook.steps import Act, Step

_FORM: Final = "dure rulebook log 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the log, as table rulebook_log has it; `step` may be a word nobody knows."""

    number: int
    step: str
    rule: str | None
    version: int | None
    sha256: str | None
    by: str
    at_us: int
    recorded_at_us: int
    content: str
    public_key: bytes
    previous_hash: bytes | None
    hash: bytes = b""
    signature: bytes = b""

    def act(self) -> Act:
        """The step that was taken. Raises ValueError when it does not read."""
        content = json.loads(self.content)
        if not isinstance(content, dict):
            raise ValueError("the content is no JSON object")
        return Act(
            step=Step(self.step),
            by=self.by,
            at_us=self.at_us,
            rule=self.rule or "",
            version=self.version or 0,
            sha256=self.sha256 or "",
            content=content,
        )


class LogUnreadableError(Exception):
    """An entry does not read: the log was changed, or written by a newer program."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"기록 {number}을(를) 읽을 수 없습니다. 'dure policy log --verify'로 확인하세요. / "
            f"entry {number} does not read; see 'dure policy log --verify'"
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an entry, or with the whole log where `entry` is None."""

    entry: int | None
    ko: str
    en: str


def hash_of(entry: Entry) -> bytes:
    """SHA-256 over every column but the hash itself and the signature, in one written form."""
    columns = [
        _FORM,
        entry.number,
        entry.step,
        entry.rule,
        entry.version,
        entry.sha256,
        entry.by,
        entry.at_us,
        entry.recorded_at_us,
        entry.content,
        entry.public_key.hex(),
        None if entry.previous_hash is None else entry.previous_hash.hex(),
    ]
    text = json.dumps(columns, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def content_text(content: Mapping[str, object]) -> str:
    """A content in the form in which it is stored and hashed."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def next_entry(act: Act, last: Entry | None, key: Ed25519PrivateKey, recorded_at_us: int) -> Entry:
    """The signed entry that puts an act behind the last one."""
    entry = Entry(
        number=last.number + 1 if last else 1,
        step=act.step.value,
        rule=act.rule or None,
        version=act.version or None,
        sha256=act.sha256 or None,
        by=act.by,
        at_us=act.at_us,
        recorded_at_us=recorded_at_us,
        content=content_text(act.content),
        public_key=key.public_key().public_bytes_raw(),
        previous_hash=last.hash if last else None,
    )
    digest = hash_of(entry)
    return replace(entry, hash=digest, signature=key.sign(digest))


def replay(entries: Iterable[Entry]) -> Rulebook:
    """The rulebook after all entries, as they stand. Raises LogUnreadableError."""
    book = Rulebook()
    for entry in entries:
        try:
            book.apply(entry.act())
        except (ValueError, LookupError, TypeError) as error:
            raise LogUnreadableError(entry.number) from error
    return book


def check_log(entries: Iterable[Entry], heads: Iterable[bytes] = ()) -> list[Fault]:
    """Everything that is wrong: numbers, hashes, the chain, signatures, keys, and steps that were
    not allowed. `heads` are hashes that were published once and must be in the chain.
    """
    faults: list[Fault] = []
    book: Rulebook | None = Rulebook()
    last: Entry | None = None
    hashes = set()
    for entry in entries:
        faults += _of_the_chain(entry, last)
        if not _is_signed(entry):
            faults.append(_fault(entry, "서명이 맞지 않습니다", "the signature does not fit"))
        if book is not None:
            try:
                faults += _of_the_step(book, entry)
            except (ValueError, LookupError, TypeError) as error:
                # What follows is judged by what came before; from here on nothing can be.
                book = None
                ko, en = f"읽을 수 없는 기록입니다({error})", f"it does not read ({error})"
                faults.append(_fault(entry, ko, en))
        hashes.add(entry.hash)
        last = entry
    for head in heads:
        if head not in hashes:
            text = head.hex()
            ko = f"공개된 해시 {text}이(가) 기록에 없습니다"
            faults.append(Fault(None, ko, f"the published hash {text} is not in the log"))
    return faults


def _of_the_chain(entry: Entry, last: Entry | None) -> list[Fault]:
    faults = []
    if entry.number != (last.number + 1 if last else 1):
        faults.append(_fault(entry, "앞 기록이 빠졌습니다", "an entry before it is missing"))
    if entry.previous_hash != (last.hash if last else None):
        ko, en = (
            "앞 기록의 해시와 이어지지 않습니다",
            "it does not follow the hash of the one before",
        )
        faults.append(_fault(entry, ko, en))
    if hash_of(entry) != entry.hash:
        ko, en = "내용이 해시와 다릅니다", "its columns are not what its hash says"
        faults.append(_fault(entry, ko, en))
    return faults


def _is_signed(entry: Entry) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(entry.public_key)
        key.verify(entry.signature, entry.hash)
    except (InvalidSignature, ValueError):
        return False
    return True


def _of_the_step(book: Rulebook, entry: Entry) -> list[Fault]:
    """What is wrong with step and key; applies the step to the book.

    Raises ValueError, LookupError or TypeError for an entry that does not read.
    """
    act = entry.act()
    refusal = refusal_of(book, act)
    faults = [] if refusal is None else [_fault(entry, refusal.korean, refusal.english)]
    book.apply(act)
    official = book.officials.get(entry.by)
    if official is None or official.public_key != entry.public_key:
        ko, en = f"'{entry.by}'의 서명키가 아닙니다", f"the key is not that of '{entry.by}'"
        faults.append(_fault(entry, ko, en))
    return faults


def _fault(entry: Entry, ko: str, en: str) -> Fault:
    return Fault(entry.number, f"기록 {entry.number}: {ko}", f"entry {entry.number}: {en}")
