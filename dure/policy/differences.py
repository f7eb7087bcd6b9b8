"""How two versions of a rule differ, in sentences that a citizen can read.

Term by term: rates, the kind's own terms, caps, period, who and where, who pays, what ends it, how
it goes with other rules. Without an earlier version the sentences tell what the rule gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from dure.kernel.calendar import seoul
from dure.policy.caps import Caps, Stops
from dure.policy.changes import changed, joined, won
from dure.policy.differences_own import own_differences
from dure.policy.differences_who import who_differences
from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.policy.document import OPEN_END_US, RuleDocument
from dure.policy.funding import SHOP, Funding
from dure.policy.kinds import KINDS
from dure.policy.release_words import release_names
from dure.policy.sentences import Sentence
from dure.policy.words import Names, name_of

_SHOP: Names = ("가맹점", "the shop")


def differences(
    old: RuleDocument | None,
    new: RuleDocument,
    line_titles: Mapping[str, Names] | None = None,
) -> tuple[Sentence, ...]:
    """One sentence for each term that is another in `new`; none when they say the same.

    With `old` None everything that `new` says is told. `line_titles` has the names of budget lines
    by id, which stand for themselves without it. The version's number, its sources and its notes
    are no terms.
    """
    titles = line_titles or {}
    found: list[Sentence | None] = [
        *_kind(old, new),
        *own_differences(old, new, titles),
        *_caps(old.caps if old else None, new.caps),
        _period(old, new),
        *who_differences(old.eligibility if old else None, new.eligibility),
        *_funding(old.funding if old else None, new.funding, titles),
        *_stops(old.stops if old else None, new.stops, titles),
        *_others(old, new),
    ]
    return tuple(sentence for sentence in found if sentence is not None)


def _kind(old: RuleDocument | None, new: RuleDocument) -> Iterator[Sentence | None]:
    first = old is None
    was = KINDS[old.kind].noun if old else None
    yield changed("kind", ("혜택", "benefit"), was, KINDS[new.kind].noun, first=first)
    was = _place(old.scope) if old else None
    yield changed("scope", ("범위", "scope"), was, _place(new.scope), first=first)


def _place(scope: int) -> Names:
    return ("시 전체", "the whole city") if scope == CITY else DISTRICT_NAMES[scope]


def _caps(old: Caps | None, new: Caps) -> Iterator[Sentence | None]:
    """A cap that is not there is no limit."""
    first, before = old is None, old or Caps()
    for code, label, was, now, is_won in (
        ("payment_cap", ("한 번 결제에 받는 최대 금액", "most for one payment"),
         before.payment_cashback_won_max, new.payment_cashback_won_max, True),
        ("month_cap", ("한 달에 받는 최대 금액", "most in a month"),
         before.month_cashback_won_max, new.month_cashback_won_max, True),
        ("month_payments", ("한 달에 받는 횟수", "payments a month that count"),
         before.month_payments_max, new.month_payments_max, False),
        ("member_cap", ("한 사람이 받는 최대 금액", "most for one member in all"),
         before.member_cashback_won_max, new.member_cashback_won_max, True),
        ("member_payments", ("한 사람이 받는 횟수", "payments of one member that count"),
         before.member_payments_max, new.member_payments_max, False),
    ):  # fmt: skip
        yield (
            changed(code, label, _most(was, is_won), _most(now, is_won), first=first)
            if (was != now)
            else None
        )


def _most(value: int | None, is_won: bool) -> Names:
    if value is None:
        return "제한 없음", "no limit"
    return won(value) if is_won else (f"{value:,}번", f"{value:,}")


def _period(old: RuleDocument | None, new: RuleDocument) -> Sentence | None:
    was = _span(old) if old else None
    return changed("period", ("기간", "period"), was, _span(new), first=old is None)


def _span(document: RuleDocument) -> Names:
    start = _instant(seoul(document.from_us))
    if not document.in_force:
        return f"{start}(계획만, 시행하지 않음)", f"{start} (planned only, never in force)"
    if document.until_us == OPEN_END_US:
        return f"{start}부터", f"from {start}"
    end = _instant(seoul(document.until_us))
    return f"{start}부터 {end} 전까지", f"from {start} to before {end}"


def _instant(local: datetime) -> str:
    """A date alone when it is midnight in the city."""
    midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return f"{local:%Y-%m-%d}" if midnight else f"{local:%Y-%m-%d %H:%M}"


def _funding(
    old: Funding | None, new: Funding, titles: Mapping[str, Names]
) -> Iterator[Sentence | None]:
    before = dict(old.shares) if old else {}
    after = dict(new.shares)
    for name in dict.fromkeys([*before, *after]):
        ko, en = _SHOP if name == SHOP else name_of(name, titles)
        yield changed(
            "funding",
            (f"재원 {ko}", f"paid by {en}"),
            _share(before.get(name), old.whole) if old else None,
            _share(after.get(name), new.whole),
            first=old is None,
        )


def _share(share: int | None, whole: int) -> Names | None:
    """A share as it stands in the document, or in words where one pays all."""
    if share is None:
        return None
    return ("전부", "all") if share == whole else (f"{share}/{whole}", f"{share} of {whole}")


def _stops(old: Stops | None, new: Stops, titles: Mapping[str, Names]) -> Iterator[Sentence | None]:
    first, before = old is None, old or Stops()
    label = ("다 쓰면 끝나는 예산", "ends when this money is used up")
    was, now = (name_of(s.line_used_up, titles) if s.line_used_up else None for s in (before, new))
    yield changed("stops", label, was, now, first=first)
    label = ("모두 쓰면 끝나는 금액", "ends when this sum is paid out")
    was, now = (
        won(s.until_sum_used_won) if s.until_sum_used_won is not None else None
        for s in (before, new)
    )
    yield changed("stops", label, was, now, first=first)


def _others(old: RuleDocument | None, new: RuleDocument) -> Iterator[Sentence | None]:
    first = old is None
    label = ("나누어 푸는 금액", "released over time")
    was = release_names(old.release) if old else None
    yield changed("release", label, was, release_names(new.release), first=first)
    label = ("함께 받을 수 있는 혜택", "goes together with")
    was = joined([(rule, rule) for rule in sorted(old.stacks_with)]) if old else None
    now = joined([(rule, rule) for rule in sorted(new.stacks_with)])
    yield changed("stacks_with", label, was, now, first=first)
    label = ("큰 쪽만 받는 묶음", "only the largest of the group is paid")
    was = (old.best_of, old.best_of) if old and old.best_of else None
    yield changed("best_of", label, was, (new.best_of, new.best_of) if new.best_of else None,
                  first=first)  # fmt: skip
    if old is not None:
        was, now = (old.title.ko, old.title.en), (new.title.ko, new.title.en)
        yield changed("title", ("이름", "name"), was, now)
