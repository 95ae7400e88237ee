"""HTTP calls to send a message, show it and download it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, request
from sqlalchemy import ColumnElement, Select, select

from gateways.topics.shared import filed_route
from schemas.message_types import EDITIONS
from schemas.packing import MESSAGES
from single_window.answers.messages import MessageOut, message_out
from single_window.cases.declarations.undeclared import findings_of_message
from single_window.frame.http import bodies, forced_calls, guard, key_access
from single_window.frame.http.accepting import CHANNEL, AcceptedOut, check_sender, message_answer
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.intake.admission import ACCEPTED
from single_window.intake.reading import Reading
from single_window.store import parking, seals
from single_window.store.engine import reading as reading_from
from single_window.store.tables import archive, document, message

blueprint = Calls("messages", __name__, rights=("read_receipts",))
_SHOWN = (
    "id",
    "sender",
    "transmission_id",
    "code",
    "guid",
    "edition",
    "channel",
    "received_at",
    "size",
    "documents",
    "state",
    "findings",
)


@blueprint.post("/messages", query=("edition",), rights=("send_messages",))
@blueprint.doc(
    responses={
        202: answer("accepted: archived and filed for processing", AcceptedOut),
        **{
            code: refused(description)
            for code, description in (
                (400, "neither XML nor a known JSON form"),
                (403, "the sender's DXP id is not one of the key's"),
                (409, "the transmission id was used for other content"),
                (413, "too large"),
                (415, "not UTF-8, or a form upload"),
                (422, "not a message that this window accepts"),
                (503, "overloaded; send again after Retry-After seconds"),
            )
        },
    }
)
def send() -> Response:
    """Send a message.

    Plain CEB XML, a DxpMsg, or JSON {"data": "<Base64>"}. 202 means stored for processing; receipts report the outcome.
    Every other status means not accepted, with reasons. X-Scenario forces a predefined outcome on the documents of this
    call (GET /scenarios)."""
    # plain calls are answered by `message_groups`; this answers all others
    at = ports()
    sandbox, edition = guard.sandbox_name(), requested_edition()
    incoming = bodies.take(at.window.settings.body_cap)
    wanted = forced_calls.NOTHING
    if isinstance(incoming, Reading):
        at.window.sandbox(sandbox)
        incoming = check_sender(incoming)
    else:
        body, incoming = incoming, check_sender(at.reader.read(sandbox, incoming, edition))
        wanted = forced_calls.force_outcome(at, sandbox, incoming, body)
    if wanted.drop == "before":
        return forced_calls.drop_connection()
    answer = at.admission.admit(sandbox, CHANNEL, incoming._replace(scenario=wanted.scenario))
    if wanted.drop == "after":
        return forced_calls.drop_connection()
    response = message_answer(answer, incoming).response()
    return forced_calls.cut(response) if wanted.drop and answer.status == ACCEPTED else response


def requested_edition() -> str | None:
    """Return the edition in the request, or None."""
    edition = request.args.get("edition")
    if edition is not None and edition not in EDITIONS:
        raise problem("unknown-edition", found=edition, known=", ".join(EDITIONS), path="edition")
    return edition


@blueprint.get("/messages/<int(max=9223372036854775807):number>")
@blueprint.doc(responses={200: answer("the message", MessageOut), 404: refused("no such message")})
def show(number: int) -> Response:
    """Show a message and its state.

    State (received: filed; read: its documents are stored; invalid: answered by a CEB900; refused), findings (also
    about documents that the port refused), those of its documents that were not replaced since, and how much of the
    work on it is parked."""
    sandbox = guard.sandbox_name()
    at = ports()
    with reading_from(at.window.engine) as connection:
        own = select(*message.c[_SHOWN]).where(message.c.id == number, *_of_caller(sandbox))
        row = next(iter(seals.fetch(connection, own, message)), None)
        if row is None:
            raise _missing(sandbox, number)
        documents = seals.fetch(connection, _documents_of(sandbox, number), document)
        kept = {document.position for document in documents}
        refused = findings_of_message(connection, sandbox, row, kept)
        topics = {document.id: filed_route(document.kind).topic for document in documents}
        parked = parking.count_about(connection, sandbox, number, topics)
    return json_response(message_out(row, documents, refused, parked))


def _documents_of(sandbox: str, number: int) -> Select[Any]:
    return (
        select(*document.c["id", "position", "kind", "key", "order_no", "state"])
        .where(document.c.message_id == number, document.c.sandbox == sandbox)
        .order_by(document.c.position)
    )


@blueprint.get("/messages/<int(max=9223372036854775807):number>/body")
@blueprint.doc(
    responses={
        200: answer(
            "its bytes (for a message above the size limit: the first 4,096)",
            None,
            "application/xml",
            "application/octet-stream",
        ),
        404: refused("no such message"),
    }
)
def body(number: int) -> Response:
    """Download a message.

    The bytes as received; from JSON, the decoded message."""
    sandbox = guard.sandbox_name()
    at = ports()
    with reading_from(at.window.engine) as connection:
        row = connection.execute(
            select(message.c.code, archive.c.body)
            .join(archive, archive.c.message_id == message.c.id)
            .where(message.c.id == number, *_of_caller(sandbox))
        ).first()
    if row is None:
        raise _missing(sandbox, number)
    name = f"{quote(row.code or 'message', safe='')}-{number}.xml"
    return Response(
        MESSAGES.unpack(row.body),
        mimetype="application/xml" if row.code else "application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _of_caller(sandbox: str) -> list[ColumnElement[bool]]:
    """Return the conditions for messages that the caller may read: with a key, those of the key's mailboxes."""
    senders = key_access.senders()
    return [message.c.sandbox == sandbox, *([] if senders is None else [message.c.sender.in_(senders)])]


def _missing(sandbox: str, number: int) -> Exception:
    ports().window.sandbox(sandbox)
    return problem("no-such-message", sandbox=sandbox, id=number)
