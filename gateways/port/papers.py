"""Handles what terminals and lines send: events of containers and ships."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from declarations.port.events import SEEN_AT_TERMINAL, bill_of, call_key
from declarations.port.notices import TerminalDocument, document_of, events_of, faults_of, time_text
from declarations.port.timeline import NOT_COUNTED, LineMark
from declarations.reasons import Reason
from gateways.port.noting import Touched, crowded, note
from gateways.port.outcomes import BY
from gateways.port.repository import PortDesk
from gateways.records import CaseReference, FiledDocument
from gateways.replies import combine_reasons, identifying_fields
from gateways.topics.shared import DocumentFiled

NOTED, SAME, IS_OFF, BAD_LINE, NOT_THEIR_OWN = "29101", "29102", "29103", "29104", "29109"
TAKEN_IN, DIFFERENT, REFUSED = "120", "300", "100"
MARKED = {LineMark.LATE: "29106", LineMark.ORDER: "29107", LineMark.AGAIN: "29110"}
MARKED |= {LineMark.CLAIMED: "29113", LineMark.ANOTHERS: "29114"}
_EVENTS = {TAKEN_IN: "port_noted", DIFFERENT: "port_contradicted", REFUSED: "port_refused"}


class PortAnswer(NamedTuple):
    """The answer to a document: its status, and the reasons for it."""

    status: str
    reasons: Sequence[Reason]


def handle_events(documents: Sequence[DocumentFiled], desk: PortDesk) -> None:
    """Handle documents of terminals: each is noted whole, or refused with every reason."""
    papers = desk.repository.documents(sorted({document.document_id for document in documents}))
    told = {paper.id: document_of(paper.facts) for paper in papers.values()}
    codes = {code for one in told.values() for code in (one.terminal_code, one.line_code) if code}
    boxes = desk.repository.mailboxes(sorted(codes)) if desk.options.port != "off" else {}
    _read_together(told.values(), desk)
    for paper in papers.values():
        reply(paper, _take_in(paper, boxes, desk), desk)


def _read_together(told: Collection[TerminalDocument], desk: PortDesk) -> None:
    """Read what documents are about in few queries: the repository keeps it for the batch."""
    if desk.options.port == "off":
        return
    boxes = {line.container_no for one in told for line in one.lines} - {""}
    calls = {call_key(one.terminal_code, one.vessel_id or one.vessel_name, one.voyage_no) for one in told} - {""}
    known = desk.repository.events_of(boxes)
    desk.repository.ship_events(calls)
    desk.repository.codes_of_calls(calls | {event.call for events in known.values() for event in events} - {""})
    desk.repository.cases_about(boxes | calls)
    if desk.options.port == "full":
        bills = {bill_of(line.bill_no) for one in told for line in one.lines} - {""}
        desk.repository.parcels_in(boxes, desk.repository.only_boxes(bills).keys())


def _take_in(paper: FiledDocument, boxes: Mapping[str, str], desk: PortDesk) -> PortAnswer:
    document = document_of(paper.facts)
    if desk.options.port == "off":
        return PortAnswer(REFUSED, (Reason(IS_OFF, {}),))
    if stranger := _from_stranger(paper, document, boxes):
        return PortAnswer(REFUSED, (stranger,))
    if faults := faults_of(document, desk.now):
        return PortAnswer(REFUSED, faults)
    own = boxes.get(document.terminal_code, "")
    events = events_of(document, desk.now, paper.id, document.line_code if own and paper.sender != own else "")
    if too_many := crowded(events, desk):
        return PortAnswer(REFUSED, too_many)
    touched = note(events, desk)
    if not touched.new:
        return PortAnswer(TAKEN_IN, (Reason(SAME, {}),))
    return _noted(touched)


def _from_stranger(paper: FiledDocument, document: TerminalDocument, boxes: Mapping[str, str]) -> Reason | None:
    """The reason against a document that comes neither from the terminal nor from the line, if one of them has a
    mailbox; what only the terminal sees a line cannot tell for one that has."""
    own, line = boxes.get(document.terminal_code, ""), boxes.get(document.line_code, "")
    seen = any(one.event in SEEN_AT_TERMINAL for one in document.lines)
    if not (own or line) or paper.sender in {own, line if not (own and seen) else own} - {""}:
        return None
    named = {"sender": paper.sender, "terminal": document.terminal_code, "line": document.line_code or "–"}
    return Reason(NOT_THEIR_OWN, named)


def _noted(touched: Touched) -> PortAnswer:
    marked = tuple(
        Reason(MARKED[LineMark(event.mark)], {"container": event.container_no, "event": event.event, "at": at})
        for event in touched.new
        if event.mark and (at := time_text(event.at))
    )
    if touched.contradictions or any(event.mark in NOT_COUNTED for event in touched.new):
        return PortAnswer(DIFFERENT, (*touched.contradictions, *marked))
    return PortAnswer(TAKEN_IN, marked or (Reason(NOTED, {"events": str(len(touched.new))}),))


def reply(paper: FiledDocument, answer: PortAnswer, desk: PortDesk) -> None:
    """Send the receipt of a document, and note in its timeline what became of it."""
    about = CaseReference(paper.kind, paper.key, paper.order_no)
    fields = identifying_fields(paper.kind, paper.facts, paper.port_no)
    text = combine_reasons(answer.reasons)
    desk.send_receipt(about.receipt(paper.mailboxes, answer.status, max(desk.now, paper.last_return + 1), text, fields))
    desk.add_event(about.event(_EVENTS[answer.status], paper.state, desk.now, answer.reasons, actor=BY))
