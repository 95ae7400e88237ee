"""HTTP calls for the log of decisions: its rows, the verification of its hash chain, monthly statistics."""

from __future__ import annotations

from itertools import islice
from typing import Any

from apiflask import Schema
from apiflask.fields import Date, Integer, String
from apiflask.validators import Length, Range, Regexp
from flask import Response

from declarations.calendar import DAY, instant_of
from single_window.answers.decision_log import (
    BrokenLinkOut,
    ChainHeadOut,
    ChainOut,
    LogOut,
    LogRowOut,
    MonthOut,
    OwnDecisionOut,
    OwnDecisionsOut,
)
from single_window.cases import monthly, own_decisions, supervision
from single_window.cases.own_decisions import OwnDecision
from single_window.clock import system_now
from single_window.frame.http import guard
from single_window.frame.http.callers import caller
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.frame.http.queries import ListOf
from single_window.frame.kinds import page
from single_window.frame.typed import instant_text
from single_window.language import phrases
from single_window.store import decision_log, decision_log_check
from single_window.store.case_figures import Scope
from single_window.store.decision_log_check import Anchor
from single_window.store.engine import reading, snapshot

blueprint = Calls("decision_logs", __name__, rights=("see_log",), tag="decisions")
_REFUSED = {400: refused("the request is not as described"), 404: refused("no such sandbox")}


class LogIn(Schema):
    """The rows to list."""

    by = String(load_default="", validate=Length(0, 100), metadata={"description": "an account; empty: all"})
    subject = String(load_default="", validate=Length(0, 40), metadata={"description": "a kind; empty: all"})
    about = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "the id of a subject of that kind; empty: all"},
    )
    first = Date(
        data_key="from", load_default=None, allow_none=True, metadata={"description": "answered on this day or later"}
    )
    last = Date(
        data_key="to", load_default=None, allow_none=True, metadata={"description": "answered on this day or before"}
    )
    after = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "only rows behind this one"})
    limit = Integer(load_default=100, validate=Range(1, 1_000))


class OwnIn(Schema):
    """The decisions to list."""

    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "only rows before this one"})
    limit = Integer(load_default=50, validate=Range(1, 200))


class ChainIn(Schema):
    """Earlier heads that the hash chain must contain."""

    anchors = ListOf(
        String(validate=Regexp(r"^[0-9]{1,18}:[0-9a-f]{64}$")),
        load_default=list,
        validate=Length(0, 100),
        metadata={"description": "earlier heads, each as row:hash, such as 12:9f86…"},
    )


class MonthIn(Schema):
    """The month to count."""

    month = String(required=True, validate=Length(1, 10), metadata={"description": "such as 2026-10"})


@blueprint.get("/decisions/log")
@blueprint.input(LogIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("rows, in order", LogOut), **_REFUSED})
def log(query: dict[str, Any]) -> Response:
    """List the log of decisions.

    Who decided what, why and when; in pages: give `next` as `after`."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    since = instant_of(query["first"]) if query["first"] else 0
    until = instant_of(query["last"]) + DAY if query["last"] else 0
    with reading(at.window.engine) as connection:
        found = decision_log.entries(
            connection,
            sandbox,
            query["after"],
            by=query["by"],
            subject=query["subject"],
            since=since,
            until=until,
            subject_id=query["about"],
        )
        rows = list(islice(found, query["limit"] + 1))
    first, following = page(rows, query["limit"], by="sequence")
    return json_response(LogOut(decisions=tuple(map(LogRowOut.of, first)), next=following))


@blueprint.get("/decisions/own", rights=("act_as_officer", "see_cases"))
@blueprint.input(OwnIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("the caller's decisions", OwnDecisionsOut), **_REFUSED})
def own(query: dict[str, Any]) -> Response:
    """List your own decisions.

    What you decided, proposed, approved or declined, with what came of it; newest first, in pages: give `next` as
    `before`."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        found = own_decisions.of_person(connection, sandbox, caller(), query["before"], query["limit"] + 1)
    first, following = page(found, query["limit"], by="sequence")
    return json_response(OwnDecisionsOut(decisions=tuple(map(_own_out, first)), next=following))


def _own_out(own: OwnDecision) -> OwnDecisionOut:
    state = phrases.phrase("decision_outcome", own.made.state)
    return OwnDecisionOut.of(
        own.made,
        number=own.label,
        action_zh=own.words.zh,
        action_en=own.words.en,
        settled=own.settled,
        said=own.said,
        state_zh=state.zh,
        state_en=state.en,
    )


@blueprint.get("/decisions/chain")
@blueprint.input(ChainIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("whether the hash chain is intact", ChainOut), **_REFUSED})
def chain(query: dict[str, Any]) -> Response:
    """Verify the log of decisions.

    Checks the hash chain from first row to head, compares it with `anchors` (heads stored elsewhere), and compares the
    log with the stored decisions in both directions."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    anchors = [Anchor(int(sequence), hash) for sequence, hash in (text.split(":") for text in query["anchors"])]
    with snapshot(at.window.engine) as connection:
        broken = decision_log_check.first_fault(connection, sandbox, anchors)
        sequence, hash = decision_log.head(connection, sandbox)
    link = None if broken is None else BrokenLinkOut.of(broken, reason_zh=broken.words.zh)
    last = ChainHeadOut(sequence=sequence, hash=hash, at=instant_text(system_now()))
    return json_response(ChainOut(holds=link is None, head=last, broken=link))


@blueprint.get("/decisions/statistics")
@blueprint.input(MonthIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("by desk and action", MonthOut), **_REFUSED})
def statistics(query: dict[str, Any]) -> Response:
    """Count the decisions of a month.

    By desk and action, with the median and the 90th percentile of their duration in hours."""
    at, sandbox, month = ports(), guard.sandbox_name(), monthly.month_of(query["month"])
    at.window.sandbox(sandbox)
    if month is None:
        raise problem("bad-month", found=query["month"], path="month")
    with reading(at.window.engine) as connection:
        rows = supervision.of_month(connection, sandbox, Scope(), month)
    return json_response(MonthOut(month=month.name, rows=tuple(rows)))
