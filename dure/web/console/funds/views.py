"""Funds for donations: a list with what each was given, proposals, and their decisions."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from dure.rulebook.officials import Role
from dure.wallets.donations import Fund
from dure.wallets.fund_proposals import (
    FUND_ID_MAX,
    FundNotOpenError,
    FundTextError,
    OwnProposalError,
    Proposal,
    ProposalNotOpenError,
    all_funds,
    decide,
    proposals,
    propose_end,
    propose_fund,
)
from dure.web.console.funds.words import FUND_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.console.shell.proof import require_recent_proof
from dure.web.shared.amounts import exact_won
from dure.web.shared.form_keys import FormKeyMissingError, key_for, new_form_key
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

SEES: Final = frozenset(
    {Role.POLICY_OFFICER, Role.BUDGET_OFFICER, Role.APPROVER, Role.OPERATOR, Role.AUDITOR}
)
PROPOSES: Final = frozenset({Role.POLICY_OFFICER, Role.BUDGET_OFFICER})
DECIDES: Final = frozenset({Role.APPROVER, Role.BUDGET_OFFICER})
_TEXT_MAX: Final = 1_000
_ID_MAX: Final = 2**63 - 1
_REFUSALS: Final[dict[type[Exception], str]] = {
    FundTextError: "fault_text",
    FundNotOpenError: "fault_fund",
    ProposalNotOpenError: "fault_gone",
    OwnProposalError: "own",
    FormKeyMissingError: "fault_old",
}


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(needs=SEES, acts=PROPOSES)
def funds(request: HttpRequest) -> HttpResponseBase:
    """All funds and proposals; takes a proposal."""
    if request.method != "POST":
        return _list(request)
    who, at_us = official_of(request).id, city_time(request)
    written = request.POST.get("fund", "0")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0
    texts = {name: request.POST.get(name, "")[:_TEXT_MAX] for name in Fund._fields[1:5]}
    act = request.POST.get("act", "")[:10]
    try:
        key = key_for(request, f"console:{who}", f"fund {number} {act} {sorted(texts.items())}")
        if act == "end":
            propose_end(database(), key=key, fund_id=number, by=who, at_us=at_us)
        else:
            fund = Fund(fund_id=min(number, FUND_ID_MAX), given_won=0, **texts)
            propose_fund(database(), key=key, fund=fund, by=who, at_us=at_us)
    except tuple(_REFUSALS) as refusal:
        messages.error(request, _word(_REFUSALS[type(refusal)], language_of_page(request)))
        return _list(request, texts, status=422)
    messages.success(request, _word("said_proposed", language_of_page(request)))
    return HttpResponseRedirect(f"{console_root(request)}/funds")


@require_POST
@console_page(needs=SEES, acts=DECIDES)
def decision(request: HttpRequest, proposal_id: int) -> HttpResponseBase:
    """Accepts or refuses a proposal of somebody else's, with a recent proof."""
    require_recent_proof(request)
    accept = request.POST.get("act") == "accept"
    try:
        decide(
            database(), min(proposal_id, _ID_MAX), accept=accept, by=official_of(request).id,
            at_us=city_time(request),
        )  # fmt: skip
    except tuple(_REFUSALS) as refusal:
        messages.error(request, _word(_REFUSALS[type(refusal)], language_of_page(request)))
    else:
        word = "said_accepted" if accept else "said_refused"
        messages.success(request, _word(word, language_of_page(request)))
    return HttpResponseRedirect(f"{console_root(request)}/funds")


def _list(
    request: HttpRequest, written: dict[str, str] | None = None, status: int = 200
) -> HttpResponseBase:
    language, official = language_of_page(request), official_of(request)
    kept = all_funds(database())
    faces = [
        {
            **fund._asdict(),
            "name": language.choose(fund.name_ko, fund.name_en),
            "about": language.choose(fund.about_ko, fund.about_en),
            "given": exact_won(fund.given_won, language),
            "is_open": fund.closed_at_us is None,
        }
        for fund in kept
    ]
    names = {fund.fund_id: language.choose(fund.name_ko, fund.name_en) for fund in kept}
    asked = [_face(one, names, official.id, language) for one in proposals(database())]
    values = {
        "funds": faces,
        "waiting": [one for one in asked if one["waits"]],
        "decided": [one for one in asked if not one["waits"]],
        "may_propose": official.holds(*PROPOSES),
        "may_decide": official.holds(*DECIDES),
        "written": written or {},
        "once": new_form_key(),
    }
    return console_answer(
        request, "console/funds/funds.html", values, words=FUND_WORDS,
        title=_word("funds_title", language), status=status,
    )  # fmt: skip


def _face(
    one: Proposal, names: dict[int, str], official_id: str, language: Language
) -> dict[str, object]:
    kind = "kind_end" if one.ends else "kind_change" if one.fund_id in names else "kind_new"
    by = "by" if one.decided_by is None else "by_decided"
    outcome = "" if one.accepted is None else "was_accepted" if one.accepted else "was_refused"
    return {
        "proposal_id": one.proposal_id,
        "kind": _word(kind, language),
        "name": names.get(one.fund_id, "") if one.ends else f"{one.name_ko} · {one.name_en}",
        "about": () if one.ends else (one.about_ko, one.about_en),
        "by": _word(by, language).format(who=one.proposed_by, other=one.decided_by or ""),
        "outcome": _word(outcome, language) if outcome else "",
        "waits": one.decided_by is None,
        "is_own": one.proposed_by == official_id,
    }


def _word(name: str, language: Language) -> str:
    return language.choose(*FUND_WORDS[name])
