"""What the log says so far: who the officials are, and where every rule version stands.

Nothing is kept beside the log. `Rulebook.apply` folds one act after another into it; whether an act
is allowed is decided in `deciding`, from a rulebook and the act alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dure.policy.districts import CITY
from dure.rulebook.officials import Grant, Official, Role
from dure.rulebook.steps import APPROVALS_NEEDED, NOTICE_DAYS, Act, Stage, Step, version_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An end that an approver asked for; None as `ends_at_us` means as soon as it is confirmed."""

    by: str
    ends_at_us: int | None
    restore: bool
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One version of one rule as the log tells it. The period includes `from_us`.

    `sha256` is that of the text on which everything since the last draft was decided; `drafters`
    are all who ever handed in a text for it; `foreign_lines` the budget lines on which it draws and
    which are not its district's own; `simulated_at_us` is when its simulation was made;
    `ends_at_us` an end earlier than that of the text.
    """

    rule: str
    version: int
    sha256: str
    scope: int
    from_us: int
    until_us: int
    stage: Stage
    foreign_lines: tuple[str, ...] = ()
    drafters: frozenset[str] = frozenset()
    approvers: tuple[str, ...] = ()
    simulation: str = ""
    simulated_at_us: int | None = None
    emergency: bool = False
    noticed_at_us: int | None = None
    published_at_us: int | None = None
    ending: Ending | None = None
    ends_at_us: int | None = None
    rolled_back_at_us: int | None = None

    @property
    def rolled_back(self) -> bool:
        return self.rolled_back_at_us is not None

    @property
    def key(self) -> str:
        return version_key(self.rule, self.version)

    @property
    def last_us(self) -> int:
        """Before when it holds, whatever ends it."""
        return self.until_us if self.ends_at_us is None else min(self.ends_at_us, self.until_us)

    def stage_at(self, now_us: int) -> Stage:
        """Where it stands for a citizen who looks at it now."""
        if self.stage is not Stage.PUBLISHED:
            return self.stage
        if now_us >= self.last_us or self.last_us <= self.from_us:
            if self.ends_at_us is None:
                return Stage.OVER
            return Stage.ROLLED_BACK if self.rolled_back else Stage.SUPERSEDED
        return Stage.PUBLISHED if now_us < self.from_us else Stage.IN_FORCE


class Rulebook:
    """Officials, versions and the days of notice, after the acts that were applied."""

    def __init__(self) -> None:
        self.officials: dict[str, Official] = {}
        self.lives: dict[str, Life] = {}
        self.notice_days = NOTICE_DAYS

    def versions(self, rule: str) -> list[Life]:
        """All versions of a rule, by number."""
        found = [life for life in self.lives.values() if life.rule == rule]
        return sorted(found, key=lambda life: life.version)

    def published(self, rule: str) -> list[Life]:
        """The versions of a rule that engines have, by number."""
        return [life for life in self.versions(rule) if life.stage is Stage.PUBLISHED]

    def operators(self) -> list[str]:
        """The ids of those who are operators now."""
        role = Grant(Role.OPERATOR)
        return [who.id for who in self.officials.values() if role in who.grants]

    def apply(self, act: Act) -> None:
        """Takes in an act that was allowed."""
        if act.step in _ABOUT_THE_CITY:
            _ABOUT_THE_CITY[act.step](self, act)
        elif act.step is Step.DRAFT:
            self.lives[act.key] = _drafted(self.lives.get(act.key), act)
        else:
            asked = self.lives[act.key].ending
            self.lives[act.key] = _ADVANCE[act.step](self.lives[act.key], act)
            for version, ends_at_us in superseded(act):
                key = version_key(act.rule, version)
                self.lives[key] = _ended(self.lives[key], ends_at_us)
            restored = restored_life(act)
            if restored is not None:
                both = (asked.by, act.by) if asked else (act.by,)
                self.lives[restored.key] = replace(restored, approvers=both)


def superseded(act: Act) -> list[tuple[int, int]]:
    """(version, instant of its end) of those which a publication cuts off."""
    named = act.content.get("supersedes", [])
    return [(int(v), int(us)) for v, us in named] if isinstance(named, list) else []


def restored_life(act: Act) -> Life | None:
    """The version with the former terms that a roll-back publishes."""
    restores = act.content.get("restores")
    if not isinstance(restores, Mapping):
        return None
    return Life(
        rule=act.rule,
        version=restores["version"],
        sha256=restores["sha256"],
        scope=restores["scope"],
        from_us=restores["from_us"],
        until_us=restores["until_us"],
        stage=Stage.PUBLISHED,
        emergency=True,
        noticed_at_us=act.at_us,
        published_at_us=act.at_us,
    )


def taken_over(act: Act) -> list[Life]:
    """The versions that a take-over brings, as they were decided elsewhere."""
    rows = act.content.get("versions", [])
    return [
        Life(
            rule=rule,
            version=version,
            sha256=sha256,
            scope=scope,
            from_us=from_us,
            until_us=until_us,
            stage=Stage.PUBLISHED,
            published_at_us=act.at_us,
        )
        for rule, version, sha256, scope, from_us, until_us in (
            rows if isinstance(rows, list) else []
        )
    ]


def _drafted(before: Life | None, act: Act) -> Life:
    """A new text begins anew, but who drafted an earlier one still may not approve."""
    lines = act.content.get("foreign_lines", [])
    return Life(
        rule=act.rule,
        version=act.version,
        sha256=act.sha256,
        scope=act.number("scope", CITY),
        from_us=act.number("from_us"),
        until_us=act.number("until_us"),
        stage=Stage.DRAFT,
        foreign_lines=tuple(map(str, lines)) if isinstance(lines, list) else (),
        drafters=(before.drafters if before else frozenset()) | {act.by},
    )


def _approved(life: Life, act: Act) -> Life:
    approvers = (*life.approvers, act.by)
    stage = Stage.APPROVED if len(approvers) >= APPROVALS_NEEDED else Stage.APPROVED_ONCE
    return replace(life, stage=stage, approvers=approvers)


def _simulated(life: Life, act: Act) -> Life:
    """New evidence: who had approved on other evidence, or on none, is asked anew."""
    made_at_us = min(act.number("made_at_us", act.at_us), act.at_us)
    return replace(
        life,
        stage=Stage.SIMULATED,
        simulation=act.text("name"),
        simulated_at_us=made_at_us,
        approvers=(),
    )


def _noticed(life: Life, act: Act) -> Life:
    emergency = act.step is Step.EMERGENCY
    return replace(life, stage=Stage.NOTICED, emergency=emergency, noticed_at_us=act.at_us)


def _published(life: Life, act: Act) -> Life:
    return replace(life, stage=Stage.PUBLISHED, published_at_us=act.at_us)


def _end_asked(life: Life, act: Act) -> Life:
    ends = act.content.get("ends_at_us")
    asked = Ending(
        by=act.by,
        ends_at_us=ends if isinstance(ends, int) else None,
        restore=act.content.get("restore") is True,
        reasons=act.text("reasons"),
    )
    return replace(life, ending=asked)


def _rolled_back(life: Life, act: Act) -> Life:
    ended = _ended(life, act.number("ends_at_us"))
    return replace(ended, ending=None, rolled_back_at_us=act.at_us)


def _ended(life: Life, ends_at_us: int) -> Life:
    return replace(life, ends_at_us=min(ends_at_us, life.last_us))


def _to(stage: Stage) -> Callable[[Life, Act], Life]:
    return lambda life, _act: replace(life, stage=stage)


_ADVANCE: Mapping[Step, Callable[[Life, Act], Life]] = {
    Step.CHECK: _to(Stage.CHECKED),
    Step.SIMULATE: _simulated,
    Step.APPROVE: _approved,
    Step.NOTICE: _noticed,
    Step.EMERGENCY: _noticed,
    Step.SCHEDULE: _to(Stage.SCHEDULED),
    Step.PUBLISH: _published,
    Step.ASK_END: _end_asked,
    Step.ROLL_BACK: _rolled_back,
    Step.WITHDRAW: _to(Stage.WITHDRAWN),
}


def _take_over(book: Rulebook, act: Act) -> None:
    book.lives.update((life.key, life) for life in taken_over(act))


def _grant(book: Rulebook, act: Act) -> None:
    """Also renews the key: the latest one that an operator named is the official's."""
    who, key = act.text("official"), bytes.fromhex(act.text("public_key"))
    before = book.officials.get(who)
    grants = before.grants if before else frozenset()
    book.officials[who] = Official(who, act.text("name"), key, grants | {grant_of(act)})


def _revoke(book: Rulebook, act: Act) -> None:
    official = book.officials[act.text("official")]
    book.officials[official.id] = replace(official, grants=official.grants - {grant_of(act)})


def _set_notice_days(book: Rulebook, act: Act) -> None:
    book.notice_days = act.number("days", NOTICE_DAYS)


def grant_of(act: Act) -> Grant:
    """The role that a grant or a revocation is about. Raises ValueError for an unknown role."""
    return Grant(Role(act.text("role")), act.number("place", CITY))


_ABOUT_THE_CITY: Mapping[Step, Callable[[Rulebook, Act], None]] = {
    Step.GRANT: _grant,
    Step.REVOKE: _revoke,
    Step.NOTICE_DAYS: _set_notice_days,
    Step.TAKE_OVER: _take_over,
}
