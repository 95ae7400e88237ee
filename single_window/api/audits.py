"""The HTTP call that audits a sandbox."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import String as Text
from apiflask.validators import OneOf
from flask import Response

from single_window import auditing
from single_window.answers.audits import AuditOut
from single_window.api.trying import calling
from single_window.frame.http import guard
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.frame.http.queries import ListOf

blueprint = Calls("audits", __name__, rights=("see_log", "control_tests"), tag="state")


class AuditIn(Schema):
    """The ledgers to audit."""

    ledgers = ListOf(
        Text(validate=OneOf(list(auditing.LEDGERS))),
        load_default=list,
        metadata={"description": "names, separated by commas; default: all"},
    )


@blueprint.get("/audit")
@blueprint.input(AuditIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the result for every ledger", AuditOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox"),
        503: refused("another audit is running; retry after Retry-After seconds"),
    }
)
def show(query: dict[str, Any]) -> Response:
    """Audit the ledgers of the sandbox.

    Allowances against accepted lists, guarantees against bills, stock, invoices, export items, exchange and refunds
    against their documents, cases that wait for officers, and the log of decisions against the decisions. Each ledger
    is read in one transaction. After ten seconds no further ledger is begun: request those in `left` again, with
    `ledgers`. One that needs more than twenty seconds of processor time is listed in `given_up`."""
    sandbox = guard.sandbox_name()
    ports().window.sandbox(sandbox)
    return json_response(calling.audit_in_process(sandbox, query["ledgers"] or list(auditing.LEDGERS)))
