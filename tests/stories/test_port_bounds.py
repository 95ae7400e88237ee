"""Terminals tell much, slips of the pen and things that are not theirs: nobody waits for it, and nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from declarations.port.events import PortEvent
from declarations.port.loading import outcomes_of
from declarations.port.timeline import Loadings, clashes_of, stays_of
from gateways.port.noting import MOST_EVENTS
from schemas.edifact import terminal
from schemas.edifact.reading import read_interchange
from single_window.store.gateways import port as stored
from tests.databases import ON_BOTH
from tests.stories.port import BOX, OTHER_BOX, Port
from tests.stories.story import WORLD

BAPLIE = (Path(terminal.__file__).parent / "samples" / "BAPLIE_D95B.edi").read_bytes().decode()


@pytest.fixture
def port(start_story) -> Port:
    return Port(start_story(port="full"))


WRONG_TIMES = {
    "year 1": ("GIN", "00010101000000", "29104"),
    "before 1970": ("GIN", "19691231235959", "29104"),
    "a plan of year 1": ("PLN", "00010101000000", "29104"),
    "a plan of year 9999": ("PLN", "99991231235959", "29105"),
    "a plan of the next year": ("PLN", "20271122000000", "29105"),
    "a plan of next week": ("PLN", "20261127000000", "29101"),
}


@ON_BOTH
@pytest.mark.parametrize("case", WRONG_TIMES)
def test_a_time_that_cannot_be_is_refused(port: Port, case: str) -> None:
    event, at, rule = WRONG_TIMES[case]
    line = port.told(event, 1, box=BOX if event == "GIN" else "")
    assert port.tell({**line, "eventTime": at})[1] == rule
    assert port.container().stays == ()


@ON_BOTH
def test_a_ship_whose_name_is_the_number_of_another_breaks_nothing(port: Port) -> None:
    began = port.told("LBG", 1, box="")
    assert port.tell(began) == ("120", "29101")
    assert port.tell(began, vesselId="", vesselName="9990002") == ("120", "29102"), "the same call"
    assert port.tell(began, vesselId="", vesselName="OLD SHANDONG") == ("120", "29101"), "another ship"
    assert port.tell(began, vesselId="", vesselName="NEW QINGDAO") == ("120", "29101"), "and another"


@ON_BOTH
def test_a_line_does_not_tell_what_a_terminal_sees(port: Port) -> None:
    seller, site = WORLD.merchants[0], WORLD.site
    whose = {"terminal": site.code, "sender": seller, "lineCode": seller.code}
    assert port.tell(port.told("LOD", 1), **whose) == ("100", "29109")
    assert port.tell(port.told("BKD", 1), **whose) == ("120", "29101")


@ON_BOTH
def test_a_message_about_one_box_of_a_full_ship_reads_that_box_alone(port: Port, monkeypatch) -> None:
    ship = [port.told("LST", 1, box=number, billNo="B1") for number in boxes(300)]
    port.tell(*ship, *[{**line, "event": "GIN"} for line in ship])
    port.tell(port.told("PLN", 5, box=""))
    made: list[PortEvent] = []
    make = stored.PORT_EVENTS.make
    monkeypatch.setattr(stored.PORT_EVENTS, "make", lambda row: made.append(make(row)) or made[-1])
    assert port.tell(port.told("LOD", 2, box=boxes(1)[0], billNo="B1"))[0] == "120"
    assert 0 < len(made) < 10


def boxes(count: int) -> list[str]:
    """Container numbers, with their check digits."""
    letters = {letter: value for value, letter in enumerate("0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ")}
    found = []
    for number in range(count):
        text = f"QDXU{number:06d}"
        found.append(text + str(sum(letters[one] << place for place, one in enumerate(text)) % 11 % 10))
    return found


def test_a_box_of_which_too_much_is_told_is_refused_and_others_are_not(port: Port) -> None:
    port.tell(*[port.told("INS", -7 + second / 3600) for second in range(MOST_EVENTS)])
    assert port.tell(port.told("GIN", 1)) == ("100", "29111")
    assert port.tell(port.told("INS", -7)) == ("120", "29102")
    assert port.tell(port.told("GIN", 1, box=OTHER_BOX)) == ("120", "29101")


class Counted(PortEvent):
    """An event that counts how often it is asked for its fields."""

    asked = 0

    def __getattribute__(self, name: str) -> object:
        Counted.asked += 1
        return object.__getattribute__(self, name)


HISTORIES = {
    "it never leaves": lambda place: ("GIN", "T1"),
    "it comes and goes": lambda place: (("GIN", "LOD", "DEP")[place % 3], "T1"),
    "it is listed for ship after ship": lambda place: ("LST", "T1"),
    "it is inspected again and again": lambda place: ("INS", "T1"),
    "it is everywhere": lambda place: ("GIN", f"T{place}"),
}


@pytest.mark.parametrize("case", HISTORIES)
def test_the_work_of_a_line_grows_with_its_events(case: str) -> None:
    few, many = (_work_of(case, count) for count in (300, 1_200))
    assert many < 4.5 * few


def _work_of(case: str, count: int) -> int:
    told = [HISTORIES[case](place) for place in range(count)]
    events = [
        Counted(place + 1, terminal, BOX, event, place, count - place, call=f"{terminal}|S|{place}")
        for place, (event, terminal) in enumerate(told)
    ]
    Counted.asked = 0
    stays = stays_of(events)
    clashes_of(stays)
    outcomes_of(stays, {})
    loadings = Loadings(stays)
    for place in range(count):
        loadings.newest(f"B{place}", place)
    return Counted.asked


def test_the_work_of_a_stowage_plan_grows_with_its_containers(monkeypatch) -> None:
    before, cell, *_ = BAPLIE.replace("UNT", "LOC+147").split("LOC+147")
    looked: list[int] = []
    segments = terminal._Reader._segments
    monkeypatch.setattr(terminal._Reader, "_segments", lambda reader, tag: looked.append(1) or segments(reader, tag))
    counts = []
    for cells in (1, 1_000):
        looked.clear()
        body = before + f"LOC+147{cell}" * cells
        size = body.count("'") - body[: body.index("UNH")].count("'") + 1
        (message,) = terminal.terminal_messages(read_interchange(f"{body}UNT+{size}+1'UNZ+1+B0001'".encode()))
        assert len(message.rows) == cells
        counts.append(len(looked))
    assert counts[0] == counts[1], "the message is gone through for its ship, its line, dates and places, once"
