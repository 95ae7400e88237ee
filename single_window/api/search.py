"""Finding what an integrator holds a number of, and what a company has sent on a day."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from apiflask import APIBlueprint, Schema
from apiflask.fields import Integer, List, Nested, String
from apiflask.validators import Length, Range
from flask import Response
from sqlalchemy import or_, select

from declarations.calendar import DAY, instant_of, utc_text
from schemas import catalogue
from single_window.api import guard
from single_window.api.documentation import answer, refused
from single_window.api.ports import PREFIX, ports
from single_window.api.problems import json_response, problem
from single_window.api.shapes import paged
from single_window.cases import stories
from single_window.store.engine import reading
from single_window.store.tables import message, participant

blueprint = APIBlueprint("search", __name__, tag="messages")
MOST = 500
_SHOWN = ("id", "sender", "transmission_id", "code", "guid", "content_hash", "channel", "size", "documents", "state")
_HASH_DIGITS = 64


class FindIn(Schema):
    """What is looked for."""

    number = String(
        required=True,
        validate=Length(1, 100),
        metadata={
            "description": "orderNo, copNo, preNo, invtNo, billNo, waybill, payment, guid of a message or document, "
            "transmission id, SHA-256 of a message as it came, or a message's id"
        },
    )


class MatchOut(Schema):
    """Something that has a number."""

    what = String(metadata={"description": "declaration, order, note, message, request or paper"})
    id = Integer()
    by = String(metadata={"description": "which number it was found by"})
    label = String()
    kind = String()
    flow = String()
    order_no = String()
    state = String()
    state_zh = String()
    state_en = String()
    link = String()


class MatchesOut(Schema):
    """All that has a number, declarations first."""

    number = String()
    matches = List(Nested(MatchOut))


class SentIn(Schema):
    """Which messages."""

    company = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "a company's code of ten characters, or the DXP id that it sends with"},
    )
    day = String(
        load_default="",
        validate=Length(0, 10),
        metadata={"description": "the day by the sandbox's clock in Shanghai, as in 2026-06-01"},
    )
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, MOST))


class SentOut(Schema):
    """A message that came."""

    id = Integer()
    type = String()
    code = String()
    sender = String()
    transmission_id = String()
    guid = String()
    content_hash = String(metadata={"description": "SHA-256"})
    channel = String()
    received_at = String()
    size = Integer()
    documents = Integer()
    state = String()
    link = String()


class SentPageOut(Schema):
    """Messages, the newest first."""

    messages = List(Nested(SentOut))
    next = Integer(allow_none=True, metadata={"description": "what to give as `before` for the next page"})


@blueprint.get("/find")
@blueprint.input(FindIn, location="query", arg_name="query")
@blueprint.doc(
    tags=["messages"],
    responses={
        200: answer("all that has the number", MatchesOut),
        400: refused("the request is not as described"),
        404: refused("nothing has it, or there is no such sandbox"),
    },
)
def find(query: dict[str, Any]) -> Response:
    """Find anything by a number.

    Whichever number you hold: of a document, a message, a transmission, or the SHA-256 of the bytes that you sent."""
    at, sandbox, number = ports(), guard.sandbox_name(), query["number"].strip()
    wanted = number.lower() if len(number) == _HASH_DIGITS else number
    with reading(at.window.engine) as connection:
        matches = stories.find(connection, sandbox, wanted)
    if not matches:
        at.window.sandbox(sandbox)
        raise problem("no-such-declaration", sandbox=sandbox, number=number)
    return json_response({"number": number, "matches": [_match(match) for match in matches]})


@blueprint.get("/messages")
@blueprint.input(SentIn, location="query", arg_name="query")
@blueprint.doc(
    tags=["messages"],
    responses={
        200: answer("messages of the sandbox, newest first", SentPageOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox"),
    },
)
def sent(query: dict[str, Any]) -> Response:
    """List messages.

    Newest first; `company` and `day` narrow them."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    where = [message.c.sandbox == sandbox]
    if query["day"]:
        begin = instant_of(_day(query["day"]))
        where += [message.c.received_at >= begin, message.c.received_at < begin + DAY]
    if query["company"]:
        boxes = select(participant.c.dxp_id).where(
            participant.c.sandbox == sandbox, participant.c.dxp_id != "", participant.c.code == query["company"]
        )
        where.append(or_(message.c.sender == query["company"], message.c.sender.in_(boxes)))
    if query["before"]:
        where.append(message.c.id < query["before"])
    columns = [message.c[name] for name in (*_SHOWN, "received_at")]
    with reading(at.window.engine) as connection:
        rows = connection.execute(
            select(*columns).where(*where).order_by(message.c.id.desc()).limit(query["limit"] + 1)
        ).all()
    return paged("messages", rows, query["limit"], _sent)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise problem("bad-day", found=text, path="day") from None


def _match(match: stories.Match) -> dict[str, Any]:
    link = (
        f"{PREFIX}/messages/{match.id}"
        if match.what == "message"
        else f"{PREFIX}/declarations/{quote(match.order_no, safe='')}"
        if match.order_no
        else ""
    )
    return {
        "what": match.what,
        "id": match.id,
        "by": match.by,
        "label": match.label,
        "kind": match.kind,
        "flow": match.flow,
        "order_no": match.order_no,
        "state": match.state,
        "state_zh": match.words.zh,
        "state_en": match.words.en,
        "link": link,
    }


def _sent(row: Any) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _SHOWN},
        "received_at": utc_text(row.received_at),
        "type": catalogue.by_code(row.code).root if row.code else "",
        "link": f"{PREFIX}/messages/{row.id}",
    }
