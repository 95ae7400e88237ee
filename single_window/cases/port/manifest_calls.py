"""The HTTP call that takes customs manifests of sea transport (MT2101 …), answered as customs do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from flask import Response, request
from msgspec import Meta

from declarations.calendar import local_time_of, stamp14
from declarations.port.notices import TerminalDocument, TerminalLine
from schemas.manifests.answering import answer_manifest
from schemas.manifests.manifest import CustomsManifest
from schemas.manifests.reading import read_manifest
from single_window.cases.port.platform_file_calls import blueprint
from single_window.cases.port.sending_calls import NOT_TAKEN, SEND
from single_window.frame.findings import Findings, findings_out
from single_window.frame.http import guard
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.documentation import answer, raw_body
from single_window.frame.http.json_messages import company_sender, send_all
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, refusal
from single_window.frame.typed import Answer
from single_window.intake.admission import ACCEPTED
from single_window.intake.port_messages import event_messages

__all__ = ["blueprint"]
XML = "application/xml"
_NEW = ("9", "2")
_EVENTS = {"MT2101": "MAN", "MT4101": "LMN", "MT5102": "TAL"}
"""Type → event of the ship's call that it was handed in."""
_ARRIVED, _BEGAN, _ENDED = "ARR", "LBG", "LEN"
_OFFICE = 4
"""Digits of the customs office before a sender's organisation code."""


class ManifestOut(Answer, frozen=True, kw_only=True):
    """The outcome of sending a manifest."""

    response: Annotated[str, Meta(description="customs' answer (Manifest with Response), code 01 taken or 03 not")]
    messages: Annotated[tuple[AcceptedOut, ...], Meta(description="the TerminalEvent that it became")]
    unread: Annotated[bool, Meta(description="it changes or deletes another, or is about imports: nothing is noted")]
    findings: Findings


@blueprint.post(
    "/port/manifests",
    rights=SEND,
    reads=raw_body("a manifest, alone or within MFTMessage", "application/xml"),
    makes_messages=True,
)
@blueprint.doc(responses={202: answer("read and answered as customs do", ManifestOut), **NOT_TAKEN})
def send_manifest() -> Response:
    """Send a customs manifest of sea transport as XML (MT2101, MT3101, MT4101, MT5102).

    With the namespace of either form, alone or within MFTMessage. Pre-loading and loading manifest and tally report
    become events of the ship's call, with beginning and end of the work of a tally; an arrival report those of its
    containers. The answer has customs' Response; with `Accept: application/xml` it is nothing else, also where
    something is wrong (400)."""
    read, now = read_manifest(request.get_data()), ports().window.now(guard.sandbox_name())
    answered = answer_manifest(read, local_time_of(now))
    lines = [] if read.refused or read.function not in _NEW else list(_lines(read, stamp14(now)))
    sent = () if read.refused else send_all(_messages(read, lines, now), read.findings)
    if isinstance(sent, Response):
        return sent
    if request.accept_mimetypes.best_match(["application/json", XML]) == XML:
        return Response(answered, 400 if read.refused else ACCEPTED, mimetype=XML)
    if read.refused:
        return refusal(400, read.findings)
    out = ManifestOut(response=answered.decode(), messages=sent, unread=not lines, findings=findings_out(read.findings))
    return json_response(out, ACCEPTED)


def _lines(read: CustomsManifest, received: str) -> Iterator[TerminalLine]:
    """The events that a manifest tells. It is in time when customs has received it, whatever it says of its sending."""
    told = [(_BEGAN, read.began_at), (_ENDED, read.ended_at)] if read.type == "MT5102" else []
    told += [(_EVENTS[read.type], received)] if read.type in _EVENTS else []
    for number, (event, at) in enumerate(told, 1):
        yield TerminalLine(gnum=str(number), event=event, event_time=at)
    for number, box in enumerate(read.containers if read.type == "MT3101" else (), 1):
        yield TerminalLine(
            gnum=str(number),
            event=_ARRIVED,
            event_time=read.sent_at,
            container_no=box.number,
            iso_type=box.iso_type,
            full=box.full,
        )


def _messages(read: CustomsManifest, lines: list[TerminalLine], now: int) -> Iterator[bytes]:
    if not lines:
        return
    places = [read.site, *(bill.load_port for bill in read.consignments), read.receiver]
    terminal = next(filter(None, places))
    document = TerminalDocument(
        terminal_code=terminal,
        doc_no=read.message_id[:35],
        line_code=read.sender[_OFFICE:],
        source=read.type,
        vessel_id=read.vessel,
        vessel_name=read.vessel_name,
        voyage_no=read.voyage,
        lines=tuple(lines),
    )
    yield from event_messages([document], company_sender(terminal), now)
