"""`dure policy explain`: every won that a payment gets, where it comes from, and why not more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NamedTuple

import psycopg

from dure.kernel.calendar import month_of, seoul
from dure.kernel.database.failures import DatabaseError
from dure.kernel.database.server import open_database
from dure.policy.audiences import Audience, Line, Told, tell, tell_missing
from dure.policy.compiled import CompiledRule
from dure.policy.districts import DISTRICT_NAMES
from dure.policy.evaluate import RuleSet, compile_rules
from dure.policy.kinds.kind import Moment
from dure.policy.lines import LimitedBy
from dure.policy.occasions import Occasion
from dure.policy.sentences import Sentence, percent
from dure.rulebook import asked_city
from dure.rulebook.asked import (
    PLENTY_WON,
    Asked,
    instant_asked,
    member_described,
    now_us,
    shop_described,
)
from dure.rulebook.directory import load_budget_lines, load_directory, packaged_documents

WRONG_USE: Final = 2


class QuestionError(Exception):
    """The question cannot be answered; the message says in both languages what to add or change."""


class Explanation(NamedTuple):
    """A payment explained. Amounts are whole won; `missing` is what gave nothing."""

    asked: Asked
    discount_won: int
    due_won: int
    earned_won: int
    given: tuple[Told, ...]
    missing: tuple[Told, ...]


def run(options: argparse.Namespace) -> int:
    """Answers the command; 0 when explained, 2 for a question that cannot be answered."""
    try:
        with _asked(options) as asked:
            explanation = explain_payment(asked, options.audience)
    except (QuestionError, asked_city.NotInCityError, DatabaseError, psycopg.Error) as error:
        print(f"dure policy explain: {error}", file=sys.stderr)
        return WRONG_USE
    print("\n".join(_written(explanation, options.language)))
    return 0


def explain_payment(asked: Asked, audience: Audience) -> Explanation:
    """What the payment gets by the rules in force at its instant, all paid with charged money."""
    rules = RuleSet(asked.rules).at(asked.at_us)
    by_id = {rule.rule_id: rule for rule in rules.rules}
    price = Occasion(
        at_us=asked.at_us,
        amount_won=asked.price_won,
        earning_won=asked.price_won,
        month_net_won=asked.month_net_won,
        shop=asked.shop,
        member=asked.member,
        channel=asked.channel,
        budget_left={
            line_id: asked.left_won.get(line_id, PLENTY_WON) for line_id in rules.line_ids
        },
        counters=asked.counters,
        used_won=asked.used_won,
    )
    taken_off = rules.discount(price)
    full_won = taken_off.won if taken_off else 0
    discount_won = min(full_won, _left_of_ceiling(asked))
    due_won = asked.price_won - discount_won
    paid = price._replace(amount_won=due_won, earning_won=due_won)
    lines = [
        Line(by_id[line.rule_id], line.won, line.full_won, line.limited_by, line.choice, paid.at_us)
        for line in rules.evaluate(paid)
    ]
    told: tuple[Told, ...] = ()
    with_line = {line.rule.rule_id for line in lines}
    if taken_off is not None:
        rule = by_id[taken_off.rule_id]
        limit = LimitedBy.SHOP_MONTH_CAP if discount_won < full_won else LimitedBy.NONE
        at_till = Line(rule, discount_won, full_won, limit, taken_off.offered_bp)
        told = tell([at_till], asked.price_won, 0, audience)
        with_line.add(rule.rule_id)
    return Explanation(
        asked=asked,
        discount_won=discount_won,
        due_won=due_won,
        earned_won=sum(line.won for line in lines),
        given=told + tell(lines, due_won, asked.month_net_won, audience),
        missing=tell_missing(rules.rules, price, paid, with_line, audience),
    )


def _left_of_ceiling(asked: Asked) -> int:
    """What the shop may still take off this month; plenty where it has set no ceiling."""
    offer = asked.shop.offer
    if offer is None or offer.month_won_max is None:
        return PLENTY_WON
    return max(0, offer.month_won_max - asked.shop_gave_won)


@contextmanager
def _asked(options: argparse.Namespace) -> Iterator[Asked]:
    """The question with its facts: from the city's database when it names a shop or a member."""
    if options.shop is None and options.member is None:
        yield _from_documents(options)
        return
    with open_database() as info, psycopg.connect(info.url, autocommit=True) as city:
        yield _from_city(options, city)


def _from_documents(options: argparse.Namespace) -> Asked:
    if options.district is None:
        raise QuestionError(
            "어느 가게인지 알 수 없습니다. --district 서구처럼 가게가 있는 구·군을 적거나, "
            "--shop으로 가맹점 코드를 적으세요. / Which shop is not said: name its district "
            "(--district 서구), or its code (--shop)."
        )
    rules, lines = _rules_of_documents(options)
    at_us = instant_asked(options) or now_us()
    shop = shop_described(options)
    ko, _en = DISTRICT_NAMES[shop.district]
    return Asked(
        at_us=at_us,
        price_won=options.amount,
        channel=options.channel,
        shop=shop,
        shop_name=ko,
        member=member_described(options),
        month_net_won=options.month_so_far,
        counters={},
        rules=rules,
        left_won=_left(options, lines.ids, {}),
        used_won={},
        titles=lines.titles,
    )


def _from_city(options: argparse.Namespace, city: asked_city.City) -> Asked:
    lines = asked_city.lines_of(city)
    at_us = instant_asked(options) or asked_city.clock_of(city).now_us()
    used: Mapping[int, int] = {}
    if options.directory is None:
        rules, left = asked_city.published_rules(city, lines.ids), lines.left_won
        used = asked_city.used_won(city)
    else:
        rules, lines = _rules_of_documents(options)
        left = {}
    if options.shop is not None:
        shop, name = asked_city.shop_of(city, options.shop, at_us)
    elif options.district is not None:
        shop = shop_described(options)
        name = DISTRICT_NAMES[shop.district][0]
    else:
        raise QuestionError(
            "어느 가게인지 알 수 없습니다. --shop이나 --district를 적으세요. / "
            "Which shop is not said: add --shop or --district."
        )
    member, month_net_won = member_described(options), options.month_so_far
    counters: Mapping[str, int] = {}
    if options.member is not None:
        member, month_net_won, counters = asked_city.payer_of(city, options.member, at_us)
    return Asked(
        at_us=at_us,
        price_won=options.amount,
        channel=options.channel,
        shop=shop,
        shop_name=name,
        member=member,
        month_net_won=month_net_won,
        counters=counters,
        rules=rules,
        left_won=_left(options, lines.ids, left),
        used_won=used,
        titles=lines.titles,
        shop_gave_won=asked_city.shop_gave_won(city, shop.shop_id, month_of(at_us)),
    )


def _rules_of_documents(
    options: argparse.Namespace,
) -> tuple[tuple[CompiledRule, ...], asked_city.Lines]:
    """The rules of a directory (default: the package's), numbered in the order of their names."""
    directory = options.directory or packaged_documents()
    documents = load_directory(directory)
    budget = load_budget_lines(directory)
    names = [line.id for line in budget]
    names += sorted({name for one in documents for name in one.line_names} - set(names))
    line_ids = {name: number for number, name in enumerate(names, 1)}
    rule_ids = {document.key: number for number, document in enumerate(documents, 1)}
    ready = compile_rules(documents, line_ids, rule_ids)
    rules = tuple(ready.get_rule(rule_ids[one.key]) for one in documents if one.in_force)
    titles = {line.id: (line.title_ko, line.title_en) for line in budget}
    return rules, asked_city.Lines(line_ids, {}, titles)


def _left(
    options: argparse.Namespace, line_ids: Mapping[str, int], known: Mapping[int, int]
) -> dict[int, int]:
    left = dict(known)
    for name, won in options.left:
        if name not in line_ids:
            raise QuestionError(
                f"{name}: 그런 예산 과목이 없습니다. 쓸 수 있는 이름: {', '.join(line_ids)} / "
                f"no such budget line; the names there are: {', '.join(line_ids)}"
            )
        left[line_ids[name]] = won
    return left


# How it is written


def _written(explanation: Explanation, language: str) -> Iterator[str]:
    asked, korean = explanation.asked, language == "ko"
    yield _heading(asked, korean)
    yield "\n" + ("받는 것" if korean else "Given")
    given = [told for told in explanation.given if told.won]
    for told in given:
        yield from _line(told, asked.titles, korean)
    if not given:
        yield "  " + ("없음" if korean else "nothing")
    yield ""
    yield _sums(explanation, korean)
    missing = [told for told in explanation.given if not told.won] + [*explanation.missing]
    if missing:
        yield "\n" + ("받지 못하는 것" if korean else "Not given, and why")
    for told in missing:
        said = " ".join(_in(sentence, korean) for sentence in told.sentences)
        yield f"  {_title(told, korean)} [{told.key}]\n    {said}"


def _heading(asked: Asked, korean: bool) -> str:
    names = DISTRICT_NAMES.get(asked.shop.district, ("", ""))
    when = f"{seoul(asked.at_us):%Y-%m-%d %H:%M:%S}"
    offer = percent(asked.shop.benefit_plus_bp) if asked.shop.benefit_plus_bp else ""
    if korean:
        offered = f", 혜택+ {offer}" if offer else ""
        place = f"{asked.shop_name} ({names[0]}{offered})"
        return (
            f"{when} · {place} · {asked.price_won:,}원 · 이번 달 지금까지 {asked.month_net_won:,}원"
        )
    offered = f", benefit-plus {offer}" if offer else ""
    place = f"{asked.shop_name} ({names[1]}{offered})"
    so_far = f"{asked.month_net_won:,} won so far this month"
    return f"{when} · {place} · {asked.price_won:,} won · {so_far}"


def _line(told: Told, titles: Mapping[str, tuple[str, str]], korean: bool) -> Iterator[str]:
    word = ("할인", "off") if told.moment is Moment.TILL else ("캐시백", "cashback")
    amount = f"{word[0]} {told.won:,}원" if korean else f"{told.won:,} won {word[1]}"
    yield f"  {amount}  {_title(told, korean)} [{told.key}]"
    for sentence in told.sentences:
        if sentence.code != "funding":
            yield f"    {_in(sentence, korean)}"
    for name, won in told.funding:
        ko, en = titles.get(name, ("가맹점", "the shop") if name == "shop" else (name, name))
        yield (
            f"    재원 {ko} [{name}] {won:,}원"
            if korean
            else f"    paid by {en} [{name}] {won:,} won"
        )


def _sums(explanation: Explanation, korean: bool) -> str:
    off, due, earned = explanation.discount_won, explanation.due_won, explanation.earned_won
    if korean:
        return f"합계: 할인 {off:,}원, 내는 돈 {due:,}원, 캐시백 {earned:,}원"
    return f"In all: {off:,} won off, {due:,} won to pay, {earned:,} won cashback"


def _title(told: Told, korean: bool) -> str:
    return told.title.ko if korean else told.title.en


def _in(sentence: Sentence, korean: bool) -> str:
    return sentence.ko if korean else sentence.en
