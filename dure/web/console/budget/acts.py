"""The acts of officials on a line: what each asks for, and the operation that it calls."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dure.budget.appropriating import KIND_NAMES, KINDS, REDUCTION, Appropriation, appropriate
from dure.budget.committing import open_commitment, return_commitment, set_aside
from dure.budget.lines import COMMITMENT, Line, add_programme
from dure.budget.office import Office
from dure.budget.officials import BudgetOfficial
from dure.budget.releasing import plan_releases, releases_of
from dure.budget.transferring import ask_transfer
from dure.web.console.budget.fields import Field

Values = Mapping[str, Any]
Done = tuple[str, str]
"""What was done, in Korean and English."""

DONE_BEFORE: Final[Done] = (
    "이미 처리된 요청입니다. 한 번만 반영되었습니다.",
    "This was done before; it counts once.",
)


@dataclass(frozen=True, slots=True)
class Act:
    """An act on a line. `on_commitment` acts are for commitments, all others for every other line.

    `run` gets the office, the official, the line, the values and the key (16 bytes) of the asking.
    """

    name: str
    title: tuple[str, str]
    lead: tuple[str, str]
    button: tuple[str, str]
    fields: tuple[Field, ...]
    run: Callable[[Office, BudgetOfficial, Line, Values, bytes], Done]
    on_commitment: bool = False


def acts_on(line: Line) -> Sequence[Act]:
    """What may be done with the line."""
    return [act for act in ACTS.values() if act.on_commitment == (line.role == COMMITMENT)]


def asking_key(official_id: str, act: str, code: str, form_key: str, values: Values) -> bytes:
    """The 16 bytes of one asking: a form sent twice has one effect, a changed one another."""
    told = "\x1f".join([official_id, act, code, form_key, repr(sorted(values.items()))])
    return hashlib.sha256(f"console\x1f{told}".encode()).digest()[:16]


def _appropriate(
    office: Office, official: BudgetOfficial, line: Line, values: Values, key: bytes
) -> Done:
    won = -values["won"] if values["kind"] == REDUCTION else values["won"]
    given = Appropriation(
        values["kind"], won, values["decided"], values["number"], values["title"], values["source"]
    )
    if appropriate(office, official, line.code, given).repeated:
        return DONE_BEFORE
    return f"{won:,}원을 편성했습니다.", f"{won:,} won were appropriated."


def _release(
    office: Office, official: BudgetOfficial, line: Line, values: Values, key: bytes
) -> Done:
    planned = {
        (release.on_us, release.amount_won)
        for release in releases_of(office.connection, line, office.now_us())
    }
    if all((one.on_us, one.amount_won) in planned for one in values["releases"]):
        return DONE_BEFORE
    plan_releases(office, official, line.code, values["releases"])
    count = len(values["releases"])
    return f"배정 {count}건을 계획했습니다.", f"{count} releases were planned."


def _commit(
    office: Office, official: BudgetOfficial, line: Line, values: Values, key: bytes
) -> Done:
    opened = open_commitment(
        office, official, line.code, code=values["code"], name_ko=values["name_ko"],
        name_en=values["name_en"], amount_won=values["won"], purpose=values["purpose"], key=key,
    )  # fmt: skip
    return (
        f"원인행위 '{opened.name_ko}'에 {values['won']:,}원을 묶었습니다.",
        f"{values['won']:,} won were set aside for '{opened.name_en}'.",
    )


def _set_aside(
    office: Office, official: BudgetOfficial, line: Line, values: Values, key: bytes
) -> Done:
    set_aside(office, official, line.code, values["won"], values["purpose"], key)
    return f"{values['won']:,}원을 더 묶었습니다.", f"{values['won']:,} won more were set aside."


def _return(
    office: Office, official: BudgetOfficial, line: Line, values: Values, key: bytes
) -> Done:
    won = return_commitment(office, official, line.code, values["won"], values["purpose"], key)
    return f"{won:,}원을 되돌렸습니다.", f"{won:,} won were returned."


def _transfer(
    office: Office, official: BudgetOfficial, line: Line, values: Values, key: bytes
) -> Done:
    asked = ask_transfer(
        office, official, from_code=line.code, to_code=values["to"], amount_won=values["won"],
        reason=values["reason"], key=key,
    )  # fmt: skip
    number = asked.transfer_id
    return (
        f"{number}번 전용을 요청했습니다. 다른 담당자 두 사람이 승인하면 집행됩니다.",
        f"Transfer {number} was asked for. It is carried out when two others have approved.",
    )


def _programme(
    office: Office, official: BudgetOfficial, line: Line, values: Values, key: bytes
) -> Done:
    added = add_programme(
        office, official, line.code, code=values["code"], name_ko=values["name_ko"],
        name_en=values["name_en"],
    )  # fmt: skip
    return f"사업 '{added.name_ko}'을(를) 만들었습니다.", f"'{added.name_en}' was added."


_WON: Final = Field("won", ("금액(원)", "Amount (won)"), "won", ("예: 500,000,000", "500,000,000"))
_PURPOSE: Final = Field("purpose", ("목적", "Purpose"), hint=("무엇에 쓰는지", "What it is for"))
_NAMES: Final = (
    Field(
        "code",
        ("영문 이름(코드)", "Code"),
        "code",
        ("규칙 문서에서 부르는 이름: october-coupons", "What rule documents call it"),
    ),
    Field("name_ko", ("한글 이름", "Name in Korean")),
    Field("name_en", ("영문 제목", "Name in English")),
)

ACTS: Final[dict[str, Act]] = {
    act.name: act
    for act in (
        Act(
            "appropriate",
            ("편성 입력", "Record an appropriation"),
            (
                "의결된 문서 하나를 한 번 입력합니다. 같은 문서를 다시 넣어도 한 번만 반영됩니다.",
                "One decided document, entered once. The same document again counts once.",
            ),
            ("편성하기", "Record it"),
            (
                Field(
                    "kind", ("종류", "Kind"), "choice",
                    choices=tuple((kind, *KIND_NAMES[kind]) for kind in KINDS),
                ),
                _WON,
                Field("decided", ("의결일", "Decided on"), "date"),
                Field("number", ("문서 번호", "Document number")),
                Field("title", ("문서 제목", "Document title")),
                Field(
                    "source", ("공개된 곳", "Where it is published"), is_needed=False,
                    hint=("비워도 됩니다.", "May be empty."),
                ),
            ),
            _appropriate,
        ),
        Act(
            "releases",
            ("배정 계획", "Plan releases"),
            (
                "날짜가 오면 그만큼 쓸 수 있게 됩니다. 계획이 시작되면 그 밖의 돈은 묶입니다.",
                "When its day comes so much may be spent. Once planned, all else is held back.",
            ),
            ("계획하기", "Plan them"),
            (
                Field(
                    "releases", ("날짜와 금액", "Days and amounts"), "releases",
                    ("쓰지 않는 줄은 비워 두세요.", "Leave lines empty that you do not need."),
                ),
            ),
            _release,
        ),
        Act(
            "commit",
            ("원인행위 열기", "Open a commitment"),
            (
                "목적을 정해 돈을 묶습니다. 그 목적의 규칙만 이 돈을 쓸 수 있습니다.",
                "Sets money aside for a purpose; only its rules can spend it.",
            ),
            ("묶기", "Set aside"),
            (*_NAMES, _WON, _PURPOSE),
            _commit,
        ),
        Act(
            "transfer",
            ("전용 요청", "Ask for a transfer"),
            (
                "같은 해, 같은 재원의 과목으로만 옮깁니다. 다른 두 사람이 승인해야 합니다.",
                "Only to a line of the same year and payer. Two others must approve.",
            ),
            ("요청하기", "Ask for it"),
            (
                Field("to", ("받는 과목", "To"), "choice"),
                _WON,
                Field("reason", ("사유", "Reason")),
            ),
            _transfer,
        ),
        Act(
            "programme",
            ("사업 추가", "Add a programme"),
            (
                "이 과목 아래에 사업을 둡니다. 돈은 편성이나 전용으로 옵니다.",
                "A line below this one; money comes to it by appropriation or transfer.",
            ),
            ("추가하기", "Add it"),
            _NAMES,
            _programme,
        ),
        Act(
            "set-aside",
            ("더 묶기", "Set more aside"),
            ("위 과목의 가용 금액에서 더 묶습니다.", "From what the line above has left."),
            ("더 묶기", "Set aside"),
            (_WON, _PURPOSE),
            _set_aside,
            on_commitment=True,
        ),
        Act(
            "return",
            ("되돌리기", "Return what is left"),
            ("남은 돈을 위 과목으로 되돌립니다.", "Gives it back to the line above."),
            ("되돌리기", "Return it"),
            (
                Field(
                    "won", ("금액(원)", "Amount (won)"), "won",
                    ("비우면 남은 돈 모두", "Empty: all that is left"), is_needed=False,
                ),
                _PURPOSE,
            ),
            _return,
            on_commitment=True,
        ),
    )
}  # fmt: skip
