"""The answer to a message that was sent over HTTP, in XML or JSON, alone or with others in one commit."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

import msgspec
from flask import Response
from msgspec import UNSET, Meta, UnsetType

from schemas import catalogue
from single_window.accounts.api_keys import ALL_MAILBOXES
from single_window.frame.findings import Findings, RefusedOut, findings_out
from single_window.frame.http import key_access
from single_window.frame.http.failures import not_accepting
from single_window.frame.http.problems import PROBLEM_JSON, details
from single_window.frame.typed import Answer
from single_window.intake.admission import ACCEPTED, AdmissionAnswer
from single_window.intake.admission_queue import NotAccepting
from single_window.intake.reading import Reading

CHANNEL = "http"
_NONE: Mapping[str, str] = MappingProxyType({})


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


class MessageAnswer(NamedTuple):
    """The answer to a message that was admitted: status, headers of its own, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def response(self) -> Response:
        """Return it as the framework's response."""
        return Response(self.body, self.status, self.headers)


def message_answer(
    answer: AdmissionAnswer | NotAccepting, incoming: Reading, further: Mapping[str, str] | None = None
) -> MessageAnswer:
    """Return the answer to a message that was admitted, refused or, with the bounds of the window reached, not looked
    at; `further`: additional links of an accepted one."""
    if isinstance(answer, NotAccepting):
        problem = not_accepting(answer)
        return _refused(details(problem.status, problem.findings), problem.headers)
    if answer.status != ACCEPTED:
        links = message_links(answer.id)
        return _refused(details(answer.status, answer.findings, id=answer.id, links=links))
    out = accepted_out(answer, incoming, further)
    headers = {"Content-Type": "application/json", "Location": out.links["self"]}
    return MessageAnswer(answer.status, headers, msgspec.json.encode(out))


def _refused(out: RefusedOut, headers: Mapping[str, str] = _NONE) -> MessageAnswer:
    return MessageAnswer(out.status, {"Content-Type": PROBLEM_JSON, **headers}, msgspec.json.encode(out))


def accepted_out(answer: AdmissionAnswer, incoming: Reading, further: Mapping[str, str] | None = None) -> AcceptedOut:
    """Return the answer to an accepted message as a value; `further` are additional links."""
    links = {**message_links(answer.id), **(further or {})}
    remarks = (*incoming.remarks, *answer.findings)
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
        findings=findings_out(remarks) if remarks else UNSET,
    )


def message_links(number: int) -> dict[str, str]:
    """Return the links to a message and its body."""
    return {"self": f"/api/v1/messages/{number}", "body": f"/api/v1/messages/{number}/body"}
