"""A coupon that a member claims and uses at the till: an amount or a percentage off the price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from dure.kernel.calendar import DAY_US, seoul
from dure.kernel.money import BASIS_POINTS_WHOLE, share_down
from dure.policy.document_errors import DocumentError, Fault
from dure.policy.kinds.kind import Amount, Kind, Moment, Payer, Portions
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence, korean_won, percent

if TYPE_CHECKING:
    from dure.policy.document import RuleDocument

WON_MAX: Final = 10_000_000
STOCK_MAX: Final = 100_000_000
PER_PERSON_MAX: Final = 1_000
DAYS_MAX: Final = 3_650

_EXAMPLE: Final = (
    "{amount_won: 5000, stock: 1000, per_person: 1, min_won: 20000, valid: {days: 30}}"
)
_KEYS: Final = ("amount_won", "rate_bp", "max_won", "stock", "per_person", "min_won", "valid")
_SET_BY_CAPS: Final = ("caps", "stops_when", "best_of")


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """What a coupon gives and how many there are.

    Either `amount_won` or `rate_bp` of the price is not 0; `most_won` is the most that one coupon
    can give, `min_won` the price from which it may be used. It is good for `valid_days` after the
    claim, until `until_us`, or until the earlier of both; one of them is set.
    """

    amount_won: int
    rate_bp: int
    most_won: int
    stock: int
    per_person: int
    min_won: int
    valid_days: int | None
    until_us: int | None

    def ends_us(self, claimed_at_us: int) -> int:
        """The instant before which a coupon that is claimed now may be used."""
        ends = [] if self.until_us is None else [self.until_us]
        if self.valid_days is not None:
            ends.append(claimed_at_us + self.valid_days * DAY_US)
        return min(ends)


def _read(reader: Reader, entries: Nodes) -> CouponTerms | None:
    for key in _SET_BY_CAPS:
        if key in entries:
            reader.refuse(entries[key], Fault.COUPON_LIMITS_ITSELF, key=key)
    node = entries.get("coupon")
    if node is None:
        return None
    required = {"stock": "1000", "valid": "{days: 30}"}
    parts = reader.mapping(node, "coupon", _KEYS, required)
    gives = _read_gift(reader, node, parts)
    stock = reader.integer(parts.get("stock"), "coupon.stock", 1, STOCK_MAX)
    per_person = _integer_or(reader, parts, "per_person", 1, PER_PERSON_MAX)
    min_won = _integer_or(reader, parts, "min_won", 0, WON_MAX * 100)
    valid = _read_validity(reader, parts.get("valid"))
    if stock is not None and per_person is not None and per_person > stock:
        reader.refuse(parts["per_person"], Fault.COUPON_MORE_THAN_STOCK, value=per_person,
                      stock=stock)  # fmt: skip
    if gives is None or stock is None or per_person is None or min_won is None or valid is None:
        return None
    return CouponTerms(*gives, stock, per_person, min_won, *valid)


def _integer_or(reader: Reader, parts: Nodes, key: str, low: int, high: int) -> int | None:
    """A whole number, the lowest where the key is left out."""
    return reader.integer(parts[key], f"coupon.{key}", low, high) if key in parts else low


def _read_gift(reader: Reader, node: yaml.Node, parts: Nodes) -> tuple[int, int, int] | None:
    """The amount, the rate in bp and the most won that a coupon gives."""
    if ("amount_won" in parts) == ("rate_bp" in parts):
        reader.refuse(node, Fault.COUPON_AMOUNT_OR_RATE)
        return None
    if "amount_won" in parts:
        if "max_won" in parts:
            reader.refuse(parts["max_won"], Fault.COUPON_MAX_OF_AMOUNT)
        won = reader.integer(parts["amount_won"], "coupon.amount_won", 1, WON_MAX)
        return None if won is None else (won, 0, won)
    rate_bp = reader.integer(parts["rate_bp"], "coupon.rate_bp", 1)
    if rate_bp is not None and rate_bp > BASIS_POINTS_WHOLE:
        reader.refuse(parts["rate_bp"], Fault.RATE_OVER_WHOLE, value=rate_bp)
    if "max_won" not in parts:
        reader.refuse(node, Fault.COUPON_PERCENT_WITHOUT_MAX)
        return None
    most_won = reader.integer(parts["max_won"], "coupon.max_won", 1, WON_MAX)
    return None if rate_bp is None or most_won is None else (0, rate_bp, most_won)


def _read_validity(reader: Reader, node: yaml.Node | None) -> tuple[int | None, int | None] | None:
    """Days after the claim and the last instant, either of them None but not both."""
    if node is None:
        return None
    valid = reader.mapping(node, "coupon.valid", ["days", "until"])
    if not valid and isinstance(node, yaml.MappingNode):
        reader.refuse(node, Fault.EMPTY, key="coupon.valid", example="{days: 30}")
    days = reader.integer(valid.get("days"), "coupon.valid.days", 1, DAYS_MAX)
    until_us = None
    if "until" in valid:
        until_us = reader.instant_us(valid["until"], "coupon.valid.until")
    return None if days is None and until_us is None else (days, until_us)


def faults_to_publish(document: RuleDocument, issued: int) -> list[DocumentError]:
    """What speaks against publishing a coupon of whose rule so many are issued already."""
    terms = document.terms
    if not isinstance(terms, CouponTerms):
        return []
    errors = []
    if terms.until_us is not None and terms.until_us <= document.from_us:
        words = {"until": _day(terms.until_us), "start": _day(document.from_us)}
        errors.append(_error(document, Fault.COUPON_ENDS_BEFORE_CLAIMS, words))
    if terms.stock < issued:
        words = {"issued": str(issued), "stock": str(terms.stock)}
        errors.append(_error(document, Fault.COUPON_STOCK_BELOW_ISSUED, words))
    return errors


def _error(document: RuleDocument, fault: Fault, words: dict[str, str]) -> DocumentError:
    return DocumentError(document.places["id"], fault, tuple(words.items()))


def _day(instant_us: int) -> str:
    return f"{seoul(instant_us):%Y-%m-%d}"


def _amount(terms: CouponTerms) -> Amount:
    """Off the price that is left after the shop's own discount; never more than the price."""
    rate_bp, most_won = terms.rate_bp, terms.most_won

    def amount(price_won: int, _month_net_won: int, _choice: int) -> tuple[int, int]:
        full_won = share_down(price_won, rate_bp) if rate_bp else min(price_won, most_won)
        return (full_won if full_won < most_won else most_won), full_won

    return amount


def _portions(terms: CouponTerms, price_won: int, _month_net_won: int, _choice: int) -> Portions:
    """A percentage up to the most that a coupon gives; beyond it is that sum and no share."""
    if not terms.rate_bp or not 0 < share_down(price_won, terms.rate_bp) <= terms.most_won:
        return ()
    return ((price_won, terms.rate_bp),)


def _tells(terms: CouponTerms, _choice: int) -> tuple[Sentence, ...]:
    if not terms.rate_bp:
        return ()
    ko = f"쿠폰 한 장으로 {percent(terms.rate_bp)}, {korean_won(terms.most_won)}까지 할인됩니다."
    en = f"One coupon takes {percent(terms.rate_bp)} off, {terms.most_won:,} won at most."
    return (Sentence("coupon", ko, en),)


KIND: Final[Kind[CouponTerms]] = Kind(
    name="coupon",
    noun=("쿠폰", "coupon"),
    moment=Moment.CLAIM,
    payer=Payer.SHARED,
    required={"coupon": _EXAMPLE},
    read=_read,
    amount=_amount,
    portions=_portions,
    tells=_tells,
)
