"""HTTP calls for the digests of a sandbox's results."""

from __future__ import annotations

from collections.abc import Generator
from itertools import chain
from typing import Annotated, Any

import msgspec
from apiflask import Schema
from apiflask.fields import Boolean
from flask import Response
from msgspec import Meta

from single_window.cases.digests.queries import digests_of, lines_of
from single_window.frame.http import guard
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.frame.typed import Answer
from single_window.store.engine import snapshot

blueprint = Calls("digests", __name__, rights=("see_log", "control_tests"), tag="state")
_REFUSED = {
    404: refused("no such sandbox"),
    503: refused("another digest is being computed; retry after Retry-After seconds"),
}
LINES = "application/jsonl"


class SequenceDigestOut(Answer, frozen=True, kw_only=True):
    """The digest of the sequence of deliveries."""

    deliveries: int
    sha256: str


class DigestsOut(Answer, frozen=True, kw_only=True):
    """Both digests of a sandbox: of its outcomes, and of the sequence of its deliveries."""

    outcomes: Annotated[int, Meta(description="number of trades, and of documents without a trade")]
    sha256: Annotated[str, Meta(description="hash of the lines of all outcomes")]
    sequence: SequenceDigestOut


class LinesIn(Schema):
    """The digest whose lines are requested."""

    sequence = Boolean(
        load_default=False, metadata={"description": "the digest of the sequence of deliveries instead of the outcomes"}
    )


@blueprint.get("/digest")
@blueprint.doc(responses={200: answer("both digests, as of one instant", DigestsOut), **_REFUSED})
def show() -> Response:
    """Compute both digests of the sandbox.

    One hash covers all outcomes, without values that differ between identical runs; the other covers the sequence of
    deliveries, with order and instants. Reads the whole sandbox."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with snapshot(at.window.engine) as connection:
        return json_response(msgspec.convert(digests_of(connection, sandbox).plainly(), DigestsOut))


@blueprint.get("/digest/lines")
@blueprint.input(LinesIn, location="query", arg_name="query")
@blueprint.doc(
    responses={200: answer("a line of JSON for each outcome, the last with their hash", None, LINES), **_REFUSED}
)
def lines(query: dict[str, Any]) -> Response:
    """Return a digest line by line.

    A line of JSON for each outcome (with `sequence` for each delivery), in order, as of one instant; the last line has
    their number and hash."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)

    def written() -> Generator[bytes, None, None]:
        with snapshot(at.window.engine) as connection:
            yield from lines_of(connection, sandbox, query["sequence"])

    told = written()
    first = next(told)  # begun before the answer, so that what fails at once has a status
    response = Response(chain((first,), told), mimetype=LINES)
    response.call_on_close(told.close)
    return response
