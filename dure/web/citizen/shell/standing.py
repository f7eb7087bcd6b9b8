"""Whether a wallet is locked: told on every page whose act the engine would refuse for it."""

from __future__ import annotations

from dure.authorization.facts import WALLET_OPEN
from dure.web.shared.store import database

_STATUS = "SELECT status FROM wallet WHERE shard = %(member)s %% 64 AND member_id = %(member)s"


def is_locked(member_id: int) -> bool:
    """Whether the member's wallet is locked now; a member without a wallet has no lock."""
    row = database().execute(_STATUS, {"member": member_id}).fetchone()
    return row is not None and row[0] != WALLET_OPEN
