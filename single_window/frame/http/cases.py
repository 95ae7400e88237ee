"""Calls that list cases of a kind, or show one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response

from single_window.frame.case_rows import CaseReader
from single_window.frame.http import guard
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.frame.kinds import MOST, MOST_PARTS, CaseKind
from single_window.store.engine import reading

Kind = CaseKind[Any, Any, Any]
Reader = CaseReader[Any, Any, Any]


class CasesIn(Schema):
    """The cases to list: a page of those in a state, or in any."""

    state = String(load_default="", validate=Length(0, 30), metadata={"description": "empty: all"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=MOST, validate=Range(1, 500))


class PartsIn(Schema):
    """The parts of a case to give."""

    parts = Integer(
        validate=Range(1, MOST_PARTS),
        metadata={"description": "how many of its parts at most; not given: the first of them"},
    )


class CasesOfMerchantIn(CasesIn):
    """The cases to list: those of a merchant too."""

    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})


def listed_cases(cases: Reader, query: Mapping[str, Any]) -> Response:
    """Answer the requested page of cases."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        return json_response(cases.page(connection, sandbox, **query))


def shown_case(cases: Reader, number: str, **parts: int) -> Response:
    """Answer a case with its history; `parts`: with so many parts, where there are any in the query."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        shown = cases.show(connection, sandbox, number, **parts)
    if shown is None:
        raise missing(cases.kind, sandbox, number)
    return json_response(shown)


def missing(kind: Kind, sandbox: str, number: str) -> Problem:
    """The problem of a number that no case of a kind has; raises `UnknownSandbox` where there is no such sandbox."""
    ports().window.sandbox(sandbox)
    return problem(kind.missing, sandbox=sandbox, number=number)
