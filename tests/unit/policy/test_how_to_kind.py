"""The page on adding a kind, followed literally: its file, its line, its document, its table."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from dure.policy.kinds import KINDS

ROOT: Final = Path(__file__).parents[3]
PAGE: Final = (ROOT / "docs" / "how-to-kind.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
NAMED: Final = re.findall(r"^`((?:dure|rules)/[a-z/_.]+)`:$", PAGE, re.MULTILINE)
ROWS: Final = re.findall(
    r"^\| (\d\d:\d\d) \| ([\d,]+) \| ([\d,–]+) \| (.+) \|$", PAGE, re.MULTILINE
)

# Asks the copy of the package, in a process of its own, what the page's table tells.
ASK: Final = """
import json, sys
from datetime import datetime
from pathlib import Path
from dure.kernel.calendar import SEOUL, to_us
from dure.policy.clawback import earned_on_rest
from dure.policy.evaluate import compile_rules
from dure.policy.explain import explain, why_not
from dure.policy.occasions import Channel, MemberFacts, Occasion, ShopFacts
from dure.rulebook.directory import load_directory

(document,) = load_directory(Path(sys.argv[1]))
lines = {"incheon-2019-state": 1, "incheon-2019-city": 2}
rules = compile_rules([document], lines, {document.key: 1})
told = []
for clock, won in json.loads(sys.argv[2]):
    at_us = to_us(datetime.fromisoformat(f"2020-02-03T{clock}").replace(tzinfo=SEOUL))
    asked = Occasion(at_us, won, won, 0, ShopFacts(1, 28260, "56111", "5812", 1),
                     MemberFacts(28200, 1980, 2), Channel.CARD, {1: 10**9, 2: 10**9})
    given = rules.at(at_us).evaluate(asked)
    rule = rules.get_rule(1)
    said = [s for l in given for s in explain(rule, l.won, l.limited_by, won, 0, l.choice)]
    said = said or why_not(rule, asked)
    told.append([given[0].won if given else None, " ".join(s.ko for s in said)])
print(json.dumps({"told": told, "stays": earned_on_rest(rules, 1, 15_000, 0, 600)}))
"""


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package to which the page's file, line and document were added."""
    home = tmp_path_factory.mktemp("how-to")
    for room in ("kernel", "policy", "rulebook"):
        shutil.copytree(
            ROOT / "dure" / room, home / "dure" / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "dure" / "__init__.py", home / "dure")
    (language, file), (_, line), (_, document) = BLOCKS
    assert language == "python"
    assert NAMED == ["dure/policy/kinds/step_gift.py", "rules/lunch.yaml"]
    (home / NAMED[0]).write_text(file, encoding="utf-8")
    listed = home / "dure/policy/kinds/__init__.py"
    text = listed.read_text(encoding="utf-8")
    assert line.count("\n") == 1
    listed.write_text(text.replace("_FILES: Final = (\n", f"_FILES: Final = (\n{line}"))
    (home / "rules").mkdir()
    (home / NAMED[1]).write_text(document, encoding="utf-8")
    return home


def ask(home: Path) -> Any:
    """What the followed copy answers; run from its folder, which is where Python looks first."""
    asked = json.dumps([[clock, int(won.replace(",", ""))] for clock, won, _, _ in ROWS])
    done = subprocess.run(
        [sys.executable, "-c", ASK, "rules", asked],
        cwd=home, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_one_file_and_one_line_make_a_kind(followed: Path) -> None:
    assert len(ROWS) == 4
    answer = ask(followed)
    expected = [
        [None if gets == "–" else int(gets.replace(",", "")), reads] for _, _, gets, reads in ROWS
    ]
    assert answer["told"] == expected
    assert answer["stays"] == 300


def test_it_refuses_a_document_of_the_kind_line_by_line(followed: Path) -> None:
    document = followed / "rules" / "lunch.yaml"
    good = document.read_text(encoding="utf-8")
    try:
        document.write_text(good.replace("gift_won: 300", "gift_won: 삼백원"), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", ASK, "rules", "[]"],
            cwd=followed, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    finally:
        document.write_text(good, encoding="utf-8")
    assert "lunch.yaml:9:11: '삼백원' of 'gift_won' is not a whole number" in done.stderr


def test_without_the_line_there_is_no_such_kind() -> None:
    assert "step_gift" not in KINDS
