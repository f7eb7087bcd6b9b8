"""`make lighthouse`: the app's pages judged by Lighthouse as a phone sees them, without a network.

Lighthouse is installed below the home by .ci/lighthouse; where it or Chromium is missing the step
is skipped, and says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Final

from dure.demo.bench.home import BenchHome
from dure.demo.bench.plan import Plan
from dure.demo.bench.progress import say
from dure.demo.bench.results import Figures
from dure.demo.bench.web_part import running_app
from dure.kernel.database.home import home_directory

LOOKS: Final = "lighthouse"
PAGES: Final = (
    "/app/", "/app/pay", "/app/pay/code", "/app/history", "/app/shops", "/app/shops/map",
    "/app/sign-in", "/en/app/",
)  # fmt: skip
STRANGERS: Final = frozenset({"/app/sign-in"})
"""Pages that are judged with nobody signed in."""
SCORE_MIN: Final = {"performance": 95, "accessibility": 100, "best-practices": 100}
TRIES: Final = 3
"""Performance is the best of so many: a busy machine only ever makes it worse. A page whose loading
could not be recorded is looked at again too."""
_PATIENCE_S: Final = 180
_PROGRAM: Final = Path(__file__).with_suffix(".mjs")


class ScoreLowError(Exception):
    """A page does not reach SCORE_MIN; the message says which, and what was found."""


class NotJudgedError(ScoreLowError):
    """Lighthouse could not judge a page; another try may."""


def measure_lighthouse(home: BenchHome, plan: Plan) -> Figures:
    """The scores of each page, of 100. Raises ScoreLowError after the last page."""
    modules = home_directory().resolve() / "lighthouse" / "node_modules"
    node, chromium = shutil.which("node"), shutil.which("chromium")
    if node is None or chromium is None or not (modules / "lighthouse").is_dir():
        say("step lighthouse is skipped: it needs node, Chromium and `sh .ci/lighthouse`")
        return {"skipped": "node, Chromium or Lighthouse is missing"}
    scores: dict[str, dict[str, int]] = {}
    found: list[str] = []
    with running_app(home, plan) as app:
        for page in PAGES:
            address = f"http://localhost:{app.port}{page}"
            command = [node, str(_PROGRAM), str(modules), chromium, address]
            token = "" if page in STRANGERS else app.token
            scores[page], wrong = _judged(command, token)
            say(f"{page}: {scores[page]}")
            found += [f"{page}: {one}" for one in wrong]
    if found:
        raise ScoreLowError("; ".join(found))
    return {"scores": scores}


def _judged(command: list[str], token: str) -> tuple[dict[str, int], list[str]]:
    """The scores of a page, and what was found where one is too low."""
    best: dict[str, int] = {}
    wrong: list[str] = []
    for one_try in range(TRIES):
        try:
            report = _report(command, token)
        except NotJudgedError as error:
            if one_try == TRIES - 1 and not best:
                raise
            say(f"{error}; looking again")
            continue
        scores = {
            name: round(100 * (report["categories"][name]["score"] or 0)) for name in SCORE_MIN
        }
        if scores["performance"] > best.get("performance", -1):
            best = scores
        wrong = _found(report, best)
        if not wrong:
            break
    return best, wrong


def _report(command: list[str], token: str) -> dict[str, Any]:
    """What Lighthouse says of a page. Raises NotJudgedError where it says nothing."""
    with tempfile.TemporaryDirectory(prefix="dure-lighthouse-") as folder:
        output = Path(folder) / "report.json"
        done = subprocess.run(
            [*command, ",".join(SCORE_MIN), str(output)],
            env={**os.environ, "DURE_TOKEN": token, "TMPDIR": folder},
            capture_output=True, text=True, timeout=_PATIENCE_S, check=False,
        )  # fmt: skip
        if not output.exists():
            raise NotJudgedError(f"Lighthouse said nothing of {command[-1]}: {done.stderr[-400:]}")
        report: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        fault = report.get("runtimeError")
        if fault:
            raise NotJudgedError(f"{command[-1]} could not be judged: {fault['message']}")
        return report


def _found(report: dict[str, Any], scores: dict[str, int]) -> list[str]:
    """The audits that failed in each category whose score is too low."""
    wrong = []
    for name, least in SCORE_MIN.items():
        if scores[name] >= least:
            continue
        audits = [
            one["id"]
            for one in report["categories"][name]["auditRefs"]
            if one["weight"] and (report["audits"][one["id"]]["score"] or 0) < 0.9
        ]
        wrong.append(f"{name} {scores[name]} ({', '.join(audits)})")
    return wrong
