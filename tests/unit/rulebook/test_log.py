"""The chain of steps: every column counts, and nothing can be taken out or put in."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dure.rulebook.log import Entry, check_log, content_text, hash_of, next_entry, replay
from dure.rulebook.steps import Act, Stage, Step

KEYS = {name: Ed25519PrivateKey.from_private_bytes(bytes([n] * 32)) for n, name in
        enumerate(("root", "writer", "first", "second"), start=1)}  # fmt: skip
ROLES = {"root": "operator", "writer": "policy_officer", "first": "approver", "second": "approver"}


def public(name: str) -> str:
    return KEYS[name].public_key().public_bytes_raw().hex()


def acts() -> list[Act]:
    granted = [
        Act(
            step=Step.GRANT,
            by="root",
            at_us=1,
            content={"official": who, "name": who, "role": role, "public_key": public(who)},
        )
        for who, role in ROLES.items()
    ]
    draft = Act(
        step=Step.DRAFT,
        by="writer",
        at_us=2,
        rule="cashback",
        version=1,
        sha256="a" * 64,
        content={"scope": 0, "from_us": 10**15, "until_us": 2 * 10**15},
    )
    steps = [(Step.CHECK, "writer"), (Step.APPROVE, "first"), (Step.APPROVE, "second")]
    return [*granted, draft, *(replace(draft, step=s, by=by, content={}) for s, by in steps)]


def chain(steps: list[Act] | None = None) -> list[Entry]:
    entries: list[Entry] = []
    for act in steps or acts():
        last = entries[-1] if entries else None
        entries.append(next_entry(act, last, KEYS[act.by], recorded_at_us=7))
    return entries


def test_it_finds_nothing_wrong_with_a_log_that_nobody_touched() -> None:
    entries = chain()
    assert check_log(entries, [entries[3].hash, entries[-1].hash]) == []
    assert replay(entries).lives["cashback@1"].stage is Stage.APPROVED


OTHER = {
    "number": 99,
    "step": "schedule",
    "rule": "another",
    "version": 2,
    "sha256": "b" * 64,
    "by": "second",
    "at_us": 3,
    "recorded_at_us": 8,
    "content": '{"x":1}',
    "public_key": bytes.fromhex(public("second")),
    "previous_hash": bytes(32),
    "hash": bytes(32),
    "signature": bytes(64),
}


@pytest.mark.parametrize("column", [field.name for field in fields(Entry)])
def test_it_sees_a_change_in_every_column(column: str) -> None:
    entries = chain()
    assert set(OTHER) == {field.name for field in fields(Entry)}
    entries[6] = replace(entries[6], **{column: OTHER[column]})  # type: ignore[arg-type]
    faults = check_log(entries)
    assert faults
    assert 7 in {fault.entry for fault in faults} or column == "number"


@pytest.mark.parametrize("column", [f.name for f in fields(Entry) if f.name != "signature"])
def test_it_sees_a_change_whose_hash_was_made_to_fit(column: str) -> None:
    entries = chain()
    changed = replace(entries[6], **{column: OTHER[column]})  # type: ignore[arg-type]
    entries[6] = replace(changed, hash=hash_of(changed)) if column != "hash" else changed
    assert check_log(entries)


def test_it_sees_an_entry_signed_by_another_key_than_its_officials() -> None:
    entries = chain(acts()[:6])
    forged = next_entry(acts()[6], entries[-1], KEYS["root"], 7)
    (fault,) = check_log([*entries, forged])
    assert "'first'" in fault.en


def test_it_sees_a_whole_log_that_was_made_anew_by_its_published_head() -> None:
    head = chain()[-1].hash
    again = chain(acts()[:7])
    assert check_log(again) == []
    (fault,) = check_log(again, [head])
    assert head.hex() in fault.en


def test_it_sees_entries_taken_out_or_put_in() -> None:
    entries = chain()
    for gone in range(1, len(entries) - 1):
        assert check_log(entries[:gone] + entries[gone + 1 :])
    assert check_log([*entries, entries[-1]])
    assert check_log([entries[0], *entries])


def test_it_sees_steps_that_were_never_allowed_though_well_signed() -> None:
    steps = acts()
    steps[7] = replace(steps[6])  # The first approver signs again as if it were the second.
    (fault,) = check_log(chain(steps))
    assert fault.entry == 8
    assert "approved already" in fault.en


@pytest.mark.parametrize("content", ["[]", "{", '{"versions": 3}', '{"official": "x"}'])
def test_it_reports_an_entry_that_does_not_read_and_goes_on(content: str) -> None:
    entries = chain()
    entries[1] = replace(entries[1], content=content)
    assert {fault.entry for fault in check_log(entries)} == {2}


def test_contents_have_one_form() -> None:
    assert content_text({"b": 1, "a": "가"}) == '{"a":"가","b":1}'
