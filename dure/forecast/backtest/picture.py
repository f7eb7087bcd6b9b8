"""The back-test as a picture: each case's interval, its median and what came, as an SVG file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Final

from dure.forecast.backtest.cases import LATER_GIVEN, Question
from dure.forecast.backtest.running import Answered

_WIDTH: Final = 960
_LEFT: Final = 330
_RIGHT: Final = 60
_ROW: Final = 44
_TOP: Final = 108
_EDGE: Final = 1.0
_TITLES: Final = {
    Question.RUN_OUT: "예산 소진일 · last day with money",
    Question.TWO_MONTHS: "변경 뒤 두 달 · two months after",
    Question.YEAR: "그해 결제 · the year's payments",
    Question.SUPPLEMENT: "그해 추경 · supplements",
}
_STYLE: Final = (
    "text{font-family:'Noto Sans CJK KR','Noto Sans KR',sans-serif;fill:#1c2b33}"
    ".head{font-size:26px;font-weight:700}.sub{font-size:14px;fill:#55666f}"
    ".name{font-size:15px;font-weight:600}.small{font-size:12px;fill:#55666f}"
    ".range{stroke:#9fc3d6;stroke-width:12;stroke-linecap:round}"
    ".off{stroke:#e3b7a0}.median{fill:#12607f}.came{fill:none;stroke:#b3401f;stroke-width:3}"
    ".zero{stroke:#8a979e;stroke-width:1.5}.grid{stroke:#dfe6ea;stroke-width:1}"
)


def picture(rows: Sequence[Answered], city: str) -> str:
    """An SVG document. Every case stands on a line of its own on which 0 is what came.

    Sums are told as the share by which they missed (from -100% to +100%), run-outs as days (the
    same width is 100 days), so that a prediction to the left was too low or too early.
    """
    shown = [one for one in rows if one.actual is not None and one.predicted is not None]
    height = _TOP + _ROW * len(shown) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="Back-test of {escape(city)}">',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text class="head" x="24" y="42">예측과 실제 · What was told and what came: '
        f"{escape(city)}</text>",
        '<text class="sub" x="24" y="68">0 = 실제 · what came　●　예측 중앙값 · median　'
        "━ 90% 구간 · interval (붉은 띠: 구간 밖 · red: outside)　"
        "* 이후 변경 반영 · later rates given</text>",
    ]
    parts += _grid(height)
    for place, one in enumerate(shown):
        parts += _one(one, _TOP + _ROW * place + _ROW // 2)
    return "\n".join([*parts, "</svg>", ""])


def _grid(height: int) -> list[str]:
    parts = []
    for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
        x = _x(share)
        kind = "zero" if share == 0 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{x:.0f}" y1="{_TOP - 12}" x2="{x:.0f}" y2="{height - 30}"/>'
        )
        label = "0" if share == 0 else f"{share * 100:+.0f}% / {share * 100:+.0f}일"
        parts.append(
            f'<text class="small" x="{x:.0f}" y="{height - 12}" text-anchor="middle">{label}</text>'
        )
    return parts


def _one(answered: Answered, y: int) -> list[str]:
    case = answered.case
    name = f"{case.as_of.isoformat()} → {case.name.replace(LATER_GIVEN, '*')}"
    low = _x(_off(answered, answered.low90, -_EDGE))
    high = _x(_off(answered, answered.high90, _EDGE))
    middle = _x(_off(answered, answered.predicted, 0.0))
    off = "" if answered.inside else " off"
    return [
        f'<text class="name" x="24" y="{y - 2}">{escape(name)}</text>',
        f'<text class="small" x="24" y="{y + 15}">{_TITLES[case.question]}</text>',
        f'<line class="range{off}" x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}"/>',
        f'<circle class="median" cx="{middle:.1f}" cy="{y}" r="6"/>',
        f'<circle class="came" cx="{_x(0):.1f}" cy="{y}" r="9"/>',
    ]


def _off(answered: Answered, value: int | date | None, otherwise: float) -> float:
    came = answered.actual
    if isinstance(value, date) and isinstance(came, date):
        return (value - came).days / 100
    if isinstance(value, int) and isinstance(came, int):
        base = came
        if answered.case.question is Question.SUPPLEMENT:
            base += answered.case.budget_won or 0
        return (value - came) / base if base else otherwise
    return otherwise


def _x(share: float) -> float:
    """Where a share stands, within the picture's edges."""
    half = (_WIDTH - _LEFT - _RIGHT) / 2
    return _LEFT + half * (1 + max(-_EDGE, min(_EDGE, share)))
