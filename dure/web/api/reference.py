"""The API's page: every operation, scope and problem, rendered from the OpenAPI document itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dure.authorization.reasons import DeclineReason
from dure.web.api.address import api
from dure.web.api.keys import Scope
from dure.web.api.problems import PROBLEMS, kind_of
from dure.web.shared.language import Language, language_of_page
from dure.web.shared.pages import page

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    anchor: str
    method: str
    path: str
    about: str
    parameters: tuple[tuple[str, str, str], ...]
    body: tuple[tuple[str, str, str], ...]
    answer: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """One problem as the page shows it."""

    code: str
    status: int
    title: str
    detail: str
    remedy: str


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """The page, in the language of the address."""
    language = language_of_page(request)
    values = {
        "operations": operations(),
        "scopes": [scope.value for scope in Scope],
        "problems": problems(language),
    }
    return page(
        request,
        "api/reference.html",
        values,
        address_ko="/api/v1/docs",
        address_en="/en/api/v1/docs",
    )


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """Every operation of the OpenAPI document, in its order."""
    document = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    schemas = document["components"]["schemas"]
    return tuple(
        _operation(method, path, about, schemas)
        for path, methods in document["paths"].items()
        for method, about in methods.items()
        if method in _METHODS
    )


def problems(language: Language) -> list[ProblemShown]:
    """Every problem that there is, with the decline reasons after the API's own."""
    codes = [*PROBLEMS, *(reason.name.lower() for reason in DeclineReason if reason)]
    shown = []
    for code in codes:
        kind = kind_of(code)
        told = (language.choose(*("ko", "en")) == "ko" and kind.ko) or kind.en
        shown.append(ProblemShown(code, kind.status, told.title, told.detail, told.remedy))
    return shown


def _operation(method: str, path: str, about: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    body = about.get("requestBody", {}).get("content", {}).get("application/json", {})
    responses: dict[str, dict[str, Any]] = about["responses"]
    good = next(told for status, told in responses.items() if int(status) < 300)
    answer = good.get("content", {}).get("application/json", {})
    return Operation(
        anchor=about["operationId"].replace("_", "-"),
        method=method.upper(),
        path=path,
        about=about.get("description", ""),
        parameters=tuple(
            (given["name"], _type(given["schema"]), given.get("description", ""))
            for given in about.get("parameters", [])
        ),
        body=_fields(body.get("schema", {}), schemas),
        answer=_fields(answer.get("schema", {}), schemas),
    )


def _fields(schema: dict[str, Any], schemas: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """The fields of an object as (name, type, meaning); of a list those of its members."""
    if schema.get("type") == "array":
        schema = schema["items"]
    if "$ref" in schema:
        schema = schemas[_name(schema["$ref"])]
    required = set(schema.get("required", []))
    return tuple(
        (name, _type(about) + ("" if name in required else "?"), about.get("description", ""))
        for name, about in schema.get("properties", {}).items()
    )


def _type(schema: dict[str, Any]) -> str:
    """The type of a value as a reader says it: "integer 1..10000000", "string ^[0-9]{4}$"."""
    if "$ref" in schema:
        return _name(schema["$ref"])
    if "anyOf" in schema:
        return " | ".join(_type(choice) for choice in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    if schema.get("type") == "array":
        return f"[{_type(schema['items'])}]"
    limits = ""
    if "minimum" in schema or "maximum" in schema:
        limits = f" {schema.get('minimum', '')}..{schema.get('maximum', '')}"
    return f"{schema.get('type', '')}{limits} {schema.get('pattern', '')}".strip()


def _name(reference: str) -> str:
    return reference.rsplit("/", 1)[-1]
