"""Every refusal has words for every audience, in both languages."""

import pytest

from dure.authorization.reasons import DeclineReason as No
from dure.policy.audiences import Audience
from dure.web.shared.language import Language
from dure.web.shared.refusals_told import tell_refusal
from dure.web.shared.sentences import sentence_of

OF_THE_CUSTOMER = (
    No.CARD_BLOCKED, No.CARD_EXPIRED, No.PIN_TRIES_USED_UP, No.WALLET_LOCKED, No.MEMBER_TOO_YOUNG,
    No.NOT_ENOUGH_MONEY, No.OVER_PAYMENT_LIMIT,
)  # fmt: skip


@pytest.mark.parametrize("reason", list(No), ids=lambda reason: reason.name)
@pytest.mark.parametrize("audience", list(Audience))
def test_it_says_what_happened_and_what_to_do(reason: No, audience: Audience) -> None:
    for language in Language:
        told = tell_refusal(reason, audience, language)
        assert told.happened.endswith(".")
        assert told.remedy.endswith(".")


@pytest.mark.parametrize("reason", OF_THE_CUSTOMER, ids=lambda reason: reason.name)
def test_it_keeps_from_the_shop_what_is_wrong_with_the_customer(reason: No) -> None:
    for language in Language:
        told = tell_refusal(reason, Audience.SHOP, language)
        assert told.happened != sentence_of(reason, language).happened


def test_it_names_number_and_code_to_the_official() -> None:
    told = tell_refusal(No.SHOP_SUSPENDED, Audience.OFFICIAL, Language.ENGLISH)
    assert told.happened == "[32 shop_suspended] The shop is suspended."


def test_it_sends_a_shop_that_may_not_take_the_currency_to_the_office() -> None:
    told = tell_refusal(No.SHOP_SALES_TOO_HIGH, Audience.SHOP, Language.KOREAN)
    assert told.happened == sentence_of(No.SHOP_SALES_TOO_HIGH, Language.KOREAN).happened
    assert told.remedy.startswith("시의 담당 부서에")


def test_it_shows_a_number_of_a_newer_version_as_a_number() -> None:
    assert tell_refusal(999, Audience.SHOP, Language.ENGLISH).happened == "Other reason 999"
