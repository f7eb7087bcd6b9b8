import pytest

from dure.authorization.reasons import DeclineReason
from dure.authorization.requests import Cancel, Capture, Hold, Inquire, Purchase, Refund, Request
from dure.gateway.message_types import INQUIRIES, MESSAGE_TYPES, Kind
from dure.gateway.response_codes import CODE_BY_REASON, CODE_BY_REFUSAL, Refusal
from tests.unit.gateway.desk import Desk

WHAT_IS_ASKED: list[tuple[str, str, type[Request]]] = [
    ("purchase", "0210", Purchase),
    ("purchase_by_chip", "0210", Purchase),
    ("purchase_with_pin", "0210", Purchase),
    ("purchase_with_aes_pin", "0210", Purchase),
    ("purchase_by_stripe", "0210", Purchase),
    ("purchase_online", "0210", Purchase),
    ("refund", "0210", Refund),
    ("hold", "0110", Hold),
    ("inquiry", "0110", Inquire),
    ("authorization_advice", "0130", Hold),
    ("purchase_advice", "0230", Purchase),
    ("capture", "0230", Capture),
    ("reversal", "0410", Cancel),
    ("partial_reversal", "0410", Cancel),
    ("reversal_advice", "0430", Cancel),
]


@pytest.mark.parametrize(("name", "answer_type", "asked"), WHAT_IS_ASKED)
@pytest.mark.parametrize("suffix", ["", "_repeated"])
def test_it_asks_the_engine_and_answers_yes(
    name: str, answer_type: str, asked: type[Request], suffix: str
) -> None:
    desk = Desk()
    fields = desk.messages[name + suffix]
    assert type(desk.asked(fields)) is asked
    reply = desk.told(fields, approval_code="A1B2C3", movement_id=7, charged_after_won=900)
    assert reply["t"] == answer_type
    assert reply["39"] == "00"
    assert reply["38"] == "A1B2C3"
    for key in ("7", "11", "32", "37", "41", "42"):
        assert reply.get(key) == fields.get(key)
    assert "2" not in reply
    assert "35" not in reply


@pytest.mark.parametrize(("name", "answer_type", "asked"), WHAT_IS_ASKED)
def test_it_passes_on_the_engines_no(name: str, answer_type: str, asked: type[Request]) -> None:
    desk = Desk()
    reply = desk.told(desk.messages[name], reason=DeclineReason.CARD_BLOCKED)
    assert (reply["t"], reply["39"]) == (answer_type, "62")
    assert "38" not in reply


@pytest.mark.parametrize(("name", "answer_type", "asked"), WHAT_IS_ASKED)
def test_a_repeat_has_the_key_of_its_original(
    name: str, answer_type: str, asked: type[Request]
) -> None:
    desk = Desk()
    first = desk.asked(desk.messages[name])
    desk.clock.advance(90 * 1_000_000)
    assert desk.asked(desk.messages[f"{name}_repeated"]).key == first.key


@pytest.mark.parametrize("code", ["sign_on", "sign_off", "echo", "key_exchange"])
@pytest.mark.parametrize("suffix", ["", "_repeated"])
def test_it_manages_the_line(code: str, suffix: str) -> None:
    desk = Desk()
    reply = desk.reply(desk.messages[code + suffix])
    assert (reply["t"], reply["39"]) == ("0810", "00")
    assert reply["70"] == desk.messages[code]["70"]


def _mandatory() -> list[tuple[str, str]]:
    cases = []
    by_type = {"0100": "hold", "0120": "authorization_advice", "0200": "purchase"}
    by_type |= {"0220": "purchase_advice", "0400": "reversal", "0420": "reversal_advice"}
    for message_type, rules in MESSAGE_TYPES.items():
        name = by_type.get(message_type[:3] + "0")
        if name is None:
            continue
        name += "_repeated" if message_type[3] == "1" else ""
        # Field 32 tells whose message it is, and its absence is no matter of this table.
        cases += [(name, key) for key in (*rules.mandatory, "4") if key != "32"]
    cases += [("echo", "7"), ("echo", "11"), ("echo", "70"), ("sign_on", "32")]
    return sorted(set(cases))


@pytest.mark.parametrize(("name", "missing"), _mandatory())
def test_it_refuses_a_message_without_a_mandatory_field_and_names_it(
    name: str, missing: str
) -> None:
    desk = Desk()
    fields = {key: text for key, text in desk.messages[name].items() if key != missing}
    reply = desk.reply(fields)
    assert reply["39"] == "30"
    assert reply["44"] == f"FIELD_MISSING {int(missing):03d}"


@pytest.mark.parametrize(
    ("name", "without", "named"),
    [
        ("purchase", ("2",), "2"),  # neither number nor track 2
        ("purchase_by_stripe", ("35",), "2"),
        ("purchase_online", ("14",), "14"),  # typed in: the expiry must be there
        ("purchase_by_chip", ("55",), "55"),
        ("refund", ("38",), "38"),  # neither approval code nor original
        ("reversal", ("90",), "90"),
    ],
)
def test_it_refuses_a_message_without_a_conditional_field(
    name: str, without: tuple[str, ...], named: str
) -> None:
    desk = Desk()
    fields = {key: text for key, text in desk.messages[name].items() if key not in without}
    assert desk.reply(fields)["44"] == f"FIELD_MISSING {int(named):03d}"


def test_it_needs_no_amount_to_tell_the_balance() -> None:
    desk = Desk()
    fields = {key: text for key, text in desk.messages["inquiry"].items() if key != "4"}
    assert isinstance(desk.asked(fields), Inquire)
    assert "31" in INQUIRIES


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("4", "00000001500A"),
        ("4", "-00000015000"),
        ("7", "1321090000"),  # a thirteenth month
        ("7", "1021250000"),
        ("7", "0231000000"),
        ("12", "246000"),
        ("13", "0230"),
        ("11", "00000X"),
        ("49", "4I0"),
        ("41", "T\x00000001"),
    ],
)
def test_it_refuses_a_field_with_wrong_content_and_names_it(key: str, text: str) -> None:
    desk = Desk()
    reply = desk.reply(desk.messages["purchase"] | {key: text})
    assert reply["39"] == "30"
    named = "12" if key == "13" else key
    assert reply["44"] == f"FIELD_WRONG {int(named):03d}"


def test_it_takes_fields_that_it_does_not_need() -> None:
    desk = Desk()
    more = {"19": "410", "43": "가게".encode("euc-kr").decode("latin-1").ljust(40), "62": "any"}
    assert isinstance(desk.asked(desk.messages["purchase"] | more | {"127": "more"}), Purchase)


@pytest.mark.parametrize("message_type", ["0300", "0500", "0602", "0140"])
def test_it_refuses_a_type_that_it_does_not_know(message_type: str) -> None:
    desk = Desk()
    reply = desk.reply(desk.messages["purchase"] | {"t": message_type})
    assert reply["39"] == "40"
    assert int(reply["t"][2]) % 2 == 1


@pytest.mark.parametrize("message_type", ["0110", "0210", "0810"])
def test_it_leaves_answers_to_nothing_aside(message_type: str) -> None:
    desk = Desk()
    assert desk.say(desk.messages["purchase"] | {"t": message_type}) is None


def test_it_refuses_an_unknown_network_code() -> None:
    desk = Desk()
    assert desk.code(desk.messages["echo"] | {"70": "999"}) == "40"


@pytest.mark.parametrize("name", ["purchase", "hold", "reversal", "echo", "key_exchange"])
def test_it_refuses_everything_before_the_sign_on(name: str) -> None:
    desk = Desk(sign_on=False)
    assert desk.code(desk.messages[name]) == "91"


def test_it_refuses_everything_after_the_sign_off_until_the_next_sign_on() -> None:
    desk = Desk()
    assert desk.code(desk.messages["sign_off"]) == "00"
    assert desk.code(desk.messages["purchase"]) == "91"
    assert desk.code(desk.messages["sign_on"]) == "00"
    assert isinstance(desk.asked(desk.messages["purchase"]), Purchase)


def test_it_refuses_an_acquirer_that_it_does_not_know_or_that_is_not_this_lines() -> None:
    desk = Desk(sign_on=False)
    assert desk.code(desk.messages["sign_on"] | {"32": "123"}) == "31"
    assert desk.code(desk.messages["sign_on"]) == "00"
    assert desk.code(desk.messages["purchase"] | {"32": "990002"}) == "31"


def test_it_acknowledges_an_advice_that_tells_of_anothers_refusal_without_booking_it() -> None:
    desk = Desk()
    for name in ("purchase_advice", "authorization_advice"):
        assert desk.code(desk.messages[name] | {"39": "05"}) == "00"


def test_every_reason_has_a_response_code_of_two_letters() -> None:
    assert set(CODE_BY_REASON) == set(DeclineReason)
    assert set(CODE_BY_REFUSAL) == set(Refusal)
    codes = [*CODE_BY_REASON.values(), *CODE_BY_REFUSAL.values()]
    assert all(len(code) == 2 and code.isdecimal() for code in codes)
    approved = [reason for reason, code in CODE_BY_REASON.items() if code == "00"]
    assert approved == [DeclineReason.APPROVED]


@pytest.mark.parametrize("reason", list(DeclineReason))
def test_it_tells_the_reasons_own_number_beside_the_code(reason: DeclineReason) -> None:
    desk = Desk()
    reply = desk.told(desk.messages["purchase"], reason=reason)
    number = str(int(reason))
    assert reply["39"] == CODE_BY_REASON[reason]
    assert reply["48"].startswith(f"RC{len(number):03d}{number}")


def test_it_answers_a_fault_of_its_own_without_telling_what_it_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = Desk()

    def break_down(*_: object) -> None:
        raise RuntimeError(desk.messages["purchase"]["2"])

    monkeypatch.setattr("dure.gateway.reception.read_card", break_down)
    assert desk.code(desk.messages["purchase"]) == "96"
    assert desk.reception.counts.events["fault"] == 1


def test_it_knows_every_type_by_kind() -> None:
    assert {rules.kind for rules in MESSAGE_TYPES.values()} == set(Kind)
    assert all(rules.answer[2] in "135" for rules in MESSAGE_TYPES.values())
