"""Random lives with coupons: a real engine on PostgreSQL answers and keeps what paper does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dure.authorization.answers import Answer
from dure.authorization.requests import (
    AnyRequest,
    Cancel,
    Capture,
    ChangeWallet,
    Charge,
    ClaimCoupon,
    ExpireCoupon,
    Hold,
    Purchase,
    Refund,
)
from dure.ledger.accounts import Account
from dure.merchants.directory import ShopEntry
from dure.merchants.standing import ALWAYS_US
from dure.policy.document import parse_document
from dure.policy.evaluate import compile_rules
from dure.policy.occasions import OfferTerms
from tests.conftest import broken_invariants
from tests.engines import (
    BEGUN_US,
    SHOP_JUNGGU,
    SHOP_PLUS,
    SHOP_SEOGU,
    RunningEngine,
    running_engine,
    seed_city,
)
from tests.laws.engine_city import EngineCity
from tests.laws.paper_city import COUPON_VERSION, DOCUMENTS, MEMBERS, PERCENT_VERSION, PaperCity

HOUR_US = 3_600 * 1_000_000
CEILING_WON = 1_500
MANY = [
    text.replace("stock: 3, per_person: 2", "stock: 100000, per_person: 40").replace(
        "stock: 100, ", "stock: 100000, "
    )
    for text in DOCUMENTS
]
"""The same rules with a stock that no number of examples uses up."""

OFTEN = (
    "ClaimCoupon APPROVED False", "Purchase APPROVED True", "Purchase APPROVED False",
    "Capture APPROVED True", "Cancel APPROVED True", "Refund APPROVED True",
    "ExpireCoupon APPROVED False",
)  # fmt: skip
"""What must have happened (request, answer, whether a coupon paid), or the law says nothing."""

shops = st.sampled_from([SHOP_JUNGGU, SHOP_SEOGU, SHOP_PLUS])
picks = st.integers(0, 30)
steps = st.one_of(
    st.tuples(st.just("claim"), st.sampled_from([COUPON_VERSION, PERCENT_VERSION])),
    st.tuples(st.just("claim"), st.just(PERCENT_VERSION)),
    st.tuples(st.just("pay"), shops, st.integers(1, 40_000), st.sampled_from("nnnna0")),
    st.tuples(st.just("pay"), shops, st.integers(9_000, 40_000), st.sampled_from("nnnna0")),
    st.tuples(st.just("hold"), shops, st.integers(10_000, 30_000), st.integers(1, 100)),
    st.tuples(st.just("cancel"), picks, st.sampled_from([0, 0, 0, 30, 77])),
    st.tuples(st.just("refund"), picks, st.sampled_from([100, 100, 50])),
    st.tuples(st.just("undo"), picks),
    st.tuples(st.just("expire"), picks),
    st.tuples(st.just("expire"), picks),
    st.tuples(st.just("switch"), st.sampled_from([True, True, False])),
    st.tuples(st.just("wait"), st.sampled_from([1, 24, 24, 740])),
    st.tuples(st.just("together"), st.integers(1, 6)),
    st.tuples(st.just("forget")),
)


@pytest.fixture
def engine(db_url: str) -> Iterator[RunningEngine]:
    """An engine with the rules of the paper city; the benefit-plus shop has a ceiling."""
    seed_city(db_url, tuple(MANY))
    with psycopg.connect(db_url, autocommit=True) as connection:
        connection.execute("UPDATE benefit_offer SET month_won_max = %s", (CEILING_WON,))
    with running_engine(db_url) as running:
        yield running


def new_paper() -> PaperCity:
    """The paper city with the same stock and the same ceiling."""
    city = PaperCity()
    line_ids = {"test-state": 1, "test-city": 2, "test-seogu": 3}
    documents = [parse_document(text, f"rule {n}", line_ids) for n, text in enumerate(MANY)]
    numbers = {document.key: number for number, document in enumerate(documents, 1)}
    city.books.rules = compile_rules(documents, line_ids, numbers)
    old = city.books.shops[SHOP_PLUS]
    offer = old.facts._replace(benefit_plus_bp=500, offer=OfferTerms(month_won_max=CEILING_WON))
    shop = ShopEntry(SHOP_PLUS, old.facts, old.periods, ((ALWAYS_US,), (offer,)))
    city.books.shops[SHOP_PLUS] = city.books.shops_by_id[shop.shop_id] = shop
    return city


@dataclass
class Life:
    """One member's life in one city; what it refers to is named by its place in the life."""

    city: PaperCity | EngineCity
    member: int
    at_us: int = BEGUN_US
    payments: list[tuple[Any, int]] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    coupons: list[int] = field(default_factory=list)

    def requests(self, step: tuple[Any, ...]) -> list[AnyRequest]:
        """The requests of a step; none where it refers to what there is not."""
        what, *more = step
        new = self.city.new(self.at_us)
        if what == "claim":
            return [ClaimCoupon(**new, member_id=self.member, rule_version_id=more[0])]
        if what == "pay":
            shop, won, how = more
            paid = Purchase(
                **new, shop_code=shop, amount_won=won, channel=1, member_id=self.member,
                advice=how == "a", coupon_id=0 if how == "0" else None,
            )  # fmt: skip
            self.payments.append((paid, won))
            return [paid]
        if what == "hold":
            return self._hold(*more)
        if what == "cancel" and self.payments:
            paid, won = self.payments[more[0] % len(self.payments)]
            return [Cancel(**new, original_key=paid.key, rest_won=won * more[1] // 100,
                           member_id=self.member)]  # fmt: skip
        if what == "refund" and self.payments:
            paid, won = self.payments[more[0] % len(self.payments)]
            if not isinstance(paid, Purchase):
                return []
            refund = Refund(**new, amount_won=max(1, won * more[1] // 100), member_id=self.member,
                            shop_code=paid.shop_code, original_key=paid.key)  # fmt: skip
            self.refunds.append(refund)
            return [refund]
        if what == "undo" and self.refunds:
            refund = self.refunds[more[0] % len(self.refunds)]
            return [Cancel(**new, original_key=refund.key, member_id=self.member)]
        if what == "expire" and self.coupons:
            coupon_id = self.coupons[more[0] % len(self.coupons)]
            return [ExpireCoupon(**new, member_id=self.member, coupon_id=coupon_id)]
        if what == "switch":
            return [ChangeWallet(**new, member_id=self.member, use_coupons=more[0])]
        return []

    def _hold(self, shop: str, won: int, percent: int) -> list[AnyRequest]:
        hold = Hold(
            **self.city.new(self.at_us), shop_code=shop, amount_won=won, channel=4,
            expires_at_us=self.at_us + HOUR_US, member_id=self.member,
        )  # fmt: skip
        taken_won = won * percent // 100
        capture = Capture(
            **self.city.new(self.at_us), amount_won=taken_won, original_key=hold.key,
            member_id=self.member,
        )  # fmt: skip
        self.payments.append((capture, taken_won))
        return [hold, capture]

    def learn(self, requests: list[AnyRequest], answers: list[Answer]) -> list[tuple[Any, ...]]:
        """Notes the coupons; gives what must be the same in every city."""
        for request, answer in zip(requests, answers, strict=True):
            if isinstance(request, ClaimCoupon) and answer.approved:
                self.coupons.append(answer.movement_id)
        return [
            (type(request).__name__, answer.reason, answer.amount_won, answer.discount_won,
             answer.coupon_won, answer.charged_won, answer.cashback_won, answer.claim_won,
             answer.charged_after_won, answer.cashback_after_won)
            for request, answer in zip(requests, answers, strict=True)
        ]  # fmt: skip


def test_it_keeps_coupons_as_paper_does(engine: RunningEngine, db_url: str) -> None:
    real = EngineCity(engine)
    rows = psycopg.connect(db_url, autocommit=True)
    seen: Counter[str] = Counter()

    @given(st.lists(steps, min_size=50, max_size=90))
    @settings(
        max_examples=40,
        derandomize=True,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    def live(history: list[tuple[Any, ...]]) -> None:
        forget_months(engine, rows)
        on_paper = Life(new_paper(), MEMBERS[0])
        on_disk = Life(real, next(iter(real.begin_again().values())))
        for life in (on_paper, on_disk):
            charge = Charge(**life.city.new(), member_id=life.member, amount_won=400_000)
            assert life.city.ask_all([charge])[0].approved
        seen.update(play(on_paper, on_disk, history, real))
        assert figures_of(on_paper.city, on_paper.member) == figures_of(real, on_disk.member)
        assert on_paper.city.lines() == real.lines()
        assert paper_coupons(on_paper) == real_coupons(rows, on_disk)
        shop_won = on_paper.city.books.shop_gave_won(3, 201910)  # type: ignore[union-attr]
        row = rows.execute("SELECT given_won FROM shop_month WHERE month = 201910").fetchone()
        assert shop_won == (0 if row is None else row[0])

    live()
    rows.close()
    real.close()
    assert not broken_invariants(db_url)
    print(seen)
    assert min(seen[what] for what in OFTEN) > 3, seen


def play(
    on_paper: Life, on_disk: Life, history: list[tuple[Any, ...]], real: EngineCity
) -> Counter[str]:
    """Plays the history in both; on disk up to six requests are under way at once."""
    seen: Counter[str] = Counter()
    together = 1
    waiting: list[tuple[list[AnyRequest], list[tuple[Any, ...]]]] = []

    def settle() -> None:
        asked = [request for requests, _ in waiting for request in requests]
        if asked:
            told = on_disk.learn(asked, real.ask_all(asked))
            assert told == [expected for _, rows in waiting for expected in rows]
            seen.update(f"{name} {reason.name} {bool(won)}" for name, reason, _, _, won, *_ in told)
        waiting.clear()

    for step in history:
        if step[0] in ("together", "forget", "expire", "wait"):
            settle()
        if step[0] == "together":
            together = step[1]
        elif step[0] == "forget":
            real.forget()
        elif step[0] == "wait":
            for life in (on_paper, on_disk):
                life.at_us += step[1] * HOUR_US
        requests = on_paper.requests(step)
        expected = on_paper.learn(requests, on_paper.city.ask_all(requests))
        waiting.append((on_disk.requests(step), expected))
        if len(waiting) >= together:
            settle()
    settle()
    return seen


def forget_months(engine: RunningEngine, rows: psycopg.Connection[Any]) -> None:
    """Every life begins with a shop that has given nothing."""
    rows.execute("DELETE FROM shop_month")
    running = engine.server.engine
    assert running is not None

    async def forget() -> None:
        running.books.shop_months.clear()

    engine.run(forget())


def figures_of(city: PaperCity | EngineCity, member: int) -> dict[str, Any]:
    return city.figures_of(member)


def paper_coupons(life: Life) -> list[tuple[Any, ...]]:
    city = life.city
    assert isinstance(city, PaperCity)
    held = (city.books.wallets[life.member].coupons or {}).values()
    reserved = sum(coupon.reserved_won for coupon in held)
    assert city.sum_of(Account.COUPONS_RESERVED) == reserved
    return sorted((c.rule, c.place, c.worth_won, c.reserved_won, c.until_us) for c in held)


def real_coupons(rows: psycopg.Connection[Any], life: Life) -> list[tuple[Any, ...]]:
    return sorted(
        rows.execute(
            "SELECT rule, place, worth_won, reserved_won, until_us FROM coupon"
            " WHERE member_id = %s AND state = 1",
            (life.member,),
        ).fetchall()
    )
