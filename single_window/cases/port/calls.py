"""HTTP calls about the port: EDIFACT interchanges, containers, charges, cases."""

from __future__ import annotations

from typing import Annotated

from flask import Response, request
from msgspec import Meta

from declarations.port.events import bill_of
from single_window.cases.port.answers import PortBillOut, PortContainerOut
from single_window.cases.port.manifest_calls import blueprint
from single_window.cases.port.queries import PORT_CASE_READER, bill_out, container_out, release_of
from single_window.cases.port.sending_calls import NOT_TAKEN, SEND
from single_window.frame.findings import Findings, findings_out
from single_window.frame.http import guard, key_access
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.calls import READ
from single_window.frame.http.cases import CasesIn, add_cases, reading_sandbox
from single_window.frame.http.documentation import answer, raw_body, refused
from single_window.frame.http.json_messages import is_trial, send_all
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem, refusal
from single_window.frame.typed import Answer
from single_window.intake.admission import ACCEPTED
from single_window.intake.interchanges import take_interchange, text_of

EDIFACT = "application/EDIFACT"


class InterchangeOut(Answer, frozen=True, kw_only=True):
    """The outcome of sending an EDIFACT interchange."""

    control: Annotated[str, Meta(description="the CONTRL that answers it")]
    messages: Annotated[tuple[AcceptedOut, ...], Meta(description="with a TerminalEvent for each message with events")]
    unread: Annotated[int, Meta(description="containers that are left out; why is among the findings")]
    findings: Findings


@blueprint.post(
    "/port/interchanges",
    rights=SEND,
    reads=raw_body("an interchange, from UNA or UNB on", EDIFACT),
    makes_messages=True,
)
@blueprint.doc(responses={202: answer("read and answered by CONTRL; its messages are filed", InterchangeOut)})
@blueprint.doc(responses=NOT_TAKEN)
def send_interchange() -> Response:
    """Send an EDIFACT interchange of a terminal, line or railway.

    COPARN, CODECO, COPRAR, COARRI, BAPLIE and IFTSTA (D.95B). The answer has the CONTRL; each message without errors
    becomes a TerminalEvent, up to 100 of them in a message, whose receipts report the outcome. One that changes,
    cancels or replaces another (1225) is not taken: it is `unread`."""
    window, sandbox = ports().window, guard.sandbox_name()
    now, own = window.now(sandbox), key_access.senders() or ()
    took = take_interchange(window.engine, sandbox, request.get_data(), now, own, noting=not is_trial())
    if took.control is None:
        return refusal(400, took.interchange.findings)
    control = text_of(took.control, took.interchange)
    if took.interchange.refused and not took.bodies:
        return refusal(400, took.interchange.findings, control=control)
    accepted = send_all(took.bodies, took.interchange.findings)
    if isinstance(accepted, Response):
        return accepted
    findings = findings_out(took.interchange.findings)
    out = InterchangeOut(control=control, messages=accepted, unread=took.unread, findings=findings)
    return json_response(out, ACCEPTED)


@blueprint.get("/port/containers/<number>", rights=READ)
@blueprint.doc(
    responses={
        200: answer("its stays at terminals, and its parcels", PortContainerOut),
        404: refused("no container of the caller's"),
    }
)
def container(number: str) -> Response:
    """Show the line of time of a container.

    Its stays at terminals with all events, marked ones too, and the parcels in it; a container that nobody told of has
    none. A company's key reads those with a parcel of its own, and of the parcels these."""
    with reading_sandbox() as (connection, sandbox):
        own = key_access.companies(connection, sandbox)
        found = container_out(connection, sandbox, number.upper(), own)
        if found is None:
            raise problem("no-such-case", sandbox=sandbox, number=number, zh="集装箱", en="container")
        return json_response(found)


@blueprint.get("/port/containers/<number>/release", rights=READ)
@blueprint.doc(
    responses={
        200: {"description": "CUSRES for each bill of lading in it", "content": {EDIFACT: {}}},
        404: refused("its terminal was told nothing, or is not the caller"),
    }
)
def release(number: str) -> Response:
    """Say in EDIFACT what customs says of a container.

    An interchange with CUSRES (D.95B): the same as the PortRelease that its terminal has in its mailbox, one for each
    bill of lading, the worst word of its parcels (GIS 4 released, 5 to be examined, 7 detained, 9 awaited). A company's
    key reads what it was told itself."""
    with reading_sandbox() as (connection, sandbox):
        found = release_of(connection, sandbox, number.upper(), key_access.companies(connection, sandbox))
    if found is None:
        raise problem(
            "no-such-case", sandbox=sandbox, number=number, zh="集装箱的放行信息", en="release of a container"
        )
    return Response(found, mimetype=EDIFACT)


@blueprint.get("/port/charges/<number>", rights=READ)
@blueprint.doc(responses={200: answer("by container", PortBillOut), 404: refused("no bill of lading of the caller's")})
def charges(number: str) -> Response:
    """Work out the port charges of a bill of lading.

    By the tariff of the day on which each of its containers came: port dues, security fee, and storage after the free
    days until it left, or until now. Nothing is stored, and nobody is billed. A company's key reads those of its own
    parcels."""
    with reading_sandbox() as (connection, sandbox):
        own = key_access.companies(connection, sandbox)
        found = bill_out(connection, sandbox, bill_of(number), own)
        if found is None:
            raise problem("no-such-case", sandbox=sandbox, number=number, zh="提单", en="bill of lading")
        return json_response(found)


add_cases(blueprint, PORT_CASE_READER, CasesIn)
