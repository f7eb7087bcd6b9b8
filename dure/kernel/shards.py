"""Virtual shards: every member belongs to one of 64, and every hot key begins with it."""

from __future__ import annotations

SHARDS = 64


def shard_of_member(member_id: int) -> int:
    """The virtual shard (0 to 63) that keeps the member's purses and journal."""
    return member_id % SHARDS


def shard_of_token(card_token: bytes) -> int:
    """The virtual shard (0 to 63) that keeps the directory entry of a card token."""
    return card_token[0] % SHARDS
