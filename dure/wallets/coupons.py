"""Which coupons may be claimed now, and which a member has."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection

from dure.authorization.facts import CouponState
from dure.policy.document import OPEN_END_US, RuleDocument, parse_document
from dure.policy.kinds.coupon import CouponTerms

COUPONS_MAX = 200

# A document is read as a whole to know its kind; the word leaves most of the others aside before.
_VERSIONS = """
SELECT v.rule_version_id, v.rule, v.version, v.document, v.ends_at_us, coalesce(s.issued, 0)
FROM rule_as_it_holds v LEFT JOIN coupon_stock s USING (rule)
WHERE v.document LIKE '%coupon%' ORDER BY v.rule_version_id
"""
_OF_MEMBER = """
SELECT c.coupon_id, c.rule, v.version, v.document, c.worth_won, c.from_us, c.until_us, c.state
FROM coupon c JOIN rule_version v USING (rule_version_id)
WHERE c.shard = %(member_id)s %% 64 AND c.member_id = %(member_id)s
ORDER BY c.coupon_id DESC LIMIT %(most)s
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


def coupons_on_offer(connection: Connection[Any], at_us: int) -> list[CouponOnOffer]:
    """The coupons that may be claimed at the instant, those of which none is left among them."""
    found = []
    for version_id, rule, version, text, ends_at_us, issued in connection.execute(_VERSIONS):
        document = parse_document(text, f"{rule}@{version}")
        terms = document.terms
        ends_us = document.until_us if ends_at_us is None else min(document.until_us, ends_at_us)
        if not isinstance(terms, CouponTerms) or not document.in_force:
            continue
        if document.from_us <= at_us < ends_us and terms.ends_us(at_us) > at_us:
            left = max(0, terms.stock - issued)
            until_us = None if ends_us == OPEN_END_US else ends_us
            found.append(CouponOnOffer(version_id, document, terms, left, until_us))
    return found


def coupons_of(connection: Connection[Any], member_id: int) -> list[CouponHeld]:
    """The member's coupons, the latest first, at most COUPONS_MAX."""
    rows = connection.execute(_OF_MEMBER, {"member_id": member_id, "most": COUPONS_MAX}).fetchall()
    documents: dict[tuple[str, int], RuleDocument] = {}
    found = []
    for coupon_id, rule, version, text, worth_won, from_us, until_us, state in rows:
        key = (rule, version)
        if key not in documents:
            documents[key] = parse_document(text, f"{rule}@{version}")
        terms = documents[key].terms
        assert isinstance(terms, CouponTerms), "a coupon is of a coupon's rule"
        found.append(
            CouponHeld(
                coupon_id, documents[key], terms, worth_won, from_us, until_us, CouponState(state)
            )
        )
    return found
