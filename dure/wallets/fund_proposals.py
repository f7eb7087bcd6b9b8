"""Funds as the city's officers name, describe and end them: one proposes, another decides."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection

from dure.wallets.donations import Fund, close_fund, name_fund

NAME_MAX: Final = 60
ABOUT_MAX: Final = 300
FUND_ID_MAX: Final = 99_999
_LIST_MAX: Final = 100


class FundKept(NamedTuple):
    """A fund, open or ended; what it was given in all, in whole won, and by how many donations."""

    fund_id: int
    name_ko: str
    name_en: str
    about_ko: str
    about_en: str
    closed_at_us: int | None
    given_won: int
    donations: int


class Proposal(NamedTuple):
    """What an officer proposes for a fund: to name or describe it, or (`ends`) to end it.

    Instants are of the city's clock in microseconds; `accepted` is None while nobody has decided.
    """

    proposal_id: int
    fund_id: int
    ends: bool
    name_ko: str
    name_en: str
    about_ko: str
    about_en: str
    proposed_by: str
    proposed_at_us: int
    decided_by: str | None
    decided_at_us: int | None
    accepted: bool | None


class FundTextError(ValueError):
    """A fund has a name and a description in both languages, in lines that are not too long."""


class FundNotOpenError(LookupError):
    """There is no open fund of this number."""


class ProposalNotOpenError(LookupError):
    """The proposal is unknown, or has been decided."""


class OwnProposalError(Exception):
    """Nobody decides what he has proposed himself."""


def all_funds(connection: Connection[Any]) -> list[FundKept]:
    """All funds, the open ones first, with what each was given."""
    rows = connection.execute(
        "SELECT f.fund_id, f.name_ko, f.name_en, f.about_ko, f.about_en, f.closed_at_us, "
        "coalesce(sum(d.won), 0)::bigint, count(d.won) "
        "FROM donation_fund f LEFT JOIN donation d USING (fund_id) GROUP BY f.fund_id "
        "ORDER BY f.closed_at_us IS NOT NULL, f.fund_id"
    ).fetchall()
    return [FundKept(*row) for row in rows]


_COLUMNS: Final = (
    "proposal_id, fund_id, ends, name_ko, name_en, about_ko, about_en, proposed_by, "
    "proposed_at_us, decided_by, decided_at_us, accepted"
)


def proposals(connection: Connection[Any]) -> list[Proposal]:
    """What waits for a decision first, then the last that were decided."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM fund_proposal "
        "ORDER BY decided_by IS NOT NULL, proposal_id DESC LIMIT %s",
        (_LIST_MAX,),
    ).fetchall()
    return [Proposal(*row) for row in rows]


def propose_fund(
    connection: Connection[Any], *, key: bytes, fund: Fund, by: str, at_us: int
) -> None:
    """Proposes a new fund (`fund_id` 0: the next number is taken), or other words for an open one.

    The same key again is the same proposal. Raises FundTextError, FundNotOpenError.
    """
    texts = [text.strip() for text in fund[1:5]]
    for text, most in zip(texts, (NAME_MAX, NAME_MAX, ABOUT_MAX, ABOUT_MAX), strict=True):
        if not text or len(text) > most or not text.isprintable():
            raise FundTextError(text)
    if fund.fund_id:
        _require_open(connection, fund.fund_id)
    _add(connection, key, fund.fund_id, False, texts, by, at_us)


def propose_end(
    connection: Connection[Any], *, key: bytes, fund_id: int, by: str, at_us: int
) -> None:
    """Proposes that nothing more be given to a fund. Raises FundNotOpenError."""
    _require_open(connection, fund_id)
    _add(connection, key, fund_id, True, ["", "", "", ""], by, at_us)


def decide(
    connection: Connection[Any], proposal_id: int, *, accept: bool, by: str, at_us: int
) -> Proposal:
    """Accepts a proposal, which is carried out at once, or refuses it.

    Raises ProposalNotOpenError, OwnProposalError, FundNotOpenError.
    """
    with connection.transaction():
        # One decision at a time: new funds are numbered one after the other.
        connection.execute("LOCK TABLE donation_fund IN SHARE ROW EXCLUSIVE MODE")
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM fund_proposal WHERE proposal_id = %s FOR UPDATE",
            (proposal_id,),
        ).fetchone()
        found = None if row is None else Proposal(*row)
        if found is None or found.decided_by is not None:
            raise ProposalNotOpenError(proposal_id)
        if found.proposed_by == by:
            raise OwnProposalError(by)
        if accept:
            found = _carry_out(connection, found, at_us)
        connection.execute(
            "UPDATE fund_proposal SET decided_by = %s, decided_at_us = %s, accepted = %s, "
            "fund_id = %s WHERE proposal_id = %s",
            (by, at_us, accept, found.fund_id, proposal_id),
        )
    return found._replace(decided_by=by, decided_at_us=at_us, accepted=accept)


def _carry_out(connection: Connection[Any], found: Proposal, at_us: int) -> Proposal:
    if found.fund_id:
        _require_open(connection, found.fund_id)
    if found.ends:
        close_fund(connection, found.fund_id, at_us=at_us)
        return found
    if not found.fund_id:
        row = connection.execute(
            "SELECT coalesce(max(fund_id), 0) + 1 FROM donation_fund"
        ).fetchone()
        assert row is not None, "an aggregate has a row"
        found = found._replace(fund_id=int(row[0]))
    name_fund(connection, Fund(found.fund_id, *found[3:7], 0))
    return found


def _require_open(connection: Connection[Any], fund_id: int) -> None:
    row = connection.execute(
        "SELECT 1 FROM donation_fund WHERE fund_id = %s AND closed_at_us IS NULL", (fund_id,)
    ).fetchone()
    if row is None:
        raise FundNotOpenError(fund_id)


def _add(
    connection: Connection[Any],
    key: bytes,
    fund_id: int,
    ends: bool,
    texts: list[str],
    by: str,
    at_us: int,
) -> None:
    connection.execute(
        "INSERT INTO fund_proposal (request_key, fund_id, ends, name_ko, name_en, about_ko, "
        "about_en, proposed_by, proposed_at_us) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (request_key) DO NOTHING",
        (key, fund_id, ends, *texts, by, at_us),
    )
