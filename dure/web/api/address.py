"""The API as one: its routers, its errors and its addresses under /api/v1/."""

from __future__ import annotations

from ninja import NinjaAPI

from dure.web.api import cards, members, purchases, transfers
from dure.web.api.calls import KeyAuth
from dure.web.api.refusals import answer_problems

api = NinjaAPI(
    title="Dure partner API",
    version="1",
    description="Members, wallets, cards, charges and payments of a city's local currency. "
    "Amounts are whole won. Every POST with an effect carries an Idempotency-Key.",
    auth=KeyAuth(),
    docs_url=None,
    urls_namespace="api",
)
for router in (members.router, cards.router, transfers.router, purchases.router):
    api.add_router("", router)
answer_problems(api)
