"""The API as one: its routers, its errors and its addresses under /api/v1/."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from dure.web.api import calculator, cards, coupons, members, purchases, transfers
from dure.web.api.calls import KeyAuth
from dure.web.api.problems import CONTENT_TYPE
from dure.web.api.refusals import answer_problems


class PartnerAPI(NinjaAPI):
    """The API, whose document says that refusals are problem documents (RFC 9457)."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**given)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, told in operation["responses"].items():
                    if int(status) >= 400:
                        told["content"] = {CONTENT_TYPE: told["content"]["application/json"]}
        return schema


api = PartnerAPI(
    title="Dure partner API",
    version="1",
    description="Members, wallets, cards, charges and payments of a city's local currency. "
    "Amounts are whole won. Every POST with an effect carries an Idempotency-Key.",
    auth=KeyAuth(),
    docs_url=None,
    urls_namespace="api",
)
for router in (
    members.router,
    cards.router,
    transfers.router,
    purchases.router,
    calculator.router,
    coupons.router,
):
    api.add_router("", router)
answer_problems(api)
