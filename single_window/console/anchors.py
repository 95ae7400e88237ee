"""The state of the decision log on an auditor's first page, and the anchors that he keeps: heads of its hash chain.

Anchors are kept in his session, the newest few; the file of them is for `single-window audit log --anchor`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from flask import Blueprint, Response, redirect, request, session
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from single_window.clock import system_now
from single_window.frame.http.ports import ports
from single_window.frame.pages.speech import link, requested_sandbox
from single_window.frame.typed import instant_text
from single_window.store import decision_log, decision_log_check
from single_window.store.decision_log import NOTABLE
from single_window.store.decision_log_check import Anchor
from single_window.store.engine import reading, snapshot
from single_window.store.log_chain import LogEntry

KEY, MOST_KEPT = "anchors", 8
"""Name in the session, and anchors of all sandboxes that it keeps at most: a session is a cookie."""
MOST_NOTABLE = 8
_TYPED = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


class SessionAnchor(NamedTuple):
    """A head of a sandbox's chain; `at`: when it was kept, an instant of the machine."""

    sequence: int
    hash: str
    at: int


class LogState(NamedTuple):
    """The log as its reader's first page has it. `agrees`: whether the row of the newest anchor is still that of the
    anchor; `behind`: rows since then; `notable`: rows to look at, newest first."""

    entries: int
    hash: str
    anchors: Sequence[SessionAnchor]
    agrees: bool
    behind: int
    notable: Sequence[LogEntry]


def register(blueprint: Blueprint) -> None:
    """Add the form and the file."""
    blueprint.add_url_rule("/log/anchor", "keep_anchor", keep, methods=["POST"])
    blueprint.add_url_rule("/log/anchors.jsonl", "anchors", download, methods=["GET"])


def kept(sandbox: str) -> Sequence[SessionAnchor]:
    """Return the anchors of a sandbox in the session, newest first."""
    return [SessionAnchor(*rest) for place, *rest in reversed(session.get(KEY, ())) if place == sandbox]


def typed(text: str) -> Anchor | None:
    """Return the anchor that a text such as `12:9f86…` names, or None."""
    found = _TYPED.fullmatch(text.strip())
    return Anchor(int(found[1]), found[2]) if found else None


def state(connection: Connection, sandbox: str) -> LogState:
    """Return the state of the log with one look at the row of the newest anchor; the whole chain is verified on the
    page of the log."""
    last, own = decision_log.head(connection, sandbox), kept(sandbox)
    newest = own[0] if own else SessionAnchor(*last, 0)
    agrees = not newest.sequence or decision_log.hash_of(connection, sandbox, newest.sequence) == newest.hash
    notable = decision_log.newest(connection, sandbox, only=NOTABLE, most=MOST_NOTABLE)
    return LogState(*last, own, agrees, last[0] - newest.sequence, notable)


def keep() -> AnyResponse:
    """Verify the log, and keep its head as an anchor if it is intact; then show what the log's page says of it."""
    with snapshot(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
        own = kept(sandbox)
        broken = decision_log_check.first_fault(connection, sandbox, [Anchor(*each[:2]) for each in own])
        last = decision_log.head(connection, sandbox)
    if broken is not None:
        return redirect(link("console.log", verify=1), 303)
    if not own or own[0][:2] != last:
        session[KEY] = [*session.get(KEY, ()), (sandbox, *last, system_now())][-MOST_KEPT:]
    return redirect(link("console.home", anchored=last[0]) + "#log", 303)


def download() -> Response:
    """Return the anchors of the sandbox as the file that the command line reads, oldest first."""
    with reading(ports().window.engine) as connection:
        sandbox = requested_sandbox(connection)
    rows = [
        {"sandbox": sandbox, "sequence": each.sequence, "hash": each.hash, "at": instant_text(each.at)}
        for each in reversed(kept(sandbox))
    ]
    name = f'attachment; filename="anchors-{sandbox}.jsonl"'
    body = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    return Response(body, mimetype="application/jsonl", headers={"Content-Disposition": name})


def given(sandbox: str) -> tuple[Sequence[Anchor], bool]:
    """Return the anchors beside which the log's page verifies the chain: the typed one, or those that are kept; and
    whether what was typed is none."""
    text = request.args.get("anchor", "").strip()
    if not text:
        return [Anchor(*each[:2]) for each in kept(sandbox)], False
    found = typed(text)
    return ([found], False) if found else ([], True)
