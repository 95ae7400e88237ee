"""Identifiers of containers and ships, and the line of time of a container in any order of its events."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from declarations.port.claims import settle_claims
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


def claimed(*told: str) -> list[PortEvent]:
    """Events as "SPEAKER CODE at [BILL]": SPEAKER is a line (L, M, N), the terminal (T), or the terminal that names a
    line (TL)."""
    found = []
    for number, text in enumerate(told, 1):
        speaker, code, at, *bill = text.split()
        line = speaker.removeprefix("T")
        event = PortEvent(number, "T", "QDXU1000015", code, int(at), int(at), line_code=line, bill_no="".join(bill))
        event.claimed_by = "" if speaker.startswith("T") else line
        found.append(event)
    return found


CLAIMS: dict[str, tuple[tuple[str, ...], dict[str, Any], str, list[str]]] = {
    "its line alone": (("L BKD 1", "T GIN 2", "L DEP 3"), {}, "", []),
    "two lines": (("M BKD 1", "L BKD 2"), {}, "claimed claimed", ["L M"]),
    "two lines, and the terminal says nothing of either": (
        ("M BKD 1", "L BKD 2", "T GIN 3", "T LOD 4"),
        {},
        "claimed claimed - -",
        ["L M"],
    ),
    "the terminal says whose it is": (("M BKD 1", "L BKD 2", "TL GIN 3"), {}, "anothers - -", []),
    "the terminal names one that says nothing": (("M BKD 1", "TL GIN 2"), {}, "anothers -", []),
    "the terminal has named both": (("TM LST 1", "M BKD 2", "L BKD 3", "TL GIN 4"), {}, "- - - -", []),
    "one bill is that of its parcels": (("M BKD 1 B9", "L BKD 2 B1"), {"bills": {"B1"}}, "anothers -", []),
    "both bills are": (("M BKD 1 B9", "L BKD 2 B1"), {"bills": {"B1", "B9"}}, "claimed claimed", ["L M"]),
    "the terminal tells its bill": (("M BKD 1 B9", "L BKD 2 B1", "T GIN 3 B1"), {}, "anothers - -", []),
    "an officer says whose it is": (("M BKD 1", "L BKD 2"), {"decided": {"T": "L"}}, "anothers -", []),
    "an officer, then a third line": (
        ("M BKD 1", "L BKD 2", "N BKD 3"),
        {"decided": {"T": "L"}},
        "anothers - anothers",
        [],
    ),
    "an officer, then the terminal": (("M BKD 1", "L BKD 2", "TM GIN 3"), {"decided": {"T": "L"}}, "- anothers -", []),
    "an officer, of two others": (("M BKD 1", "N BKD 2"), {"decided": {"T": "L"}}, "claimed claimed", ["M N"]),
    "a stranger cancels it": (("L BKD 1", "T GIN 2", "M CAN 3", "T LOD 4"), {}, "claimed - claimed -", ["L M"]),
    "a stranger says that it left": (("TL GIN 1", "M DEP 2", "TL LOD 3"), {}, "- anothers -", []),
    "an earlier stay": (("M BKD 1", "L BKD 2", "T GIN 3", "T GOU 4", "L BKD 5"), {}, "claimed claimed - - -", []),
    "an earlier stay was another line's": (("TM GIN 1", "M DEP 2", "L BKD 3"), {}, "- - -", []),
    "its own line ends a stay": (("L BKD 1", "L CAN 2", "M BKD 3"), {}, "- - -", []),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_what_lines_tell_of_a_container_counts_when_it_is_known_whose_it_is(case: str) -> None:
    told, known, marks, open_ones = CLAIMS[case]
    for order in list(permutations(claimed(*told)))[:120]:
        disputes = settle_claims(order, **known)
        stays = stays_of(order)
        by_time = sorted(order, key=lambda event: event.at)
        assert [event.mark or "-" for event in by_time] == (marks.split() or ["-"] * len(by_time))
        assert [" ".join(sorted(one.claimed_by for one in dispute.claims)) for dispute in disputes] == open_ones
        counted = {event.id for stay in stays for event in stay.events}
        assert counted == {event.id for event in order if not event.mark}
