"""Due work of campaigns: seeds to commit, lotteries to draw, gifts and allowances to pay."""

from __future__ import annotations

import structlog

from dure.campaigns import grants, lottery, referrals
from dure.campaigns.office import CampaignRefusedError, Office, published_rules
from dure.jobs.desk import Desk, Outcome
from dure.kernel.calendar import day_number_of
from dure.kernel.database.home import home_directory
from dure.kernel.keys import KeyRing
from dure.people.sealing import Sealer, sealer_of
from dure.policy.compiled import CompiledRule
from dure.policy.kinds.lottery import Lottery

log = structlog.get_logger("dure.worker")

REFERRALS_AT_ONCE = 100


def _office(desk: Desk) -> Office:
    return Office(desk.connection, desk.ask, desk.clock)


def keep_lotteries(desk: Desk) -> Outcome:
    """Commits the seeds of lotteries that have begun, draws those that are due, pays prizes."""
    office = _office(desk)
    sealer: Sealer | None = None
    units = 0
    for rule in published_rules(desk.connection, lottery.KIND):
        if desk.stopping():
            return Outcome(units)
        drawing = lottery.find_drawing(desk.connection, rule.rule_id)
        if drawing is None and desk.clock.now_us() >= rule.document.until_us:
            continue  # Nothing was committed in time: it can never be drawn.
        if drawing is None or (drawing.drawn_at_us is None and _is_due(rule, desk)):
            sealer = sealer or sealer_of(KeyRing.open(home_directory()))
            units += _take_on(office, rule, sealer, draws=drawing is not None)
        units += lottery.pay_winners(office, rule.rule_id)
    return Outcome(units)


def _is_due(rule: CompiledRule, desk: Desk) -> bool:
    terms = rule.document.terms
    assert isinstance(terms, Lottery)
    return desk.clock.now_us() >= max(terms.draw_at_us, rule.document.until_us)


def _take_on(office: Office, rule: CompiledRule, sealer: Sealer, *, draws: bool) -> int:
    try:
        if draws:
            lottery.draw(office, rule, sealer)
        else:
            lottery.commit(office, rule, sealer)
    except CampaignRefusedError as refused:
        log.warning("a lottery waits", rule=rule.document.key, why=refused.english)
        return 0
    return 1


def pay_referrals(desk: Desk) -> Outcome:
    """Pays the gifts of friends who have paid and whose days have passed."""
    looked_at = referrals.pay_referrals(_office(desk), count=REFERRALS_AT_ONCE)
    return Outcome(looked_at, more=looked_at == REFERRALS_AT_ONCE)


def grant_allowances(desk: Desk) -> Outcome:
    """Once a day of the city: everybody whom an allowance's rule in force names is granted.

    What the engine could not take is asked for again on the next day.
    """
    now_us = desk.clock.now_us()
    today = day_number_of(now_us)
    if desk.mark >= today:
        return Outcome(mark=desk.mark)
    office = _office(desk)
    units = 0
    for rule in published_rules(desk.connection, grants.KIND):
        if not rule.document.from_us <= now_us < rule.document.until_us:
            continue
        try:
            grants.name_members(office, rule)
        except CampaignRefusedError as refused:
            log.warning("an allowance waits", rule=rule.document.key, why=refused.english)
            continue
        last: int | None = 0
        while last is not None:
            if desk.stopping():
                return Outcome(units, mark=desk.mark)
            before = grants.progress_of(desk.connection, rule.rule_id).granted
            last = grants.grant_portion(office, rule, last)
            units += grants.progress_of(desk.connection, rule.rule_id).granted - before
    return Outcome(units, mark=today)
