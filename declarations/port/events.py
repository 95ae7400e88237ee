"""Events that terminals, depots, lines and railways tell of containers and ships: their codes are our own (confidence
I), their meaning that of CODECO, COARRI, COPRAR, COPARN, BAPLIE and IFTSTA."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PortEventCode(StrEnum):
    """The codes of events; the words of the agency say them in both languages."""

    BOOKED = "BKD"
    EMPTY_OUT = "EPU"
    STUFFED = "STF"
    RAIL_LOADED = "RLD"
    RAIL_ARRIVED = "RAR"
    RAIL_UNLOADED = "RUL"
    GATE_IN = "GIN"
    ARRIVED = "ARR"
    INSPECTED = "INS"
    LISTED = "LST"
    RELEASED = "REL"
    TO_QUAY = "TRL"
    LOADED = "LOD"
    STOWED = "STW"
    NOT_LOADED = "NLD"
    DEPARTED = "DEP"
    DISCHARGED = "DIS"
    GATE_OUT = "GOU"
    EMPTY_BACK = "RTN"
    CANCELLED = "CAN"
    PLANNED = "PLN"
    MANIFEST = "MAN"
    LOADING_MANIFEST = "LMN"
    LOADING_BEGAN = "LBG"
    LOADING_ENDED = "LEN"
    TALLIED = "TAL"


_C = PortEventCode
OF_SHIP = frozenset({_C.PLANNED, _C.MANIFEST, _C.LOADING_MANIFEST, _C.LOADING_BEGAN, _C.LOADING_ENDED, _C.TALLIED})
"""Events of a ship's call, which name no container; a departure may be told of either."""
SEEN_AT_TERMINAL = frozenset(
    {_C.GATE_IN, _C.ARRIVED, _C.INSPECTED, _C.RELEASED, _C.TO_QUAY, _C.LOADED, _C.NOT_LOADED, _C.DISCHARGED}
    | {_C.GATE_OUT, _C.EMPTY_BACK}
    | {_C.LOADING_BEGAN, _C.LOADING_ENDED}
)
"""Events that only the terminal sees: its lines tell bookings, lists, plans, manifests and departures (I)."""
_BEFORE_THE_GATE = (_C.BOOKED, _C.EMPTY_OUT, _C.STUFFED, _C.RAIL_LOADED, _C.RAIL_ARRIVED, _C.RAIL_UNLOADED)
COMES_IN = frozenset({_C.GATE_IN, _C.RAIL_UNLOADED, _C.DISCHARGED})
"""From such an event on a container is at the terminal."""
GOES_OUT = frozenset({_C.LOADED, _C.GATE_OUT, _C.DEPARTED, _C.CANCELLED})
"""With such an event it is there no more."""
THERE = COMES_IN | {_C.ARRIVED, _C.TO_QUAY, _C.LOADED, _C.EMPTY_BACK}
"""Events that can only be where the container is."""
ENDS_STAY = frozenset({_C.DEPARTED, _C.GATE_OUT, _C.CANCELLED})
TRAILING = frozenset({_C.STOWED, _C.NOT_LOADED, _C.INSPECTED, _C.EMPTY_BACK})
"""Events that, told after the end of a stay, belong to it and begin no other."""
STARTS_AGAIN = frozenset({*_BEFORE_THE_GATE, _C.GATE_IN, _C.DISCHARGED})
"""Events by which a container that was loaded is seen to have come back, whether its ship was told to have left or
not."""
UNDOES_LOADING = frozenset({_C.NOT_LOADED, _C.CANCELLED, _C.DISCHARGED, _C.GATE_OUT})
"""Events that, told of a stay after its loading, say that the container is not on the ship."""
ONCE = frozenset({_C.GATE_IN, _C.LOADED, _C.DISCHARGED, _C.DEPARTED, _C.GATE_OUT})
"""Events that happen once in a stay."""
EXPORT_ORDER = (*_BEFORE_THE_GATE, _C.GATE_IN, _C.ARRIVED, _C.TO_QUAY, _C.LOADED, _C.DEPARTED)
"""The order of an export (spec: EPU STF GIN ARR TRL LOD DEP). Releases, lists and inspections come at any time."""
RANK = {code: place for place, code in enumerate(EXPORT_ORDER)}
IMPORT_RANK = {_C.DISCHARGED: 0, _C.ARRIVED: 1, _C.GATE_OUT: 2, _C.EMPTY_BACK: 3}


@dataclass(slots=True)
class PortEvent:
    """An event as it was told. `at`: when it happened, `recorded_at`: when the window learned of it.

    `call`: the ship's call that it names (`call_key`), empty if it names none.

    `stay`: the stay of the container at the terminal, from 1; 0 for events of a ship. `mark`: why it does not count as
    it stands (`LineMark`), empty: it does. `source`: the EDIFACT message, empty for our own. `claimed_by`: the line
    that tells it, at a terminal that tells for itself; empty: not a line."""

    id: int
    terminal_code: str
    container_no: str
    event: str
    at: int
    recorded_at: int
    doc_no: str = ""
    source: str = ""
    line_code: str = ""
    vessel_id: str = ""
    vessel_name: str = ""
    voyage_no: str = ""
    iso_type: str = ""
    full: str = ""
    booking_no: str = ""
    bill_no: str = ""
    seal_no: str = ""
    load_port: str = ""
    discharge_port: str = ""
    cell: str = ""
    weight: int = 0
    plate_no: str = ""
    train_no: str = ""
    document_id: int = 0
    call: str = ""
    stay: int = 0
    mark: str = ""
    claimed_by: str = ""

    @property
    def said(self) -> str:
        """Return the text that tells what it says from what others say: the same again may be a double (`repeats`)."""
        call = "" if self.container_no else self.call
        return f"{self.terminal_code}|{self.container_no}|{self.event}|{self.at}|{call}"

    def repeats(self, known: PortEvent) -> bool:
        """True if it adds nothing to one that says the same: of the same speaker, or a line's that the terminal has not
        told of another line. What the terminal says after a line is new."""
        of_terminal = not known.claimed_by and known.line_code in ("", self.claimed_by)
        return known.claimed_by == self.claimed_by or of_terminal


def voyage_of(text: str) -> str:
    """Return a voyage as voyages are compared: upper case, without leading zeros."""
    return text.strip().upper().lstrip("0")


def bill_of(text: str) -> str:
    """Return the number of a bill of lading as these are compared: upper case, without hyphens."""
    return text.strip().upper().replace("-", "")


def call_key(terminal: str, vessel: str, voyage: str) -> str:
    """Return what a ship's call at a terminal is known by; empty without a voyage."""
    return f"{terminal}|{vessel.strip().upper()}|{voyage_of(voyage)}" if voyage.strip() else ""
