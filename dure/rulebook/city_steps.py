"""Steps that are about no single version: roles, the days of notice, rules decided long ago."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dure.policy.document import RuleDocument
from dure.rulebook.log import Entry
from dure.rulebook.officials import Grant
from dure.rulebook.publishing import Publication, sha256_of
from dure.rulebook.steps import Act, Step, plain
from dure.rulebook.store import publish
from dure.rulebook.workflow import Acting, open_desk

if TYPE_CHECKING:
    from dure.rulebook.store import AnyConnection


async def grant_role(
    connection: AnyConnection,
    acting: Acting,
    official: str,
    grant: Grant,
    *,
    name: str,
    public_key: bytes,
) -> Entry:
    """Gives an official a role, and says under which key the official signs from now on.

    The first grant of all is an operator's own; after it nobody grants to oneself.
    """
    async with open_desk(connection, acting) as desk:
        content: dict[str, object] = {
            "official": official,
            "name": plain(name),
            "role": grant.role.value,
            "place": grant.place,
            "public_key": public_key.hex(),
        }
        return await desk.write(_about_the_city(acting, Step.GRANT, content))


async def revoke_role(
    connection: AnyConnection, acting: Acting, official: str, grant: Grant
) -> Entry:
    """Takes a role away; what the official did with it stands."""
    async with open_desk(connection, acting) as desk:
        content: dict[str, object] = {
            "official": official,
            "role": grant.role.value,
            "place": grant.place,
        }
        return await desk.write(_about_the_city(acting, Step.REVOKE, content))


async def set_notice_days(connection: AnyConnection, acting: Acting, days: int) -> Entry:
    """How many whole days lie between a notice and the beginning, for notices from now on."""
    async with open_desk(connection, acting) as desk:
        return await desk.write(_about_the_city(acting, Step.NOTICE_DAYS, {"days": days}))


async def take_over(
    connection: AnyConnection, acting: Acting, documents: Iterable[RuleDocument], origin: str
) -> Entry:
    """Publishes rules that were decided elsewhere, all in one step, without approvals.

    Possible once, in a city that has published nothing yet. Each rule counts as published on the
    day it began. The documents must have been checked together (`load_directory`); `origin` says
    where they come from.
    """
    ordered = sorted(documents, key=lambda document: (document.from_us, document.key))
    publications = [Publication(d, d.text, sha256_of(d.text)) for d in ordered]
    async with open_desk(connection, acting) as desk:
        versions = [
            [p.document.id, p.document.version, p.sha256, p.document.scope,
             p.document.from_us, p.document.until_us]
            for p in publications
        ]  # fmt: skip
        content: dict[str, object] = {"versions": versions, "origin": plain(origin)}
        entry = await desk.write(_about_the_city(acting, Step.TAKE_OVER, content))
        for publication in publications:
            await publish(connection, [publication], publication.document.from_us)
        return entry


def _about_the_city(acting: Acting, step: Step, content: dict[str, object]) -> Act:
    return Act(step=step, by=acting.by, at_us=acting.at_us, content=content)
