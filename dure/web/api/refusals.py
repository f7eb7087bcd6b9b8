"""From what went wrong to the problem that says so: values, missing things, parts that are away."""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from django.db import Error as DjangoDatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from dure.engine.client import EngineGone
from dure.web.api.bodies import ProblemBody
from dure.web.api.problems import Problem, answer_of
from dure.web.shared.language import Language, language_of_program

log = logging.getLogger(__name__)

PROBLEMS_DOCUMENTED: dict[Any, Any] = dict.fromkeys(
    (400, 401, 403, 404, 409, 413, 422, 429, 500, 503), ProblemBody
)

# What pydantic calls a fault, in words; {..} are its own figures.
VALUE_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("꼭 있어야 합니다.", "It is required."),
    "extra_forbidden": ("모르는 항목입니다.", "It is not a known field."),
    "int_type": ("정수여야 합니다.", "It must be an integer."),
    "int_parsing": ("정수여야 합니다.", "It must be an integer."),
    "int_from_float": ("정수여야 합니다.", "It must be an integer."),
    "string_type": ("문자열이어야 합니다.", "It must be a string."),
    "dict_type": ("객체여야 합니다.", "It must be an object."),
    "model_type": ("객체여야 합니다.", "It must be an object."),
    "model_attributes_type": ("객체여야 합니다.", "It must be an object."),
    "greater_than_equal": ("{ge} 이상이어야 합니다.", "It must be at least {ge}."),
    "less_than_equal": ("{le} 이하여야 합니다.", "It must be at most {le}."),
    "string_too_short": ("{min_length}자 이상이어야 합니다.", "At least {min_length} signs."),
    "string_too_long": ("{max_length}자 이하여야 합니다.", "At most {max_length} signs."),
    "string_pattern_mismatch": ("{pattern} 모양이어야 합니다.", "It must match {pattern}."),
    "literal_error": ("{expected} 가운데 하나여야 합니다.", "It must be one of {expected}."),
    # Our own, by the value's name
    "district": ("인천의 구·군 코드가 아닙니다.", "It is no district of Incheon."),
    "date": ("달력에 없는 날짜입니다.", "There is no such day."),
    "name": ("1~60자의 이름이어야 합니다.", "It must be a name of 1 to 60 signs."),
    "phone": ("한국 휴대전화 번호여야 합니다.", "It must be a Korean mobile number."),
    "cursor": ("next_cursor로 받은 값이어야 합니다.", "It must be a value of next_cursor."),
}
OTHER_FAULT = ("받을 수 없는 값입니다.", "The value is not accepted.")


def invalid(field: str, fault: str, language: Language) -> Problem:
    """The problem that one value is not accepted; `fault` is a key of `VALUE_FAULTS`."""
    message = language.choose(*VALUE_FAULTS.get(fault, OTHER_FAULT))
    return Problem("request_invalid", errors=[{"field": field, "message": message}])


def answer_problems(api: NinjaAPI) -> None:
    """Makes the API answer every exception with a problem document."""

    @api.exception_handler(Problem)
    def on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
        return answer_of(request, problem)

    @api.exception_handler(ValidationError)
    def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        language = language_of_program(request)
        errors = [_value_error(fault, language) for fault in error.errors]
        return answer_of(request, Problem("request_invalid", errors=errors))

    @api.exception_handler(AuthenticationError)
    def on_no_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return answer_of(request, Problem("key_missing"))

    @api.exception_handler(HttpError)
    def on_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer_of(request, Problem("body_unreadable"))

    @api.exception_handler(Http404)
    def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer_of(request, Problem("not_found"))

    @api.exception_handler(EngineGone)
    def on_engine_away(request: HttpRequest, error: EngineGone) -> HttpResponse:
        log.warning("The engine does not answer: %s", error)
        return answer_of(request, Problem("engine_away"))

    @api.exception_handler(psycopg.OperationalError)
    @api.exception_handler(DjangoDatabaseError)
    def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
        log.warning("The database does not answer: %s", error)
        return answer_of(request, Problem("database_away"))

    @api.exception_handler(Exception)
    def on_fault(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("A fault in %s %s", request.method, request.path, exc_info=error)
        return answer_of(request, Problem("fault"))


def _value_error(fault: dict[str, Any], language: Language) -> dict[str, str]:
    """One of pydantic's errors in words; the value itself is not repeated."""
    words = language.choose(*VALUE_FAULTS.get(str(fault["type"]), OTHER_FAULT))
    try:
        message = words.format_map(fault.get("ctx") or {})
    except KeyError:
        message = language.choose(*OTHER_FAULT)
    place = [str(part) for part in fault["loc"]]
    # Ninja names the parameter of our function too ("body", "body", "amount_won").
    if place[:2] == ["body", "body"]:
        place = place[1:]
    return {"field": ".".join(place), "message": message}
