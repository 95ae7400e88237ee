"""The answer to a message that was taken in over HTTP, in whatever form it came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from flask import Response
from msgspec import Meta

from schemas import catalogue
from single_window.accounts.api_keys import ALL_MAILBOXES
from single_window.frame.http import key_access
from single_window.frame.http.problems import json_response
from single_window.frame.typed import Answer
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.reading import Reading

CHANNEL = "http"


class AcceptedOut(Answer, frozen=True, kw_only=True):
    """A message that was kept."""

    id: int
    status: Annotated[str, Meta(description="the same as `state`, as it was called first")]
    state: str
    type: str
    documents: int
    repeated: Annotated[bool, Meta(description="the same transmission came before; the id is that of the first")]
    links: dict[str, str]


def own(came: Reading) -> Reading:
    """A message as the caller's key may send it: under a DXP id of his; one that cannot be read is kept as his. Raises
    `Problem` (403)."""
    key = key_access.current()
    if key is None or key.owns(came.sender):
        return came
    if not came.refused:
        key_access.demand_sender(came.sender)
    return came._replace(sender=next((box for box in key.mailboxes if box != ALL_MAILBOXES), ""))


def accepted(answer: AdmissionAnswer, came: Reading, further: Mapping[str, str] | None = None) -> Response:
    """The answer to a message that was taken in; `further` links stand beside its own."""
    links = {**message_links(answer.id), **(further or {})}
    if came.sender:
        links["receipts"] = f"/api/v1/receipts?{urlencode({'mailbox': came.sender})}"
    response = json_response(
        AcceptedOut(
            id=answer.id,
            status="accepted",
            state="accepted",
            type=catalogue.by_code(answer.code).root,
            documents=answer.documents,
            repeated=answer.repeated,
            links=links,
        ),
        202,
    )
    response.headers["Location"] = links["self"]
    return response


def message_links(number: int) -> dict[str, str]:
    """The addresses at which a message can be looked at."""
    return {"self": f"/api/v1/messages/{number}", "body": f"/api/v1/messages/{number}/body"}
