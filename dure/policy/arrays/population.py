"""A population and the rules of a stretch of time, made ready for payments by the million."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.kernel.calendar import DAY_US, day_number_of, month_of
from dure.policy.arrays.asking import NotInNumbersError, choices, traits
from dure.policy.arrays.columns import Members
from dure.policy.arrays.layout import CEILING, CHANNELS, ENTRY, NONE, Integers, Tables
from dure.policy.arrays.rows import RuleRows, numbers_of
from dure.policy.compiled import CompiledRule
from dure.policy.evaluate import RuleSet, RulesInForce
from dure.policy.kinds.kind import NOT_CHOSEN, Moment
from dure.policy.occasions import MemberFacts, ShopFacts

_EVALUATED: Final = (Moment.TILL, Moment.PURCHASE)
_YEARS, _LEVELS = 10_000, 100
_SUMS_MAX: Final = 1 << 28
"""Two gibibytes of the members' sums."""


@dataclass(frozen=True, slots=True)
class Population:
    """Rules from `from_us` to before `until_us` for these shops and members.

    `rule_ids`, `line_ids`, `months` (YYYYMM), `districts` and `sum_names` say what the places of
    result arrays mean, `ceiling_shop_ids` the accounts of shops, `accounts` those of
    releases as (name, the rule's place). `levels` are the won left on a
    line, by its id, at which a rule changes. `lines_max` is how many incentive lines a payment can
    have. `by_functions` tells, for every rule that machine code cannot evaluate, why; when there is
    one, every payment is evaluated by the rules' own functions, which takes about a hundred times
    longer.
    """

    rules: RuleSet
    shops: tuple[ShopFacts, ...]
    members: Members
    from_us: int
    until_us: int
    rule_ids: tuple[int, ...]
    line_ids: tuple[int, ...]
    levels: Mapping[int, tuple[int, ...]]
    months: tuple[int, ...]
    districts: tuple[int, ...]
    sum_names: tuple[str, ...]
    ceiling_shop_ids: tuple[int, ...]
    accounts: tuple[tuple[int, int], ...]
    lines_max: int
    traits: Integers
    tables: Tables | None
    by_functions: tuple[str, ...]

    @property
    def district_of(self) -> NDArray[np.int32]:
        """The place of each shop's district."""
        places = {district: place for place, district in enumerate(self.districts)}
        return np.array([places[shop.district] for shop in self.shops], np.int32)


class _Term(NamedTuple):
    """One stretch of the rules: its classes, and the class of each distinct shop."""

    class_of: list[int]
    till: list[list[tuple[int, ...]]]
    earn: list[list[tuple[int, ...]]]


def make_population(
    rules: RuleSet, shops: Sequence[ShopFacts], members: Members, from_us: int, until_us: int
) -> Population:
    """Makes the rules ready that hold at any time from `from_us` to before `until_us`.

    A shop whose facts change (an offer that ends) has a row for each stretch, and its payments name
    the row that held.
    """
    terms = [t for t in rules.terms if t.from_us < until_us and t.until_us > from_us]
    asked = list(dict.fromkeys(rule for term in terms for rule in _evaluated(term)))
    line_ids = tuple(dict.fromkeys(line_id for rule in asked for line_id in rule.line_ids))
    written = RuleRows(line_ids, from_us, until_us)
    problems = _problems(asked)
    tables = None
    member_traits = _no_traits(len(members.district))
    districts = tuple(sorted({shop.district for shop in shops}))
    if not problems:
        try:
            tables = _tables(terms, written, shops, districts, from_us, until_us)
            _refuse_many_sums(len(members.district), len(written.sum_names))
            member_traits = _traits(written.asking_members, members)
        except NotInNumbersError as problem:
            tables, problems = None, (str(problem),)
    return Population(
        rules, tuple(shops), members, from_us, until_us,
        rule_ids=tuple(rule.rule_id for rule in asked) if problems else tuple(written.rule_ids),
        line_ids=line_ids,
        levels=_levels(asked) if tables is not None else {},
        months=tuple(_months(from_us, until_us)[1]),
        districts=districts,
        sum_names=tuple(written.sum_names),
        ceiling_shop_ids=_shops_with_ceiling(shops),
        accounts=tuple(written.accounts),
        lines_max=_lines_max(terms, tables),
        traits=member_traits,
        tables=tables,
        by_functions=problems,
    )  # fmt: skip


def _refuse_many_sums(members: int, sums: int) -> None:
    """A card with a stamp for every shop of a city has more places than memory."""
    if members * sums > _SUMS_MAX:
        raise NotInNumbersError(f"{members:,} members with {sums:,} sums each are too many")


def _evaluated(term: RulesInForce) -> list[CompiledRule]:
    return [rule for rule in term.rules if rule.moment in _EVALUATED]


def _problems(rules: Iterable[CompiledRule]) -> tuple[str, ...]:
    found = []
    for rule in rules:
        try:
            numbers_of(rule)
        except NotInNumbersError as problem:
            found.append(f"{rule.document.key}: {problem}")
    return tuple(found)


def _levels(rules: Iterable[CompiledRule]) -> dict[int, tuple[int, ...]]:
    """The won left on each watched line below which a rule ends or steps down."""
    levels: dict[int, tuple[int, ...]] = {}
    for rule in rules:
        if rule.stop_line_id is not None:
            levels[rule.stop_line_id] = (*levels.get(rule.stop_line_id, ()), 1)
        steps = numbers_of(rule).steps
        if steps:
            line_id = rule.watched_ids[0]
            levels[line_id] = (*levels.get(line_id, ()), *(level for level, _ in steps))
    return levels


def _shops_with_ceiling(shops: Sequence[ShopFacts]) -> tuple[int, ...]:
    """The ids of the shops that give no more than so much in a month; each has an account."""
    return tuple(
        dict.fromkeys(
            shop.shop_id
            for shop in shops
            if shop.offer is not None and shop.offer.month_won_max is not None
        )
    )


def _ceilings(shops: Sequence[ShopFacts]) -> NDArray[np.void]:
    """For each row of the shops its account and ceiling."""
    accounts = {shop_id: place for place, shop_id in enumerate(_shops_with_ceiling(shops))}
    found = np.full(len(shops), NONE, CEILING)
    for place, shop in enumerate(shops):
        if shop.offer is not None and shop.offer.month_won_max is not None:
            found[place] = (accounts[shop.shop_id], shop.offer.month_won_max)
    return found


def _lines_max(terms: Sequence[RulesInForce], tables: Tables | None) -> int:
    if tables is not None:
        return int(np.diff(tables.earn_from).max(initial=0))
    return max((sum(r.moment is Moment.PURCHASE for r in t.rules) for t in terms), default=0)


def _months(from_us: int, until_us: int) -> tuple[NDArray[np.int32], list[int]]:
    """For each day the place of its month, and the months (YYYYMM)."""
    days = range(day_number_of(from_us), day_number_of(until_us - 1) + 1)
    of_days = [month_of(day * DAY_US) for day in days]  # 9 in the morning in the city
    months = sorted(set(of_days))
    return np.array([months.index(month) for month in of_days], np.int32), months


@lru_cache(maxsize=4)
def _no_traits(count: int) -> Integers:
    """One array of nothing for all rule sets that ask nothing of members; nobody writes to it."""
    return np.zeros(count, np.int64)


def _traits(asking: Sequence[CompiledRule], members: Members) -> Integers:
    """For each member the bits of those rules whose questions it meets."""
    if not asking:
        return _no_traits(len(members.district))
    code = (members.district.astype(np.int64) * _YEARS + members.birth_year) * _LEVELS
    codes, which = np.unique(code + members.level, return_inverse=True)
    facts = [
        MemberFacts(one // _LEVELS // _YEARS, one // _LEVELS % _YEARS, one % _LEVELS)
        for one in codes.tolist()
    ]
    bits = np.zeros(len(facts), np.int64)
    for place, rule in enumerate(asking):
        met = traits(rule, facts)
        assert met is not None, "a rule with a trait asks something of members"
        bits |= met.astype(np.int64) << place
    found: Integers = bits[which.reshape(-1)]
    return found


def _tables(
    terms: Sequence[RulesInForce],
    written: RuleRows,
    shops: Sequence[ShopFacts],
    districts: Sequence[int],
    from_us: int,
    until_us: int,
) -> Tables:
    """Raises NotInNumbersError when a choice depends on more than the shop and the channel."""
    places: dict[ShopFacts, int] = {}
    which = [places.setdefault(shop._replace(shop_id=0), len(places)) for shop in shops]
    distinct = list(places)
    chosen: dict[int, NDArray[np.int32]] = {}
    for rule in dict.fromkeys(rule for term in terms for rule in _evaluated(term)):
        place = written.place_of(rule)
        numbers = numbers_of(rule)
        chosen[place] = choices(rule, numbers, distinct)
        if numbers.stamps and shops:
            held = (chosen[place] != NOT_CHOSEN).any(axis=1)[which]
            written.add_card(rule, shops, held.tolist())
    offers = np.array([written.offer(shop.offer) for shop in distinct], np.int32).reshape(-1, 1)
    read = [_term(term, written, chosen, offers) for term in terms]
    firsts = np.cumsum([0, *(len(term.till) // CHANNELS for term in read)])
    class_of = [
        np.array(term.class_of, np.int32)[which] + first
        for term, first in zip(read, firsts, strict=False)
    ]
    till_from, till = _joined([entries for term in read for entries in term.till])
    earn_from, earn = _joined([entries for term in read for entries in term.earn])
    month_of_day, _ = _months(from_us, until_us)
    district_place = {district: place for place, district in enumerate(districts)}
    return Tables(
        starts_us=np.array([max(term.from_us, from_us) for term in terms], np.int64),
        ends_us=np.array([min(term.until_us, until_us) for term in terms], np.int64),
        first_day=day_number_of(from_us),
        month_of_day=month_of_day,
        class_of=np.array(class_of, np.int32).reshape(len(terms), len(shops)),
        ceilings=_ceilings(shops),
        district_of=np.array([district_place[shop.district] for shop in shops], np.int32),
        till_from=till_from,
        till=till,
        earn_from=earn_from,
        earn=earn,
        **written.arrays(),
    )


def _term(
    term: RulesInForce,
    written: RuleRows,
    chosen: Mapping[int, NDArray[np.int32]],
    offers: NDArray[np.int32],
) -> _Term:
    """Shops at which the same rules give the same make one class, with entries for each channel."""
    rules = [(written.place_of(rule), rule.at_till) for rule in _evaluated(term)]
    table = np.hstack([offers, *(chosen[place] for place, _ in rules)])
    classes, class_of = np.unique(table, axis=0, return_inverse=True)
    till, earn = [], []
    for row in classes:
        offer = int(row[0])
        cases = row[1:].reshape(len(rules), CHANNELS)
        for channel in range(CHANNELS):
            at_till: list[tuple[int, ...]] = []
            earning: list[tuple[int, ...]] = []
            for (place, off_price), choice in zip(rules, cases[:, channel].tolist(), strict=True):
                if choice != NOT_CHOSEN:
                    entry = written.entry(place, choice, offer)
                    (at_till if off_price else earning).append(entry)
            till.append(at_till)
            earn.append(earning)
    return _Term(class_of.reshape(-1).tolist(), till, earn)


def _joined(entries: list[list[tuple[int, ...]]]) -> tuple[Integers, NDArray[np.void]]:
    ends = np.cumsum([0, *map(len, entries)]).astype(np.int64)
    return ends, np.array([entry for some in entries for entry in some], ENTRY)
