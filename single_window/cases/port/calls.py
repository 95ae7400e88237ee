"""HTTP calls about the port: EDIFACT interchanges, containers, charges, cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from flask import Response, request
from msgspec import Meta

from declarations.port.events import bill_of
from declarations.port.notices import TerminalDocument
from schemas.edifact.reading import read_interchange
from schemas.edifact.terminal import TerminalMessage, terminal_messages
from single_window.cases.port.answers import PortBillOut, PortContainerOut
from single_window.cases.port.manifest_calls import blueprint
from single_window.cases.port.queries import PORT_CASE_READER, bill_out, container_out
from single_window.cases.port.sending import document_of_message, event_messages
from single_window.cases.port.sending_calls import NOT_TAKEN, SEND
from single_window.frame.findings import Findings, findings_out
from single_window.frame.http import guard
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.cases import CasesIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import answer
from single_window.frame.http.interchanges import control_of, text_of
from single_window.frame.http.json_messages import company_sender, send_all
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, refusal
from single_window.frame.typed import Answer
from single_window.intake.admission import ACCEPTED


class InterchangeOut(Answer, frozen=True, kw_only=True):
    """The outcome of sending an EDIFACT interchange."""

    control: Annotated[str, Meta(description="the CONTRL that answers it")]
    messages: Annotated[tuple[AcceptedOut, ...], Meta(description="with a TerminalEvent for each message with events")]
    unread: Annotated[int, Meta(description="containers without number, time of Asia/Shanghai, or known meaning")]
    findings: Findings


@blueprint.post("/port/interchanges", rights=SEND)
@blueprint.doc(responses={202: answer("read and answered by CONTRL; its messages are filed", InterchangeOut)})
@blueprint.doc(responses=NOT_TAKEN)
def send_interchange() -> Response:
    """Send an EDIFACT interchange of a terminal, line or railway.

    COPARN, CODECO, COPRAR, COARRI, BAPLIE and IFTSTA (D.95B). The answer has the CONTRL; each message without errors
    becomes a TerminalEvent, up to 100 of them in a message, whose receipts report the outcome. One that changes,
    cancels or replaces another (1225) is not taken: it is `unread`."""
    interchange = read_interchange(request.get_data())
    now = ports().window.now(guard.sandbox_name())
    answered = control_of(interchange, f"K{interchange.reference}"[:14], now)
    if answered is None:
        return refusal(400, interchange.findings)
    told = terminal_messages(interchange)
    taken = [message for message in told if message.is_new and message.rows]
    left = sum(len(message.rows) for message in told if not message.is_new)
    accepted = send_all(lambda: _bodies(taken, now))
    if isinstance(accepted, Response):
        return accepted
    out = InterchangeOut(
        control=text_of(answered, interchange),
        messages=accepted,
        unread=left + sum(message.unread for message in told),
        findings=findings_out(interchange.findings),
    )
    return json_response(out, ACCEPTED)


def _bodies(taken: list[TerminalMessage], now: int) -> Iterator[bytes]:
    """The messages of those of an interchange, by terminal: it is their sender."""
    documents: dict[str, list[TerminalDocument]] = {}
    for message in taken:
        documents.setdefault(message.terminal, []).append(document_of_message(message))
    for terminal, of_terminal in documents.items():
        yield from event_messages(of_terminal, company_sender(terminal), now)


@blueprint.get("/port/containers/<number>")
@blueprint.doc(responses={200: answer("its stays at terminals, and its parcels", PortContainerOut)})
def container(number: str) -> Response:
    """Show the line of time of a container.

    Its stays at terminals with all events, marked ones too, and the parcels in it; a container that nobody told of has
    none."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(container_out(connection, sandbox, number.upper()))


@blueprint.get("/port/charges/<number>")
@blueprint.doc(responses={200: answer("by container", PortBillOut)})
def charges(number: str) -> Response:
    """Work out the port charges of a bill of lading.

    By the tariff of the day on which each of its containers came: port dues, security fee, and storage after the free
    days until it left, or until now. Nothing is stored, and nobody is billed."""
    with reading_sandbox() as (connection, sandbox):
        return json_response(bill_out(connection, sandbox, bill_of(number)))


add_cases(blueprint, PORT_CASE_READER, CasesIn)
