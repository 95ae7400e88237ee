"""The content of one document of a terminal, all texts, whatever way it came in; and the events that it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from declarations.calendar import DAY, instant_of_stamp, local_time_of
from declarations.documents.text_documents import digest_of, scaled, told_of
from declarations.port.events import OF_SHIP, PortEvent, PortEventCode, bill_of, call_key
from declarations.reasons import Reason
from schemas.identifiers import is_locode, is_valid_container_no, is_valid_imo_no

BAD_LINE, IN_FUTURE = "29104", "29105"
AHEAD = 366 * DAY
"""How far ahead, in milliseconds, a loading is planned (I)."""
_SHIP_OR_BOX = frozenset({PortEventCode.DEPARTED})


class TerminalLine(NamedTuple):
    """A line of a document, by the elements of `TerminalEvent`."""

    gnum: str
    event: str
    event_time: str
    container_no: str = ""
    iso_type: str = ""
    full: str = ""
    booking_no: str = ""
    bill_no: str = ""
    seal_no: str = ""
    load_port: str = ""
    discharge_port: str = ""
    cell: str = ""
    weight: str = ""
    plate_no: str = ""
    train_no: str = ""


class TerminalDocument(NamedTuple):
    """A document of a terminal, by the elements of `TerminalEvent`."""

    terminal_code: str
    doc_no: str
    source: str = ""
    line_code: str = ""
    vessel_id: str = ""
    vessel_name: str = ""
    voyage_no: str = ""
    lines: tuple[TerminalLine, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what it says."""
        return digest_of(self[:-1], self.lines)


def document_of(facts: Any) -> TerminalDocument:
    """Return the document that a message's facts say."""
    told: TerminalDocument = told_of(facts, TerminalDocument, TerminalLine)
    return told


def time_text(instant: int) -> str:
    """Return an instant as yyyy-MM-dd HH:mm in Asia/Shanghai."""
    return local_time_of(instant).strftime("%Y-%m-%d %H:%M")


def faults_of(document: TerminalDocument, now: int) -> list[Reason]:
    """Return the reasons against a document, each with line and element; line 0 is the head."""
    faults = [_bad("0", "vesselId", document.vessel_id, "IMO")] if not _is_imo(document.vessel_id) else []
    return faults + [fault for line in document.lines for fault in _faults_of_line(line, document, now)]


def _is_imo(text: str) -> bool:
    return not text or is_valid_imo_no(text)


def _faults_of_line(line: TerminalLine, document: TerminalDocument, now: int) -> Iterator[Reason]:
    known = list(PortEventCode)
    if line.event not in known:
        yield _bad(line.gnum, "event", line.event, " ".join(known))
        return
    if line.event in OF_SHIP or (line.event in _SHIP_OR_BOX and not line.container_no):
        if line.container_no:
            yield _bad(line.gnum, "containerNo", line.container_no, "–")
        if not document.voyage_no:
            yield _bad("0", "voyageNo", "", line.event)
    elif not is_valid_container_no(line.container_no):
        yield _bad(line.gnum, "containerNo", line.container_no, "ISO 6346")
    at, most = instant_of_stamp(line.event_time), now + (AHEAD if line.event == PortEventCode.PLANNED else 0)
    if at is None:
        yield _bad(line.gnum, "eventTime", line.event_time, "yyyyMMddHHmmss ≥ 1970")
    elif at > most:
        yield Reason(IN_FUTURE, {"line": line.gnum, "at": time_text(at)})
    for element, port in (("loadPort", line.load_port), ("dischargePort", line.discharge_port)):
        if port and not is_locode(port):
            yield _bad(line.gnum, element, port, "UN/LOCODE")
    if line.full not in ("", "4", "5"):
        yield _bad(line.gnum, "full", line.full, "4 5")
    if scaled(line.weight or "0") < 0:
        yield _bad(line.gnum, "weight", line.weight, "≥ 0")


def _bad(line: str, element: str, found: str, expected: str) -> Reason:
    return Reason(BAD_LINE, {"line": line, "element": element, "found": found or "–", "expected": expected})


def events_of(document: TerminalDocument, now: int, document_id: int, claimed_by: str = "") -> list[PortEvent]:
    """Return the events of a document without faults, without ids. `claimed_by`: the line that tells it, at a terminal
    that tells for itself."""
    head = {
        name: getattr(document, name)
        for name in ("terminal_code", "doc_no", "source", "line_code", "vessel_id", "vessel_name", "voyage_no")
    }
    call, told = call_key(document.terminal_code, document.vessel_id or document.vessel_name, document.voyage_no), []
    for line in document.lines:
        fields = {name: value for name, value in line._asdict().items() if name not in ("gnum", "event_time", "weight")}
        at = instant_of_stamp(line.event_time) or 0
        own = {
            "weight": scaled(line.weight or "0"),
            "document_id": document_id,
            "call": call,
            "bill_no": bill_of(line.bill_no),
            "claimed_by": claimed_by if line.container_no else "",
        }
        told.append(PortEvent(id=0, at=at, recorded_at=now, **{**head, **fields, **own}))
    return told
