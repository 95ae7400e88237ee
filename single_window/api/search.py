"""HTTP calls to find anything by a number, tell its story, and list sent messages."""

from __future__ import annotations

from datetime import date
from typing import Any

from apiflask import Schema
from apiflask.fields import Integer, String
from apiflask.validators import Length, OneOf, Range
from flask import Response
from sqlalchemy import or_, select

from declarations.calendar import DAY, instant_of
from single_window.answers.messages import SentPageOut, sent_page
from single_window.cases.declarations import matches
from single_window.cases.declarations.story_answers import MatchesOut, StoryOut, match_out, story_out
from single_window.clock import monotonic
from single_window.frame.http import guard, key_access
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import MAX_WAIT_SECONDS, answer, refused
from single_window.frame.http.ports import Ports, ports
from single_window.frame.http.problems import json_response, problem
from single_window.store import seals
from single_window.store.engine import reading
from single_window.store.tables import message, participant
from single_window.work.settling import Settling, TimeIsUp

blueprint = Calls("search", __name__, rights=("read_receipts", "see_cases"), tag="messages")
MAX_PAGE_SIZE = 500
_SHOWN = ("id", "sender", "transmission_id", "code", "guid", "content_hash", "channel", "size", "documents", "state")
_HASH_DIGITS = 64


class FindIn(Schema):
    """The number to search for."""

    number = String(
        required=True,
        validate=Length(1, 100),
        metadata={
            "description": "orderNo, copNo, preNo, invtNo, billNo, waybill, payment, guid of a message or document, "
            "transmission id, SHA-256 of a message as received, a message's id, or the number of a sample, a plan of "
            "spot checks or a credit case"
        },
    )


class StoryIn(Schema):
    """The flow, and the time to wait."""

    flow = String(load_default="", validate=OneOf(["", "I", "E"]), metadata={"description": "I, E; empty: both"})
    wait = Integer(
        load_default=0,
        validate=Range(0, MAX_WAIT_SECONDS),
        metadata={"description": "maximum seconds to wait until the sandbox has no pending work"},
    )


class SentIn(Schema):
    """The messages to list."""

    company = String(
        load_default="",
        validate=Length(0, 30),
        metadata={"description": "a company's code of ten characters, or the DXP id that it sends with"},
    )
    day = String(
        load_default="",
        validate=Length(0, 10),
        metadata={"description": "the day by the sandbox's clock in Shanghai, such as 2026-06-01"},
    )
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, MAX_PAGE_SIZE))


@blueprint.get("/find")
@blueprint.input(FindIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("everything with the number", MatchesOut),
        400: refused("the request is not as described"),
        404: refused("no match, or no such sandbox"),
    },
)
def find(query: dict[str, Any]) -> Response:
    """Find anything by a number.

    By any number of a document, a message or a transmission, or the SHA-256 of the sent bytes. With a key, messages and
    their guids and numbers are only found in the key's mailboxes."""
    at, sandbox, number = ports(), guard.sandbox_name(), query["number"].strip()
    with reading(at.window.engine) as connection:
        found = matches.find(connection, sandbox, _plain(number), key_access.senders())
    if not found:
        at.window.sandbox(sandbox)
        raise problem("no-such-declaration", sandbox=sandbox, number=number)
    return json_response(MatchesOut(number=number, matches=tuple(map(match_out, found))))


@blueprint.get("/stories/<path:number>")
@blueprint.input(StoryIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the matches of the number, with the story if they are one case", StoryOut),
        400: refused("the request is not as described"),
        404: refused("no match, or no such sandbox"),
    },
)
def story(number: str, query: dict[str, Any]) -> Response:
    """Tell the story of a number.

    For a list or an order: documents side by side, timeline, receipts, tax and next steps. For a message: findings and
    receipts for its documents. For a transport note: parts and parcels. If the number has several matches, they are
    listed: use a more specific number, or choose a `flow`. With a key, only documents, messages and receipts of the
    key's mailboxes."""
    at, sandbox = ports(), guard.sandbox_name()
    if query["wait"]:
        _wait(at, sandbox, query["wait"])
    with reading(at.window.engine) as connection:
        found = story_out(connection, sandbox, _plain(number.strip()), query["flow"], key_access.senders())
    if found is None:
        at.window.sandbox(sandbox)
        raise problem("no-such-declaration", sandbox=sandbox, number=number)
    return json_response(found)


def _wait(at: Ports, sandbox: str, seconds: int) -> None:
    """Wait until a sandbox has no pending work or the time is up; not at all if too many polls wait."""
    if at.waiting.acquire(blocking=False):
        try:
            Settling(at.window, sandbox, at.changes, monotonic() + seconds).wait()
        except TimeIsUp:
            pass
        finally:
            at.waiting.release()


def _plain(number: str) -> str:
    """Return a number as stored: hashes in lower case."""
    return number.lower() if len(number) == _HASH_DIGITS else number


@blueprint.get("/messages")
@blueprint.input(SentIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("messages of the sandbox, newest first", SentPageOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox; or the company or mailbox is not the key's"),
    },
)
def sent(query: dict[str, Any]) -> Response:
    """List messages.

    Newest first; `company` and `day` narrow them. With a key, only those of the key's mailboxes; other companies and
    mailboxes are answered as unknown."""
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    where = [message.c.sandbox == sandbox]
    if (own := key_access.senders()) is not None:
        where.append(message.c.sender.in_(own))
    if query["day"]:
        begin = instant_of(_day(query["day"]))
        where += [message.c.received_at >= begin, message.c.received_at < begin + DAY]
    if query["company"]:
        key_access.demand_mailbox_of(sandbox, query["company"])
        boxes = select(participant.c.dxp_id).where(
            participant.c.sandbox == sandbox, participant.c.dxp_id != "", participant.c.code == query["company"]
        )
        where.append(or_(message.c.sender == query["company"], message.c.sender.in_(boxes)))
    if query["before"]:
        where.append(message.c.id < query["before"])
    columns = [message.c[name] for name in (*_SHOWN, "received_at")]
    with reading(at.window.engine) as connection:
        newest = select(*columns).where(*where).order_by(message.c.id.desc()).limit(query["limit"] + 1)
        rows = seals.fetch(connection, newest, message)
    return json_response(sent_page(rows, query["limit"]))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise problem("bad-day", found=text, path="day") from None
