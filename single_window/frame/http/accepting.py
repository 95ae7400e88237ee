"""The answer to a message that was accepted over HTTP, in XML or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from flask import Response
from msgspec import UNSET, Meta, UnsetType

from schemas import catalogue
from single_window.accounts.api_keys import ALL_MAILBOXES
from single_window.frame.findings import Findings, findings_out
from single_window.frame.http import key_access
from single_window.frame.http.problems import json_response
from single_window.frame.typed import Answer
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.reading import Reading

CHANNEL = "http"


class AcceptedOut(Answer, frozen=True, kw_only=True):
    """A message that was accepted."""

    id: int
    status: Annotated[str, Meta(description="the same as `state` (older name)")]
    state: str
    type: str
    documents: int
    repeated: Annotated[
        bool, Meta(description="the same transmission was received before; the id is that of the first")
    ]
    links: dict[str, str]
    findings: Annotated[Findings | UnsetType, Meta(description="remarks, which refuse nothing; absent without any")] = (
        UNSET
    )


def check_sender(incoming: Reading) -> Reading:
    """Check that the caller's key may send with the message's DXP id; an unreadable message is attributed to the
    caller. Raises `Problem` (403)."""
    key = key_access.current_key()
    if key is None or key.owns(incoming.sender):
        return incoming
    if not incoming.refused:
        key_access.demand_sender(incoming.sender)
    return incoming._replace(sender=next((box for box in key.mailboxes if box != ALL_MAILBOXES), ""))


def accepted_response(answer: AdmissionAnswer, incoming: Reading, further: Mapping[str, str] | None = None) -> Response:
    """Return the response to an accepted message; `further` are additional links."""
    out = accepted_out(answer, incoming, further)
    response = json_response(out, 202)
    response.headers["Location"] = out.links["self"]
    return response


def accepted_out(answer: AdmissionAnswer, incoming: Reading, further: Mapping[str, str] | None = None) -> AcceptedOut:
    """Return the answer to an accepted message as a value; `further` are additional links."""
    links = {**message_links(answer.id), **(further or {})}
    if incoming.sender:
        links["receipts"] = f"/api/v1/receipts?{urlencode({'mailbox': incoming.sender})}"
    return AcceptedOut(
        id=answer.id,
        status="accepted",
        state="accepted",
        type=catalogue.by_code(answer.code).root,
        documents=answer.documents,
        repeated=answer.repeated,
        links=links,
        findings=findings_out(incoming.remarks) if incoming.remarks else UNSET,
    )


def message_links(number: int) -> dict[str, str]:
    """Return the links to a message and its body."""
    return {"self": f"/api/v1/messages/{number}", "body": f"/api/v1/messages/{number}/body"}
