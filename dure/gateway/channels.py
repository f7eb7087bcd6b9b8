"""By which way a payment came, told from fields 18, 22 and 25; the first rule that fits holds."""

from __future__ import annotations

from typing import NamedTuple

from dure.policy.occasions import Channel


class ChannelRule(NamedTuple):
    """The field that begins so means the channel."""

    key: str
    begins: tuple[str, ...]
    channel: Channel


CHANNEL_RULES = (
    ChannelRule("18", ("4121",), Channel.TAXI),  # MCC 4121: taxicabs and limousines
    ChannelRule("18", ("4215",), Channel.DELIVERY),  # MCC 4215: courier services
    ChannelRule("22", ("03",), Channel.QR),  # bar code read
    ChannelRule("22", ("10", "81"), Channel.ONLINE),  # credential on file; electronic commerce
    ChannelRule("25", ("08", "59"), Channel.ONLINE),  # mail or telephone; electronic commerce
)


def channel_of(fields: dict[str, str]) -> int:
    """The channel's number; a card at a till when no rule fits."""
    for rule in CHANNEL_RULES:
        if fields.get(rule.key, "").startswith(rule.begins):
            return rule.channel.value
    return Channel.CARD.value
