"""Receipts, polled: what follows a place in a mailbox's sequence, waiting a while for it on request."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, Range
from flask import Response, request
from msgspec import UNSET, UnsetType
from sqlalchemy import Connection

from schemas.findings import Finding
from single_window.answers.receipts import MailboxesOut, MailboxOut, ReceiptsOut, receipt_out
from single_window.clock import monotonic
from single_window.frame.findings import findings_out
from single_window.frame.http import guard, key_access
from single_window.frame.http.documentation import ReceiptsIn, answer, refused
from single_window.frame.http.places import NoTurn
from single_window.frame.http.ports import PREFIX, Ports, ports
from single_window.frame.http.problems import Problem, empty_response, finding, json_response, problem
from single_window.observe.metrics import meters
from single_window.receipts import rows as receipts
from single_window.receipts.rows import Receipt
from single_window.receipts.tolerances import tolerated
from single_window.receipts.unwritable import past_unwritable
from single_window.store import mailboxes, sandboxes
from single_window.store.engine import reading

blueprint = APIBlueprint("receipts", __name__, tag="receipts")
AGAIN = 2
"""Seconds after which to poll again where too many polls wait."""
NEAR = 3
"""Mailboxes that are named where one is mistyped."""
_DXP_ID = re.compile("DXP[A-Z]{3}[0-9]{10}")
NEXT, FINDINGS = "X-Next-After", "X-Findings"
"""The next `after`, and the codes of what is to be said of a poll, where the answer is no JSON."""


class MailboxesIn(Schema):
    """The mailboxes to poll."""

    after = String(load_default="", validate=Length(0, 30), metadata={"description": "names behind it"})
    limit = Integer(load_default=1_000, validate=Range(1, 1_000))


@blueprint.get("/receipts")
@blueprint.input(ReceiptsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer(
            "receipts after the given place, oldest first; as XML: one message of them", ReceiptsOut, "application/xml"
        ),
        204: answer("as XML, where there is nothing yet"),
        400: refused("a parameter is wrong"),
        404: refused("no such sandbox; or nobody has this mailbox, and the answer names those near it"),
        503: refused(
            "there is nothing, and too many polls wait for this one to wait; ask again after Retry-After seconds"
        ),
    }
)
def poll(query: dict[str, Any]) -> Response:
    """Receipts of a mailbox.

    Query with after=0 first, then with the `next` of the last answer. As JSON, every receipt with its XML. As XML
    (Accept: application/xml, or format=xml), the next message of receipts to its byte: up to 100 of one type, the
    port's answers to one message; the header X-Next-After holds the next `after`, 204 means that there is nothing
    more."""
    at, sandbox = ports(), guard.sandbox_name()
    try:
        return past_unwritable(at.window.engine, sandbox, query["mailbox"], lambda: _polled(at, sandbox, query))
    except NoTurn:
        raise _turned_away() from None


@blueprint.get("/mailboxes")
@blueprint.input(MailboxesIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("mailboxes of the sandbox", MailboxesOut), 404: refused("no such sandbox")})
def boxes(query: dict[str, Any]) -> Response:
    """List mailboxes; with a key its own.

    Those of who has sent something or was answered, each with the place of its last receipt."""
    at, sandbox, key = ports(), guard.sandbox_name(), key_access.current()
    at.window.sandbox(sandbox)
    with reading(at.window.engine) as connection:
        rows = mailboxes.numbered(connection, sandbox, query["after"], query["limit"] + 1)
    first = rows[: query["limit"]]
    own = tuple(MailboxOut(mailbox=box, receipts=last) for box, last in first if key is None or key.owns(box))
    return json_response(MailboxesOut(mailboxes=own, next=first[-1][0] if len(rows) > len(first) else None))


def _polled(at: Ports, sandbox: str, query: dict[str, Any]) -> Response:
    with at.places.reading() as connection:
        rows = _look(connection, sandbox, query)
        if rows or not query["wait"]:
            return _answer(at, connection, sandbox, rows, query)
    return _awaited(at, sandbox, query)


def _answer(at: Ports, connection: Connection, sandbox: str, rows: list[Receipt], query: dict[str, Any]) -> Response:
    doubts = [] if rows or _in_vain(at) or _gone()() else _doubt(connection, sandbox, query["mailbox"])
    if not rows and query["after"]:
        doubts += _beyond(connection, sandbox, query)
    if _wants_xml(query):
        response = _xml(connection, sandbox, rows, query)
        if doubts:
            response.headers[FINDINGS] = ", ".join(doubt.code for doubt in doubts)
        return response
    return _json(connection, sandbox, rows, query, doubts)


def _awaited(at: Ports, sandbox: str, query: dict[str, Any]) -> Response:
    """The answer with what comes while one waits and has not gone away; raises `Problem` where there is no room to
    wait."""
    if not at.waiting.acquire(blocking=False):
        raise _turned_away()
    try:
        gone, until, place = _gone(), monotonic() + query["wait"], query["after"]
        while (left := until - monotonic()) > 0 and not _in_vain(at) and not gone():
            if end := at.places.wait(sandbox, query["mailbox"], place, left, gone):
                with at.places.reading() as connection:
                    if rows := _look(connection, sandbox, query):
                        return _answer(at, connection, sandbox, rows, query)
                place = end  # what was there is parked or pruned
    finally:
        at.waiting.release()
    with at.places.reading() as connection:
        return _answer(at, connection, sandbox, [], query)


def _gone() -> Callable[[], bool]:
    """Returns the predicate that checks whether the client has disconnected."""
    is_gone: Callable[[], bool] = request.environ.get("waitress.client_disconnected", bool)
    return is_gone


def _beyond(connection: Connection, sandbox: str, query: dict[str, Any]) -> list[Finding]:
    """A warning where a place behind the last receipt of a mailbox is named."""
    box, last = query["mailbox"], mailboxes.last_place(connection, sandbox, query["mailbox"])
    if query["after"] <= last:
        return []
    found = str(query["after"])
    return [finding("after-beyond-end", mailbox=box, last=last, found=found, path="after")._replace(warning=True)]


def _doubt(connection: Connection, sandbox: str, box: str) -> list[Finding]:
    """Findings about a mailbox without an owner so far, where there are others that may be meant.

    One of the form of a DXP id may be that of a company that is still to send: then it is only a warning. Any other
    raises `Problem`."""
    if mailboxes.is_known(connection, sandbox, box):
        return []
    key = key_access.current()
    known = [name for name in mailboxes.known(connection, sandbox) if key is None or key.owns(name)]
    if not known:
        return []
    values: dict[str, Any] = {
        "sandbox": sandbox,
        "found": box,
        "path": "mailbox",
        "near": ", ".join(_near(box, tuple(known)) or known[:NEAR]),
    }
    if _DXP_ID.fullmatch(box) is None:
        raise problem("unknown-mailbox", **values)
    return [finding("unknown-mailbox", **values)._replace(warning=True)]


@lru_cache(maxsize=200)
def _near(box: str, known: tuple[str, ...]) -> list[str]:
    """Mailboxes named almost like one; cached, for such a client polls again and again, and comparing costs more than
    the rest of a poll."""
    return get_close_matches(box, known, NEAR)


def _turned_away() -> Problem:
    """There is nothing, and no room to wait: answered with a problem, for 200 would mean that nothing came while one
    waited."""
    meters.count("http_turned_away", 1, "polls")
    return problem("too-many-polls", seconds=AGAIN, headers={"Retry-After": str(AGAIN)})


def may_wait(path: str, query: str) -> bool:
    """True if a GET of this path and query may be a poll that waits; an escaped query may spell it in other letters."""
    return path == f"{PREFIX}/receipts" and ("wait" in query or "%" in query)


def _in_vain(at: Ports) -> bool:
    return at.changes is not None and at.changes.closing


def _look(connection: Connection, sandbox: str, query: dict[str, Any]) -> list[Receipt]:
    """The receipts that are there now; raises `UnknownSandbox`, `Resetting`."""
    rows = receipts.after(connection, sandbox, query["mailbox"], query["after"], query["limit"])
    if not rows:
        sandboxes.find(connection, sandbox)
    return rows


def _wants_xml(query: dict[str, Any]) -> bool:
    if query["format"]:
        return bool(query["format"] == "xml")
    best = request.accept_mimetypes.best_match(["application/json", "application/xml", "text/xml"])
    return best in {"application/xml", "text/xml"}


def _json(
    connection: Connection, sandbox: str, rows: list[Receipt], query: dict[str, Any], doubts: list[Finding]
) -> Response:
    texts: Sequence[str | UnsetType] = [UNSET] * len(rows)
    with receipts.finding_unwritable(connection, rows):
        if query["body"]:
            alone = [receipts.render(connection, [row])[0] for row in rows]
            texts = [message.body.decode() for message in tolerated(connection, sandbox, query["mailbox"], alone)]
        shown = tuple(receipt_out(row, text) for row, text in zip(rows, texts, strict=True))
    return json_response(
        ReceiptsOut(
            mailbox=query["mailbox"],
            receipts=shown,
            next=rows[-1].sequence if rows else query["after"],
            findings=findings_out(doubts) if doubts else UNSET,
        )
    )


def _xml(connection: Connection, sandbox: str, rows: list[Receipt], query: dict[str, Any]) -> Response:
    if not rows:
        return empty_response({NEXT: str(query["after"])})
    first = tolerated(connection, sandbox, query["mailbox"], [receipts.first_message(connection, rows)])[0]
    return Response(
        first.body,
        mimetype="application/xml",
        headers={NEXT: str(first.last), "X-Message-Type": receipts.type_of(first.code)},
    )
