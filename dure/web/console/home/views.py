"""The first page: what the city spends today, and when its money ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.forecast.results import Forecast
from dure.forecast.work import Work
from dure.kernel.calendar import day_of, seoul, start_of_day_us
from dure.report.live import BudgetLineNumbers
from dure.rulebook.lives import Life
from dure.rulebook.officials import place_name
from dure.rulebook.steps import STAGE_NAMES
from dure.web.console.export.sheets import wants_sheet
from dure.web.console.foresight.faces import RiskFace, risk_faces
from dure.web.console.foresight.reading import KeptByHash, city_forecast
from dure.web.console.home.alarms import alarm_faces
from dure.web.console.home.reading import NUMBERS, CityNumbers
from dure.web.console.home.sheet import lines_sheet
from dure.web.console.home.waiting import coming, title_of, waiting_for
from dure.web.console.home.words import HOME_WORDS
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import city_time, console_answer
from dure.web.console.shell.officials import ACTING
from dure.web.console.shell.rulebook import LOG
from dure.web.shared.amounts import exact_won, share_percent, short_won
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database
from dure.web.shared.words import PAYERS

COMING_SHOWN = 6
_FACES: KeptByHash[tuple[RiskFace, ...]] = KeptByHash(16)


@dataclass(frozen=True, slots=True)
class LineFace:
    """A budget line as it stands now; `forecast` is its picture, once there is one."""

    code: str
    name: str
    payer: str
    left: str
    left_share: str
    left_length: int
    burn: str
    ends: str
    is_judged: bool
    forecast: RiskFace | None


@dataclass(frozen=True, slots=True)
class ComingFace:
    """A change that comes."""

    address: str
    when: str
    title: str
    place: str
    stage: str


@require_safe
@console_page()
def home(request: HttpRequest) -> HttpResponse:
    """The day's sums, every line that has money with its end, what comes, what waits."""
    language, connection = language_of_page(request), database()
    city, now_us, root = NUMBERS.get(connection), city_time(request), console_root(request)
    book = LOG.read(connection).book
    shown = city_forecast(connection)
    if wants_sheet(request):
        return lines_sheet(request, city, shown[1] if shown else None)
    risks = _risks(shown, language)
    lines = _lines(city, risks, now_us, language)
    values: dict[str, object] = {
        "today": _today(city, language),
        "lines": lines,
        "alarms": alarm_faces(risks, book.officials, language),
        "can_act": bool(official_of(request).roles & ACTING),
        "made_at": f"{seoul(shown[1].as_of_us):%Y-%m-%d %H:%M}" if shown else "",
        "outdated": language.choose(shown[0].outdated_ko, shown[0].outdated_en) if shown else "",
        "coming": [
            _coming(life, root, now_us, language) for life in coming(book, now_us)[:COMING_SHOWN]
        ],
        "waiting": waiting_for(official_of(request), book, connection, root, now_us, language),
    }
    title = language.choose(*HOME_WORDS["home_title"])
    return console_answer(request, "console/home/home.html", values, words=HOME_WORDS, title=title)


def _today(city: CityNumbers, language: Language) -> dict[str, str]:
    today = city.numbers.today
    return {
        "paid": short_won(today.net_won, language),
        "paid_exact": exact_won(today.net_won, language),
        "incentive": short_won(today.incentive_won, language),
        "approved": f"{today.approved:,}",
        "declined": f"{today.declined:,}",
        "declined_share": share_percent(today.declined, today.approved + today.declined),
        "members": f"{city.members:,}",
    }


def _risks(shown: tuple[Work, Forecast] | None, language: Language) -> dict[str, RiskFace]:
    """The forecast's lines by their codes, the greatest risk first; drawn once for a forecast."""
    if shown is None:
        return {}
    found, told = shown
    key = f"{found.result_sha256} {language.value}"
    return {risk.code: risk for risk in _FACES.get(key, lambda: risk_faces(told, language))}


def _lines(
    city: CityNumbers, risks: dict[str, RiskFace], now_us: int, language: Language
) -> list[LineFace]:
    """The lines of this year that have money: those in the forecast in its order, then the rest."""
    order = {code: place for place, code in enumerate(risks)}
    have = [line for line in city.lines if line.appropriated_won > 0 or line.code in order]
    have.sort(key=lambda line: (order.get(line.code, len(order)), -line.left_won))
    return [_line(line, risks.get(line.code), now_us, language) for line in have]


def _line(
    line: BudgetLineNumbers, risk: RiskFace | None, now_us: int, language: Language
) -> LineFace:
    whole = max(line.appropriated_won, 1)
    return LineFace(
        code=line.code,
        name=language.choose(line.name_ko, line.name_en),
        payer=language.choose(*PAYERS.get(line.payer, (line.payer, line.payer))),
        left=short_won(line.left_won, language),
        left_share=share_percent(line.left_won, whole),
        left_length=max(0, line.left_won) * 1000 // whole,
        burn=short_won(line.burn_won_per_hour, language),
        ends=_ends(line, now_us, language),
        is_judged=line.left_won > 0,
        forecast=risk,
    )


def _ends(line: BudgetLineNumbers, now_us: int, language: Language) -> str:
    """When the line ends at the present speed, where that is this year."""
    if line.left_won <= 0:
        return language.choose("모두 썼습니다", "all spent")
    new_year_us = start_of_day_us(date(day_of(now_us).year + 1, 1, 1))
    if line.runs_out_us is None or line.runs_out_us >= new_year_us:
        return language.choose(*HOME_WORDS["ends_later"])
    local = seoul(line.runs_out_us)
    return language.choose(f"{local:%-m월 %-d일}", f"{local:%-d %B}")


def _coming(life: Life, root: str, now_us: int, language: Language) -> ComingFace:
    local, year = seoul(life.from_us), seoul(now_us).year
    korean, english = (f"{local:%Y년 }", f" {local:%Y}") if local.year != year else ("", "")
    return ComingFace(
        address=f"{root}/rules/{life.rule}/{life.version}",
        when=language.choose(
            f"{korean}{local:%-m월 %-d일 %H:%M}", f"{local:%-d %B}{english}, {local:%H:%M}"
        ),
        title=title_of(database(), life, language),
        place=language.choose(*place_name(life.scope)),
        stage=language.choose(*STAGE_NAMES[life.stage]),
    )
