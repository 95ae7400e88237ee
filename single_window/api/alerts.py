"""An officer's alerts over HTTP, as his home page shows them."""

from __future__ import annotations

from flask import Response

from single_window.frame.decision_answers import AlertOut, AlertsOut
from single_window.frame.http.callers import caller
from single_window.frame.http.calls import READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import ACCOUNT, answer, refused
from single_window.frame.http.problems import json_response
from single_window.frame.typed import instant_text
from single_window.store import alerts
from single_window.store.log_chain import LogEntry

MOST = 100
"""Alerts that are listed at most: the newest."""
blueprint = Calls("alerts", __name__, rights=READ_OFFICERS_PAPERS, tag="decisions")


@blueprint.get("/alerts")
@blueprint.doc(security=ACCOUNT, responses={200: answer("newest first", AlertsOut), 404: refused("no such sandbox")})
def listed() -> Response:
    """List your alerts.

    Notes that mention you, cases that were handed or given to you, until you open the case on its page. A caller
    without an account has none."""
    with reading_sandbox() as (connection, sandbox):
        rows = alerts.unseen(connection, sandbox, caller().name, MOST) if caller().has_account else ()
    return json_response(AlertsOut(alerts=tuple(map(_out, rows))))


def _out(row: LogEntry) -> AlertOut:
    at = instant_text(row.answered_at)
    return AlertOut.of(row, row=row.sequence, number=row.subject_id, text=row.reason, at=at)
