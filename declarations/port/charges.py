"""Port charges of a container by the tariff of the day: dues, security fee, storage after the free days (prices K, free
days and storage I). Dues and security fee are those of laden boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from declarations.calendar import day_of
from declarations.parameters import Parameters
from declarations.port.events import PortEventCode
from declarations.port.timeline import FOREVER, Stay

DUES, SECURITY, STORAGE = "PHF", "SEC", "STO"
EMPTY = "4"
"""What an event says of an empty box (8169)."""
_SIZES = {"2": "20", "4": "40"}
"""First character of the ISO type → feet."""


class PortCharge(NamedTuple):
    """A line of a bill: quantity and price in yuan, and the dated value that the price is."""

    container_no: str
    code: str
    day: date
    quantity: int
    price: Decimal
    parameter: str

    @property
    def amount(self) -> Decimal:
        """Quantity times price."""
        return self.quantity * self.price


class UnknownSize(ValueError):
    """Raised for a container whose type no event names: its charges are not guessed."""


def charges_of(stay: Stay, law: Parameters, now: int) -> list[PortCharge]:
    """Return the charges of a stay: those of its first day at once, storage until it left, or until now. Charges of
    nothing are left out. Raises `UnknownSize`, and `NoValue` for a day without a tariff."""
    if not stay.since:
        return []
    return [charge for charge in _charges(stay, law, now) if charge.amount]


def _charges(stay: Stay, law: Parameters, now: int) -> Iterator[PortCharge]:
    box, day, feet = stay.events[0].container_no, day_of(stay.since), _feet(stay)
    way = "import" if stay.first(PortEventCode.DISCHARGED) else "export"
    laden = ((DUES, f"port.dues_{way}_{feet}"), (SECURITY, f"port.security_{feet}"))
    for code, name in () if _came_empty(stay) else laden:
        value = law.on(name, day)
        yield PortCharge(box, code, day, 1, value.amount, value.id)
    last = day_of(stay.until if stay.until != FOREVER else max(now, stay.since))
    free, price = law.on("port.free_days", day), law.on("port.storage_day", day)
    days = (last - day).days + 1 - int(free.amount)
    yield PortCharge(box, STORAGE, day, max(0, days), price.amount, price.id)


def _came_empty(stay: Stay) -> bool:
    """True if the box was told as empty when it came; an import box goes back empty later."""
    return next((event.full for event in stay.events if event.full), "") == EMPTY


def _feet(stay: Stay) -> str:
    types: Sequence[str] = [event.iso_type for event in stay.events if event.iso_type]
    if not types or types[-1][0] not in _SIZES:
        raise UnknownSize(stay.events[0].container_no)
    return _SIZES[types[-1][0]]
