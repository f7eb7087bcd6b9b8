"""Alarms on the first page: since when a line is told to end early, and who has taken note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from dure.forecast.city.alarms import Alarm, AlarmCode, alarms, see
from dure.kernel.calendar import seoul
from dure.rulebook.officials import Official
from dure.web.console.foresight.faces import RiskFace
from dure.web.console.home.words import HOME_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database


@dataclass(frozen=True, slots=True)
class AlarmFace:
    """An alarm that is open; `seen` says who has taken note of it, "" nobody."""

    number: int
    code: str
    name: str
    said: str
    is_grave: bool
    since: str
    since_machine: str
    seen: str


def alarm_faces(
    risks: Mapping[str, RiskFace], officials: Mapping[str, Official], language: Language
) -> list[AlarmFace]:
    """The open alarms, the gravest and oldest first; lines are named as their forecasts are."""
    return [
        _face(alarm, risks.get(alarm.line_code), officials, language)
        for alarm in alarms(database())
    ]


@require_POST
@console_page()
def take_note(request: HttpRequest, alarm_id: int) -> HttpResponse:
    """Notes that the official has taken note of an alarm; the first who does so is named."""
    connection, language = database(), language_of_page(request)
    if alarm_id not in {alarm.alarm_id for alarm in alarms(connection)}:
        raise Http404
    if not see(connection, alarm_id, official_of(request).id, city_time(request)):
        messages.info(request, language.choose(*HOME_WORDS["alarm_seen_before"]))
    return HttpResponseRedirect(f"{console_root(request)}/")


def _face(
    alarm: Alarm, risk: RiskFace | None, officials: Mapping[str, Official], language: Language
) -> AlarmFace:
    since = seoul(alarm.since_us)
    by = alarm.seen_by or ""
    name = officials[by].name if by in officials else by
    return AlarmFace(
        number=alarm.alarm_id,
        code=alarm.line_code,
        name=risk.name if risk else alarm.line_code,
        said=risk.said if risk else language.choose(alarm.korean, alarm.english),
        is_grave=alarm.code is AlarmCode.ENDS_EARLY,
        since=language.choose(f"{since:%-m월 %-d일 %H:%M}부터", f"since {since:%-d %B, %H:%M}"),
        since_machine=since.isoformat(timespec="minutes"),
        seen=language.choose(f"{name} 확인함", f"noted by {name}") if name else "",
    )
