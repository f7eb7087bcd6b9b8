import re
from pathlib import Path

import pytest

import dure
from dure.gateway.message_types import MESSAGE_TYPES
from dure.gateway.response_codes import CODE_BY_REASON, CODE_BY_REFUSAL
from dure.gateway.settings import GatewaySettings

PAGE = (Path(dure.__file__).parent.parent / "docs" / "gateway.md").read_text(encoding="utf-8")


def test_the_page_says_the_code_of_every_reason() -> None:
    told = dict(re.findall(r"^\| ([A-Z_]+) \| \d+ \| (\d\d) \|", PAGE, re.MULTILINE))
    assert told == {reason.name: code for reason, code in CODE_BY_REASON.items()}


def test_the_page_says_the_number_of_every_reason() -> None:
    told = dict(re.findall(r"^\| ([A-Z_]+) \| (\d+) \| \d\d \|", PAGE, re.MULTILINE))
    assert told == {reason.name: str(int(reason)) for reason in CODE_BY_REASON}


def test_the_page_says_the_code_of_every_refusal() -> None:
    told = dict(re.findall(r"^\| ([a-z_]+) \| (\d\d) \|", PAGE, re.MULTILINE))
    assert told == {refusal.value: code for refusal, code in CODE_BY_REFUSAL.items()}


@pytest.mark.parametrize("message_type", sorted(MESSAGE_TYPES))
def test_the_page_says_the_answer_to_every_type(message_type: str) -> None:
    row = re.search(rf"^\| [\d ]*{message_type}[\d ]* \| (\d{{4}}) \|", PAGE, re.MULTILINE)
    assert row is not None
    assert row[1] == MESSAGE_TYPES[message_type].answer


def test_the_page_says_the_limits() -> None:
    limits = GatewaySettings()
    for text in (
        f"| {limits.frame_patience_s:.0f} s |",
        f"| {limits.idle_patience_s:.0f} s |",
        f"| {limits.sign_on_patience_s:.0f} s |",
        f"| {limits.in_flight_max:,} |",
        f"| {limits.strikes_max} |",
        f"| {limits.connections_max} |",
        f"| {limits.engine_patience_s:.0f} s |",
    ):
        assert text in PAGE
