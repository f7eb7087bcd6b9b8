"""A rate that steps down, as announced, when the money on a budget line falls to given levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from dure.policy.document_errors import Fault
from dure.policy.kinds import rates
from dure.policy.kinds.kind import Amount, Choose, Kind, Moment, Portions
from dure.policy.kinds.numbers import Numbers
from dure.policy.kinds.rates import MONTH_KEY, Rates, read_rate
from dure.policy.occasions import Occasion
from dure.policy.reading import Nodes, Reader
from dure.policy.sentences import Sentence, korean_won, percent

_EXAMPLE: Final = "[{left_from_won: 1000000000, rate_bp: 600}, {left_from_won: 0, rate_bp: 300}]"


@dataclass(frozen=True, slots=True)
class Step:
    """The rate while the line has at least `left_from_won` left."""

    left_from_won: int
    rate_bp: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps from the highest level down to 0; the rates fall with them."""

    line: str
    steps: tuple[Step, ...]
    rates: Rates


def _read(reader: Reader, entries: Nodes) -> Ladder | None:
    line = reader.text(entries.get("line"), "line", "incheon-2021-city")
    node = entries.get("steps")
    nodes = reader.items(node, "steps", _EXAMPLE)
    if isinstance(node, yaml.SequenceNode) and not nodes:
        reader.refuse(node, Fault.EMPTY, key="steps", example=_EXAMPLE)
    steps = [_read_step(reader, item) for item in nodes]
    whole = [step for step in steps if step is not None]
    most_won = reader.integer(entries.get(MONTH_KEY), MONTH_KEY, 1)
    if line is None or not whole or len(whole) < len(steps):
        return None
    _refuse_rising(reader, nodes, whole)
    by_step = tuple((place, step.rate_bp) for place, step in enumerate(whole))
    return Ladder(line, tuple(whole), Rates(by_step, most_won))


def _read_step(reader: Reader, node: yaml.Node) -> Step | None:
    required = {"left_from_won": "0", "rate_bp": "300"}
    entries = reader.mapping(node, "steps", list(required), required)
    left_from_won = reader.integer(entries.get("left_from_won"), "left_from_won")
    rate_bp = read_rate(reader, entries.get("rate_bp"), "rate_bp", 0)
    if left_from_won is None or rate_bp is None:
        return None
    return Step(left_from_won, rate_bp)


def _refuse_rising(reader: Reader, nodes: list[yaml.Node], steps: list[Step]) -> None:
    """Reports steps whose level or rate does not fall, and a last step that is not from 0."""
    for node, before, step in zip(nodes[1:], steps, steps[1:], strict=False):
        if step.left_from_won >= before.left_from_won:
            level = {"value": step.left_from_won, "before": before.left_from_won}
            reader.refuse(node, Fault.LADDER_LEVEL, **level)
        elif step.rate_bp >= before.rate_bp:
            rate = {"value": step.rate_bp, "before": before.rate_bp}
            reader.refuse(node, Fault.LADDER_RISES, **rate)
    if steps[-1].left_from_won != 0:
        reader.refuse(nodes[-1], Fault.LADDER_END, value=steps[-1].left_from_won)


def _choose(terms: Ladder, line_ids: Mapping[str, int]) -> Choose:
    """The choice is the step's place: the first whose level the line still reaches."""
    line_id = line_ids[terms.line]
    levels = tuple(step.left_from_won for step in terms.steps)
    last = len(levels) - 1

    def choose(_occasion: Occasion, left: Mapping[int, int]) -> int:
        left_won = left[line_id]
        for place, level in enumerate(levels):
            if left_won >= level:
                return place
        return last

    return choose


def _amount(terms: Ladder) -> Amount:
    return rates.amount(terms.rates)


def _numbers(terms: Ladder) -> Numbers:
    steps = tuple((step.left_from_won, place) for place, step in enumerate(terms.steps))
    return rates.numbers(terms.rates)._replace(steps=steps)


def _portions(terms: Ladder, base_won: int, month_net_won: int, choice: int) -> Portions:
    parts = rates.portions(terms.rates, base_won, month_net_won, choice)
    return tuple((won, rate_bp) for won, rate_bp in parts if rate_bp)


def _watches(terms: Ladder) -> tuple[str, ...]:
    return (terms.line,)


def _ceiling_won(terms: Ladder) -> int | None:
    return rates.ceiling_won(terms.rates)


def _tells(terms: Ladder, choice: int) -> tuple[Sentence, ...]:
    step = terms.steps[choice]
    rate, level = percent(step.rate_bp), step.left_from_won
    if choice == 0 and len(terms.steps) == 1:
        return ()
    if choice == 0:
        ko = f"예산이 {korean_won(level)} 이상 남아 있는 동안 {rate}입니다."
        return (Sentence("step", ko, f"While the budget has {level:,} won or more left: {rate}."),)
    above = terms.steps[choice - 1].left_from_won
    ko = f"남은 예산이 {korean_won(above)}보다 적어져 미리 알린 대로 {rate}로 낮아졌습니다."
    en = f"The budget has less than {above:,} won left, so as announced the rate is {rate}."
    return (Sentence("step", ko, en),)


KIND: Final[Kind[Ladder]] = Kind(
    name="step_down_ladder",
    noun=("캐시백", "cashback"),
    moment=Moment.PURCHASE,
    required={"line": "incheon-2021-city", "steps": _EXAMPLE},
    optional=rates.MONTH_EXAMPLE,
    read=_read,
    choose=_choose,
    amount=_amount,
    numbers=_numbers,
    watches=_watches,
    portions=_portions,
    ceiling_won=_ceiling_won,
    tells=_tells,
)
