"""Reads events of containers that terminals, lines and railways tell by COPARN, CODECO, COPRAR, COARRI, BAPLIE and
IFTSTA.

`terminal.csv` says which kind of document (1001), or status (9011), of which message is which event, by full or empty
(8169) and mode of transport (8067), and how sure that is. What is not told stays empty: nothing is guessed here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from schemas.edifact.dates import instant
from schemas.edifact.interchange import EdifactMessage, Interchange, SegmentGroup
from schemas.edifact.places import Place
from schemas.edifact.segments import Segment
from schemas.edifact.verdicts import accepted_messages

MESSAGES = ("COPARN", "CODECO", "COPRAR", "COARRI", "BAPLIE", "IFTSTA")
_OF_RECIPIENT = ("COPARN", "COPRAR")
"""Messages that a line sends to its terminal; others a terminal, depot or railway sends."""
_NEW = ("", "9")
_TIMES = {"CODECO": ("7",), "COARRI": ("203", "7"), "BAPLIE": ("137",), "IFTSTA": ("334", "7"), "COPARN": ("137",)}
"""Qualifiers of dates (2005) that say when it happened; a message without one of them was made at that time."""
_MAIN = "20"
_CELL, _LOAD, _DISCHARGE = "147", ("9", "5"), ("11", "8")


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
    `function` (1225): `9` or empty: new. `unread`: containers without a number, a time or a known meaning."""

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
    """What a group tells of the containers in it: the first of each."""

    at: str
    references: Mapping[str, str]
    places: Mapping[str, str]
    weight: str
    seal: str
    plate: str


class _Reader:
    """Reads one message; what its groups tell of themselves counts for the containers within. Dates and places of the
    message, and what a group tells, are looked for once, because it may have thousands of containers."""

    def __init__(self, message: EdifactMessage, interchange: Interchange) -> None:
        self._message, self._interchange, self._kind = message, interchange, message.type
        self._all = list(_groups(message.root))
        self._dates = {one.get(1): one for one in reversed(list(self._segments("DTM")))}
        self._places = {one.get(1): one.get(2) for one in reversed(list(self._segments("LOC")))}

    def read(self) -> TerminalMessage:
        """Return the message."""
        root, ship = self._message.root, self._ship()
        begin = root.first("BGM")
        rows = list(self._rows(begin.get(1) if begin else ""))
        carrier = next((party for party in self._segments("NAD") if party.get(1) in ("CA", "CF", "MS")), None)
        sender, recipient = self._interchange.sender, self._interchange.recipient
        return TerminalMessage(
            type=self._kind,
            number=self._message.number,
            terminal=recipient if self._kind in _OF_RECIPIENT else sender,
            document=begin.get(2) if begin else "",
            function=begin.get(3) if begin else "",
            line=carrier.get(2) if carrier else "",
            vessel=ship.get(8) if ship and ship.get(8, 2) == "146" else "",
            vessel_name=ship.get(8, 4) if ship else "",
            voyage=ship.get(2) if ship else "",
            rows=tuple(row for row in rows if row is not None),
            unread=sum(row is None for row in rows),
        )

    def _ship(self) -> Segment | None:
        return next((leg for leg in self._segments("TDT") if leg.get(1) == _MAIN), None)

    def _segments(self, tag: str) -> Iterator[Segment]:
        return (segment for segment in self._message.segments if segment.tag == tag)

    def _rows(self, code: str) -> Iterator[TerminalRow | None]:
        if self._kind == "IFTSTA":
            for consignment in (group for group in self._all if group.tag == "CNI"):
                for status in (group for group in _groups(consignment) if group.tag == "STS"):
                    yield from self._statuses(status, consignment.segments[0].get(2))
            return
        tag = "LOC" if self._kind == "BAPLIE" else "EQD"
        for group in (group for group in self._all if group.tag == tag):
            own = [segment for one in _groups(group) for segment in one.segments]
            told = self._told(own)
            for box in (segment for segment in own if segment.tag == "EQD"):
                yield self._row(code, told, box, "")

    def _statuses(self, group: SegmentGroup, bill: str) -> Iterator[TerminalRow | None]:
        """The containers of a status; without any it is about none, and is not read."""
        own = [segment for one in _groups(group) for segment in one.segments]
        legs, told = [segment for segment in own if segment.tag == "TDT"], self._told(own)
        mode = legs[0].get(3) if legs else ""
        train = legs[0].get(2) if legs and mode == "2" else ""
        code = group.segments[0].get(2)
        for box in (segment for segment in own if segment.tag == "EQD"):
            row = self._row(code, told, box, mode)
            yield row._replace(train=train, bill=row.bill or bill) if row else None

    def _told(self, own: list[Segment]) -> _Told:
        truck = next((leg for leg in own if leg.tag == "TDT" and leg.get(3) == "3"), None)
        return _Told(
            at=self._time(own),
            references={one.get(1): one.get(1, 2) for one in reversed(own) if one.tag == "RFF"},
            places={one.get(1): one.get(2) for one in reversed(own) if one.tag == "LOC"},
            weight=next((one.get(3, 2) for one in own if one.tag == "MEA"), ""),
            seal=next((one.get(1) for one in own if one.tag == "SEL"), ""),
            plate=truck.get(8) if truck else "",
        )

    def _row(self, code: str, told: _Told, box: Segment, mode: str) -> TerminalRow | None:
        full, container, places = box.get(6), box.get(2), told.places
        event = _meaning(self._kind, code, full, mode)
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
            load_port=next((found for code in _LOAD if (found := places.get(code) or self._places.get(code))), ""),
            discharge_port=next((found for code in _DISCHARGE if (found := places.get(code))), ""),
            cell=places.get(_CELL, ""),
            weight=told.weight,
            plate=told.plate,
            train="",
            place=self._interchange.place_of(box, self._message, 2),
        )

    def _time(self, own: list[Segment]) -> str:
        """The nearest time that says when it happened, else when the interchange was made; never with another offset
        than that of Asia/Shanghai."""
        dates = self._dates | {one.get(1): one for one in reversed(own) if one.tag == "DTM"}
        for qualifier in _TIMES.get(self._kind, ()):
            if qualifier in dates:
                return _shanghai(dates[qualifier].get(1, 2), dates[qualifier].get(1, 3))
        return made_at(self._interchange) if self._kind in ("COPARN", "COPRAR") else ""


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
def _meanings() -> tuple[tuple[str, ...], ...]:
    with (Path(__file__).parent / "terminal.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (row["message"], row["code"], row["full"], row["mode"], row["event"]) for row in csv.DictReader(file)
        )
