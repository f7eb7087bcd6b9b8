"""A simulated bank's failings."""

from collections import Counter

from dure.wallets.simulated_bank import Manner, Manners


def test_they_come_in_the_shares_asked_for_and_always_the_same() -> None:
    manners = Manners(late_bp=1_000, failed_bp=500, answer_lost_bp=2_000)
    counted = Counter(manners(f"order {number}") for number in range(10_000))
    assert counted == Counter(manners(f"order {number}") for number in range(10_000))
    assert 850 < counted[Manner.LATE] < 1_150
    assert 400 < counted[Manner.FAILED] < 600
    assert 1_800 < counted[Manner.ANSWER_LOST] < 2_200
    assert counted[Manner.ORDER_LOST] == 0


def test_they_are_none_unless_asked_for() -> None:
    assert {Manners()(f"order {number}") for number in range(1_000)} == {Manner.PROMPT}
