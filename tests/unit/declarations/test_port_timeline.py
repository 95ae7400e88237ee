"""Identifiers of containers and ships, and the line of time of a container in any order of its events."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from declarations.port.events import PortEvent, bill_of, call_key, voyage_of
from declarations.port.timeline import stays_of
from schemas.identifiers import is_locode, is_valid_container_no, is_valid_imo_no

CONTAINERS = {
    "CSQU3054383": True,  # the example of ISO 6346
    "CBHU3202732": True,
    "QDXU1000015": True,
    "QDXU1000020": True,  # remainder 0
    "QDXU2000175": True,
    "QDXU1000000": True,  # remainder 10 is 0
    "QDXU1000016": False,
    "qdxu1000015": False,
    "QDXR1000015": False,  # neither U, J nor Z
    "QDXU100001": False,
    "QDXU10000155": False,
    " QDXU1000015": False,
    "QDXU１000015": False,
    "": False,
}
SHIPS = {"9346524": True, "9990002": True, "9346525": False, "IMO9346524": False, "934652": False, "": False}
PLACES = {
    "XXABC": False,
    "ZZZZZ": False,
    "XZABC": True,
    "CNTAO": True,
    "KRINC": True,
    "USNY2": True,
    "CNTA": False,
    "cntao": False,
    "CN1AO": False,
    "12TAO": False,
}


@pytest.mark.parametrize(
    ("check", "table"), [(is_valid_container_no, CONTAINERS), (is_valid_imo_no, SHIPS), (is_locode, PLACES)]
)
def test_identifiers(check: Any, table: dict[str, bool]) -> None:
    assert {text: check(text) for text in table} == table


def test_voyages_bills_and_calls_are_compared_without_what_senders_add() -> None:
    assert voyage_of(" 02647e") == voyage_of("2647E") == "2647E"
    assert bill_of("qdl-2611-0001") == "QDL26110001"
    assert call_key("T", "9990002", "02647E") == call_key("T", "9990002", "2647e") == "T|9990002|2647E"
    assert call_key("T", "9990002", "") == ""


def events(*told: str) -> list[PortEvent]:
    """Events as "TERMINAL CODE at [recorded]"; by default each is recorded when it happens."""
    found = []
    for number, text in enumerate(told, 1):
        terminal, code, at, *recorded = text.split()
        found.append(
            PortEvent(number, terminal, "QDXU1000015", code, int(at), int(recorded[0]) if recorded else int(at))
        )
    return found


LINES: dict[str, tuple[tuple[str, ...], list[tuple[str, int, str, str]]]] = {
    "an export": (
        ("A BKD 1", "A EPU 2", "A STF 3", "A GIN 4", "A ARR 5", "A TRL 6", "A LOD 7", "A DEP 8"),
        [("A", 1, code, "") for code in ("BKD", "EPU", "STF", "GIN", "ARR", "TRL", "LOD", "DEP")],
    ),
    "an import": (
        ("A DIS 1", "A ARR 2", "A GOU 3", "A RTN 4"),
        [("A", 1, c, "") for c in ("DIS", "ARR", "GOU", "RTN")],
    ),
    "by rail": (("A RLD 1", "A RAR 2", "A RUL 3", "A LOD 4"), [("A", 1, c, "") for c in ("RLD", "RAR", "RUL", "LOD")]),
    "told late": (("A GIN 1 9", "A LOD 2"), [("A", 1, "GIN", "late"), ("A", 1, "LOD", "")]),
    "impossible order": (("A LOD 1", "A GIN 2"), [("A", 1, "LOD", ""), ("A", 1, "GIN", "order")]),
    "order before lateness": (
        ("A LOD 1", "A GIN 2 2", "A DEP 3 1"),
        [("A", 1, "LOD", ""), ("A", 1, "GIN", "order"), ("A", 1, "DEP", "")],
    ),
    "gate-in twice": (("A GIN 1", "A GIN 2"), [("A", 1, "GIN", ""), ("A", 1, "GIN", "again")]),
    "release at any time": (
        ("A REL 1", "A GIN 2", "A REL 3"),
        [("A", 1, "REL", ""), ("A", 1, "GIN", ""), ("A", 1, "REL", "")],
    ),
    "a second stay": (
        ("A GIN 1", "A GOU 2", "A GIN 3"),
        [("A", 1, "GIN", ""), ("A", 1, "GOU", ""), ("A", 2, "GIN", "")],
    ),
    "stowage after departure": (
        ("A LOD 1", "A DEP 2", "A STW 3"),
        [("A", 1, "LOD", ""), ("A", 1, "DEP", ""), ("A", 1, "STW", "")],
    ),
    "departure told twice": (
        ("A LOD 1", "A DEP 2", "A DEP 3"),
        [("A", 1, "LOD", ""), ("A", 1, "DEP", ""), ("A", 1, "DEP", "again")],
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_the_line_is_the_same_in_whatever_order_its_events_were_stored(case: str) -> None:
    told, line = LINES[case]
    for order in list(permutations(events(*told)))[:120]:
        found = [(e.terminal_code, e.stay, e.event, e.mark) for stay in stays_of(order) for e in stay.events]
        assert found == line
