"""Interchanges of EDIFACT by which warehouses abroad tell their stock: read into notices, message by message, with all
that is wrong at once. Nothing becomes a notice of a message that is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import takewhile
from typing import NamedTuple

from declarations.overseas.notices import CANCELS, REPLACES, StockNotice, StockNoticeLine
from declarations.overseas.times import time_in
from schemas.edifact.dates import Instant, instant
from schemas.edifact.faults import Faults
from schemas.edifact.interchange import EdifactMessage, Interchange
from schemas.edifact.meanings import quantities_of
from schemas.edifact.reading import read_interchange
from schemas.edifact.verdicts import accepted_messages
from schemas.edifact.warehouse import MESSAGES, lines_of
from single_window.cases.overseas.edifact_lines import EdifactTerms, MessageFaults, instant_of, notice_lines
from single_window.intake.made_messages import LINES_AT_MOST

FUNCTIONS = {"": "", "9": "", "7": "", "1": CANCELS, "5": REPLACES}
"""Function of a message (1225) → what its notice does; one that repeats another says the same."""
NUMBER_AT_MOST = 35
DOCUMENT_DATE = "137"
_HEAD = ("UNH", "BGM", "DTM")


class ReadInterchange(NamedTuple):
    """An interchange, with what is wrong with it for stock abroad, too, and the notices of the messages that are
    taken."""

    interchange: Interchange
    notices: tuple[StockNotice, ...]


def read_notices(data: bytes, terms: EdifactTerms) -> ReadInterchange:
    """Return the notices of an interchange for a warehouse and a company. The same content makes the same notices."""
    interchange = read_interchange(data)
    # a quantity below zero is judged here by what its notice is about
    known = [fault for fault in interchange.faults if fault.finding.code != "edifact-negative"]
    faults = Faults(known, interchange.starts)
    told = {
        message.number: list(_notices(message, interchange, terms, MessageFaults(message, faults)))
        for message in accepted_messages(interchange)
    }
    interchange.faults = faults.in_order()
    taken = accepted_messages(interchange)
    return ReadInterchange(interchange, tuple(notice for message in taken for notice in told.get(message.number, ())))


def _notices(
    message: EdifactMessage, interchange: Interchange, terms: EdifactTerms, faults: MessageFaults
) -> Iterator[StockNotice]:
    """Yield the notices of a message: one, in parts of at most 2,000 lines; none if it is refused."""
    if message.type not in MESSAGES:
        faults.at("edifact-stock-message", message.header, 2, 1, found=message.type, expected=" ".join(MESSAGES))
        return
    begin = next(segment for segment in message.segments if segment.tag == "BGM")
    function = FUNCTIONS.get(begin.get(3))
    if function is None:
        faults.at("edifact-stock-function", begin, 3, 1, found=begin.get(3))
        return
    told = [] if function == CANCELS else list(lines_of(message, interchange, terms.countries))
    if not told and function != CANCELS:
        faults.at("edifact-stock-nothing", begin, expected=" ".join(quantities_of(message.type)))
    lines = notice_lines(told, terms, faults)
    as_of = _as_of(message, terms, faults)
    named = begin.get(2)
    number = f"{message.type}-{named}" if named else "" if begin.get(3) in ("1", "5", "7") else _number_of(lines)
    if not (number and len(number) <= NUMBER_AT_MOST and number.isprintable()):
        most = NUMBER_AT_MOST - len(message.type) - 1
        faults.at("edifact-stock-number", begin, 2, 1, found=named or "–", expected=f"C1..{most}")
    if not message.refused:
        yield from _in_parts(number, function, as_of, lines, terms)


def _number_of(lines: Sequence[StockNoticeLine]) -> str:
    """The number of a notice whose message has none: it follows from its content."""
    said = "\x1e".join("\x1f".join(line[1:]) for line in lines)
    return f"EDI{sha256(said.encode()).hexdigest()[:16].upper()}"


def _as_of(message: EdifactMessage, terms: EdifactTerms, faults: MessageFaults) -> int:
    """The instant for which a message stands: the date of its document, of a day its beginning; that of the call where
    none is told. One that cannot be in the zone of the warehouse is a fault, as that of an event is."""
    for date in takewhile(lambda segment: segment.tag in _HEAD, message.segments):
        value, form = date.get(1, 2), date.get(1, 3)
        if date.tag != "DTM" or date.get(1) != DOCUMENT_DATE or not (value and form):  # no form: a warning of its own
            continue
        told = instant(value, form)
        if told is None:
            faults.at("edifact-stock-date", date, 1, 3, found=form)
        elif (at := _instant_there(told, terms.zone)) is not None:
            return at
        else:
            faults.at("edifact-stock-offset", date, 1, 2, found=f"{told.at}{told.offset or ''}", zone=terms.zone)
    return terms.as_of


def _instant_there(told: Instant, zone: str) -> int | None:
    """The instant of a date in a zone; None for one that its clock does not show once, or not with this offset."""
    try:
        at = instant_of(told.at if "T" in told.at else f"{told.at}T00:00", told.offset, zone)
        time_in(at, zone)
    except (ValueError, OverflowError):
        return None
    return at


def _in_parts(
    number: str, function: str, as_of: int, lines: Sequence[StockNoticeLine], terms: EdifactTerms
) -> Iterator[StockNotice]:
    parts = max(1, -(-len(lines) // LINES_AT_MOST))
    for part in range(parts):
        of_part = lines[part * LINES_AT_MOST : (part + 1) * LINES_AT_MOST]
        yield StockNotice(
            warehouse_code=terms.warehouse_code,
            country=terms.country,
            ebc_code=terms.ebc_code,
            notice_no=number,
            time_zone=terms.zone,
            as_of=time_in(as_of, terms.zone),
            lines=tuple(line._replace(gnum=str(place)) for place, line in enumerate(of_part, 1)),
            part=str(part + 1),
            parts=str(parts),
            epr_no=terms.epr_no,
            function=function,
        )
