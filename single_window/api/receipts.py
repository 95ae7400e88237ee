"""Receipts, polled: what follows a place in a mailbox's sequence, waiting a while for it if asked to."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request
from sqlalchemy import Connection

from declarations.calendar import utc_text
from schemas.findings import Finding
from single_window.api import guard, key_access
from single_window.api.documentation import ReceiptsIn, ReceiptsOut, RefusedOut, answer
from single_window.api.places import NoTurn
from single_window.api.ports import PREFIX, Ports, ports
from single_window.api.problems import Problem, finding, json_response, problem
from single_window.clock import monotonic
from single_window.language import statuses
from single_window.observe.metrics import meters
from single_window.receipts import rows as receipts
from single_window.receipts.rows import Receipt
from single_window.receipts.tolerances import tolerated
from single_window.store import mailboxes, sandboxes

blueprint = APIBlueprint("receipts", __name__, tag="receipts")
AGAIN = 2
"""Seconds after which to poll again where too many polls wait."""
NEAR = 3
"""Mailboxes that are named where one is mistyped."""
_DXP_ID = re.compile("DXP[A-Z]{3}[0-9]{10}")
NEXT = "X-Next-After"


@blueprint.get("/receipts")
@blueprint.input(ReceiptsIn, location="query", arg_name="asked")
@blueprint.doc(
    responses={
        200: answer(
            "receipts after the given place, oldest first; as XML: one message of them", ReceiptsOut, "application/xml"
        ),
        204: answer("as XML, where there is nothing yet"),
        400: answer("a parameter is wrong", RefusedOut),
        404: answer("no such sandbox; or nobody has this mailbox, and the answer names those near it", RefusedOut),
        503: answer(
            "there is nothing, and too many polls wait for this one to wait; ask again after Retry-After seconds",
            RefusedOut,
        ),
    }
)
def poll(asked: dict[str, Any]) -> Response:
    """Receipts of a mailbox.

    Ask with after=0 first, then with the `next` of the last answer. As JSON, every receipt with its XML. As XML
    (Accept: application/xml, or format=xml), the next message of receipts to its byte: up to 100 of one type, the
    port's answers to one message; the header X-Next-After says how to go on, 204 that there is nothing more."""
    try:
        return _polled(ports(), guard.sandbox_name(), asked)
    except NoTurn:
        raise _turned_away() from None


def _polled(at: Ports, sandbox: str, asked: dict[str, Any]) -> Response:
    with at.places.reading() as connection:
        found = _look(connection, sandbox, asked)
        if found or not asked["wait"]:
            return _answer(at, connection, sandbox, found, asked)
    found = _awaited(at, sandbox, asked)
    with at.places.reading() as connection:
        return _answer(at, connection, sandbox, found, asked)


def _answer(at: Ports, connection: Connection, sandbox: str, found: list[Receipt], asked: dict[str, Any]) -> Response:
    doubts = [] if found or _in_vain(at) or _gone()() else _doubt(connection, sandbox, asked["mailbox"])
    if _wants_xml(asked):
        return _xml(connection, sandbox, found, asked)
    return _json(connection, sandbox, found, asked, doubts)


def _awaited(at: Ports, sandbox: str, asked: dict[str, Any]) -> list[Receipt]:
    """What comes while one waits and has not gone away; raises `Problem` where there is no room to wait."""
    if not at.waiting.acquire(blocking=False):
        raise _turned_away()
    try:
        gone, until, found = _gone(), monotonic() + asked["wait"], list[Receipt]()
        while not found and (left := until - monotonic()) > 0 and not _in_vain(at) and not gone():
            if at.places.wait(sandbox, asked["mailbox"], asked["after"], left, gone):
                with at.places.reading() as connection:
                    found = _look(connection, sandbox, asked)
        return found
    finally:
        at.waiting.release()


def _gone() -> Callable[[], bool]:
    """What tells whether the client has gone away."""
    told: Callable[[], bool] = request.environ.get("waitress.client_disconnected", bool)
    return told


def _doubt(connection: Connection, sandbox: str, box: str) -> list[Finding]:
    """What is said of a mailbox that nobody has so far, where there are others that may be meant.

    One of the form of a DXP id may be that of a company that is still to send: it is told so. Any other raises
    `Problem`."""
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
    """Mailboxes named almost like one; kept, for whoever polls it asks again and again, and comparing costs more than
    the rest of a poll."""
    return get_close_matches(box, known, NEAR)


def _turned_away() -> Problem:
    """There is nothing, and no room to wait: that is said, for 200 would mean that nothing came while one waited."""
    meters.count("http_turned_away", 1, "polls")
    return problem("too-many-polls", seconds=AGAIN, headers={"Retry-After": str(AGAIN)})


def may_wait(path: str, query: str) -> bool:
    """Whether a GET of this path and query may be a poll that waits; an escaped query may say it in other letters."""
    return path == f"{PREFIX}/receipts" and ("wait" in query or "%" in query)


def _in_vain(at: Ports) -> bool:
    return at.changes is not None and at.changes.closing


def _look(connection: Connection, sandbox: str, asked: dict[str, Any]) -> list[Receipt]:
    """What is there now; raises `UnknownSandbox`, `Resetting`."""
    found = receipts.after(connection, sandbox, asked["mailbox"], asked["after"], asked["limit"])
    if not found:
        sandboxes.find(connection, sandbox)
    return found


def _wants_xml(asked: dict[str, Any]) -> bool:
    if asked["format"]:
        return bool(asked["format"] == "xml")
    best = request.accept_mimetypes.best_match(["application/json", "application/xml", "text/xml"])
    return best in {"application/xml", "text/xml"}


def _json(
    connection: Connection, sandbox: str, found: list[Receipt], asked: dict[str, Any], doubts: list[Finding]
) -> Response:
    shown = [_shown(one) for one in found]
    if asked["body"]:
        alone = [receipts.render(connection, [one])[0] for one in found]
        for one, message in zip(shown, tolerated(connection, sandbox, asked["mailbox"], alone), strict=True):
            one["xml"] = message.body.decode()
    return json_response(
        {
            "mailbox": asked["mailbox"],
            "receipts": shown,
            "next": found[-1].sequence if found else asked["after"],
            **({"findings": [doubt._asdict() for doubt in doubts]} if doubts else {}),
        }
    )


def _xml(connection: Connection, sandbox: str, found: list[Receipt], asked: dict[str, Any]) -> Response:
    if not found:
        return Response(status=204, headers={NEXT: str(asked["after"])})
    first = tolerated(connection, sandbox, asked["mailbox"], receipts.render(connection, receipts.beginning(found)))[0]
    return Response(
        first.body,
        mimetype="application/xml",
        headers={NEXT: str(first.last), "X-Message-Type": receipts.type_of(first.code)},
    )


def _shown(one: Receipt) -> dict[str, Any]:
    status = statuses.return_status(one.return_status, one.kind)
    return {
        "sequence": one.sequence,
        "type": receipts.type_of(one.code),
        "kind": one.kind,
        "key": one.key,
        "order_no": one.order_no,
        "status": one.return_status,
        "status_zh": status.zh,
        "status_en": status.en,
        "time": utc_text(one.return_time),
        "info_zh": one.info,
        "info_en": one.say("en"),
        "values": {name: value for name, value in one.fields.items() if name not in receipts.OURS and value != ""},
    }
