"""Reads events of containers that terminals, lines and railways tell by COPARN, CODECO, COPRAR, COARRI, BAPLIE and
IFTSTA.

`terminal.csv` says which kind of document (1001), or status (9011), of which message is which event, by full or empty
(8169) and mode of transport (8067), and how sure that is. What is not told stays empty: nothing is guessed here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from schemas.edifact.dates import instant
from schemas.edifact.interchange import EdifactMessage, Interchange, SegmentGroup
from schemas.edifact.places import Place, SyntaxFault, fault
from schemas.edifact.segments import Segment
from schemas.edifact.verdicts import accepted_messages
from schemas.edifact.weights import KILOGRAMS, UnreadWeight, gross_weight

MESSAGES = ("COPARN", "CODECO", "COPRAR", "COARRI", "BAPLIE", "IFTSTA")
MOST_NOTES = 100
"""Notes of an interchange that are told."""
_OF_RECIPIENT = ("COPARN", "COPRAR")
"""Messages that a line sends to its terminal; others a terminal, depot or railway sends."""
_NEW = ("", "9")
_TIMES = {"CODECO": ("7",), "COARRI": ("203", "7"), "BAPLIE": ("137",), "IFTSTA": ("334", "7"), "COPARN": ("137",)}
"""Qualifiers of dates (2005) that say when it happened; a message without one of them was made at that time."""
_MAIN = "20"
_CELL, _LOAD, _DISCHARGE = "147", ("9", "5"), ("11", "8")
_CONTAINER = "CN"
_FURTHER = frozenset({"DTM", "LOC", "RFF", "TDT"})
"""Segments of a chassis that may be about the container on it, too: not its weight, nor its seals."""


class TerminalRow(NamedTuple):
    """An event of a container. `at`: yyyyMMddHHmmss as told; empty if no time of Asia/Shanghai is told."""

    event: str
    at: str
    container: str
    iso_type: str
    full: str
    booking: str
    bill: str
    seal: str
    load_port: str
    discharge_port: str
    cell: str
    weight: str
    plate: str
    train: str
    place: Place


class TerminalMessage(NamedTuple):
    """A message by its number in the interchange: the terminal that it is about, document, ship, voyage, events.
    `function` (1225): `9` or empty: new. `unread`: how many containers are left out, of which `notes` say why."""

    type: str
    number: int
    terminal: str
    document: str
    function: str
    line: str
    vessel: str
    vessel_name: str
    voyage: str
    rows: tuple[TerminalRow, ...]
    unread: int
    notes: tuple[SyntaxFault, ...] = ()

    @property
    def is_new(self) -> bool:
        """False for one that changes, cancels or replaces another."""
        return self.function in _NEW


def terminal_messages(interchange: Interchange) -> list[TerminalMessage]:
    """Return the messages of an interchange that terminals are told by, without rejected ones, in their order."""
    return [
        _Reader(message, interchange).read()
        for message in accepted_messages(interchange)
        if message.type in MESSAGES and message.table is not None
    ]


class _Told(NamedTuple):
    """What a group tells of the containers in it: the first of each. `time`: what it says, `at`: as it is kept."""

    time: str
    at: str
    references: Mapping[str, str]
    places: Mapping[str, str]
    measured: tuple[Segment, ...]
    seal: str
    plate: str


class _Reader:
    """Reads one message; what its groups tell of themselves counts for the containers within. Dates and places of the
    message, and what a group tells, are looked for once, because it may have thousands of containers."""

    def __init__(self, message: EdifactMessage, interchange: Interchange) -> None:
        self._message, self._interchange, self._kind = message, interchange, message.type
        self._all = list(_groups(message.root))
        self._notes: list[SyntaxFault] = []
        told_of = {id(one) for group in self._all if group.tag == self._tag for one in _within(group)}
        head = [one for one in reversed(message.segments) if id(one) not in told_of]
        self._dates = {one.get(1): one for one in head if one.tag == "DTM"}
        self._places = {one.get(1): one.get(2) for one in head if one.tag == "LOC"}

    @property
    def _tag(self) -> str:
        """The tag of groups that tell of containers."""
        return {"IFTSTA": "CNI", "BAPLIE": "LOC"}.get(self._kind, "EQD")

    def read(self) -> TerminalMessage:
        """Return the message."""
        root, ship = self._message.root, self._ship()
        begin = root.first("BGM")
        rows = list(self._rows(begin))
        function = begin.get(3) if begin else ""
        if begin and rows and function not in _NEW:
            self._note("function", begin, 3, found=function)
        carrier = next((party for party in self._segments("NAD") if party.get(1) in ("CA", "CF", "MS")), None)
        sender, recipient = self._interchange.sender, self._interchange.recipient
        return TerminalMessage(
            type=self._kind,
            number=self._message.number,
            terminal=recipient if self._kind in _OF_RECIPIENT else sender,
            document=begin.get(2) if begin else "",
            function=function,
            line=carrier.get(2) if carrier else "",
            vessel=ship.get(8) if ship and ship.get(8, 2) == "146" else "",
            vessel_name=ship.get(8, 4) if ship else "",
            voyage=ship.get(2) if ship else "",
            rows=tuple(row for row in rows if row is not None),
            unread=len(rows) if function not in _NEW else sum(row is None for row in rows),
            notes=tuple(self._notes),
        )

    def _ship(self) -> Segment | None:
        return next((leg for leg in self._segments("TDT") if leg.get(1) == _MAIN), None)

    def _segments(self, tag: str) -> Iterator[Segment]:
        return (segment for segment in self._message.segments if segment.tag == tag)

    def _note(self, why: str, segment: Segment, element: int, component: int = 0, **values: Any) -> None:
        place = self._interchange.place_of(segment, self._message, element, component)
        self._notes.append(fault(f"edifact-unread-{why}", place, warning=True, **values))

    def _rows(self, begin: Segment | None) -> Iterator[TerminalRow | None]:
        if self._kind == "IFTSTA":
            for consignment in (group for group in self._all if group.tag == self._tag):
                for status in (group for group in _groups(consignment) if group.tag == "STS"):
                    yield from self._statuses(status, consignment.segments)
            return
        for own in self._told_of_containers():
            told = self._told(own)
            for box in (segment for segment in own if segment.tag == "EQD"):
                yield self._row(begin, 1, told, box, "")

    def _told_of_containers(self) -> Iterator[list[Segment]]:
        """What is told of each container, and then of the chassis under it; what is no container and under none is left
        out. A chassis has a group of its own behind that of its container."""
        last: list[Segment] = []
        for group in (group for group in self._all if group.tag == self._tag):
            own = list(_within(group))
            if any(segment.tag == "EQD" and _is_container(segment) for segment in own):
                if last:
                    yield last
                last = [segment for segment in own if segment.tag != "EQD" or _is_container(segment)]
            elif last:
                last += [segment for segment in own if segment.tag in _FURTHER]
            else:
                for other in (segment for segment in own if segment.tag == "EQD"):
                    self._note("equipment", other, 1, found=other.get(1))
        if last:
            yield last

    def _statuses(self, group: SegmentGroup, consignment: Sequence[Segment]) -> Iterator[TerminalRow | None]:
        """The containers of a status; without any it is about none, and is not read."""
        own = [*_within(group), *consignment]
        legs, told = [segment for segment in own if segment.tag == "TDT"], self._told(own)
        mode = legs[0].get(3) if legs else ""
        train = legs[0].get(2) if legs and mode == "2" else ""
        bill, status = consignment[0].get(2), group.segments[0]
        boxes = [segment for segment in own if segment.tag == "EQD" and _is_container(segment)]
        for box in boxes:
            row = self._row(status, 2, told, box, mode)
            yield row._replace(train=train, bill=row.bill or bill) if row else None
        if not boxes:
            self._note("number", status, 0)
            yield None

    def _told(self, own: list[Segment]) -> _Told:
        truck = next((leg for leg in own if leg.tag == "TDT" and leg.get(3) == "3"), None)
        time, at = self._time(own)
        return _Told(
            time=time,
            at=at,
            references={one.get(1): one.get(1, 2) for one in reversed(own) if one.tag == "RFF"},
            places={one.get(1): one.get(2) for one in reversed(own) if one.tag == "LOC"},
            measured=tuple(one for one in own if one.tag == "MEA"),
            seal=next((one.get(1) for one in own if one.tag == "SEL"), ""),
            plate=truck.get(8) if truck else "",
        )

    def _row(self, meant: Segment | None, element: int, told: _Told, box: Segment, mode: str) -> TerminalRow | None:
        """The event of a container; `meant` says in an element which one it is. None, with a note, for one that cannot
        be told."""
        full, container, places = box.get(6), box.get(2), told.places
        code = meant.get(element) if meant else ""
        event = _meaning(self._kind, code, full, mode)
        if not container:
            self._note("number", box, 2)
        elif not event:
            self._note("meaning", meant or box, element, found=code, expected=_codes(self._kind), box=container)
        elif not told.at:
            expected = " ".join(_TIMES.get(self._kind, ()))
            self._note("time", box, 0, found=told.time, expected=expected, box=container)
        if not (event and told.at and container):
            return None
        bill = told.references.get("BM", "")
        return TerminalRow(
            event=event,
            at=told.at,
            container=container,
            iso_type=box.get(3),
            full=full,
            booking=told.references.get("BN", ""),
            bill=bill if len(bill) > 1 else "",
            seal=told.seal,
            load_port=self._port(_LOAD, told),
            discharge_port=self._port(_DISCHARGE, told),
            cell=places.get(_CELL, ""),
            weight=self._weight(told),
            plate=told.plate,
            train="",
            place=self._interchange.place_of(box, self._message, 2),
        )

    def _port(self, qualifiers: Sequence[str], told: _Told) -> str:
        """The port that is told of the container, else of all of the message."""
        own = next((found for code in qualifiers if (found := told.places.get(code))), "")
        return own or self._places.get(qualifiers[0], "")

    def _weight(self, told: _Told) -> str:
        try:
            return gross_weight(told.measured)
        except UnreadWeight as unread:
            found = ":".join(unread.segment.components(3))
            self._note("weight", unread.segment, 3, found=found, expected=" ".join(KILOGRAMS))
            return ""

    def _time(self, own: list[Segment]) -> tuple[str, str]:
        """The nearest time that says when it happened, else when the interchange was made; as it was told, and in
        Asia/Shanghai, empty if it has another offset."""
        dates = self._dates | {one.get(1): one for one in reversed(own) if one.tag == "DTM"}
        for qualifier in _TIMES.get(self._kind, ()):
            if qualifier in dates:
                value, form = dates[qualifier].get(1, 2), dates[qualifier].get(1, 3)
                return f"{value}:{form}", _shanghai(value, form)
        return "", made_at(self._interchange) if self._kind in ("COPARN", "COPRAR") else ""


def made_at(interchange: Interchange) -> str:
    """Return when an interchange says that it was made, as yyyyMMddHHmmss of Asia/Shanghai; empty if it does not."""
    if interchange.header is None:
        return ""
    day, time = interchange.header.get(4), interchange.header.get(4, 2)
    return _shanghai(day + time, "201" if len(day) == 6 else "203")


def _shanghai(value: str, form: str) -> str:
    told = instant(value, form)
    if told is None or "T" not in told.at or told.offset not in (None, "+08:00"):
        return ""
    digits = "".join(filter(str.isdigit, told.at))
    return digits.ljust(14, "0")


def _is_container(equipment: Segment) -> bool:
    return equipment.get(1) in (_CONTAINER, "")


def _within(group: SegmentGroup) -> Iterator[Segment]:
    return (segment for one in _groups(group) for segment in one.segments)


def _groups(group: SegmentGroup) -> Iterator[SegmentGroup]:
    yield group
    for below in group.groups:
        yield from _groups(below)


@lru_cache(maxsize=1_024)
def _meaning(message: str, code: str, full: str, mode: str) -> str:
    """The event of the first row that fits; empty if none does."""
    told = (message, code, full, mode)
    for *conditions, event in _meanings():
        if all(want in ("*", got) for want, got in zip(conditions, told, strict=True)):
            return event
    return ""


@cache
def _codes(message: str) -> str:
    """The codes that mean an event in messages of a type."""
    return " ".join(dict.fromkeys(code for kind, code, *_ in _meanings() if kind == message))


@cache
def _meanings() -> tuple[tuple[str, ...], ...]:
    with (Path(__file__).parent / "terminal.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["message"], row["code"], row["full"], row["mode"], row["event"]) for row in csv.DictReader(file)
        )
