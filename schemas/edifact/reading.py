"""Bytes to an interchange, with all that is wrong with it: service characters, envelopes, messages by their tables.

Nothing is raised for what a sender can have caused; time and memory grow with the bytes, up to the limits below.
"""

from __future__ import annotations

import re
from itertools import islice

from schemas.edifact.characters import CHARSETS, check_characters
from schemas.edifact.envelopes import check_envelopes
from schemas.edifact.faults import Faults
from schemas.edifact.interchange import Interchange
from schemas.edifact.marks import DEFAULT_OF_VERSION_4, UNA_LENGTH, marks_of, segment_pattern
from schemas.edifact.messages import check_messages
from schemas.edifact.places import printable
from schemas.edifact.segments import LATIN, Segment
from schemas.edifact.totals import check_signs, check_totals

MEDIA_TYPE = "application/edifact"
EDIFACT_EDITION = "EDIFACT"
MAX_BYTES = 4_000_000
MAX_SEGMENTS = 100_000
_LEAD = re.compile(r"(?:\xef\xbb\xbf)?[\r\n \t]*+")
_BEGINS = re.compile(r"(?:UNA|UNB|UNG|UNH)[^A-Za-z0-9]")
_LATER = re.compile(r"UNA[^A-Za-z0-9]{5}.[\r\n \t]*+UN[BGH][^A-Za-z0-9]|UNB[^A-Za-z0-9\s]UNO[A-Z][^A-Za-z0-9\s]")
"""What an interchange begins with that something stands before."""
_OTHER = frozenset("<{[")
"""First characters of XML and JSON, which may quote an interchange."""
_UNENDED = re.compile(r"UNB.*UNH[^A-Za-z0-9][^+]{0,14}[^A-Za-z0-9][A-Z]{6}[^A-Za-z0-9]", re.DOTALL)
_HEADER_LENGTH = 1_000
"""Characters in which the service segment `UNB` is looked for, before the others are read."""
VERSIONS = ("1", "2", "3", "4")
_SHOWN = 20


def is_edifact(data: bytes) -> bool:
    """Return True if bytes begin as an interchange does, also one that something else stands before."""
    text = data[:_HEADER_LENGTH].decode(LATIN)
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    if _BEGINS.match(text, start):
        return True
    return text[start : start + 1] not in _OTHER and _LATER.search(text, start) is not None


def read_interchange(data: bytes) -> Interchange:
    """Return the interchange that bytes are, with `faults`; one without segments if they are none at all."""
    interchange, faults = Interchange(), Faults()
    if len(data) > MAX_BYTES:
        faults.add("too-large", faults.place(0), size=len(data), cap=MAX_BYTES)
    else:
        text = data.decode(LATIN)
        if "\n" in text:
            faults.starts = interchange.starts = [found.end() for found in re.finditer("\n", text)]
        lead = _LEAD.match(text)
        interchange.lead = lead[0] if lead else ""
        _read(interchange, text, data, faults)
    interchange.faults = faults.in_order()
    _mark_refused(interchange)
    return interchange


def _read(interchange: Interchange, text: str, data: bytes, faults: Faults) -> None:
    start = len(interchange.lead)
    if not _BEGINS.match(text, start):
        if text.startswith("UNA", start):
            faults.add("edifact-service-string", faults.place(start), found=text[start : start + UNA_LENGTH])
            interchange.tail = text[start:]
            return
        begins = _LATER.search(text[:_HEADER_LENGTH], start)
        before = text[start : begins.start() if begins else start + _SHOWN]
        code = "edifact-before-interchange" if begins else "edifact-no-interchange"
        faults.add(code, faults.place(start), found=printable(before))
        interchange.tail = text[start:]
        return
    if text.startswith("UNA", start):
        marks = marks_of(text[start : start + UNA_LENGTH])
        if marks is None:
            faults.add("edifact-service-string", faults.place(start), found=text[start : start + UNA_LENGTH])
            interchange.tail = text[start:]
            return
        interchange.marks, interchange.una = marks, text[start : start + UNA_LENGTH]
        start += UNA_LENGTH
    _read_syntax(interchange, text, start, faults)
    _read_segments(interchange, text, start, faults)
    if interchange.segments and _UNENDED.match(header := interchange.segments[0].raw):
        found = header[-_SHOWN:]
        faults.add("edifact-no-terminator", faults.place(start), expected=interchange.marks.terminator, found=found)
        return
    check_envelopes(interchange, faults)
    check_characters(interchange, text, data, faults)
    check_messages(interchange, faults)
    check_totals(interchange, faults)
    check_signs(interchange, faults)


def _read_syntax(interchange: Interchange, text: str, start: int, faults: Faults) -> None:
    """Learn character set and syntax version from `UNB`; they say how all else is read."""
    found = segment_pattern(interchange.marks).match(text[start : start + _HEADER_LENGTH])
    header = Segment(found[2], marks=interchange.marks) if found else Segment("")
    if header.tag != "UNB":
        return
    identifier, version = header.get(1), header.get(1, 2)
    place = faults.place(start + (found.start(2) if found else 0), header.tag)
    if identifier not in CHARSETS:
        faults.add(
            "edifact-syntax", place._replace(element=1, component=1), expected=" ".join(CHARSETS), found=identifier
        )
    if version not in VERSIONS:
        faults.add("edifact-syntax", place._replace(element=1, component=2), expected="1 2 3 4", found=version)
    interchange.syntax, interchange.version = identifier, version or interchange.version
    interchange.charset = CHARSETS.get(identifier, LATIN)
    if version != "4":
        interchange.marks = interchange.marks._replace(repetition=" ")
    elif not interchange.una:
        interchange.marks = DEFAULT_OF_VERSION_4


def _read_segments(interchange: Interchange, text: str, start: int, faults: Faults) -> None:
    marks, charset, segments = interchange.marks, interchange.charset, interchange.segments
    for found in islice(segment_pattern(marks).finditer(text, start), MAX_SEGMENTS + 1):
        before, raw, ended = found.groups()
        if ended is not None:
            interchange.tail = before + raw
            if raw:
                faults.add("edifact-unterminated", faults.place(found.start(2)), expected=marks.terminator, found=raw)
            return
        if len(segments) == MAX_SEGMENTS:
            faults.add("edifact-too-many-segments", faults.place(found.start(2)), most=MAX_SEGMENTS)
            interchange.tail = text[found.start() :]
            return
        segments.append(Segment(raw, len(segments) + 1, found.start(2), before, marks, charset))


def _mark_refused(interchange: Interchange) -> None:
    numbers = {fault.place.message for fault in interchange.faults if not fault.finding.warning}
    for message in interchange.messages:
        message.refused = message.number in numbers
