"""HTTP calls that poll receipts: those after a sequence number of a mailbox, optionally waiting for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response, g, request
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection

from schemas.findings import Finding
from single_window.accounts.people import OPERATOR
from single_window.answers.receipts import MailboxesOut, MailboxOut, ReceiptsOut, receipt_out
from single_window.clock import monotonic
from single_window.frame.findings import findings_out
from single_window.frame.http import desks, guard, key_access
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import ReceiptsIn, answer, refused
from single_window.frame.http.long_polls import NoTurn
from single_window.frame.http.ports import PREFIX, Ports, ports
from single_window.frame.http.problems import Problem, empty_response, finding, json_response, problem
from single_window.observe.metrics import meters
from single_window.receipts import rows as receipts
from single_window.receipts.rows import Receipt
from single_window.receipts.tolerances import apply_tolerances
from single_window.receipts.unwritable import past_unwritable
from single_window.store import mailboxes, sandboxes
from single_window.store.engine import reading

blueprint = Calls("receipts", __name__, rights=("read_receipts",))
RETRY_AFTER_SECONDS = 2
"""Value of Retry-After if too many polls wait."""
MAX_SUGGESTIONS = 3
"""Maximum number of similar mailboxes suggested for an unknown one."""
_DXP_ID = re.compile("DXP[A-Z]{3}[0-9]{10}")
_WITHOUT_XML = frozenset({"", "*/*", "application/json"})
"""Frequent values of Accept, recognised without parsing them."""
NEXT, FINDINGS = "X-Next-After", "X-Findings"
"""Headers of an XML answer: the next `after`, and the codes of findings."""


class MailboxesIn(Schema):
    """The mailboxes to list."""

    after = String(load_default="", validate=Length(0, 30), metadata={"description": "only names behind this one"})
    limit = Integer(load_default=1_000, validate=Range(1, 1_000))


@blueprint.get("/receipts")
@blueprint.input(ReceiptsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer(
            "receipts after `after`, oldest first; in XML, one message of them", ReceiptsOut, "application/xml"
        ),
        204: answer("in XML: no receipts yet"),
        400: refused("the request is not as described"),
        404: refused("no such sandbox or mailbox; the answer suggests similar ones"),
        503: refused("no receipts, and too many polls wait already; retry after Retry-After seconds"),
    }
)
def poll(query: dict[str, Any]) -> Response:
    """Poll the receipts of a mailbox.

    Begin with after=0, then give the `next` of the last answer. JSON contains every receipt with its XML. XML (Accept:
    application/xml, or format=xml) is the next message of receipts, byte for byte: up to 100 of one type, or the port's
    answers to one message. The header X-Next-After is the next `after`; 204 means no more receipts.

    A receipt counts as taken (`conformance`) by a poll of a key, on a window of this machine alone by any poll, but not
    by one that looks on (`peek`)."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        return past_unwritable(at.window.engine, sandbox, query["mailbox"], lambda: _poll(at, sandbox, query))
    except NoTurn:
        raise _turned_away() from None


@blueprint.get("/mailboxes", rights=("read_receipts", "see_cases"))
@blueprint.input(MailboxesIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("mailboxes of the sandbox", MailboxesOut), 404: refused("no such sandbox")})
def boxes(query: dict[str, Any]) -> Response:
    """List mailboxes; with a key, the key's.

    Mailboxes that have sent messages or have receipts, each with the number of its last receipt."""
    at, sandbox, key = ports(), guard.sandbox_name(), key_access.current_key()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        rows = mailboxes.last_sequences(connection, sandbox, query["after"], query["limit"] + 1)
    first = rows[: query["limit"]]
    own = tuple(MailboxOut(mailbox=box, receipts=last) for box, last in first if key is None or key.owns(box))
    return json_response(MailboxesOut(mailboxes=own, next=first[-1][0] if len(rows) > len(first) else None))


def _poll(at: Ports, sandbox: str, query: dict[str, Any]) -> Response:
    with at.polls.reading() as connection:
        rows = _stored_receipts(connection, sandbox, query)
        if rows or not query["wait"]:
            return _answer(at, connection, sandbox, rows, query)
    return _wait_for_receipts(at, sandbox, query)


def _answer(at: Ports, connection: Connection, sandbox: str, rows: list[Receipt], query: dict[str, Any]) -> Response:
    warnings = (
        []
        if rows or _is_closing(at) or _disconnect_test()()
        else _mailbox_findings(connection, sandbox, query["mailbox"])
    )
    if not rows and query["after"] and (beyond := _beyond(connection, sandbox, query)):
        warnings = [*warnings, *beyond]
    taken = 0
    if _wants_xml(query):
        response = _xml(connection, sandbox, rows, query)
        if warnings:
            response.headers[FINDINGS] = ", ".join(warning.code for warning in warnings)
        taken = int(response.headers[NEXT]) if rows else 0
    else:
        response = _json(connection, sandbox, rows, query, warnings)
        taken = rows[-1].sequence if rows else 0
    if taken and not query["peek"] and _is_participant():
        at.window.taken_receipts.note(sandbox, query["mailbox"], query["after"], taken)
    return response


def _is_participant() -> bool:
    """True for a key's poll, or on a window of this machine alone that of whoever polls; accounts look on, and HEAD
    brings no receipt."""
    return request.method == "GET" and (key_access.current_key() is not None or g.caller == OPERATOR)


def _wait_for_receipts(at: Ports, sandbox: str, query: dict[str, Any]) -> Response:
    """Return receipts that arrive before timeout or disconnection; raises `Problem` if too many polls wait."""
    if not at.waiting.acquire(blocking=False):
        raise _turned_away()
    try:
        is_disconnected, until, place = _disconnect_test(), monotonic() + query["wait"], query["after"]
        while (remaining := until - monotonic()) > 0 and not _is_closing(at) and not is_disconnected():
            if end := at.polls.wait(sandbox, query["mailbox"], place, remaining, is_disconnected):
                with at.polls.reading() as connection:
                    if rows := _stored_receipts(connection, sandbox, query):
                        return _answer(at, connection, sandbox, rows, query)
                place = end  # the receipts were parked or pruned meanwhile
    finally:
        at.waiting.release()
    with at.polls.reading() as connection:
        return _answer(at, connection, sandbox, [], query)


def _disconnect_test() -> Callable[[], bool]:
    """Return the function that tells whether the client has disconnected."""
    test: Callable[[], bool] = request.environ.get("waitress.client_disconnected", bool)
    return test


def _beyond(connection: Connection, sandbox: str, query: dict[str, Any]) -> list[Finding]:
    """Return a warning if `after` is greater than the number of the mailbox's last receipt."""
    box, last = query["mailbox"], mailboxes.last_place(connection, sandbox, query["mailbox"])
    if query["after"] <= last:
        return []
    found = str(query["after"])
    return [finding("after-beyond-end", mailbox=box, last=last, found=found, path="after")._replace(warning=True)]


def _mailbox_findings(connection: Connection, sandbox: str, box: str) -> list[Finding]:
    """Return findings about an unknown mailbox if the sandbox has others.

    A valid DXP id may belong to a company that has not sent anything yet, so it is only a warning. Any other mailbox
    raises `Problem`."""
    if mailboxes.is_known(connection, sandbox, box):
        return []
    key = key_access.current_key()
    known = [name for name in mailboxes.known_mailboxes(connection, sandbox) if key is None or key.owns(name)]
    if not known:
        return []
    values = named_mailbox(sandbox, box, known)
    if _DXP_ID.fullmatch(box) is None:
        raise problem("unknown-mailbox", **values)
    return [finding("unknown-mailbox", **values)._replace(warning=True)]


def named_mailbox(sandbox: str, box: str, known: Sequence[str]) -> dict[str, Any]:
    """Return the values of the words about an unknown mailbox; `known`: those that the caller may know."""
    near = ", ".join(_near(box, tuple(known)) or known[:MAX_SUGGESTIONS]) or "-"
    return {"sandbox": sandbox, "found": box, "path": "mailbox", "near": near}


@lru_cache(maxsize=200)
def _near(box: str, known: tuple[str, ...]) -> list[str]:
    """Return similar mailboxes. Cached, because the client polls repeatedly and the comparison is expensive."""
    return get_close_matches(box, known, MAX_SUGGESTIONS)


def _turned_away() -> Problem:
    """Return the problem of too many waiting polls. Status 200 would wrongly mean that no receipt came while
    waiting."""
    meters.count("http_turned_away", 1, "polls")
    return problem("too-many-polls", seconds=RETRY_AFTER_SECONDS, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def may_wait(path: str, query: str) -> bool:
    """True if a GET of this path and query may wait; a percent-encoded query could contain `wait`."""
    return path == f"{PREFIX}/receipts" and ("wait" in query or "%" in query)


def _is_closing(at: Ports) -> bool:
    return at.changes is not None and at.changes.closing


def _stored_receipts(connection: Connection, sandbox: str, query: dict[str, Any]) -> list[Receipt]:
    """Return the receipts stored so far; raises `UnknownSandbox`, `Resetting`."""
    desks.note(sandboxes.find(connection, sandbox))
    return receipts.after(connection, sandbox, query["mailbox"], query["after"], query["limit"])


def _wants_xml(query: dict[str, Any]) -> bool:
    if query["format"]:
        return bool(query["format"] == "xml")
    if request.environ.get("HTTP_ACCEPT", "*/*") in _WITHOUT_XML:
        return False
    best = request.accept_mimetypes.best_match(["application/json", "application/xml", "text/xml"])
    return best in {"application/xml", "text/xml"}


def _bodies(connection: Connection, sandbox: str, mailbox: str, rows: list[Receipt]) -> list[str]:
    alone = [receipts.render(connection, [row])[0] for row in rows]
    return [message.body.decode() for message in apply_tolerances(connection, sandbox, mailbox, alone)]


def _json(
    connection: Connection, sandbox: str, rows: list[Receipt], query: dict[str, Any], warnings: list[Finding]
) -> Response:
    texts: Sequence[str | UnsetType] = [UNSET] * len(rows)
    with receipts.finding_unwritable(connection, rows):
        if query["body"]:
            texts = _bodies(connection, sandbox, query["mailbox"], rows)
        shown = tuple(receipt_out(row, text) for row, text in zip(rows, texts, strict=True))
    return json_response(
        ReceiptsOut(
            mailbox=query["mailbox"],
            receipts=shown,
            next=rows[-1].sequence if rows else query["after"],
            findings=findings_out(warnings) if warnings else UNSET,
        )
    )


def _xml(connection: Connection, sandbox: str, rows: list[Receipt], query: dict[str, Any]) -> Response:
    if not rows:
        return empty_response({NEXT: str(query["after"])})
    first = apply_tolerances(connection, sandbox, query["mailbox"], [receipts.first_message(connection, rows)])[0]
    return Response(
        first.body,
        mimetype="application/xml",
        headers={NEXT: str(first.last), "X-Message-Type": receipts.type_of(first.code)},
    )
