"""Transfers between lines: who asked, who approved, and deciding about one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from dure.budget.refusals import BudgetRefusedError
from dure.budget.transferring import (
    Step,
    Transfer,
    all_transfers,
    approve_transfer,
    get_transfer,
    refuse_transfer,
)
from dure.web.console.budget.acting import OFFICERS, carried_out, may_act_on, office_of
from dure.web.console.budget.acts import DONE_BEFORE
from dure.web.console.budget.line_face import transfer_row
from dure.web.console.budget.sheets import transfers_sheet
from dure.web.console.budget.words import BUDGET_WORDS
from dure.web.console.export.sheets import wants_sheet
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.proof import require_recent_proof
from dure.web.shared.language import language_of_page
from dure.web.shared.store import database


@require_safe
@console_page()
def transfers(request: HttpRequest) -> HttpResponse:
    """All transfers, those that wait for somebody first."""
    language = language_of_page(request)
    known = all_transfers(database())
    if wants_sheet(request):
        return transfers_sheet(request, known)
    rows = [transfer_row(one, language) for one in reversed(known)]
    values = {"transfers": sorted(rows, key=lambda row: not row.is_open)}
    title = language.choose(*BUDGET_WORDS["transfers"])
    return console_answer(
        request, "console/budget/transfers.html", values, words=BUDGET_WORDS, title=title
    )


@require_safe
@console_page()
def transfer(request: HttpRequest, number: int) -> HttpResponse:
    """One transfer with its steps, and what its reader may do about it."""
    return transfer_answer(request, transfer_or_404(number))


def transfer_answer(
    request: HttpRequest, shown: Transfer, *, said: str = "", status: int = 200
) -> HttpResponse:
    """The page of a transfer; `said` tells why something was not done."""
    language = language_of_page(request)
    who = official_of(request)
    row = transfer_row(shown, language)
    took_part = any(step.official_id == who.id for step in shown.steps)
    can_act = bool(who.roles & OFFICERS) and may_act_on(who, shown.from_line, shown.to_line)
    values = {
        "transfer": row,
        "may_refuse": row.is_open and can_act,
        "may_approve": row.is_open and can_act and not took_part,
        "said": said,
    }
    title = language.choose(f"{shown.transfer_id}번 전용", f"Transfer {shown.transfer_id}")
    return console_answer(
        request, "console/budget/transfer.html", values, words=BUDGET_WORDS, title=title,
        status=status,
    )  # fmt: skip


@require_POST
@console_page(needs=OFFICERS, acts=OFFICERS)
def decide_transfer(request: HttpRequest, number: int, decision: str) -> HttpResponse:
    """Approves or refuses a transfer; the second factor must have been shown lately to approve."""
    if decision not in ("approve", "refuse"):
        raise Http404(f"no decision {decision}")
    transfer = transfer_or_404(number)
    who = official_of(request)
    office = office_of(request)
    official = who.for_budget(transfer.from_line.district)
    note = " ".join(request.POST.get("note", "").split())[:200]
    if decision == "approve":
        require_recent_proof(request)

    def run() -> tuple[str, str]:
        if _taken_before(transfer, who.id, decision):
            return DONE_BEFORE
        if decision == "refuse":
            refuse_transfer(office, official, number, note)
            return "전용을 반려했습니다.", "The transfer was refused."
        step = approve_transfer(office, official, number, note).step
        if step is Step.APPROVED_TWICE:
            return (
                "두 번째로 승인해 집행되었습니다.",
                "Approved as the second: it was carried out.",
            )
        return "승인했습니다. 한 사람이 더 승인해야 합니다.", "Approved. One more must approve."

    return carried_out(
        request,
        run,
        f"{console_root(request)}/budget/transfers/{number}",
        lambda said, status: transfer_answer(request, transfer, said=said, status=status),
    )


def _taken_before(transfer: Transfer, official_id: str, decision: str) -> bool:
    """Whether this official has decided just this before: a form that was sent twice."""
    steps = (Step.APPROVED, Step.APPROVED_TWICE) if decision == "approve" else (Step.REFUSED,)
    return any(one.official_id == official_id and one.step in steps for one in transfer.steps)


def transfer_or_404(number: int) -> Transfer:
    """The transfer with this number. Raises Http404."""
    try:
        return get_transfer(database(), number)
    except BudgetRefusedError as unknown:
        raise Http404(str(unknown)) from unknown
