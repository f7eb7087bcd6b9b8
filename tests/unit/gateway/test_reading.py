import pytest

from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import (
    Cancel,
    Capture,
    CardProof,
    Hold,
    ProofCheck,
    Purchase,
    Refund,
)
from dure.gateway.instants import local_us, transmitted_us
from dure.gateway.request_keys import key_of
from dure.gateway.response_codes import Refusal
from dure.kernel.calendar import DAY_US, to_us
from dure.kernel.cardnetwork import pins, private_data
from dure.kernel.cardnetwork.private_data import Balance
from dure.kernel.keys import PIN_VERIFICATION, PIN_ZONE
from dure.policy.occasions import Channel
from tests.unit.gateway.desk import NOW_US, Desk

MINUTE_US = 60_000_000


def purchase(desk: Desk, **fields: str) -> Purchase:
    changed = desk.messages["purchase"] | {key[1:]: text for key, text in fields.items()}
    asked = desk.asked(changed)
    assert isinstance(asked, Purchase)
    return asked


def test_it_asks_with_everything_the_engine_wants_to_know() -> None:
    desk = Desk()
    fields = desk.messages["purchase"]
    asked = purchase(desk)
    assert asked == Purchase(
        key=asked.key,
        occurred_at_us=NOW_US,
        deadline_ms=4_000,
        shop_code="S00000000000001",
        amount_won=15_000,
        channel=Channel.CARD.value,
        terminal="T0000001",
        card=desk.ring.card_token(fields["2"]),
        proof=CardProof(expires_yymm=2912),
        advice=False,
    )


def test_a_key_begins_with_the_instant_in_milliseconds_and_has_sixteen_bytes() -> None:
    key = purchase(Desk()).key
    assert len(key) == 16
    assert int.from_bytes(key[:6], "big") == NOW_US // 1_000


@pytest.mark.parametrize(("key", "text"), [("41", "T0000002"), ("11", "999999")])
def test_another_terminal_or_trace_number_means_another_key(key: str, text: str) -> None:
    fields = Desk().messages["purchase"]
    assert key_of(fields, NOW_US) != key_of(fields | {key: text}, NOW_US)


def test_an_original_is_named_by_field_90_also_with_zeros_for_the_acquirer() -> None:
    desk = Desk()
    original = desk.asked(desk.messages["purchase"]).key
    reversal = desk.messages["reversal"]
    elements = f"0200{desk.messages['purchase']['11']}{desk.messages['purchase']['7']}"
    for acquirer in ("00000990001", "0" * 11):
        asked = desk.asked(reversal | {"90": f"{elements}{acquirer}{'0' * 11}"})
        assert isinstance(asked, Cancel)
        assert asked.original_key == original
        assert asked.key != original


@pytest.mark.parametrize(
    "name", ["reversal", "reversal_repeated", "reversal_advice", "partial_reversal", "capture"]
)
def test_it_refuses_to_touch_what_another_acquirer_sent(name: str) -> None:
    desk = Desk()
    fields = desk.messages[name]
    other = f"{fields['90'][:20]}00000990002{'0' * 11}"
    assert desk.code(fields | {"90": other}) == "31"
    assert desk.reception.counts.refusals[Refusal.ACQUIRER_OF_ANOTHER_LINE] == 1


def test_it_refuses_a_refund_of_what_another_acquirer_sent_even_with_an_approval_code() -> None:
    desk = Desk()
    other = f"{desk.messages['reversal']['90'][:20]}00000990002{'0' * 11}"
    assert desk.code(desk.messages["refund"] | {"90": other}) == "31"


def test_a_reversal_with_its_originals_trace_number_still_has_a_key_of_its_own() -> None:
    desk = Desk()
    fields = desk.messages["purchase"]
    reversal = desk.messages["reversal"] | {"11": fields["11"], "7": fields["7"]}
    assert desk.asked(reversal).key != desk.asked(fields).key


@pytest.mark.parametrize(
    ("name", "rest_won"), [("reversal", 0), ("partial_reversal", 5_000), ("reversal_advice", 0)]
)
def test_a_reversal_says_what_is_to_rest(name: str, rest_won: int) -> None:
    desk = Desk()
    asked = desk.asked(desk.messages[name])
    assert isinstance(asked, Cancel)
    assert (asked.rest_won, asked.advice) == (rest_won, name == "reversal_advice")
    assert asked.occurred_at_us == NOW_US


def test_it_refuses_a_partial_reversal_that_takes_nothing_back() -> None:
    desk = Desk()
    rest = f"{15_000:012d}{'0' * 30}"
    assert desk.code(desk.messages["reversal"] | {"95": rest}) == "13"


def test_a_capture_names_its_hold_by_key_and_by_approval_code() -> None:
    desk = Desk()
    hold = desk.asked(desk.messages["hold"])
    by_key = desk.asked(desk.messages["capture"])
    by_code = desk.asked(desk.messages["purchase_advice"] | {"38": "A1B2C3"})
    assert isinstance(by_key, Capture)
    assert isinstance(by_code, Capture)
    assert (by_key.original_key, by_key.approval_code) == (hold.key, "")
    assert (by_code.original_key, by_code.approval_code) == (None, "A1B2C3")


def test_a_capture_says_where_it_happened_should_there_be_no_hold() -> None:
    desk = Desk()
    asked = desk.asked(desk.messages["capture"] | {"18": "4121"})
    assert isinstance(asked, Capture)
    assert asked.advice
    assert (asked.shop_code, asked.channel, asked.terminal) == (
        "S00000000000001", Channel.TAXI, "T0000001",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("hold", False),
        ("hold_repeated", False),
        ("authorization_advice", True),
        ("authorization_advice_repeated", True),
    ],
)
def test_a_hold_granted_in_our_stead_is_an_advice(name: str, *, advice: bool) -> None:
    desk = Desk()
    asked = desk.asked(desk.messages[name])
    assert isinstance(asked, Hold)
    assert asked.advice == advice


def test_a_refund_names_its_payment_by_approval_code_or_key() -> None:
    desk = Desk()
    asked = desk.asked(desk.messages["refund"])
    assert isinstance(asked, Refund)
    assert (asked.approval_code, asked.original_key) == ("A1B2C3", None)
    payment = desk.asked(desk.messages["purchase"])
    original = desk.messages["capture"]["90"]
    named = desk.messages["refund"] | {
        "90": f"0200{desk.messages['purchase']['11']}{original[10:]}"
    }
    refund = desk.asked(named)
    assert isinstance(refund, Refund)
    assert refund.original_key == payment.key


@pytest.mark.parametrize(("condition", "days"), [("06", 30), ("00", 1), ("59", 1)])
def test_a_hold_lasts_as_long_as_its_condition_says(condition: str, days: int) -> None:
    desk = Desk()
    asked = desk.asked(desk.messages["hold"] | {"25": condition})
    assert isinstance(asked, Hold)
    assert asked.expires_at_us == NOW_US + days * DAY_US


@pytest.mark.parametrize(
    ("fields", "channel"),
    [
        ({}, Channel.CARD),
        ({"_18": "4121"}, Channel.TAXI),
        ({"_18": "4215"}, Channel.DELIVERY),
        ({"_22": "032"}, Channel.QR),
        ({"_22": "102"}, Channel.ONLINE),
        ({"_25": "59"}, Channel.ONLINE),
        ({"_25": "08"}, Channel.ONLINE),
        ({"_18": "4121", "_25": "59"}, Channel.TAXI),
    ],
)
def test_it_tells_the_channel(fields: dict[str, str], channel: Channel) -> None:
    assert purchase(Desk(), **fields).channel == channel


def test_it_tells_the_channel_of_a_payment_over_the_internet() -> None:
    desk = Desk()
    asked = desk.asked(desk.messages["purchase_online"] | {"25": "00"})
    assert isinstance(asked, Purchase)
    assert asked.channel == Channel.ONLINE


@pytest.mark.parametrize(
    ("clock", "taken"),
    [
        ("180000", True),
        ("180459", True),
        ("180600", False),  # the terminal's clock runs ahead
        ("174600", True),
        ("174400", False),  # it is behind
    ],
)
def test_it_takes_the_terminals_time_only_when_it_is_near_ours(clock: str, *, taken: bool) -> None:
    desk = Desk()
    told_us = local_us("1021", clock, NOW_US)
    assert purchase(desk, _12=clock).occurred_at_us == (told_us if taken else NOW_US)
    assert desk.reception.counts.events["clock_skew"] == (0 if taken else 1)


def test_it_believes_an_advice_of_last_week_but_not_of_last_month() -> None:
    desk = Desk()
    advice = desk.messages["purchase_advice"]
    assert desk.asked(advice | {"13": "1015"}).occurred_at_us == NOW_US - 6 * DAY_US
    assert desk.asked(advice | {"13": "0921"}).occurred_at_us == NOW_US


@pytest.mark.parametrize(
    ("text", "now", "year"),
    [
        ("1231235959", (2020, 1, 1), 2019),
        ("0101000000", (2019, 12, 31), 2020),
        ("0229120000", (2020, 3, 1), 2020),
        ("0229120000", (2021, 2, 1), 2020),
    ],
)
def test_it_reads_an_instant_in_the_nearest_year(
    text: str, now: tuple[int, int, int], year: int
) -> None:
    from datetime import UTC, datetime

    now_us = to_us(datetime(*now, tzinfo=UTC))
    expected = datetime.strptime(f"{year}{text}", "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    assert transmitted_us(text, now_us) == to_us(expected)


@pytest.mark.parametrize(
    ("fields", "code", "refusal"),
    [
        ({"49": "840"}, "12", Refusal.CURRENCY_FOREIGN),
        ({"4": "0" * 12}, "13", Refusal.AMOUNT_WRONG),
        ({"3": "010000"}, "57", Refusal.CASH_NOT_GIVEN),
        ({"3": "990000"}, "12", Refusal.TRANSACTION_UNKNOWN),
        ({"2": "4000000000000002"}, "15", Refusal.CARD_OF_ANOTHER_ISSUER),
        ({"2": "9999990000000011"}, "14", Refusal.CARD_NUMBER_WRONG),
        ({"2": "99999900000000"}, "14", Refusal.CARD_NUMBER_WRONG),
        ({"35": "9999990000000012=2912201"}, "30", Refusal.FIELD_WRONG),
    ],
)
def test_it_refuses_what_it_does_not_do(
    fields: dict[str, str], code: str, refusal: Refusal
) -> None:
    desk = Desk()
    assert desk.code(desk.messages["purchase"] | fields) == code
    assert desk.reception.counts.refusals[refusal] == 1


def test_it_reads_the_card_from_track_2() -> None:
    desk = Desk()
    by_stripe, by_number = (
        desk.asked(desk.messages[name]) for name in ("purchase_by_stripe", "purchase_online")
    )
    assert isinstance(by_stripe, Purchase)
    assert isinstance(by_number, Purchase)
    assert by_stripe.card == by_number.card
    assert by_stripe.proof.expires_yymm == 2912


def test_it_checks_the_chips_cryptogram_and_answers_it() -> None:
    desk = Desk()
    fields = desk.messages["purchase_by_chip"]
    asked = desk.asked(fields)
    assert isinstance(asked, Purchase)
    assert asked.proof == CardProof(expires_yymm=2912, cryptogram=ProofCheck.RIGHT, atc=1)
    assert desk.told(fields)["55"].startswith("910A")
    refused = desk.told(fields, reason=DeclineReason.CARD_BLOCKED)
    assert refused["55"].endswith(b"62".hex())


@pytest.mark.parametrize(
    "change",
    [
        {"4": f"{100_000:012d}"},  # a cryptogram over another amount
        {"2": "9999990000000020"},  # another card's
    ],
)
def test_a_cryptogram_for_something_else_is_wrong(change: dict[str, str]) -> None:
    desk = Desk()
    fields = desk.messages["purchase_by_chip"] | change
    if "2" in change:
        from dure.kernel.cardnetwork.cards import card_number

        fields["2"] = card_number(2)
    asked = desk.asked(fields)
    assert isinstance(asked, Purchase)
    assert asked.proof.cryptogram == ProofCheck.WRONG
    assert "55" not in desk.told(fields, reason=DeclineReason.CRYPTOGRAM_WRONG)


@pytest.mark.parametrize("data", ["00", "9F2608AA", "9F26080000000000000000", "FF" * 100])
def test_it_refuses_chip_data_that_it_cannot_read(data: str) -> None:
    desk = Desk()
    reply = desk.reply(desk.messages["purchase_by_chip"] | {"55": data})
    assert (reply["39"], reply["44"]) == ("30", "FIELD_WRONG 055")


@pytest.mark.parametrize("name", ["purchase_with_pin", "purchase_with_aes_pin"])
def test_it_passes_on_the_pins_verification_value_and_never_the_pin(name: str) -> None:
    desk = Desk()
    fields = desk.messages[name]
    asked = desk.asked(fields)
    assert isinstance(asked, Purchase)
    pvv_key = desk.ring.key(PIN_VERIFICATION)
    assert asked.proof.pvv == pins.verification_value(pvv_key, "1234", fields["2"])


def test_a_wrong_pin_gives_another_value_and_a_broken_block_counts_against_nobody() -> None:
    desk = Desk()
    fields = desk.messages["purchase_with_pin"]
    wrong = pins.sealed_format_0(desk.ring.key(PIN_ZONE), "4321", fields["2"]).hex()
    right_asked, wrong_asked = desk.asked(fields), desk.asked(fields | {"52": wrong})
    assert isinstance(right_asked, Purchase)
    assert isinstance(wrong_asked, Purchase)
    assert right_asked.proof.pvv != wrong_asked.proof.pvv
    assert desk.code(fields | {"52": "00" * 8}) == "63"
    assert desk.reception.counts.refusals[Refusal.PIN_BLOCK_UNREADABLE] == 1


def test_it_tells_what_each_purse_paid_and_has() -> None:
    from dure.authorization.answers import IncentivePaid

    desk = Desk()
    reply = desk.told(
        desk.messages["purchase"],
        movement_id=9,
        charged_won=10_000,
        cashback_won=4_000,
        discount_won=1_000,
        coupon_won=3_000,
        incentive=(IncentivePaid(3, 600, 0, 600), IncentivePaid(4, 20, 2, 50)),
        charged_after_won=40_000,
        cashback_after_won=620,
        allowance_after_won=5_000,
        held_after_won=15_000,
        repeated=True,
    )
    assert private_data.read(reply["48"]) == {
        "RC": "0",
        "RP": "1",
        "MV": "9",
        "CH": "10000",
        "CB": "4000",
        "DC": "1000",
        "CP": "3000",
        "IN": "620",
        "IL": "3:600:0:600;4:20:2:50",
    }
    assert private_data.read_balances(reply["54"]) == [
        Balance("00", "02", 30_620),
        Balance("00", "01", 45_620),
        Balance("91", "02", 25_000),
        Balance("92", "02", 620),
        Balance("93", "02", 5_000),
    ]


@pytest.mark.parametrize("text", ["RC", "RC00", "RC0020", "RCxxx0", "RC0010I"])
def test_it_refuses_private_data_that_is_none(text: str) -> None:
    with pytest.raises(private_data.PrivateDataUnreadableError):
        private_data.read(text)


@pytest.mark.parametrize("text", ["0", "0002410X000000000001", "0002410C00000000000A"])
def test_it_refuses_balances_that_are_none(text: str) -> None:
    with pytest.raises(private_data.PrivateDataUnreadableError):
        private_data.read_balances(text)


def test_it_refuses_a_wrong_or_missing_mac_and_answers_without_one() -> None:
    from dure.gateway.settings import GatewaySettings
    from dure.kernel.cardnetwork.macs import MacKey
    from tests.unit.gateway.desk import fields_of

    desk = Desk()
    for outcome in (
        desk.say(desk.messages["purchase"], MacKey(bytes(range(16)))),
        desk.say_unsigned(desk.messages["purchase"]),
    ):
        assert isinstance(outcome, bytes)
        reply = fields_of(outcome)
        assert reply["39"] == "63"
        assert "64" not in reply
    lenient = Desk(GatewaySettings(mac_required=False))
    assert not isinstance(lenient.say_unsigned(lenient.messages["purchase"]), bytes)
    wrong = lenient.say(lenient.messages["purchase"], MacKey(bytes(range(16))))
    assert isinstance(wrong, bytes)
    assert fields_of(wrong)["39"] == "63"


def test_it_signs_what_it_answers_in_field_64_or_128() -> None:
    desk = Desk()
    for name, place in (("purchase", "64"), ("echo", "128")):
        outcome = desk.say(desk.messages[name])
        if not isinstance(outcome, bytes):
            from dure.authorization.answers import Answer

            assert outcome is not None
            outcome = desk.reception.answer(desk.session, outcome, Answer(key=outcome.request.key))
        assert desk.mac.is_right(outcome[2:])
        from tests.unit.gateway.desk import fields_of

        assert place in fields_of(outcome)
