"""Machine code: the caps of a rule one after another, as `CompiledRule` applies them."""

from __future__ import annotations

from typing import Final

from dure.policy.arrays.layout import Result, Row, State
from dure.policy.arrays.machine_code import inlined
from dure.policy.lines import LimitedBy

_PAYMENT_CAP: Final = int(LimitedBy.PAYMENT_CAP)
_MONTH_CAP: Final = int(LimitedBy.MONTH_CAP)
_PAYMENT_COUNT: Final = int(LimitedBy.PAYMENT_COUNT)
_SUM_USED: Final = int(LimitedBy.SUM_USED)
_BUDGET: Final = int(LimitedBy.BUDGET)
_MEMBER_CAP: Final = int(LimitedBy.MEMBER_CAP)
_RELEASE_USED: Final = int(LimitedBy.RELEASE_USED)


@inlined
def limited(
    state: State, result: Result, rule: Row, place: int, member: int, won: int, limited_by: int
) -> tuple[int, int]:
    """(won, reason): a limit that lowers the amount becomes the reason; `place` is the rule's."""
    if won > rule.payment_won_max:
        won, limited_by = rule.payment_won_max, _PAYMENT_CAP
    won, limited_by = _by_sums(state, rule, member, won, limited_by)
    if won > 0:
        won, limited_by = _by_counts(state, rule, member, won, limited_by)
    rest_won = max(0, rule.used_won_max - state.used[place])
    if won > rest_won:
        won, limited_by = rest_won, _SUM_USED
        result.ended[place] += 1
    if rule.release_from >= 0:
        most_won, account = released(state, rule)
        rest_won = most_won - state.used[account] if account >= 0 else 0
        if won > max(0, rest_won):
            won, limited_by = max(0, rest_won), _RELEASE_USED
            result.ended[place] += most_won > 0
    if rule.stop_line >= 0 and won > 0 and state.left[rule.stop_line] <= 0:
        won, limited_by = 0, _BUDGET
        result.short[rule.stop_line] += 1
    return won, limited_by


@inlined
def released(state: State, rule: Row) -> tuple[int, int]:
    """(what the account of the payment under way may pay by now, its place in `State.used`).

    The place is -1 for an account of before the population's time; see `Release.most_won`.
    """
    number = max(0, (state.now[0] - rule.release_first_us) // rule.release_every_us + 1)
    if rule.release_carried:
        return rule.release_won * number, rule.release_from
    place = number - rule.release_first
    account = rule.release_from + place if 0 <= place < rule.release_accounts else -1
    return rule.release_won * min(number, 1), account


@inlined
def _use(state: State, rule: Row, place: int, won: int) -> None:
    state.used[place] += won
    if rule.release_from >= 0:
        _most_won, account = released(state, rule)
        if account >= 0:
            state.used[account] += won


@inlined
def _by_sums(state: State, rule: Row, member: int, won: int, limited_by: int) -> tuple[int, int]:
    if rule.month_won_sum >= 0:
        rest_won = max(0, rule.month_won_max - state.sums[member, rule.month_won_sum])
        if won > rest_won:
            won, limited_by = rest_won, _MONTH_CAP
    if rule.member_won_sum >= 0:
        rest_won = max(0, rule.member_won_max - state.sums[member, rule.member_won_sum])
        if won > rest_won:
            won, limited_by = rest_won, _MEMBER_CAP
    return won, limited_by


@inlined
def _by_counts(state: State, rule: Row, member: int, won: int, limited_by: int) -> tuple[int, int]:
    counted = rule.month_payments_sum
    if counted >= 0 and state.sums[member, counted] >= rule.month_payments_max:
        won, limited_by = 0, _PAYMENT_COUNT
    counted = rule.member_payments_sum
    if won > 0 and counted >= 0 and state.sums[member, counted] >= rule.member_payments_max:
        won, limited_by = 0, _MEMBER_CAP
    return won, limited_by


@inlined
def count(state: State, rule: Row, place: int, member: int, won: int) -> None:
    """Adds what a rule has paid for a payment to the sums that limits are measured by."""
    if won == 0:
        return
    _use(state, rule, place, won)
    if rule.month_won_sum >= 0:
        state.sums[member, rule.month_won_sum] += won
    if rule.member_won_sum >= 0:
        state.sums[member, rule.member_won_sum] += won
    if rule.month_payments_sum >= 0:
        state.sums[member, rule.month_payments_sum] += 1
    if rule.member_payments_sum >= 0:
        state.sums[member, rule.member_payments_sum] += 1


@inlined
def recount(state: State, rule: Row, place: int, member: int, won: int, payments: int) -> None:
    """Adds a change of what a rule has paid, and of whether the payment still earns by it.

    `State.now` is the instant of the payment that is changed.
    """
    _use(state, rule, place, won)
    if rule.month_won_sum >= 0:
        state.sums[member, rule.month_won_sum] += won
    if rule.member_won_sum >= 0:
        state.sums[member, rule.member_won_sum] += won
    if rule.month_payments_sum >= 0:
        state.sums[member, rule.month_payments_sum] += payments
    if rule.member_payments_sum >= 0:
        state.sums[member, rule.member_payments_sum] += payments
