"""Decisions as PDF with the evidence behind them."""

import re
from pathlib import Path

import pytest

from dure.forecast.results import (
    Breakdown,
    DocumentTried,
    GroupRow,
    LineCost,
    Simulation,
    encode,
)
from dure.rulebook.publishing import sha256_of
from tests.console import sign_in
from tests.db.budget_city import KIM, LEE, PARK, BudgetCity
from tests.engines import RunningEngine
from tests.rulebooks import (
    CITY_RULE,
    LOWER,
    MIDDLE,
    acting,
    at,
    run,
    seed_officials,
    to_published,
)
from tests.web.conftest import Connection

RESULT = Simulation(
    from_us=at("2019-10-01"),
    until_us=MIDDLE,
    exact=True,
    error_bp=0,
    history_sha256="h" * 64,
    members=1_250_000,
    payments=17_000_000,
    amount_won=150_000_000_000,
    before_won=9_000_000_000,
    after_won=4_500_000_000,
    before=[DocumentTried(rule="test-city", version=1, sha256="a" * 64)],
    after=[DocumentTried(rule="test-city", version=2, sha256="b" * 64)],
    lines=[
        LineCost(
            line_id=2, code="test-city", name_ko="시비", name_en="City", before_won=3, after_won=1
        )
    ],
    breakdowns=[
        Breakdown(
            dimension="district",
            rows=[
                GroupRow(
                    key="28260", name_ko="서구", name_en="Seo-gu", members=5, payments=6,
                    amount_won=7, before_won=8, after_won=9, members_gain=1, members_lose=2,
                )
            ],
        )
    ],
)  # fmt: skip


def letters_of(body: bytes) -> set[str]:
    """Every letter that a PDF can show, by its fonts' own tables of glyphs and letters."""
    letters: set[str] = set()
    for table in re.findall(rb"begincmap(.*?)endcmap", body, re.DOTALL):
        for code in re.findall(rb"<[0-9A-Fa-f]{4}> <([0-9A-Fa-f]{4})>\n", table):
            letters.add(bytes.fromhex(code.decode()).decode("utf-16-be"))
    return letters


@pytest.fixture
def decided(web_home: Path, db_url: str, connection: Connection) -> str:
    """A version that went all the way, with a simulation that is kept; gives the result's hash."""
    seed_officials(db_url)
    told = encode(RESULT).decode()
    sha256 = sha256_of(told)
    connection.execute(
        "INSERT INTO foresight_result (sha256, kind, result, kept_at_us) VALUES (%s, %s, %s, 0)",
        (sha256, "simulation", told),
    )

    async def published(city: object) -> None:
        from dure.rulebook import workflow

        await to_published(city, CITY_RULE, 1)  # type: ignore[arg-type]
        writer = acting("writer", at("2019-10-02"))
        await workflow.draft(city, writer, LOWER, "x.yaml")  # type: ignore[arg-type]
        await workflow.check(city, writer, "test-city", 2)  # type: ignore[arg-type]
        await workflow.record_simulation(
            city, writer, "test-city", 2, name="10월", result_sha256=sha256  # type: ignore[arg-type]
        )  # fmt: skip

    run(db_url, published)
    return sha256


def test_it_gives_a_rule_with_its_steps_and_its_simulation(decided: str) -> None:
    client = sign_in("writer")
    answer = client.get("/console/evidence/rules/test-city/2.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert b"/Lang (ko)" in answer.content
    for letters in ("결정과 그 근거", "모의실험", "서명", "서구"):
        assert set(letters) <= letters_of(answer.content) | {" "}
    english = client.get("/en/console/evidence/rules/test-city/2.pdf")
    assert b"/Lang (en)" in english.content


def test_it_gives_the_same_bytes_again(decided: str) -> None:
    client = sign_in("writer")
    first, second = (client.get("/console/evidence/rules/test-city/1.pdf").content for _ in "12")
    assert first == second


def test_it_tells_on_paper_every_hash_of_the_steps(decided: str, connection: Connection) -> None:
    from dure.web.console.export import rule_evidence
    from dure.web.console.shell.rulebook import LOG
    from dure.web.shared.language import Language
    from dure.web.shared.paper import Facts, Grid
    from dure.web.shared.store import database

    told: list[object] = []

    def keep(title: str, subtitle: str, blocks: list[object], **named: object) -> bytes:
        told.extend(blocks)
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule_evidence, "paper", keep)
        read = LOG.read(database())
        life = read.book.lives["test-city@2"]
        rule_evidence.rule_paper(database(), read, life, Language.KOREAN)
    facts = {text for block in told if isinstance(block, Facts) for _, text in block.rows}
    rows = connection.execute("SELECT hash FROM rulebook_log WHERE version = 2").fetchall()
    assert {bytes(row[0]).hex() for row in rows} <= facts
    assert {decided, RESULT.history_sha256, life.sha256} <= facts
    grids = [block for block in told if isinstance(block, Grid)]
    assert ("시비", "3원", "1원", "−2원") in [tuple(row) for grid in grids for row in grid.rows]


def test_it_has_no_paper_of_what_is_not_there(decided: str) -> None:
    client = sign_in("writer")
    for address in ("rules/test-city/9", "rules/none/1", "transfers/9", "appropriations/99"):
        assert client.get(f"/console/evidence/{address}.pdf").status_code == 404


def test_it_gives_transfers_and_appropriations(
    city: RunningEngine, db_url: str, connection: Connection
) -> None:
    from dure.budget.lines import add_programme
    from dure.budget.transferring import approve_transfer, ask_transfer
    from dure.rulebook.officials import Grant, Role
    from tests.console import grant

    grant(db_url, "looker", Grant(Role.AUDITOR))
    town = BudgetCity(db_url, city)
    town.give("test-city", 1_000_000)
    add_programme(town.office, KIM, "test-city", code="market", name_ko="시장", name_en="Markets")
    asked = ask_transfer(
        town.office, KIM, from_code="test-city", to_code="market", amount_won=1_000,
        reason="시장 행사",
    )  # fmt: skip
    for who in (LEE, PARK):
        approve_transfer(town.office, who, asked.transfer_id)
    town.close()
    row = connection.execute("SELECT appropriation_id FROM budget_appropriation").fetchone()
    assert row is not None
    client = sign_in("looker")
    for address in (f"transfers/{asked.transfer_id}", f"appropriations/{row[0]}"):
        answer = client.get(f"/console/evidence/{address}.pdf")
        assert answer.status_code == 200
        assert set("예산집행됨") <= letters_of(answer.content)
