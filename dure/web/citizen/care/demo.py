"""What a demo city has to care for: a minor with a guardian, and a complaint that waits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from psycopg import Connection

from dure.people.complaint_kinds import Kind
from dure.people.complaints import file_complaint
from dure.people.guardians import (
    AlreadyGuardianError,
    GuardiansFullError,
    GuardianTooYoungError,
    NotAMinorError,
    link_guardian,
)
from dure.people.sealing import Sealer

_GUARDIAN, _MINOR = "010-0000-1001", "010-0000-1003"
_PAPERS: Final = "시연용 서류"
_COMPLAINT: Final = (
    "가게에서 지역화폐 카드는 받지 않는다고 했습니다. 가맹점 표지가 붙어 있었습니다. 확인해 주세요."
)


def prepare_care(
    connection: Connection[Any],
    sealer: Sealer,
    citizens: Mapping[str, Mapping[str, Any]],
    at_us: int,
) -> None:
    """Links the demo's minor to a guardian and files a complaint, once.

    `citizens` maps telephone numbers of demo citizens to what is kept of them.
    """
    guardian, minor = citizens.get(_GUARDIAN), citizens.get(_MINOR)
    if guardian is None:
        return
    member_id = int(guardian["member_id"])
    file_complaint(
        connection, sealer, key=_key(member_id, "complaint"), member_id=member_id, kind=Kind.SHOP,
        text=_COMPLAINT, at_us=at_us,
    )  # fmt: skip
    if minor is None:
        return
    minor_id = int(minor["member_id"])
    try:
        link_guardian(
            connection, key=_key(minor_id, "guardian"), guardian_id=member_id, minor_id=minor_id,
            papers=_PAPERS, official="demo", at_us=at_us,
        )  # fmt: skip
    except (NotAMinorError, GuardianTooYoungError, AlreadyGuardianError, GuardiansFullError):
        return  # In a city of today the demo's youngest is of age.


def _key(member_id: int, word: str) -> bytes:
    return hashlib.sha256(f"demo care {member_id} {word}".encode()).digest()[:16]
