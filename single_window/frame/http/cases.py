"""HTTP calls that list the cases of a kind, or show one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response
from sqlalchemy import Connection

from single_window.frame.case_rows import CaseReader
from single_window.frame.http import guard
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.frame.kinds import DEFAULT_PAGE_SIZE, MAX_PARTS, CaseKind
from single_window.store import sandboxes
from single_window.store.engine import reading

Kind = CaseKind[Any, Any, Any]
Reader = CaseReader[Any, Any, Any]


class CasesIn(Schema):
    """The cases to list: a page, optionally of one state."""

    state = String(load_default="", validate=Length(0, 30), metadata={"description": "empty: all"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=DEFAULT_PAGE_SIZE, validate=Range(1, 500))


class PartsIn(Schema):
    """The number of parts in an answer about a case."""

    parts = Integer(
        validate=Range(1, MAX_PARTS),
        metadata={"description": "maximum number of its parts; not given: the first of them"},
    )


class CasesOfMerchantIn(CasesIn):
    """The cases to list, optionally of one merchant."""

    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})


@contextmanager
def reading_sandbox() -> Iterator[tuple[Connection, str]]:
    """Yield a connection for a call that only reads, and the call's sandbox; raises `UnknownSandbox`."""
    sandbox = guard.sandbox_name()
    with reading(ports().window.engine) as connection:
        sandboxes.find(connection, sandbox)
        yield connection, sandbox


def listed_cases(cases: Reader, query: Mapping[str, Any]) -> Response:
    """Return the response with the requested page of cases."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(cases.page(connection, sandbox, **query))


def shown_case(cases: Reader, number: str, **parts: int) -> Response:
    """Return the response with a case and its history; `parts`: {"parts": maximum number} if requested."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        shown = cases.show(connection, sandbox, number, **parts)
    if shown is None:
        raise missing(cases.kind, sandbox, number)
    return json_response(shown)


def missing(kind: Kind, sandbox: str, number: str) -> Problem:
    """Return the problem for the number of an unknown case; raises `UnknownSandbox` for an unknown sandbox."""
    ports().window.sandbox(sandbox)
    return problem(kind.missing, sandbox=sandbox, number=number)
