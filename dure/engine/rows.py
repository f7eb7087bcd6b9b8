"""Rows of the engine's statements as the values that decisions know."""

from __future__ import annotations

import json
from typing import Any, Protocol

from dure.authorization.facts import Card, Wallet
from dure.ledger.movement import Movement
from dure.policy.occasions import MemberFacts

_CARD_FROM, _CARD_UNTIL = 20, 33
"""Where the card's columns stand in a row of FIND_CARDS, after the wallet's."""


class Row(Protocol):
    """A row of a result, read by position."""

    def __getitem__(self, place: int, /) -> Any: ...


def read_card(row: Row) -> Card:
    """A card from a row of FIND_CARDS."""
    return Card(*[row[place] for place in range(_CARD_FROM, _CARD_UNTIL)])


def read_wallet(row: Row) -> Wallet:
    """A wallet from a row of FIND_WALLETS."""
    wallet = Wallet(row[0], row[1], MemberFacts(row[5], row[6], row[2], row[19]))
    wallet.status = row[3]
    wallet.spend_cashback = row[4]
    wallet.month = row[7]
    wallet.last_id = row[8]
    wallet.charged_won = row[9]
    wallet.cashback_won = row[10]
    wallet.allowance_won = row[11]
    wallet.held_won = row[12]
    wallet.claim_won = row[13]
    wallet.usage_won = row[14]
    wallet.month_charged_won = row[15]
    wallet.charged_in_won = row[16]
    wallet.cashback_in_won = row[17]
    wallet.counters = json.loads(row[18]) if row[18] else None
    return wallet


def read_movement(row: Row) -> Movement:
    """A movement from the columns MOVEMENT_COLUMNS."""
    movement = Movement(row[1], row[19], row[0], row[5], row[10])
    movement.reason = row[2]
    movement.channel = row[3]
    movement.movement_id = row[4]
    movement.member_id = row[6]
    movement.previous_id = row[7]
    movement.original_id = row[8]
    movement.card_id = row[9]
    movement.usage_before_won = row[11]
    movement.usage_won = row[12]
    movement.charged_after_won = row[13]
    movement.cashback_after_won = row[14]
    movement.allowance_after_won = row[15] or 0
    movement.shop_id = row[16]
    movement.usage_month = row[17]
    movement.discount_won = row[18]
    movement.accounts = row[20]
    movement.amounts = row[21]
    movement.incentive = row[22]
    return movement
