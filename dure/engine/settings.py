"""What an engine is told: where it listens, which shards it owns, how much it holds at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dure.kernel.shards import SHARDS


def socket_path(home: Path) -> Path:
    """The Unix socket on which the engine of this home listens."""
    return home / "engine.sock"


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`queue_max` requests wait at most, `batch_max` are decided together; others are told to
    try again. `resident_wallets_max` wallets (and as many cards) stay in memory between batches;
    0 reads every fact anew. The engine owns the shards from `shard_from` to before `shard_until`.
    """

    batch_max: int = 256
    queue_max: int = 8_192
    resident_wallets_max: int = 2_000_000
    recent_keys_max: int = 500_000
    shard_from: int = 0
    shard_until: int = SHARDS
    takeover_patience_s: float = 20.0

    @property
    def owns_all_shards(self) -> bool:
        return self.shard_from == 0 and self.shard_until == SHARDS

    def owns(self, shard: int) -> bool:
        return self.shard_from <= shard < self.shard_until
