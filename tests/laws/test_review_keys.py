"""One key from two members of a shard, as a terminal with a stopped clock would send."""

from __future__ import annotations

from dure.authorization.reasons import DeclineReason as No
from dure.authorization.requests import Cancel, Charge, OpenWallet, Purchase
from dure.kernel.shards import SHARDS
from tests.engines import BEGUN_US, SEOGU, SHOP_JUNGGU
from tests.laws.paper_city import CARDS, MEMBERS, PaperCity

MEMBER, CARD = MEMBERS[0], next(iter(CARDS))
NEIGHBOR = MEMBER + SHARDS
KEY = b"stopped at noon."


def city_of_neighbors() -> PaperCity:
    city = PaperCity()
    city.ask(OpenWallet(**city.new(), member_id=NEIGHBOR, level=2, district=SEOGU, birth_year=1980))
    city.ask(Charge(**city.new(), member_id=MEMBER, amount_won=100_000))
    city.ask(Charge(**city.new(), member_id=NEIGHBOR, amount_won=70_000))
    return city


def purchase(member_id: int) -> Purchase:
    return Purchase(
        key=KEY, occurred_at_us=BEGUN_US, shop_code=SHOP_JUNGGU, amount_won=5_000, channel=1,
        card=CARD if member_id == MEMBER else None, member_id=member_id,
    )  # fmt: skip


def test_a_member_is_never_answered_what_another_was() -> None:
    city = city_of_neighbors()
    assert city.ask(purchase(MEMBER)).approved
    answer = city.ask(purchase(NEIGHBOR))
    assert answer.reason == No.KEY_USED_FOR_ANOTHER_REQUEST
    assert (answer.member_id, answer.charged_after_won, answer.approval_code) == (0, 0, "")
    assert city.figures_of(NEIGHBOR)["charged"] == 70_000
    assert city.ask(purchase(MEMBER)).repeated, "whose key it is may repeat"


def test_an_early_reversal_is_its_members_own() -> None:
    city = city_of_neighbors()
    city.ask(Cancel(**city.new(), original_key=KEY, card=CARD))
    assert city.ask(purchase(NEIGHBOR)).reason == No.KEY_USED_FOR_ANOTHER_REQUEST
    assert city.ask(purchase(MEMBER)).reason == No.ORIGINAL_WAS_REVERSED_FIRST
