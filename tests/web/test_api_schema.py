"""The API does what its OpenAPI document says, whatever is sent: schemathesis, within bounds."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from dure.web.api.keys import Scope, create_key
from tests.engines import RunningEngine, open_member
from tests.web.conftest import Connection

BOUNDS = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


def test_it_is_openapi_3_1_and_asks_for_a_key_and_for_the_idempotency_key(
    web_home: Path,
) -> None:
    from django.test import Client

    document = json.loads(Client(SERVER_NAME="localhost").get("/api/v1/openapi.json").content)
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            names = [given["name"] for given in operation.get("parameters", [])]
            free = path.endswith("/qr-tokens")
            assert ("Idempotency-Key" in names) == (method == "post" and not free), path
            assert operation["security"], path
            assert "429" in operation["responses"], path


@pytest.mark.slow
def test_it_answers_anything_as_documented(city: RunningEngine, connection: Connection) -> None:
    open_member(city, 1)
    _, key = create_key(
        connection,
        partner="견본 제휴사",
        scopes=[scope.value for scope in Scope],
        requests_per_minute_max=1_000_000,
    )
    schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operations: list[Any] = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        for mode in GenerationMode:
            _try(operation, mode, key)


def _try(operation: Any, mode: GenerationMode, key: str) -> None:
    @BOUNDS
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid.uuid4())}
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()
