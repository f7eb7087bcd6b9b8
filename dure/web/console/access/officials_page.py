"""Officials and their accounts, for operators; auditors look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect

from dure.kernel.database.home import home_directory
from dure.policy.districts import CITY, DISTRICT_NAMES
from dure.rulebook import city_steps
from dure.rulebook.officials import ROLE_NAMES, Grant, Official, Role, fits, place_name
from dure.rulebook.signing import signing_key
from dure.web.console.access import accounts as office
from dure.web.console.access.accounts import Account, AccountError, Doing, accounts
from dure.web.console.access.words import OFFICIALS_WORDS
from dure.web.console.export.sheets import Column, spreadsheet, wants_sheet
from dure.web.console.shell.access import console_page, official_of
from dure.web.console.shell.addresses import console_root
from dure.web.console.shell.frame import console_answer, grant_text, world_time_text
from dure.web.console.shell.proof import require_recent_proof
from dure.web.console.shell.rulebook import LOG
from dure.web.console.shell.steps import signed_step
from dure.web.shared.address_limit import address_of
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.store import database

SEES = frozenset({Role.OPERATOR, Role.AUDITOR})
ACTS = frozenset({Role.OPERATOR})
NAME_CHARACTERS_MAX = 60


def _word(request: HttpRequest, name: str) -> str:
    return language_of_page(request).choose(*OFFICIALS_WORDS[name])


@console_page(needs=SEES, acts=ACTS)
def officials(request: HttpRequest) -> HttpResponseBase:
    """All officials with roles and accounts; takes a grant of a role, with an account if wanted."""
    handed: dict[str, str] | None = None
    if request.method == "POST":
        handed = _granted(request)
        if handed is None:
            return HttpResponseRedirect(f"{console_root(request)}/officials")
    return _list(request, handed)


def _list(request: HttpRequest, handed: dict[str, str] | None) -> HttpResponseBase:
    language = language_of_page(request)
    book = LOG.read(database()).book
    known = accounts(database())
    names = sorted({*book.officials, *known})
    rows = [_row(book.officials.get(name), known.get(name), name, language) for name in names]
    if wants_sheet(request):
        return _sheet(request, rows)
    values = {
        "rows": rows,
        "handed": handed,
        "can_act": official_of(request).holds(*ACTS),
        "choices": role_choices(language),
        "places": place_choices(language),
    }
    title, template = _word(request, "officials_title"), "console/access/officials.html"
    return console_answer(request, template, values, words=OFFICIALS_WORDS, title=title)


def _row(
    official: Official | None, account: Account | None, name: str, language: Language
) -> dict[str, Any]:
    grants = sorted(official.grants, key=lambda g: (g.role, g.place)) if official else []
    return {
        "id": name,
        "name": official.name if official else "",
        "grants": [
            {"text": grant_text(grant, language), "role": grant.role.value, "place": grant.place}
            for grant in grants
        ],
        "account": account_face(account, language),
        "last": world_time_text(account.last_at_us, language)
        if account and account.last_at_us
        else language.choose(*OFFICIALS_WORDS["never"]),
    }


def account_face(account: Account | None, language: Language) -> dict[str, object]:
    """How an account stands, as a word and a badge's color, and what may be done with it."""
    if account is None:
        word, color = "account_missing", "quiet"
    elif not account.is_active:
        word, color = "account_closed", "alarm"
    elif not account.has_factor:
        word, color = "account_unproved", "gold"
    else:
        word, color = "account_open", "accent"
    return {
        "text": language.choose(*OFFICIALS_WORDS[word]),
        "color": color,
        "exists": account is not None,
        "is_active": account is not None and account.is_active,
        "has_factor": account is not None and account.has_factor,
    }


def role_choices(language: Language) -> list[tuple[str, str]]:
    """The roles as a form offers them."""
    return [(role.value, language.choose(*ROLE_NAMES[role])) for role in Role]


def place_choices(language: Language) -> list[tuple[int, str]]:
    """The city and its districts as a form offers them."""
    places = (CITY, *DISTRICT_NAMES)
    return [(place, language.choose(*place_name(place))) for place in places]


def _granted(request: HttpRequest) -> dict[str, str] | None:
    """Grants what was asked for; gives id and first password where an account was made with it."""
    who = request.POST.get("official", "").strip()
    grant = _asked_grant(request)
    if grant is None:
        messages.error(request, _word(request, "unknown_role"))
        return None
    known = LOG.read(database()).book.officials.get(who)
    typed = " ".join(request.POST.get("name", "").split())[:NAME_CHARACTERS_MAX]
    name = typed or (known.name if known else who)

    async def take(connection: Any, acting: Any) -> Any:
        key = signing_key(home_directory(), who).public_key().public_bytes_raw()
        return await city_steps.grant_role(
            connection, acting, who, grant, name=name, public_key=key
        )

    if signed_step(request, take, recent_proof=True) is None:
        return None
    messages.success(request, _word(request, "granted"))
    if "account" not in request.POST:
        return None
    return _told(request, lambda: office.make_account(_doing(request), who), who)


def _asked_grant(request: HttpRequest) -> Grant | None:
    try:
        role = Role(request.POST.get("role", ""))
        place = int(request.POST.get("place", "0"))
    except ValueError:
        return None
    if role not in (Role.DISTRICT_OFFICER, Role.APPROVER):
        place = CITY
    grant = Grant(role, place)
    return grant if fits(grant) else None


@console_page(needs=SEES, acts=ACTS)
def official_page(request: HttpRequest, official: str) -> HttpResponseBase:
    """One official: takes roles back, and does what is to be done with the account."""
    book = LOG.read(database()).book
    account = accounts(database()).get(official)
    if official not in book.officials and account is None:
        raise Http404
    if request.method == "POST":
        handed = _done(request, official)
        if handed is None:
            return HttpResponseRedirect(f"{console_root(request)}/officials/{official}")
        account = accounts(database()).get(official)
    else:
        handed = None
    language = language_of_page(request)
    row = _row(book.officials.get(official), account, official, language)
    values = {"row": row, "handed": handed, "can_act": official_of(request).holds(*ACTS)}
    title = str(row["name"] or official)
    template = "console/access/official.html"
    return console_answer(request, template, values, words=OFFICIALS_WORDS, title=title)


def _done(request: HttpRequest, who: str) -> dict[str, str] | None:
    """Does what the button says; gives id and password where there is one to hand over."""
    act = request.POST.get("act", "")
    if act == "revoke":
        _revoke(request, who)
        return None
    require_recent_proof(request)
    doing = _doing(request)
    giving: dict[str, Callable[[], str]] = {
        "make": lambda: office.make_account(doing, who),
        "password": lambda: office.reset_password(doing, who),
    }
    plain: dict[str, tuple[Callable[[], None], str]] = {
        "factor": (lambda: office.reset_factor(doing, who), "done_factor"),
        "off": (lambda: office.set_active(doing, who, active=False), "done_off"),
        "on": (lambda: office.set_active(doing, who, active=True), "done_on"),
    }
    if act in giving:
        return _told(request, giving[act], who)
    if act in plain:
        do, word = plain[act]
        try:
            do()
            messages.success(request, _word(request, word))
        except AccountError as error:
            _tell(request, error)
    return None


def _revoke(request: HttpRequest, who: str) -> None:
    grant = _asked_grant(request)
    if grant is None:
        messages.error(request, _word(request, "unknown_role"))
        return

    async def take(connection: Any, acting: Any) -> Any:
        return await city_steps.revoke_role(connection, acting, who, grant)

    if signed_step(request, take, recent_proof=True) is not None:
        messages.success(request, _word(request, "revoked"))


def _told(request: HttpRequest, make: Callable[[], str], who: str) -> dict[str, str] | None:
    try:
        return {"official": who, "password": make()}
    except AccountError as error:
        _tell(request, error)
        return None


def _tell(request: HttpRequest, error: AccountError) -> None:
    messages.error(request, language_of_page(request).choose(error.korean, error.english))


def _doing(request: HttpRequest) -> Doing:
    return Doing(database(), official_of(request).id, address_of(request))


def _sheet(request: HttpRequest, rows: list[dict[str, Any]]) -> HttpResponseBase:
    names = ("official_name", "official_id", "official_roles", "official_account", "official_last")
    return spreadsheet(
        request,
        title=_word(request, "officials_title"),
        columns=[Column(_word(request, name)) for name in names],
        rows=[
            [
                str(row["name"]),
                str(row["id"]),
                ", ".join(grant["text"] for grant in row["grants"]),
                str(row["account"]["text"]),
                str(row["last"]),
            ]
            for row in rows
        ],
        source="rulebook_log",
    )
