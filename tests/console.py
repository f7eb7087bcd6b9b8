"""Officials who are signed in, for tests of the console: clients that carry a proved session."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from dure.policy.districts import CITY
from dure.rulebook import city_steps
from dure.rulebook.officials import Grant, Role
from dure.rulebook.signing import signing_key
from dure.rulebook.workflow import Acting
from tests.rulebooks import NOW, connected

if TYPE_CHECKING:
    from django.test import Client

ROOT = "test-operator"


def grant(url: str, official: str, *grants: Grant, name: str = "", at_us: int = NOW) -> None:
    """Gives an official roles, under the key that this installation signs with for that name."""
    from dure.kernel.database.home import home_directory

    async def granted() -> None:
        home = home_directory()
        acting = Acting(ROOT, signing_key(home, ROOT), at_us, NOW)
        root = Grant(Role.OPERATOR, CITY)
        async with connected(url) as connection:
            if not await connection.fetchval("SELECT count(*) FROM rulebook_log"):
                await city_steps.grant_role(
                    connection, acting, ROOT, root, name="시험 운영자",
                    public_key=acting.key.public_key().public_bytes_raw(),
                )  # fmt: skip
            for one in grants:
                key = signing_key(home, official).public_key().public_bytes_raw()
                await city_steps.grant_role(
                    connection, acting, official, one, name=name or official, public_key=key
                )

    asyncio.run(granted())


def sign_in(official: str, *, proved_s_ago: int = 0) -> Client:
    """A browser in which the official has signed in and shown a second factor; the account is
    made when it is not there."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from dure.web.console.shell.proof import proved_session

    user, _ = get_user_model().objects.get_or_create(username=official)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session.update(proved_session(int(time.time()) - proved_s_ago))
    session.save()
    return client
