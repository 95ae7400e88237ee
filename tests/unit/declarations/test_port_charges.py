"""Port charges: those of a laden box by the tariff of its day, none of an empty one but storage."""

from __future__ import annotations

from datetime import date

from declarations import parameters
from declarations.calendar import instant_of
from declarations.port.charges import charges_of
from declarations.port.events import PortEvent, PortEventCode
from declarations.port.timeline import stays_of
from tests.tables import each

LAW, _C = parameters.load(), PortEventCode


def charged(day: str, iso_type: str, came: str, full: str) -> str:
    """What a box that came on a day is charged on it, without storage; an import box goes back empty."""
    at = instant_of(date.fromisoformat(day))
    events = [PortEvent(1, "QDQY", "QDXU1000015", came, at, at, iso_type=iso_type, full=full)]
    if came == _C.DISCHARGED:
        events.append(PortEvent(2, "QDQY", "QDXU1000015", _C.GATE_OUT, at + 1, at + 1, full=full))
        events.append(PortEvent(3, "QDQY", "QDXU1000015", _C.EMPTY_BACK, at + 2, at + 2, full="4"))
    (stay, *_) = stays_of(events)
    return " ".join(f"{charge.code} {charge.amount}" for charge in charges_of(stay, LAW, at + 3))


@each(
    ("day", "iso_type", "came", "full", "comes"),
    [
        ("2019-03-31", "22G1", _C.GATE_IN, "5", "PHF 20 SEC 10"),
        ("2019-04-01", "22G1", _C.GATE_IN, "5", "PHF 17 SEC 8"),
        ("2019-03-31", "45G1", _C.GATE_IN, "5", "PHF 40 SEC 15"),
        ("2019-04-01", "45G1", _C.GATE_IN, "5", "PHF 34 SEC 12"),
        ("2019-03-31", "22G1", _C.DISCHARGED, "5", "PHF 40 SEC 10"),
        ("2019-03-31", "42G1", _C.DISCHARGED, "5", "PHF 80 SEC 15"),
        ("2022-03-31", "22G1", _C.GATE_IN, "", "PHF 17 SEC 8"),
        ("2022-04-01", "22G1", _C.GATE_IN, "5", "PHF 17"),
        ("2026-11-01", "42G1", _C.DISCHARGED, "5", "PHF 68"),
        ("2026-11-01", "22G1", _C.GATE_IN, "4", ""),
        ("2019-03-31", "22G1", _C.DISCHARGED, "4", ""),
    ],
)
def test_a_laden_box_pays_the_tariff_of_its_day(day: str, iso_type: str, came: str, full: str, comes: str) -> None:
    assert charged(day, iso_type, came, full) == comes
