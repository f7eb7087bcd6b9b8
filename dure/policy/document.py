"""The rule document: what a city publishes as YAML, read into values or refused line by line.

The format is described in docs/policy.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import yaml

from dure.kernel.calendar import from_us, seoul, to_us
from dure.policy.caps import Caps, Stops, read_caps, read_stops, refuse_unknown_stop_line
from dure.policy.districts import CITY
from dure.policy.document_errors import DocumentError, DocumentErrors, Fault, Place
from dure.policy.eligibility import Eligibility, read_district, read_eligibility
from dure.policy.funding import Funding, read_funding, refuse_unknown_lines
from dure.policy.kinds import KINDS
from dure.policy.kinds.kind import Kind, Moment, Payer
from dure.policy.reading import Nodes, Reader, nearest
from dure.policy.release import Release, read_release

OPEN_END_US: Final = 1 << 62
"""The end of a period without end; after every instant."""
STATUSES: Final = ["published", "planned_only"]
_COMMON_REQUIRED: Final = {
    "id": "incheon-city-cashback",
    "version": "1",
    "kind": "bracket_cashback",
    "title": "{ko: 시 캐시백, en: City cashback}",
    "scope": "city",
    "period": "{from: 2019-08-01, until: 2019-10-22}",
    "funding": "{of: 6, lines: {incheon-2019-state: 4, incheon-2019-city: 2}}",
    "sources": "[https://…]",
}
_COMMON_OPTIONAL: Final = [
    "status",
    "eligibility",
    "caps",
    "stops_when",
    "release",
    "best_of",
    "stacks_with",
    "notes",
]


@dataclass(frozen=True, slots=True)
class Title:
    """The rule's name as citizens read it."""

    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """One version of one rule. The period includes `from_us` and excludes `until_us`.

    `scope` is a district code or `CITY`; `terms` belong to the kind; of the rules with one
    `best_of` only that pays which gives the most; `stacks_with` names rules of the same scope that
    may pay beside it; `release` says how much of its money may be given by when. `text` is the
    document as it was read, which is what is published; `places` has those of `id`, `version`,
    `from` and of the line that is `watched`.
    """

    id: str
    version: int
    kind: str
    title: Title
    scope: int
    in_force: bool
    from_us: int
    until_us: int
    eligibility: Eligibility
    terms: object
    caps: Caps
    funding: Funding
    stops: Stops
    sources: tuple[str, ...]
    notes: tuple[str, ...]
    best_of: str | None = None
    stacks_with: tuple[str, ...] = ()
    release: Release | None = None
    text: str = field(repr=False, default="")
    places: Mapping[str, Place] = field(repr=False, default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        """The name of this version of the rule, as `incheon-city-cashback@2`."""
        return f"{self.id}@{self.version}"

    @property
    def starts_at(self) -> datetime:
        return from_us(self.from_us)

    @property
    def ends_at(self) -> datetime | None:
        return None if self.until_us == OPEN_END_US else from_us(self.until_us)

    @property
    def line_names(self) -> tuple[str, ...]:
        """The budget lines that it draws on or watches."""
        watched = KINDS[self.kind].watches(self.terms)
        if self.stops.line_used_up:
            watched = (self.stops.line_used_up, *watched)
        return tuple(dict.fromkeys([*self.funding.line_names, *watched]))


def parse_document(
    text: str,
    file: str,
    known_lines: Collection[str] | None = None,
    now: datetime | None = None,
) -> RuleDocument:
    """Reads one rule document from the text of `file` (a name, used only in errors).

    With `known_lines` every budget line must be one of them; with `now` (aware) the document is
    about to be published and may not begin before it. Raises DocumentErrors with every fault.
    """
    reader = Reader(file)
    document = _read_document(reader, text)
    if document is not None and known_lines is not None:
        refuse_unknown_lines(reader, document.funding, sorted(known_lines))
        refuse_unknown_stop_line(reader, document.stops, sorted(known_lines))
        _refuse_unknown_watched(reader, document, sorted(known_lines))
    if document is not None and now is not None:
        _refuse_past(reader, document, now)
    if reader.errors or document is None:
        raise DocumentErrors(reader.errors)
    return document


def _read_document(reader: Reader, text: str) -> RuleDocument | None:
    root = reader.root(text)
    if root is None:
        return None
    kind = KINDS.get(_kind_word(root), None)
    own = [*kind.required, *kind.optional] if kind else _all_own_keys()
    known = [*_COMMON_REQUIRED, *own, *_COMMON_OPTIONAL]
    required = {**_COMMON_REQUIRED, **(kind.required if kind else {})}
    if kind and kind.payer is Payer.SHOP:
        required["funding"] = "shop"
    entries = reader.mapping(root, "document", known, required)
    reader.choice(entries.get("kind"), "kind", list(KINDS))
    identifier = reader.identifier(entries.get("id"), "id")
    version = reader.integer(entries.get("version"), "version", 1, 1_000_000)
    scope = _read_scope(reader, entries.get("scope"))
    period = _read_period(reader, entries.get("period"))
    status = reader.choice(entries.get("status"), "status", STATUSES)
    title = _read_title(reader, entries.get("title"))
    shopless = kind.name if kind and not kind.at_shop else None
    eligibility = read_eligibility(reader, entries.get("eligibility"), scope or CITY, shopless)
    terms = kind.read(reader, entries) if kind else None
    caps = _with_times(reader, read_caps(reader, entries.get("caps")), kind, terms, entries)
    funding = read_funding(reader, entries.get("funding"), kind.payer if kind else Payer.SHARED)
    stops = read_stops(reader, entries.get("stops_when"))
    release = _read_release(reader, entries, kind, period)
    sources = _read_sources(reader, entries.get("sources"))
    notes = reader.texts(entries.get("notes"), "notes", "…")
    best_of = reader.identifier(entries.get("best_of"), "best_of")
    stacks_with = _read_stacks(reader, entries.get("stacks_with"), identifier)
    if kind and kind.district_only and scope == CITY:
        reader.refuse(entries["scope"], Fault.DISTRICT_NEEDED, kind=kind.name)
    if reader.errors or identifier is None or version is None or kind is None:
        return None
    if scope is None or period is None or title is None or terms is None or funding is None:
        return None
    return RuleDocument(
        id=identifier,
        version=version,
        kind=kind.name,
        title=title,
        scope=scope,
        in_force=status != "planned_only",
        from_us=period[0],
        until_us=period[1],
        eligibility=eligibility,
        terms=terms,
        caps=caps,
        funding=funding,
        stops=stops,
        sources=sources,
        notes=notes,
        best_of=best_of,
        stacks_with=stacks_with,
        release=release,
        text=text,
        places={
            **{name: reader.place(entries[name]) for name in ("id", "version")},
            "watched": reader.place(entries.get("line", entries["id"])),
            "from": period[2],
        },
    )


def _with_times(
    reader: Reader, caps: Caps, kind: Kind[Any] | None, terms: object, entries: Nodes
) -> Caps:
    """The caps, and how often a member gets what is given a set number of times."""
    times_max = kind.times_max(terms) if kind and terms is not None else None
    if times_max is None:
        return caps
    if caps.member_payments_max is not None:
        reader.refuse(entries["caps"], Fault.ONE_OF, one="times_max", other="payments_max")
    return replace(caps, member_payments_max=times_max)


def _read_release(
    reader: Reader, entries: Nodes, kind: Kind[Any] | None, period: tuple[int, int, Place] | None
) -> Release | None:
    """The release of a rule that gives with a payment; any other that has one is refused."""
    node = entries.get("release")
    release = read_release(reader, node, period[0] if period else None)
    with_payment = kind is None or (kind.moment is Moment.PURCHASE and kind.payer is not Payer.SHOP)
    if node is not None and kind is not None and not with_payment:
        reader.refuse(node, Fault.RELEASE_NOT_WITH_PAYMENT, kind=kind.name)
    return release


def _all_own_keys() -> list[str]:
    """The keys of all kinds: where the kind is unknown, none of them is called misspelled."""
    return list(
        dict.fromkeys(k for kind in KINDS.values() for k in (*kind.required, *kind.optional))
    )


def _read_stacks(reader: Reader, node: yaml.Node | None, own_id: str | None) -> tuple[str, ...]:
    named = []
    for item in reader.items(node, "stacks_with", "[seogu-top-up]"):
        other = reader.identifier(item, "stacks_with")
        if other is not None and other == own_id:
            reader.refuse(item, Fault.STACKS_WITH_ITSELF, id=other)
        elif other is not None:
            named.append(other)
    return tuple(named)


def _refuse_unknown_watched(reader: Reader, document: RuleDocument, known: list[str]) -> None:
    """Reports a line that the kind looks at and that is no budget line."""
    for name in KINDS[document.kind].watches(document.terms):
        if name not in known:
            near = nearest(name, known)
            reader.refuse_at(
                document.places["watched"], Fault.UNKNOWN_LINE, value=name, nearest=near
            )


def _kind_word(root: yaml.Node) -> str:
    if isinstance(root, yaml.MappingNode):
        for name, value in root.value:
            if name.value == "kind":
                return str(value.value)
    return ""


def _read_scope(reader: Reader, node: yaml.Node | None) -> int | None:
    if isinstance(node, yaml.ScalarNode) and node.value == "city":
        return CITY
    return read_district(reader, node, "scope")


def _read_title(reader: Reader, node: yaml.Node | None) -> Title | None:
    if node is None:
        return None
    required = {"ko": "시 캐시백", "en": "City cashback"}
    entries = reader.mapping(node, "title", list(required), required)
    ko = reader.text(entries.get("ko"), "title.ko")
    en = reader.text(entries.get("en"), "title.en")
    return Title(ko, en) if ko and en else None


def _read_period(reader: Reader, node: yaml.Node | None) -> tuple[int, int, Place] | None:
    if node is None:
        return None
    required = {"from": "2019-08-01", "until": "2019-10-22"}
    entries = reader.mapping(node, "period", list(required), required)
    from_us = reader.instant_us(entries.get("from"), "period.from")
    until_node = entries.get("until")
    if isinstance(until_node, yaml.ScalarNode) and until_node.value == "open":
        until_us: int | None = OPEN_END_US
    else:
        until_us = reader.instant_us(until_node, "period.until")
    if from_us is None or until_us is None or until_node is None:
        return None
    if until_us <= from_us:
        ends, starts = _clock(until_us), _clock(from_us)
        reader.refuse(until_node, Fault.PERIOD_BACKWARD, until=ends, start=starts)
        return None
    return from_us, until_us, reader.place(entries["from"])


def _read_sources(reader: Reader, node: yaml.Node | None) -> tuple[str, ...]:
    nodes = reader.items(node, "sources", "[https://…]")
    if node is not None and isinstance(node, yaml.SequenceNode) and not nodes:
        reader.refuse(node, Fault.EMPTY, key="sources", example="[https://…]")
    sources = []
    for item in nodes:
        source = reader.text(item, "sources", "https://…")
        if source is not None and not source.startswith(("http://", "https://")):
            reader.refuse(item, Fault.NOT_A_SOURCE, value=source)
        elif source is not None:
            sources.append(source)
    return tuple(sources)


def _refuse_past(reader: Reader, document: RuleDocument, now: datetime) -> None:
    now_us = to_us(now)
    if document.in_force and document.from_us < now_us:
        reader.refuse_at(
            document.places["from"],
            Fault.PERIOD_PAST,
            start=_clock(document.from_us),
            now=_clock(now_us),
        )


def check_together(documents: Iterable[RuleDocument]) -> list[DocumentError]:
    """Faults between documents: a version given twice, versions of a rule that overlap in time."""
    errors: list[DocumentError] = []
    by_id: dict[str, list[RuleDocument]] = {}
    for document in documents:
        by_id.setdefault(document.id, []).append(document)
    for versions in by_id.values():
        ordered = sorted(versions, key=lambda d: (d.from_us, d.version))
        for position, document in enumerate(ordered):
            for earlier in ordered[:position]:
                error = _clash(earlier, document, max(d.version for d in ordered))
                if error:
                    errors.append(error)
    return errors


def _clash(earlier: RuleDocument, later: RuleDocument, latest: int) -> DocumentError | None:
    here, there = later.places["from"], earlier.places["from"]
    params: dict[str, object] = {
        "id": later.id,
        "version": later.version,
        "other_file": there.file,
        "other_line": there.line,
    }
    if earlier.version == later.version:
        fault, here = Fault.VERSION_REPEATED, later.places["version"]
        params["next"] = latest + 1
    elif earlier.in_force and later.in_force and later.from_us < earlier.until_us:
        fault = Fault.PERIODS_OVERLAP
        params["other"], params["start"] = earlier.version, _clock(later.from_us)
    else:
        return None
    return DocumentError(here, fault, tuple((k, str(v)) for k, v in params.items()))


def _clock(instant_us: int) -> str:
    """An instant as a document writes it: a date alone when it is midnight in the city."""
    local = seoul(instant_us)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return local.date().isoformat()
    return local.replace(tzinfo=None).isoformat(timespec="minutes")
