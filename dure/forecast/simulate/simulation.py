"""Simulations that somebody asked for: history, rules before and after, and what they tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from dure.forecast.history.refusals import HistoryError
from dure.forecast.history.sorting import months_between, start_of_month_us
from dure.forecast.history.store import History, history_folder, reading
from dure.forecast.results import DocumentTried, LineCost, Simulation, Warned
from dure.forecast.simulate import warnings
from dure.forecast.simulate.groups import breakdowns, of_months
from dure.forecast.simulate.outcome import Outcome
from dure.forecast.simulate.preview import error_bp, read_spent, why_not_previewed
from dure.forecast.simulate.preview import preview as preview_of
from dure.forecast.simulate.ready import Ready
from dure.forecast.simulate.refusals import CannotSimulateError
from dure.forecast.simulate.running import Span, play
from dure.forecast.simulate.scenarios import LineNamed, Scenario
from dure.policy.document import RuleDocument
from dure.rulebook.publishing import sha256_of

Tell = Callable[[int], None]
"""Is told how far the work is, of 10,000."""
Stopped = Callable[[], bool]
"""Asked between portions whether to stop."""
WHOLE = 10_000


def simulate(
    home: Path,
    baseline: Scenario,
    tried: Scenario,
    lines: Sequence[LineNamed],
    from_month: int,
    until_month: int,
    *,
    tell: Tell,
    stopped: Stopped,
    preview: bool = False,
) -> Simulation:
    """What members of the city at `home` would have got by `tried` in place of `baseline`.

    Months are YYYYMM, `until_month` is not included. Raises CannotSimulateError with the reason in
    both languages, StoppedError when `stopped` said so.
    """
    return simulate_many(
        home, baseline, [tried], lines, from_month, until_month,
        tell=tell, stopped=stopped, preview=preview,
    )[0]  # fmt: skip


def simulate_many(
    home: Path,
    baseline: Scenario,
    tried: Sequence[Scenario],
    lines: Sequence[LineNamed],
    from_month: int,
    until_month: int,
    *,
    tell: Tell,
    stopped: Stopped,
    preview: bool = False,
) -> list[Simulation]:
    """As `simulate`, of several scenarios against one baseline, which is played once."""
    try:
        with reading(history_folder(home)) as history:
            asked = _Asked(history, lines, from_month, until_month, tell, stopped, len(tried) + 1)
            if preview:
                return asked.previews(baseline, tried)
            before = asked.play(baseline)
            return [asked.told(baseline, before, one, asked.play(one)) for one in tried]
    except HistoryError as error:
        raise CannotSimulateError("history", error.korean, str(error)) from error


class _Asked:
    """One request: the months, and how far it is."""

    def __init__(
        self,
        history: History,
        lines: Sequence[LineNamed],
        from_month: int,
        until_month: int,
        tell: Tell,
        stopped: Stopped,
        plays: int,
    ) -> None:
        self.history = history
        self.lines = lines
        self.from_month, self.until_month = from_month, until_month
        months = _months(history, from_month, until_month)
        self.span = Span.of(history, months)
        self._tell, self._stopped = tell, stopped
        self._plays, self._played = plays, 0

    def play(self, scenario: Scenario) -> Outcome:
        """Plays a scenario over the months."""
        outcome = play(self.span, self._ready(scenario), tell=self._at_month, stopped=self._stopped)
        self._played += 1
        return outcome

    def _ready(self, scenario: Scenario) -> Ready:
        try:
            return self.span.ready(scenario.compiled(self.lines))
        except KeyError as missing:
            raise warnings.unknown_line(str(missing.args[0])) from missing

    def previews(self, baseline: Scenario, tried: Sequence[Scenario]) -> list[Simulation]:
        """About what each scenario gives; how far that is off is measured on the last month."""
        spent = read_spent(self.span)
        scenarios = [baseline, *tried]
        readies = [self._ready(one) for one in scenarios]
        for reason in map(why_not_previewed, readies):
            if reason is not None:
                raise warnings.not_previewed(reason)
        outcomes = [preview_of(self.span, ready, spent) for ready in readies]
        last = Span(self.span.history, self.span.members, self.span.facts, self.span.months[-1:])
        exact = play(
            last, outcomes[0].ready, tell=lambda _done: None, stopped=self._stopped
        ).given_won
        off = error_bp([exact], [sum(outcomes[0].won_by_rule[-1].values())])
        self._tell(WHOLE)
        return [
            self._previewed(baseline, outcomes[0], one, after, off)
            for one, after in zip(tried, outcomes[1:], strict=True)
        ]

    def _previewed(
        self, baseline: Scenario, before: Outcome, tried: Scenario, after: Outcome, off: int
    ) -> Simulation:
        span = (start_of_month_us(self.from_month), start_of_month_us(self.until_month))
        return Simulation(
            from_us=span[0], until_us=span[1], exact=False, error_bp=off,
            history_sha256=self.history.manifest.sha256,
            members=max(after.members_paid), payments=sum(after.payments),
            amount_won=sum(after.amount_won), before_won=before.given_won,
            after_won=after.given_won, before=_documents(baseline, *span),
            after=_documents(tried, *span), lines=_lines(self.lines, before, after),
            breakdowns=[of_months(before, after)],
            warnings=warnings.kinds_left_out([*baseline.documents, *tried.documents]),
        )  # fmt: skip

    def _at_month(self, done: int) -> None:
        share = (self._played + done / len(self.span.months)) / self._plays
        self._tell(int(share * WHOLE))

    def told(
        self, baseline: Scenario, before: Outcome, tried: Scenario, after: Outcome
    ) -> Simulation:
        """The result as it is kept and shown."""
        span = (start_of_month_us(self.from_month), start_of_month_us(self.until_month))
        year = (self.until_month - 1) // 100
        return Simulation(
            from_us=span[0],
            until_us=span[1],
            exact=True,
            error_bp=0,
            history_sha256=self.history.manifest.sha256,
            members=int((after.member_payments > 0).sum()),
            before_discount_won=sum(before.discount_won),
            after_discount_won=sum(after.discount_won),
            payments=sum(after.payments),
            amount_won=sum(after.amount_won),
            before_won=before.given_won,
            after_won=after.given_won,
            before=_documents(baseline, *span),
            after=_documents(tried, *span),
            lines=_lines(self.lines, before, after),
            breakdowns=breakdowns(before, after, self.span.members, year),
            warnings=self._warned(baseline, before, tried, after),
        )

    def _warned(
        self, baseline: Scenario, before: Outcome, tried: Scenario, after: Outcome
    ) -> list[Warned]:
        found = warnings.kinds_left_out([*baseline.documents, *tried.documents])
        found += warnings.differs_from_journal(self.history, before)
        codes = {line.line_id: line.code for line in self.lines}
        short = {*before.short_lines, *after.short_lines}
        found += warnings.lines_too_small(codes[line_id] for line_id in sorted(short))
        return found


def _months(history: History, from_month: int, until_month: int) -> list[int]:
    """The months asked for, all of which the history must have. Raises CannotSimulateError."""
    if not history.months:
        raise warnings.nothing_paid()
    asked = months_between(from_month, until_month)
    if not asked:
        raise warnings.no_months(from_month, until_month)
    missing = [month for month in asked if month not in history.months]
    if missing:
        raise warnings.months_missing(missing, history.months)
    for month in asked:
        entry = history.manifest.entry(month)
        if entry is not None and entry.left_out:
            raise warnings.too_large(month, len(entry.left_out))
    return asked


def _documents(scenario: Scenario, from_us: int, until_us: int) -> list[DocumentTried]:
    return [
        DocumentTried(rule=one.id, version=one.version, sha256=sha256_of(one.text))
        for one in sorted(scenario.documents, key=_key)
        if one.in_force and one.from_us < until_us and one.until_us > from_us
    ]


def _key(document: RuleDocument) -> tuple[str, int]:
    return document.id, document.version


def _lines(lines: Sequence[LineNamed], before: Outcome, after: Outcome) -> list[LineCost]:
    named = {line.line_id: line for line in lines}
    named[0] = LineNamed(0, "shops", "가맹점 부담", "Paid by shops")
    was, now = before.paid_won, after.paid_won
    return [
        LineCost(
            line_id=line_id,
            code=named[line_id].code,
            name_ko=named[line_id].name_ko,
            name_en=named[line_id].name_en,
            before_won=was.get(line_id, 0),
            after_won=now.get(line_id, 0),
        )
        for line_id in sorted({*was, *now})
        if was.get(line_id) or now.get(line_id)
    ]


__all__ = ["CannotSimulateError", "simulate", "simulate_many"]
