"""EPCIS 2.0 over HTTP: events captured, and queried by the parameters of the standard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from operator import eq, ge, le
from typing import Any
from urllib.parse import quote, urlencode

from apiflask import Schema
from apiflask.fields import Integer, List, String
from apiflask.validators import Length, OneOf, Range
from flask import Response, request

from schemas.epcis.reading import EPCIS_EDITION
from single_window.answers.captures import (
    ANY_GOODS,
    CORRECTIONS,
    PARAMETERS,
    CaptureOut,
    capture_out,
    findings_text,
    goods_of,
    query_document,
    query_of,
)
from single_window.api.receipts import named_mailbox
from single_window.frame.http import guard, key_access
from single_window.frame.http.callers import ACT
from single_window.frame.http.calls import READ, Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, raw_body, refused
from single_window.frame.http.ports import PREFIX, ports
from single_window.frame.http.problems import Problem, json_response, problem
from single_window.intake.capturing import MAX_EVENTS, CapturedDocument, capture, changed
from single_window.refused import LARGEST_ID
from single_window.store import epcis_events, mailboxes, sandboxes
from single_window.store.engine import writing
from single_window.store.epcis_events import Capture, EventQuery, FoundEvent
from single_window.store.numbering import ROWS
from single_window.store.series import CAPTURE
from single_window.work import event_making

blueprint = Calls("epcis", __name__, rights=READ)
SEND = ("send_messages",)
LD_JSON, JSON = "application/ld+json", "application/json"
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,2}", re.ASCII)
ROLLBACK, PROCEED = "rollback", "proceed"
_HEADERS = {
    "GS1-EPCIS-Version": EPCIS_EDITION,
    "GS1-CBV-Version": EPCIS_EDITION,
    "GS1-EPCIS-Capture-Limit": str(MAX_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": "2000000",
}
_MOST_EVENTS = 100
_INSTANT = re.compile(r"-?[0-9]{1,16}")
MAX_PAGE_BYTES = 1_000_000
"""Size of the events of a page, beyond which it ends before the number that was asked for."""


_VERSIONS = {
    **dict.fromkeys(("GS1-EPCIS-Version", "GS1-CBV-Version"), eq),
    **dict.fromkeys(("GS1-EPCIS-Min", "GS1-CBV-Min"), le),
    **dict.fromkeys(("GS1-EPCIS-Max", "GS1-CBV-Max"), ge),
}
"""Header by which a client says which versions it speaks → whether ours is among them (EPCIS 2.0, 12.6)."""
_XML = re.compile(r"[^;]*xml", re.IGNORECASE)


@blueprint.before_request
def negotiate() -> None:
    """Refuse versions and media types that are not spoken here: 415 for what is sent, 406 for what is asked for."""
    sends = request.method == "POST"
    for name, fits in _VERSIONS.items():
        asked = request.headers.get(name, "")
        if asked and not (_VERSION.fullmatch(asked) and fits(_version(asked), _version(EPCIS_EDITION))):
            if sends:
                raise problem("epcis-media-type", found=f"{name}: {asked}", path=name)
            raise problem("epcis-not-acceptable", found=asked, path=name)
    if sends and _XML.match(request.mimetype):
        raise problem("epcis-media-type", found=request.mimetype, path="Content-Type")
    if not sends and request.headers.get("Accept") and not request.accept_mimetypes.best_match([LD_JSON, JSON]):
        raise problem("epcis-not-acceptable", found=request.headers["Accept"], path="Accept")


def _version(text: str) -> tuple[int, ...]:
    """A version by its first two numbers."""
    return tuple(int(part) for part in [*text.split("."), "0"][:2])


class CaptureIn(Schema):
    """The mailbox whose events these are."""

    mailbox = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "DXP id of the participant who tells; a key of one mailbox need not name it"},
    )


class BehaviourIn(Schema):
    """The reaction to an event that is wrong."""

    behaviour = String(
        load_default=ROLLBACK,
        data_key="GS1-Capture-Error-Behaviour",
        validate=OneOf([ROLLBACK, PROCEED]),
        metadata={"description": "rollback: nothing is taken; proceed: the others are"},
    )


class PageIn(Schema):
    """The size of a page, and where it begins."""

    perPage = Integer(load_default=30, validate=Range(1, _MOST_EVENTS))
    nextPageToken = String(load_default="", validate=Length(0, 60), metadata={"description": "from the header Link"})


def _standard(name: str) -> Any:
    least = 0 if name == CORRECTIONS else 1
    return List(
        String(validate=Length(least, 2_000)), load_default=[], metadata={"description": _DESCRIBED.get(name, "")}
    )


_DESCRIBED = {
    "eventType": "types, parted by |",
    "EQ_bizStep": "words of the Core Business Vocabulary or URIs, parted by |",
    CORRECTIONS: "without a value: only corrections",
    "MATCH_anyEPC": "items in any part of the event, as EPC URN, pattern or Digital Link, parted by |",
    "MATCH_anyEPCClass": "lots or products in any part, as EPC URN, pattern or Digital Link, parted by |",
}
EventsIn: Any = type(
    "EventsIn",
    (PageIn,),
    {"__doc__": "The conditions of a query, all of which must hold.", **{name: _standard(name) for name in PARAMETERS}},
)


@blueprint.post(
    "/epcis/capture",
    rights=SEND,
    reads=raw_body("an EPCISDocument, or an event with its @context", LD_JSON, JSON, type="object"),
)
@blueprint.input(CaptureIn, location="query", arg_name="query")
@blueprint.input(BehaviourIn, location="headers", arg_name="headers")
@blueprint.doc(
    responses={
        202: answer("taken; Location names what came of it", CaptureOut),
        400: refused("no EPCIS document, or an event of it is wrong: each with its place"),
        404: refused("no such mailbox or sandbox"),
        413: refused("more than 500 events, or 2 MB"),
        415: refused("EPCIS in XML, or another version than 2.0"),
    }
)
def capture_document(query: dict[str, str], headers: dict[str, str]) -> Response:
    """Capture EPCIS events.

    The body is an EPCIS document, or a single event with its `@context`, in JSON. An event without `eventID` gets its
    canonical id (CBV 2.0); one that was captured before changes nothing, another one under its id is refused; the same
    event with an `errorDeclaration` is kept beside it, as its correction."""
    sandbox, mailbox = guard.sandbox_name(), _mailbox(query["mailbox"])
    document = capture(request.get_data())
    stored = _store(sandbox, mailbox, headers["behaviour"], document)
    response = json_response(capture_out(stored), 202)
    response.headers.update(_HEADERS)
    response.headers["Location"] = f"{PREFIX}/epcis/capture/{stored.id}"
    return response


@blueprint.get("/epcis/capture/<int:number>")
@blueprint.doc(
    responses={
        200: answer("what came of it", CaptureOut),
        404: refused("no such capture or sandbox"),
        406: refused("another version than 2.0, or no JSON, is asked for"),
    }
)
def show_capture(number: int) -> Response:
    """Show a capture.

    What became of a document: events that were new, and what was wrong with those that were not taken."""
    with reading_sandbox() as (connection, sandbox):
        found = epcis_events.find_capture(connection, sandbox, number) if number <= LARGEST_ID else None
    own = _readable()
    if found is None or (own is not None and found.mailbox not in own):
        raise problem("no-such-capture", sandbox=sandbox, number=number)
    return json_response(capture_out(found))


@blueprint.get("/epcis/events")
@blueprint.input(EventsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("an EPCIS query document; Link names the next page", None, LD_JSON),
        400: refused("a value that the parameter cannot have"),
        404: refused("no such sandbox"),
        406: refused("another version than 2.0, or no JSON, is asked for"),
    }
)
def list_events(query: dict[str, Any]) -> Response:
    """Query EPCIS events.

    By the parameters of the standard's simple event query, by their time. A key reads the events of its mailboxes,
    officers and whoever runs the window all."""
    return _page(_query(query), query)


@blueprint.get("/epcis/epcs/<path:epc>/events", merge_slashes=False)
@blueprint.input(EventsIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("an EPCIS query document; Link names the next page", None, LD_JSON),
        400: refused("a value that the parameter cannot have"),
        404: refused("no such sandbox"),
        406: refused("another version than 2.0, or no JSON, is asked for"),
    }
)
def list_events_of(epc: str, query: dict[str, Any]) -> Response:
    """Query the events of an item or lot.

    In whatever part of the event it stands, written as EPC URN or as Digital Link; narrowed by the parameters of the
    standard."""
    wanted = _query(query)
    return _page(wanted._replace(goods=[*wanted.goods, (goods_of(epc), ANY_GOODS)]), query)


def _query(query: Mapping[str, Any]) -> EventQuery:
    """Return the query."""
    return query_of({name: query[name] for name in PARAMETERS if name in request.args}, **_paging(query))


def _mailbox(named: str) -> str:
    """The mailbox for which the caller captures; raises `Problem` if it must be named, or there is none."""
    key = key_access.current_key()
    if key is None or key.owns_all:
        with reading_sandbox() as (connection, sandbox):
            if not mailboxes.is_known(connection, sandbox, named):
                known = mailboxes.known_mailboxes(connection, sandbox)
                raise problem("unknown-mailbox", **named_mailbox(sandbox, named, known))
        return named
    if named:
        return named
    if len(key.mailboxes) != 1:
        raise problem("epcis-mailbox", owned=", ".join(key.mailboxes))
    return key.mailboxes[0]


def _readable() -> Sequence[str] | None:
    """The mailboxes whose events the caller reads; None: all."""
    key = key_access.current_key()
    return None if key is None or key.owns_all or ACT in key.rights else key.mailboxes


def _store(sandbox: str, mailbox: str, behaviour: str, document: CapturedDocument) -> Capture:
    """Store what is right in a document, and the capture. Raises `Problem` if nothing of it is taken, before the
    commit: what is kept is only known where it was waited for."""
    _demand_right(behaviour, document)
    window = ports().window
    now = window.now(sandbox)
    event_making.make_all(window.engine, sandbox)  # what the window itself tells first is its own
    (number,) = window.numbering.take(ROWS, CAPTURE)
    with writing(window.engine) as connection:
        sandboxes.hold(connection, sandbox)
        taken, kept = epcis_events.put(connection, sandbox, mailbox, now, document.events)
        document = document.without(changed(document, kept))
        _demand_right(behaviour, document)
        findings = findings_text((*document.findings, *document.warnings))
        stored = Capture(number, mailbox, behaviour, now, document.sent, taken, findings)
        epcis_events.put_capture(connection, sandbox, stored)
    return stored


def _demand_right(behaviour: str, document: CapturedDocument) -> None:
    if document.findings and not (behaviour == PROCEED and document.whole):
        raise Problem(413 if document.sent > MAX_EVENTS else 400, document.findings, _HEADERS)


def _paging(query: Mapping[str, Any]) -> dict[str, Any]:
    token = query["nextPageToken"]
    at, _, key = token.rpartition("-")  # before 1970 an instant has a sign
    if token and not (_INSTANT.fullmatch(at) and key.isalnum()):
        raise problem("epcis-query", name="nextPageToken", found=token, allowed="Link: <…nextPageToken=…>")
    return {"after": (int(at), key) if token else None, "most": query["perPage"], "mailboxes": _readable()}


def _page(query: EventQuery, given: Mapping[str, Any]) -> Response:
    event_making.make_all(ports().window.engine, guard.sandbox_name())
    with reading_sandbox() as (connection, sandbox):
        found = epcis_events.find(connection, sandbox, query._replace(most=query.most + 1))
    shown = _fitting(found[: query.most])
    body = query_document(shown, ports().window.now(sandbox))
    response = Response(body, content_type=LD_JSON, headers=_HEADERS)
    if len(found) > len(shown):
        response.headers["Link"] = f'<{_next(shown[-1])}>; rel="next"'
    return response


def _fitting(found: Sequence[FoundEvent]) -> Sequence[FoundEvent]:
    """The first events, as far as they are together no larger than a page may be: at least one."""
    sizes = accumulate(len(event.body) for event in found)
    return found[: max(1, sum(size <= MAX_PAGE_BYTES for size in sizes))]


def _next(last: FoundEvent) -> str:
    """The address of the next page, its path written as it came: an identifier may have `/`, `?`, `#` and `%`."""
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name != "nextPageToken"]
    return f"{quote(request.path)}?{urlencode([*pairs, ('nextPageToken', f'{last.at}-{last.key}')])}"
