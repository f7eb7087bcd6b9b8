"""Which coupons may be claimed now or soon, and which a member has."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.coupons import claims_key
from dure.authorization.facts import COUPONS_BY_HAND, CouponState
from dure.policy.document import OPEN_END_US, RuleDocument, parse_document
from dure.policy.kinds.coupon import CouponTerms

COUPONS_MAX = 200
_CLAIMS = tuple(claims_key("{}").split("{}"))
"""What stands before and after a rule's id in the name of the member's sum of its coupons."""

# A document is read as a whole to know its kind; the word leaves most of the others aside before.
_VERSIONS = """
SELECT v.rule_version_id, v.rule, v.version, v.document, v.ends_at_us, coalesce(s.issued, 0)
FROM rule_as_it_holds v LEFT JOIN coupon_stock s USING (rule)
WHERE v.document LIKE '%coupon%' ORDER BY v.rule_version_id
"""
_OF_MEMBER = """
SELECT c.coupon_id, c.rule, v.version, v.document, c.worth_won, c.from_us, c.until_us, c.state,
  c.used_by, coalesce(u.won, 0)
FROM coupon c JOIN rule_version v USING (rule_version_id)
LEFT JOIN coupon_use u ON u.shard = c.shard AND u.movement_id = c.used_by
WHERE c.shard = %(member_id)s %% 64 AND c.member_id = %(member_id)s
ORDER BY c.coupon_id DESC LIMIT %(most)s
"""
_ISSUED = "SELECT issued FROM coupon_stock WHERE rule = %s"
_HABITS = """
SELECT w.counters ->> %(by_hand)s, counted.key, counted.value
FROM wallet w LEFT JOIN LATERAL jsonb_each_text(w.counters) AS counted(key, value)
  ON counted.key LIKE 'ever/%%/claims'
WHERE w.shard = %(member_id)s %% 64 AND w.member_id = %(member_id)s
"""


class CouponOnOffer(NamedTuple):
    """A coupon that may be claimed: the document of its version, and how many are left.

    `until_us` is the instant before which it may be claimed, None when there is no such instant.
    """

    rule_version_id: int
    document: RuleDocument
    terms: CouponTerms
    left: int
    until_us: int | None


class CouponHeld(NamedTuple):
    """A coupon of a member, open, used or lapsed; the most that it can give in won."""

    coupon_id: int
    document: RuleDocument
    terms: CouponTerms
    worth_won: int
    from_us: int
    until_us: int
    state: CouponState
    used_by: int | None
    used_won: int


class CouponHabits(NamedTuple):
    """How a member's payments use coupons, and how many of each rule (by its id) were claimed."""

    automatic: bool
    claimed: dict[str, int]

    def had(self, offer: CouponOnOffer) -> bool:
        """Whether the member has had as many of the offer's coupons as one may."""
        return self.claimed.get(offer.document.id, 0) >= offer.terms.per_person


def coupons_on_offer(connection: Connection[Any], at_us: int) -> list[CouponOnOffer]:
    """The coupons that may be claimed at the instant, those of which none is left among them."""
    return [offer for offer in _offers(connection, at_us) if offer.document.from_us <= at_us]


def coupons_coming(connection: Connection[Any], at_us: int) -> list[CouponOnOffer]:
    """The coupons that may be claimed later, the next one first."""
    later = [offer for offer in _offers(connection, at_us) if offer.document.from_us > at_us]
    return sorted(later, key=lambda offer: offer.document.from_us)


def find_offer(
    connection: Connection[Any], rule_version_id: int, at_us: int
) -> CouponOnOffer | None:
    """The coupon of this rule version, on offer or coming; None where its time is over."""
    for offer in _offers(connection, at_us):
        if offer.rule_version_id == rule_version_id:
            return offer
    return None


def coupons_left(connection: Connection[Any], offer: CouponOnOffer) -> int:
    """How many are left at this moment."""
    row = connection.execute(_ISSUED, (offer.document.id,)).fetchone()
    return max(0, offer.terms.stock - (row[0] if row else 0))


def coupon_habits(connection: Connection[Any], member_id: int) -> CouponHabits:
    """Whether payments use coupons by themselves, and what was ever claimed; one query."""
    rows = connection.execute(
        _HABITS, {"by_hand": COUPONS_BY_HAND, "member_id": member_id}
    ).fetchall()
    by_hand = bool(rows) and int(rows[0][0] or 0) > 0
    claimed = {
        key.removeprefix(_CLAIMS[0]).removesuffix(_CLAIMS[1]): int(value)
        for _, key, value in rows
        if key is not None
    }
    return CouponHabits(not by_hand, claimed)


def _offers(connection: Connection[Any], at_us: int) -> list[CouponOnOffer]:
    """What may be claimed now or later."""
    found = []
    for version_id, rule, version, text, ends_at_us, issued in connection.execute(_VERSIONS):
        document = read_published(text, f"{rule}@{version}")
        terms = document.terms
        ends_us = document.until_us if ends_at_us is None else min(document.until_us, ends_at_us)
        if not isinstance(terms, CouponTerms) or not document.in_force:
            continue
        claimed_us = max(at_us, document.from_us)
        if claimed_us < ends_us and terms.ends_us(claimed_us) > claimed_us:
            left = max(0, terms.stock - issued)
            until_us = None if ends_us == OPEN_END_US else ends_us
            found.append(CouponOnOffer(version_id, document, terms, left, until_us))
    return found


@lru_cache(maxsize=512)
def read_published(text: str, name: str) -> RuleDocument:
    """A published document, which never changes, read once in a process."""
    return parse_document(text, name)


def coupons_of(connection: Connection[Any], member_id: int) -> list[CouponHeld]:
    """The member's coupons, the latest first, at most COUPONS_MAX."""
    rows = connection.execute(_OF_MEMBER, {"member_id": member_id, "most": COUPONS_MAX}).fetchall()
    found = []
    for coupon_id, rule, version, text, worth_won, from_us, until_us, state, *use in rows:
        document = read_published(text, f"{rule}@{version}")
        terms = document.terms
        assert isinstance(terms, CouponTerms), "a coupon is of a coupon's rule"
        found.append(
            CouponHeld(
                coupon_id, document, terms, worth_won, from_us, until_us, CouponState(state), *use
            )
        )
    return found
