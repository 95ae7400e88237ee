"""Reads what an address names: a trace code, or a GTIN with lot and serial number by GS1 Digital Link (GS1 Digital Link
Standard: URI Syntax; GS1 General Specifications, 7.11: the 82 characters of lots and serial numbers)."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from schemas.epcis.identifiers import has_check_digit, read_path
from schemas.identifiers import is_gs1_text

GTIN, LOT, SERIAL = "01", "10", "21"
_VARIANT = "22"


class NotALink(ValueError):
    """A path that is no Digital Link of goods; its text says why, in English."""


class NamedGoods(NamedTuple):
    """A GTIN-14, and what narrows it: a lot, a serial number; empty texts for none. Goods without a GTIN are named by
    their trace code alone, as `serial`."""

    gtin: str
    lot: str = ""
    serial: str = ""

    @property
    def path(self) -> str:
        """Its path, without a host."""
        if not self.gtin:
            return f"/trace/{quote(self.serial, safe='')}"
        steps = [(GTIN, self.gtin), (LOT, self.lot), (SERIAL, self.serial)]
        return "".join(f"/{name}/{quote(value, safe='')}" for name, value in steps if value)

    @property
    def levels(self) -> tuple[NamedGoods, ...]:
        """Itself, then each level above it, the GTIN last."""
        if not self.gtin:
            return (self,)
        above = dict.fromkeys((self, self._replace(serial=""), self._replace(lot="", serial="")))
        return tuple(above)


def goods_named(path: str) -> NamedGoods:
    """Return what a path such as `/01/GTIN/10/LOT/21/SERIAL` names, percent encoded as it is in an address, since a lot
    may have a slash (`A%2FB`); a slash at its end is tolerated. Raises `NotALink`."""
    link = read_path(path)
    if link is None or link.key.ai != GTIN:
        raise NotALink("/01/ and a GTIN of 8, 12, 13 or 14 digits are expected, then /10/ and a lot, /21/ and a serial")
    if not has_check_digit(link.key, link.value):
        raise NotALink(f"{link.value} has a wrong check digit")
    given = dict(link.qualifiers)
    for name, value in given.items():
        if not is_gs1_text(value):
            raise NotALink(f"the value of {name} has 1 to 20 of the characters that GS1 allows")
    if unknown := sorted(given.keys() - {_VARIANT, LOT, SERIAL}):
        raise NotALink(f"goods are traced by lot (10) and serial number (21), not by {unknown[0]}")
    return NamedGoods(link.value, given.get(LOT, ""), given.get(SERIAL, ""))
