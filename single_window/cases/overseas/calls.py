"""HTTP calls about stock abroad: cases, stock, drafts of reconciliations."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response
from sqlalchemy import Connection

from declarations.money import amount_text
from single_window.cases.overseas.answers import (
    CorrectionOut,
    ExportChainsOut,
    ReconciliationDraftsOut,
    StocksOut,
)
from single_window.cases.overseas.drafts import corrections_of, draft_message, drafts_of, repayment_message
from single_window.cases.overseas.edifact_calls import blueprint
from single_window.cases.overseas.queries import OVERSEAS_CASE_READER, chain_of, list_stock
from single_window.frame.http import key_access
from single_window.frame.http.calls import READ
from single_window.frame.http.cases import CasesOfMerchantIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.store import participants

ACT = "act_as_officer"


class StockIn(Schema):
    """The stock to list."""

    merchant = String(load_default="", validate=Length(0, 18), metadata={"description": "an ebcCode; empty: all"})
    limit = Integer(load_default=500, validate=Range(1, 5_000))


@blueprint.get("/overseas/stock", rights=READ)
@blueprint.input(StockIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("by company, warehouse, goods and lot", StocksOut)})
def stock(query: dict[str, Any]) -> Response:
    """List stock abroad.

    What warehouses abroad have told, by company, warehouse, goods and lot: what came in and went out, what is on hand.
    A company's key names its own `merchant`."""
    with reading_sandbox() as (connection, sandbox):
        demand_own(connection, sandbox, query["merchant"])
        return json_response(StocksOut(stock=list_stock(connection, sandbox, query["merchant"], query["limit"])))


@blueprint.get("/overseas/items/<code>", rights=READ)
@blueprint.doc(responses={200: answer("by goods, what left first at the top", ExportChainsOut)})
def items(code: str) -> Response:
    """List what a company has sent to warehouses abroad.

    `code` is its ebcCode. Each line of its lists of 9810 that have left: the SKU and the unit in which notices tell of
    it, what came in, was sold, lost, destroyed or sent back of it, and its claims."""
    with reading_sandbox() as (connection, sandbox):
        demand_own(connection, sandbox, code)
        return json_response(ExportChainsOut(items=chain_of(connection, sandbox, code)))


@blueprint.get("/overseas/drafts/<code>", rights=READ)
@blueprint.doc(responses={200: answer("of each claim that waits for its reconciliation", ReconciliationDraftsOut)})
def drafts(code: str) -> Response:
    """Draft the reconciliations of a company.

    `code` is its ebcCode. Of each claim ahead of sale that waits for its reconciliation: what the notices of its
    warehouses make of each line, what was lost, destroyed or sent back, what follows for the refund, and what was told
    since about items that are reconciled already. Nothing is stored; the exporter sends the message himself."""
    with reading_sandbox() as (connection, sandbox):
        demand_own(connection, sandbox, code)
        corrections = tuple(
            CorrectionOut.of(one, difference=amount_text(one.difference))
            for one in corrections_of(connection, sandbox, code)
        )
        return json_response(
            ReconciliationDraftsOut(drafts=drafts_of(connection, sandbox, code), corrections=corrections)
        )


@blueprint.get("/overseas/drafts/<code>/<claim>/message", rights=READ)
@blueprint.doc(
    responses={
        200: {"description": "a message", "content": {"application/xml": {}}},
        404: refused("no such claim waits for its reconciliation, and nothing of it is to be repaid"),
    }
)
def message(code: str, claim: str) -> Response:
    """Draft the message of a reconciliation, or of a repayment.

    The RefundReconciliation of a claim (its copNo) that waits for it; of any other claim the RefundRepayment of what is
    refunded and, by the notices told since, not sold any more. The exporter sends it himself."""
    with reading_sandbox() as (connection, sandbox):
        demand_own(connection, sandbox, code)
        body = _message(connection, sandbox, code, claim)
    return Response(body, mimetype="application/xml")


def _message(connection: Connection, sandbox: str, code: str, claim: str) -> bytes:
    for draft in drafts_of(connection, sandbox, code, claim):
        return draft_message(connection, sandbox, draft)
    kept = [one for one in corrections_of(connection, sandbox, code) if one.claim_no == claim and one.to_repay]
    if not kept:
        zh, en = "待核算或应补缴的预退", "claim to be reconciled, or of which something is to be repaid"
        raise problem("no-such-case", sandbox=sandbox, number=claim, zh=zh, en=en)
    return repayment_message(connection, sandbox, code, claim, kept)


def demand_own(connection: Connection, sandbox: str, code: str) -> None:
    """Raise the problem of an unknown company unless the caller is no company's key, or that of this company."""
    key = key_access.current_key()
    if key is None or key.owns_all or ACT in key.rights:
        return
    mailbox = participants.mailbox_of(connection, sandbox, code) if code else ""
    if not mailbox or not key.owns(mailbox):
        raise _no_company(sandbox, code)


def _no_company(sandbox: str, code: str) -> Problem:
    return problem("no-such-case", sandbox=sandbox, number=code or "–", zh="企业", en="company of this key")


add_cases(blueprint, OVERSEAS_CASE_READER, CasesOfMerchantIn)
