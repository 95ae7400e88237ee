"""The HTTP call for sample messages to test with: valid, with new numbers, guids and times."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response

from schemas import catalogue
from single_window.answers.samples import SampleMessageOut, SamplesOut
from single_window.frame.http import guard
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.moments import moment_of
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.frame.typed import instant_text
from single_window.intake import trades
from single_window.keys import secret

blueprint = Calls(
    "samples", __name__, rights=("send_messages", "control_tests", "read_receipts", "see_cases"), tag="messages"
)
MAX_KEY_LENGTH = 500


class SamplesIn(Schema):
    """The trade that the samples belong to."""

    key = String(
        load_default="",
        validate=Length(0, MAX_KEY_LENGTH),
        metadata={"description": "samples with the same key belong to one trade; empty: a new trade"},
    )
    at = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "day or time in the messages; empty: that of the sandbox's clock"},
    )


@blueprint.get("/samples/<name>")
@blueprint.input(SamplesIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the messages", SamplesOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox, or no sample of this name; the answer suggests similar ones"),
    }
)
def show(name: str, query: dict[str, Any]) -> Response:
    """Make the sample messages of a trade.

    `name`: import (311, 411, 511, 621), export (303, 505, 603), or the code of one message that participants send, such
    as 625. The messages are valid and are not sent; numbers that the window assigns (preNo, invtNo) stay those of the
    sample."""
    at, sandbox = ports(), guard.sandbox_name()
    now = moment_of(query["at"]) if query["at"] else at.window.now(sandbox)
    key = query["key"] or secret()
    try:
        sampled = tuple(_sample(code, key, now) for code in trades.codes_of(name))
    except (catalogue.UnknownMessage, FileNotFoundError):
        raise _no_sample(name) from None
    return json_response(SamplesOut(key=key, at=instant_text(now), messages=sampled))


def _sample(code: str, key: str, now: int) -> SampleMessageOut:
    entry = catalogue.by_code(code)
    if entry.receipt:
        raise catalogue.UnknownMessage(code)
    return SampleMessageOut(code=code, type=entry.root, xml=trades.fresh(code, key, now).decode())


def _no_sample(name: str) -> Problem:
    known = [*trades.FLOWS, *(entry.code for entry in catalogue.entries() if not entry.receipt)]
    return problem("no-such-sample", found=name, near=", ".join(catalogue.nearest(name, known, 3) or trades.FLOWS))
