"""Port charges to the fen, by the tariff of the day and with free days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from declarations import parameters
from declarations.calendar import instant_of
from declarations.port.charges import UnknownSize, charges_of
from declarations.port.events import PortEvent
from declarations.port.timeline import stays_of

DAY = date(2026, 11, 20)
NOW = instant_of(DAY, 12)


def stay(*told: tuple[str, int], iso_type: str = "22G1", since: date = DAY):
    """A stay whose events happen so many days after a day."""
    events = [
        PortEvent(number, "A", "QDXU1000015", code, instant_of(since + timedelta(days)), NOW, iso_type=iso_type)
        for number, (code, days) in enumerate(told, 1)
    ]
    (found,) = stays_of(events)
    return found


CHARGES: dict[str, tuple[dict, dict[str, str]]] = {
    "20 feet out": ({"told": [("GIN", 0), ("LOD", 2)]}, {"PHF": "17"}),
    "40 feet out": ({"told": [("GIN", 0), ("LOD", 2)], "iso_type": "45G1"}, {"PHF": "34"}),
    "20 feet in": ({"told": [("DIS", 0), ("GOU", 2)]}, {"PHF": "34"}),
    "40 feet in": ({"told": [("DIS", 0), ("GOU", 2)], "iso_type": "42G1"}, {"PHF": "68"}),
    "the last free day": ({"told": [("GIN", 0), ("LOD", 6)]}, {"PHF": "17"}),
    "a day after it": ({"told": [("GIN", 0), ("LOD", 7)]}, {"PHF": "17", "STO": "20"}),
    "still there": ({"told": [("GIN", -9)]}, {"PHF": "17", "STO": "60"}),
    "security before it was within handling": (
        {"told": [("GIN", 0), ("LOD", 1)], "since": date(2022, 3, 31)},
        {"PHF": "17", "SEC": "8"},
    ),
    "and from then on": ({"told": [("GIN", 0), ("LOD", 1)], "since": date(2022, 4, 1)}, {"PHF": "17"}),
    "only booked": ({"told": [("BKD", 0)]}, {}),
}


@pytest.mark.parametrize("case", CHARGES)
def test_charges(case: str) -> None:
    (given, charges) = CHARGES[case]
    told = {name: value for name, value in given.items() if name != "told"}
    found = charges_of(stay(*given["told"], **told), parameters.load(), NOW)
    assert {charge.code: f"{charge.amount:f}" for charge in found} == charges


def test_a_container_of_unknown_size_is_not_charged() -> None:
    with pytest.raises(UnknownSize):
        charges_of(stay(("GIN", 0), iso_type=""), parameters.load(), NOW)
