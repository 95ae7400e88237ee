"""The page of the log of decisions, for auditors and supervisors: newest first, of one officer or of all, verified."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from single_window.api.ports import ports
from single_window.cases.stories import LARGEST_ID
from single_window.console.speech import requested_sandbox
from single_window.store import decision_log
from single_window.store.engine import reading

MOST = 50


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/log", "log", show, methods=["GET"])


def show() -> str:
    """Decisions, newest first; `verify` walks the whole chain and names its first broken link."""
    by, before = request.args.get("by", "").strip()[:100], min(max(0, request.args.get("before", 0, int)), LARGEST_ID)
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        rows = decision_log.newest(connection, sandbox, before, by, MOST + 1)
        verified = bool(request.args.get("verify"))
        broken = decision_log.broken(connection, sandbox) if verified else None
    return render_template(
        "console/log.html",
        rows=rows[:MOST],
        by=by,
        verified=verified,
        broken=broken,
        after=rows[MOST - 1].sequence if len(rows) > MOST else 0,
    )
