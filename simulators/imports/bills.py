"""Compares tax bills (816) with the expected ones, line by line and to the fen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from simulators.amounts import fen, yuan
from simulators.imports.arithmetic import Bill, LineTax, bill
from simulators.imports.stories import BY_PARTS
from simulators.imports.trade import ImportTrade
from simulators.traded import Elements

AMOUNTS = ("value", "duty", "consumption tax", "VAT")
HEAD = {"customsTax": "duty", "consumptionTax": "consumption", "valueAddedTax": "vat"}


class TaxTerms(NamedTuple):
    """Terms for calculating bills: the sandbox's rounding, and the day of acceptance if it is not the trade's."""

    rounding: str = "P1"
    day: date | None = None


USUAL_TERMS = TaxTerms()


def bills_of(trade: ImportTrade, terms: TaxTerms = USUAL_TERMS) -> list[Bill]:
    """The bills that a trade may get, in order: of the release, and of the remaining goods after each partial return.
    Empty if the taxes of its goods are unknown."""
    if trade.inventory is None:
        return []
    returns: list[dict[str, str]] = [{}]
    if trade.story == "returned_partly":
        returns.append({trade.inventory.lines[0]["gnum"]: "1"})
    elif trade.story == BY_PARTS:
        returns += [{line["gnum"]: units for line in trade.inventory.lines} for units in ("1", "2")]
    bills = [bill(trade.inventory, terms.day or trade.day, terms.rounding, returned) for returned in returns]
    return [known for known in bills if known is not None]


def bill_in(lines: Sequence[Mapping[str, Any]]) -> Bill:
    """Read the amounts of a bill's lines."""
    return tuple(
        LineTax(
            str(line["gnum"]),
            line["gcode"],
            *(fen(line.get(name) or "0") for name in ("taxPrice", "customsTax", "consumptionTax", "valueAddedTax")),
        )
        for line in lines
    )


def from_rows(rows: Sequence[Sequence[str]]) -> Bill:
    """Make a bill from rows of strings."""
    return tuple(LineTax(gnum, gcode, *map(fen, amounts)) for gnum, gcode, *amounts in rows)


def check_bill(number: str, head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], wanted: Bill) -> Iterator[str]:
    """Complain about wrong values of a bill: its head, and each amount of each line."""
    found_lines, wanted_lines = ({line.gnum: line for line in one} for one in (bill_in(lines), wanted))
    for name, tax in HEAD.items():
        must = sum(getattr(line, tax) for line in wanted)
        if Decimal(str(head.get(name) or 0)) * 100 != must:
            yield f"the tax bill {number} says {name} {head.get(name)}, and should say {yuan(must)}"
    if found_lines.keys() != wanted_lines.keys():
        found_numbers, wanted_numbers = ", ".join(found_lines) or "none", ", ".join(wanted_lines)
        yield f"the tax bill {number} has lines {found_numbers}, and should have {wanted_numbers}"
    for gnum in found_lines.keys() & wanted_lines.keys():
        yield from _check_line(f"line {gnum} of the tax bill {number}", found_lines[gnum], wanted_lines[gnum])


def _check_line(name: str, line: LineTax, wanted: LineTax) -> Iterator[str]:
    if line.gcode != wanted.gcode:
        yield f"{name} is about {line.gcode}, not {wanted.gcode}"
    for title, found, must in zip(AMOUNTS, line[2:], wanted[2:], strict=True):
        if found != must:
            yield f"{name}: {title} is {yuan(found)}, and should be {yuan(must)}"


def check_bills(bills: Sequence[tuple[Mapping[str, Any], Sequence[Elements]]], wanted: Sequence[Bill]) -> Iterator[str]:
    """Complain about wrong values of a trade's bills, each given as its head and lines."""
    for (head, lines), wanted_bill in zip(bills, wanted, strict=False):
        yield from check_bill(head["taxNo"], head, lines, wanted_bill)
