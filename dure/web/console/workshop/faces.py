"""What a template draws of a form: every field with its value, its choices and its faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dure.policy.words import TERMS, Names
from dure.web.console.workshop.checks import Finding
from dure.web.console.workshop.fields import Field, Section, sections_of
from dure.web.console.workshop.form import Form
from dure.web.console.workshop.shapes import NOTHING, Rows
from dure.web.shared.language import Language

_COLUMNS: Mapping[str, Names] = {
    **TERMS,
    "from_won": ("얼마부터 (원)", "From (won)"),
    "below_won": ("얼마까지 (원)", "Below (won)"),
    "rate_bp": ("요율 (%)", "Rate (%)"),
    "left_from_won": ("남은 예산이 이보다 많으면 (원)", "While the money left is at least (won)"),
    "won": ("금액 (원)", "Amount (won)"),
}
_UNITS: Mapping[str, Names] = {"won": ("원", "won"), "rate": ("%", "%")}
_NONE: Names = ("고르지 않음", "none")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of several."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a table: its name for the browser, what is in it, what a screen reader says."""

    name: str
    value: str
    label: str
    shape: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldFace:
    """A field as it is drawn; which of the values are there depends on `shape`."""

    name: str
    shape: str
    label: str
    hint: str
    faults: tuple[str, ...]
    value: str = ""
    unit: str = ""
    side: str = ""
    options: tuple[Option, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class SectionFace:
    """A part of the form; `opened` where something stands in it or is wrong with it."""

    name: str
    title: str
    fields: tuple[FieldFace, ...]
    opened: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """What fields are drawn with."""

    language: Language
    lines: Mapping[str, Names]
    rows_more: str = ""
    """The field that gets an empty row besides."""


def form_faces(
    form: Form, findings: Sequence[Finding], drawing: Drawing
) -> tuple[SectionFace, ...]:
    """All parts of the form."""
    faults: dict[str, list[str]] = {}
    for finding in findings:
        said = drawing.language.choose(finding.korean, finding.english)
        faults.setdefault(finding.field, []).append(said)
    return tuple(_section(part, form, faults, drawing) for part in sections_of(form.kind))


def _section(
    part: Section, form: Form, faults: Mapping[str, list[str]], drawing: Drawing
) -> SectionFace:
    faces = []
    is_used = part.name in ("basics", "gives", "caps", "funding")
    for one in part.fields:
        rows = form.values.get(one.name, NOTHING)
        is_used = is_used or bool(rows) or one.name in faults or one.name in form.elsewhere
        face = FieldFace(
            name=one.name,
            shape=one.shape.name,
            label=drawing.language.choose(*one.label),
            hint=drawing.language.choose(*one.hint),
            faults=tuple(faults.get(one.name, ())),
            elsewhere=one.name in form.elsewhere,
        )
        faces.append(_with_value(face, one, rows, drawing))
    title = drawing.language.choose(*part.title)
    return SectionFace(part.name, title, tuple(faces), is_used)


def _with_value(face: FieldFace, one: Field, rows: Rows, drawing: Drawing) -> FieldFace:
    choose = drawing.language.choose
    shape = one.shape.name
    first = rows[0][0] if rows else ""
    if shape in ("choice", "line"):
        options = one.options or (("", _NONE), *drawing.lines.items())
        return replace(face, value=first, options=_options(options, [first], drawing))
    if shape == "words":
        chosen = [row[0] for row in rows]
        return replace(face, options=_options(one.options, chosen, drawing))
    if shape == "listed":
        chosen = [row[0] for row in rows[1:]]
        side = first or "excluded"
        listed = _options(one.options, chosen, drawing) if one.options else ()
        return replace(face, side=side, value=", ".join(chosen), options=listed)
    if shape == "rows":
        return _with_rows(face, one, rows, drawing)
    if shape == "table":
        return _with_table(face, one, rows, drawing)
    if shape == "funding":
        return _with_funding(face, rows, drawing)
    if shape in ("lines", "names"):
        separator = "\n" if shape == "lines" else ", "
        return replace(face, value=separator.join(row[0] for row in rows))
    return replace(face, value=first, unit=choose(*_UNITS.get(shape, ("", ""))))


def _options(
    known: Sequence[tuple[str, Names]], chosen: Sequence[str], drawing: Drawing
) -> tuple[Option, ...]:
    """The choices, those that a text names and nobody knows among them: nothing is hidden."""
    words = {value for value, _ in known}
    strange = [(word, (word, word)) for word in dict.fromkeys(chosen) if word not in words]
    return tuple(
        Option(value, drawing.language.choose(*names), value in chosen)
        for value, names in (*known, *strange)
    )


def _more(face: FieldFace, rows: Rows, width: int, drawing: Drawing) -> Rows:
    empty = ("",) * width
    return (*rows, empty) if not rows or drawing.rows_more == face.name else rows


def _with_rows(face: FieldFace, one: Field, rows: Rows, drawing: Drawing) -> FieldFace:
    choose = drawing.language.choose
    labels = [choose(*_COLUMNS.get(column.key, (column.key,) * 2)) for column in one.columns]
    cells = []
    for number, row in enumerate(_more(face, rows, len(one.columns), drawing), start=1):
        place = choose(f"{number}행", f"row {number}")
        cells.append(
            tuple(
                Cell(f"{one.name}.{column.key}", value, f"{face.label} {place} {label}", "text")
                for column, value, label in zip(one.columns, row, labels, strict=True)
            )
        )
    return replace(face, columns=tuple(labels), rows=tuple(cells))


def _with_table(face: FieldFace, one: Field, rows: Rows, drawing: Drawing) -> FieldFace:
    rates = {row[0]: row[1] for row in rows}
    known = dict(one.options)
    strange = {word: (word, word) for word in rates if word not in known}
    cells = tuple(
        (
            Cell(
                f"{one.name}.{word}",
                rates.get(word, ""),
                drawing.language.choose(*names),
                "rate",
            ),
        )
        for word, names in (*known.items(), *strange.items())
    )
    return replace(face, rows=cells, unit="%")


def _with_funding(face: FieldFace, rows: Rows, drawing: Drawing) -> FieldFace:
    """`side` is who pays, `value` the whole of which the shares are parts."""
    choose = drawing.language.choose
    head = rows[0] if rows else ("lines", "")
    shares = _more(face, rows[1:], 2, drawing)
    cells = []
    for number, (line, share) in enumerate(shares, start=1):
        place = choose(f"{number}행", f"row {number}")
        named = (("", _NONE), *drawing.lines.items())
        line_label = f"{choose('예산', 'Budget line')} {place}"
        share_label = f"{choose('몫', 'Share')} {place}"
        cells.append(
            (
                Cell(
                    f"{face.name}.line", line, line_label, "line", _options(named, [line], drawing)
                ),
                Cell(f"{face.name}.share", share, share_label, "number"),
            )
        )
    columns = (choose("예산", "Budget line"), choose("몫", "Share"))
    side = "shop" if head[0] == "shop" else "lines"
    return replace(face, side=side, value=head[1], columns=columns, rows=tuple(cells))
