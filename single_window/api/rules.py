"""HTTP calls that explain codes: text, checks, concerned fields and remedies."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response

from single_window.answers.rules import RuleOut, RulesOut, rule_out
from single_window.frame.http.calls import EVERYBODY, Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import json_response
from single_window.frame.kinds import page
from single_window.language import rule_records
from single_window.language.rule_records import MAX_CODE_LENGTH

blueprint = Calls("rules", __name__, rights=EVERYBODY)
MAX_PAGE_SIZE = 1_000


class RulesIn(Schema):
    """The codes to explain."""

    kind = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "only codes that concern fields of this kind of document, such as order"},
    )
    status = String(load_default="", validate=Length(0, 10), metadata={"description": "only codes of this status"})
    after = String(
        load_default="", validate=Length(0, MAX_CODE_LENGTH), metadata={"description": "only codes behind this one"}
    )
    limit = Integer(load_default=100, validate=Range(1, MAX_PAGE_SIZE))


@blueprint.get("/rules")
@blueprint.input(RulesIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("codes with their rules and remedies", RulesOut),
        400: refused("the request is not as described"),
        404: refused("`after` is not a code"),
    }
)
def listed(query: dict[str, Any]) -> Response:
    """List codes.

    Every code that port, customs and agencies use, with its text, its checks, the concerned fields of each kind of
    document, and the remedy."""
    every_record = rule_records.records()
    start = 0
    if query["after"]:
        codes = [record.code for record in every_record]
        if query["after"] not in codes:
            raise rule_records.unknown_code(query["after"])
        start = codes.index(query["after"]) + 1
    wanted = [
        record
        for record in every_record[start:]
        if query["status"] in {"", record.return_status}
        and (not query["kind"] or query["kind"] in {field.kind for field in record.fields})
    ]
    first, following = page(wanted, query["limit"], by="code")
    return json_response(RulesOut(rules=tuple(map(rule_out, first)), next=following))


@blueprint.get("/rules/<path:code>")
@blueprint.doc(
    responses={
        200: answer("the explanation of the code", RuleOut),
        404: refused("no such code; the answer suggests similar ones"),
    }
)
def show(code: str) -> Response:
    """Explain a code.

    `code` as in receipts and findings: 1320, -621027, 15019, or -301008/15019 for a check within its answer."""
    return json_response(rule_out(rule_records.record(code)))
