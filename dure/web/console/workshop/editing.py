"""The editor: form and text of a working copy side by side, checked, saved, handed in."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from dure.rulebook import workflow
from dure.rulebook.publishing import sha256_of
from dure.rulebook.steps import Step
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.frame import console_answer
from dure.web.console.shell.steps import signed_step
from dure.web.console.shell.words import told
from dure.web.console.workshop import addresses, copies
from dure.web.console.workshop.checks import Checked, Finding, check_text, shown
from dure.web.console.workshop.copies import Copy, SavedMeanwhileError
from dure.web.console.workshop.faces import Drawing, SectionFace, form_faces
from dure.web.console.workshop.fields import fields_of
from dure.web.console.workshop.form import Merged, clean, form_of, merge, sent_values, text_with
from dure.web.console.workshop.lives import instant_text
from dure.web.console.workshop.reading import Room, keep_tried, line_names, room_of
from dure.web.console.workshop.versions import missing
from dure.web.console.workshop.words_editor import EDITOR_WORDS
from dure.web.shared.store import database

_CONTEXT_LINES = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """A working copy on an official's desk: the text in the box, on which revision it stands."""

    room: Room
    copy: Copy
    text: str
    revision: int
    may_write: bool
    disputed: tuple[str, ...] = ()
    rows_more: str = ""
    has_unsaved: bool = False


@dataclass(frozen=True, slots=True)
class FaultFace:
    """A fault as the list shows it, with the line that it is in."""

    line: int
    column: int
    said: str
    written: str


@require_http_methods(["GET", "HEAD", "POST"])
@console_page()
def copy(request: HttpRequest, copy_id: int) -> HttpResponse:
    """The editor's page; with POST what its buttons say."""
    room = room_of(request)
    found = copies.find_copy(room.city, copy_id)
    if found is None:
        return missing(request, room.language)
    if request.method != "POST":
        return _page(request, _opened(request, room, found))
    desk = _sent(request, room, found)
    do = request.POST.get("do", "check")
    if not desk.may_write:
        messages.error(request, _word(room, "editor_look_only"))
        return _page(request, _opened(request, room, found), status=403)
    if do == "throw":
        copies.forget_typed(room.city, copy_id, official_of(request).id)
        return HttpResponseRedirect(addresses.copy(request, copy_id))
    if do == "give_up":
        copies.close(room.city, copy_id, room.now_us)
        messages.success(request, _word(room, "editor_given_up"))
        return HttpResponseRedirect(addresses.rules(request))
    if do in ("save", "hand_in", "try", "mine", "theirs"):
        return _saved(request, desk, do)
    _keep(request, desk)
    return _page(request, desk)


@require_POST
@console_page()
def check(request: HttpRequest, copy_id: int) -> HttpResponse:
    """What stands in form and text right now: brought together, kept, and checked, as JSON."""
    room = room_of(request)
    found = copies.find_copy(room.city, copy_id)
    if found is None:
        return JsonResponse({"error": _word(room, "editor_lost")}, status=404)
    desk = _sent(request, room, found)
    if desk.may_write:
        _keep(request, desk)
    values = _values(request, desk)
    values["words"] = told(EDITOR_WORDS, room.language)
    return JsonResponse(
        {
            "text": desk.text,
            "form": render_to_string("console/workshop/form.html", values, request),
            "found": render_to_string("console/workshop/found.html", values, request),
            "lines": values["lines"],
            "readable": bool(values["readable"]),
            "is_saved": desk.text == found.text,
        }
    )


def _may_write(request: HttpRequest, room: Room, copy: Copy) -> bool:
    return copy.over_at_us is None and official_of(request).may(Step.DRAFT, copy.scope)


def _opened(request: HttpRequest, room: Room, copy: Copy) -> Desk:
    """The text that is saved, or what this official has typed since."""
    may = _may_write(request, room, copy)
    desk = Desk(room, copy, copy.text, copy.revision, may)
    asked = request.GET.get("revision", "")
    if asked.isdecimal() and may:
        for revision in copies.revisions(room.city, copy.copy_id):
            if str(revision.revision) == asked:
                return replace(desk, text=revision.text, has_unsaved=revision.text != copy.text)
    typed = copies.typed(room.city, copy.copy_id, official_of(request).id) if may else None
    if typed is None or typed.text == copy.text:
        return desk
    return replace(desk, text=typed.text, revision=typed.revision, has_unsaved=True)


def _sent(request: HttpRequest, room: Room, copy: Copy) -> Desk:
    """What the browser sent, form and text brought together (Note [Form beside text])."""
    sent = request.POST
    text = clean(sent.get("text", copy.text))
    was = clean(sent.get("was", text))
    number = sent.get("revision", "")
    on = int(number) if number.isdecimal() and len(number) < 9 else copy.revision
    merged = merge(was, text, sent_values(sent, form_of(was).kind))
    merged, more = _rows(merged, sent.get("do", ""))
    may = _may_write(request, room, copy)
    return Desk(room, copy, merged.text, on, may, merged.disputed, more)


def _rows(merged: Merged, do: str) -> tuple[Merged, str]:
    """A row more (shown, written only when it is filled), or a row taken out."""
    verb, _, rest = do.partition(":")
    if verb == "more":
        return merged, rest
    name, _, number = rest.rpartition(":")
    form = form_of(merged.text)
    if verb != "less" or name not in fields_of(form.kind) or not number.isdecimal():
        return merged, ""
    rows = list(form.values.get(name, ()))
    place = int(number[:6]) - 1 + (name == "funding")
    if not 0 <= place < len(rows):
        return merged, ""
    del rows[place]
    return replace(merged, text=text_with(merged.text, {name: tuple(rows)})), ""


def _keep(request: HttpRequest, desk: Desk) -> None:
    """Keeps what is typed and not saved, so that it outlives the page."""
    by = official_of(request).id
    if desk.copy.over_at_us is not None:
        return
    if desk.text == desk.copy.text:
        copies.forget_typed(desk.room.city, desk.copy.copy_id, by)
        return
    copies.keep_typed(
        desk.room.city,
        desk.copy.copy_id,
        text=desk.text,
        on=desk.revision,
        by=by,
        at_us=desk.room.now_us,
    )


def _saved(request: HttpRequest, desk: Desk, do: str) -> HttpResponse:
    """Saves, and goes on to handing in or trying where that was asked for."""
    room, by = desk.room, official_of(request).id
    try:
        revision = copies.save(
            room.city, desk.copy, text=desk.text, on=desk.revision, by=by, at_us=room.now_us
        )
        if do == "theirs":
            theirs = clean(request.POST.get("theirs", ""))
            mine = replace(desk.copy, revision=revision, text=desk.text)
            copies.save(room.city, mine, text=theirs, on=revision, by=by, at_us=room.now_us)
    except SavedMeanwhileError as meanwhile:
        _keep(request, desk)
        return _conflict(request, desk, meanwhile.copy)
    checked = check_text(room, desk.text, by)
    if checked.document is not None:
        _relabel(request, desk, checked)
    if do in ("hand_in", "try") and checked.document is None:
        messages.error(request, _word(room, "editor_mend_first"))
    elif do == "hand_in":
        return _handed_in(request, desk)
    elif do == "try" and checked.document is not None:
        keep_tried(room.city, checked.document)
        document = checked.document
        draft = f"{document.id}@{document.version}:{sha256_of(document.text)}"
        return HttpResponseRedirect(f"{addresses.trying(request)}?draft={draft}")
    else:
        messages.success(request, _word(room, "editor_saved"))
    return HttpResponseRedirect(addresses.copy(request, desk.copy.copy_id))


def _relabel(request: HttpRequest, desk: Desk, checked: Checked) -> None:
    document = checked.document
    assert document is not None, "only a text that reads names itself"
    labels = {"rule": document.id, "version": document.version, "scope": document.scope}
    if not copies.relabel(desk.room.city, desk.copy, labels):
        messages.warning(request, _word(desk.room, "editor_same_name"))


def _handed_in(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Hands the saved text in; the copy ends with it. A refusal leaves everything as it was."""
    text = desk.text
    entry = signed_step(request, lambda c, who: workflow.draft(c, who, text, desk.copy.key))
    if entry is None:
        return HttpResponseRedirect(addresses.copy(request, desk.copy.copy_id))
    copies.close(database(), desk.copy.copy_id, desk.room.now_us)
    messages.success(request, _word(desk.room, "editor_handed_in"))
    act = entry.act()
    return HttpResponseRedirect(addresses.version(request, act.rule, act.version))


def _page(request: HttpRequest, desk: Desk, *, status: int = 200) -> HttpResponse:
    values = _values(request, desk)
    officials = desk.room.log.book.officials
    by = desk.copy.saved_by
    values |= {
        "copy": desk.copy,
        "text": desk.text,
        "revision": desk.revision,
        "has_unsaved": desk.has_unsaved,
        "is_behind": desk.has_unsaved and desk.revision != desk.copy.revision,
        "may_write": desk.may_write,
        "is_over": desk.copy.over_at_us is not None,
        "saved_by": officials[by].name if by in officials else by,
        "saved_at": instant_text(desk.copy.saved_at_us),
        "history": [
            (one, officials[one.saved_by].name if one.saved_by in officials else one.saved_by,
             instant_text(one.saved_at_us))
            for one in copies.revisions(desk.room.city, desk.copy.copy_id)
        ],
        "own_address": addresses.copy(request, desk.copy.copy_id),
        "rules_address": addresses.rules(request),
        "kept_under": f"dure-rule-{desk.copy.copy_id}-{official_of(request).id}",
    }  # fmt: skip
    return console_answer(
        request,
        "console/workshop/editor.html",
        values,
        words=EDITOR_WORDS,
        title=str(values["title"]),
        status=status,
    )


def _values(request: HttpRequest, desk: Desk) -> dict[str, object]:
    """What form and findings are drawn with."""
    room = desk.room
    checked = check_text(room, desk.text, official_of(request).id)
    form = form_of(desk.text)
    drawing = Drawing(room.language, line_names(room.city), desk.rows_more)
    parts: Sequence[SectionFace] = form_faces(form, checked.findings, drawing)
    labels = {one.name: one.label for one in fields_of(form.kind).values()}
    choose = room.language.choose
    return {
        "sections": parts if form.readable else (),
        "readable": form.readable,
        "kind": form.kind,
        "findings": _faults(desk, checked.findings),
        "lines": sorted({finding.line for finding in checked.findings}),
        "title": _title(checked, desk),
        "disputed": [choose(*labels[name]) for name in desk.disputed],
        "says": [choose(one.ko, one.en) for one in checked.says],
        "changes": [choose(one.ko, one.en) for one in checked.changes],
        "former": checked.former,
        "refused": choose(checked.refused.korean, checked.refused.english)
        if checked.refused and desk.may_write
        else "",
    }


def _title(checked: Checked, desk: Desk) -> str:
    """The rule's name where the text reads; otherwise what the copy is called."""
    document = checked.document
    if document is None:
        return desk.copy.rule
    return shown(desk.room.language.choose(document.title.ko, document.title.en))


def _faults(desk: Desk, findings: Sequence[Finding]) -> list[FaultFace]:
    lines = desk.text.split("\n")
    return [
        FaultFace(
            finding.line,
            finding.column,
            desk.room.language.choose(finding.korean, finding.english),
            "".join(c if c.isprintable() else " " for c in lines[finding.line - 1][:200])
            if finding.line <= len(lines)
            else "",
        )
        for finding in findings
    ]


def _conflict(request: HttpRequest, desk: Desk, theirs: Copy) -> HttpResponse:
    """Both texts, and the choice; 409."""
    officials = desk.room.log.book.officials
    by = theirs.saved_by
    lines = difflib.unified_diff(
        theirs.text.splitlines(), desk.text.splitlines(), lineterm="", n=_CONTEXT_LINES
    )
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    values = {
        "copy": theirs,
        "mine": desk.text,
        "saved_by": officials[by].name if by in officials else by,
        "saved_at": instant_text(theirs.saved_at_us),
        "changed": [(line[0] == "+", line[1:]) for line in changed[:400]],
        "own_address": addresses.copy(request, theirs.copy_id),
    }
    title = _word(desk.room, "conflict_title")
    return console_answer(
        request,
        "console/workshop/conflict.html",
        values,
        words=EDITOR_WORDS,
        title=title,
        status=409,
    )


def _word(room: Room, name: str) -> str:
    return room.language.choose(*EDITOR_WORDS[name])
