"""HTTP calls that list the cases of a kind, or show one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, NamedTuple

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response
from sqlalchemy import Connection

from single_window.frame.case_rows import CaseReader
from single_window.frame.http import guard, key_access
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import PREFIX, ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.frame.kinds import DEFAULT_PAGE_SIZE, MAX_PARTS, CaseKind
from single_window.store import sandboxes
from single_window.store.engine import reading

NO_PARTS: Mapping[str, int] = MappingProxyType({})
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


def listed_cases(cases: Reader, query: Mapping[str, Any], own: bool = False) -> Response:
    """Return the response with the requested page of cases; `own`: of those of the caller's companies."""
    with reading_sandbox() as (connection, sandbox):
        companies = key_access.companies(connection, sandbox) if own else None
        narrowed: dict[str, Any] = {} if companies is None else {"companies": companies}
        return json_response(cases.page(connection, sandbox, **query, **narrowed))


def shown_case(cases: Reader, number: str, parties: Parties | None = None, **parts: int) -> Response:
    """Return the response with a case and its history; `parts`: {"parts": maximum number} if requested; `parties`: who
    may read it, without which all may."""
    at, sandbox = ports(), guard.sandbox_name()
    with reading(at.window.engine) as connection:
        shown = cases.show(connection, sandbox, number, **parts)
        if shown is not None and parties is not None:
            demand_party(connection, sandbox, cases, number, parties(shown))
    if shown is None:
        raise missing(cases.kind, sandbox, number)
    return json_response(shown)


Parties = Callable[[Any], Collection[str]]
"""The companies that may read a case, of the answer about it."""


def demand_party(connection: Connection, sandbox: str, cases: Reader, number: str, parties: Collection[str]) -> None:
    """Raise the problem of an unknown case unless the caller may read those of one of these companies."""
    own = key_access.companies(connection, sandbox)
    if own is not None and not own & set(parties):
        raise missing(cases.kind, sandbox, number)


def missing(kind: Kind, sandbox: str, number: str) -> Problem:
    """Return the problem for the number of an unknown case; raises `UnknownSandbox` for an unknown sandbox."""
    ports().window.sandbox(sandbox)
    if kind.numbers is None:
        return problem(kind.missing, sandbox=sandbox, number=number)
    return problem(
        "no-such",
        as_code=kind.missing,
        sandbox=sandbox,
        number=number,
        noun_zh=kind.zh,
        noun=kind.noun,
        numbers_zh=kind.numbers.zh,
        numbers=kind.numbers.en,
        listed=f"{PREFIX}{kind.path}",
    )


class Described(NamedTuple):
    """The descriptions of a kind's calls, where they do not follow from the kind: the summary of the second,
    what their answers have, what a single case is named by, what is missing with 404. `parameter`: the name of its
    number."""

    listed: str = ""
    summary: str = ""
    shown: str = ""
    number: str = ""
    missing: str = ""
    parameter: str = "number"


AS_THE_KIND = Described()


def add_cases(
    blueprint: Calls,
    cases: Reader,
    query: type[Schema] = CasesIn,
    described: Described = AS_THE_KIND,
    parties: Parties | None = None,
) -> None:
    """Add the calls that list the cases of a kind and show one of them, as the kind describes them. `parties`: the
    companies that may read a case beside officers, whose lists have their own alone; without it, every reader may."""
    kind, name = cases.kind, described.parameter

    @blueprint.get(kind.path)
    @blueprint.input(query, location="query", arg_name="query")
    @blueprint.doc(
        summary=f"List {kind.plural}.",
        description=kind.listing,
        responses={200: answer(described.listed or f"{kind.plural} of the sandbox", kind.page_type)},
    )
    def listed(query: dict[str, Any]) -> Response:
        return listed_cases(cases, query, own=parties is not None)

    def show(query: Mapping[str, int] = NO_PARTS, **number: str) -> Response:
        return shown_case(cases, number[name], parties, **query)

    show = blueprint.doc(
        summary=described.summary or f"Show a {kind.noun}.",
        description=described.number or f"`{name}`: {kind.numbers.en if kind.numbers else kind.key}.",
        responses={
            200: answer(described.shown or f"the {kind.noun} with its history", kind.shown_type),
            404: refused(f"no such {described.missing or kind.noun} or sandbox"),
        },
    )(show)
    if kind.parts:
        show = blueprint.input(PartsIn, location="query", arg_name="query")(show)
    blueprint.get(f"{kind.path}/<{name}>")(show)
