"""What an accepted list takes hold of, and gives back when it ends badly: allowance, yearly caps, bonded stock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from declarations import limits
from declarations.calendar import day_of
from declarations.documents import ExportInventory, Inventory
from gateways.customs.repository import BookLine, CustomsDesk, CustomsRepository, Declaration

if TYPE_CHECKING:
    from gateways.customs.examination import Known


def take(facts: Inventory, value: int, known: Known, desk: CustomsDesk) -> dict[str, Any]:
    """Reserve the allowance, count the caps, draw the stock; gives what to remember for giving it back."""
    person = (facts.buyer_id_number, known.year)
    known.allowances[person] = known.allowances[person].reserve(value)
    desk.repository.put_allowance(known.allowances[person])
    held: dict[str, Any] = {"allowance": [*person, value, "reserved"]}
    if person in known.caps:
        held["caps"] = _take_caps(facts, known, desk)
    if known.books and facts.trade_mode != "9610":
        held["stock"] = take_stock(facts, known.books, desk.repository)
    return held


def _take_caps(facts: Inventory, known: Known, desk: CustomsDesk) -> list[list[Any]]:
    person = (facts.buyer_id_number, known.year)
    taken = []
    for group, quantity in limits.capped(facts, desk.goods, desk.day).items():
        total = known.caps[person].get(group, 0) + quantity
        known.caps[person][group] = total
        desk.repository.put_cap(*person, group, total)
        taken.append([group, quantity])
    return taken


def take_stock(facts: Inventory | ExportInventory, books: Mapping[tuple[str, str], BookLine],
               repository: CustomsRepository) -> list[list[Any]]:
    """Draw the stock of a list's lines; gives what to remember for giving it back."""
    taken = []
    for line in facts.lines:
        book = books[facts.ems_no, line.item_record_no]
        book.drawn += line.qty
        repository.put_book_line(book)
        taken.append([facts.ems_no, line.item_record_no, line.qty, line.gnum])
    return taken


def use_all(declarations: list[Declaration], repository: CustomsRepository) -> None:
    """Released: what was reserved of these persons' allowances is now used."""
    reserved = [one for one in declarations if one.held.get("allowance", [""] * 4)[3] == "reserved"]
    lines = repository.allowances(sorted({_person(one) for one in reserved}))
    for one in reserved:
        person = _person(one)
        lines[person] = lines[person].use(one.held["allowance"][2])
        repository.put_allowance(lines[person])
        one.held["allowance"][3] = "used"


def _person(declaration: Declaration) -> tuple[str, int]:
    identity, year, *_ = declaration.held["allowance"]
    return identity, year


def give_back(declaration: Declaration, repository: CustomsRepository) -> None:
    """Undo everything this declaration holds; the allowance goes back to the year of the acceptance."""
    if "allowance" in declaration.held:
        give_back_value(declaration, declaration.held["allowance"][2], repository)
    if "caps" in declaration.held:
        person = _person(declaration)
        counted = repository.caps([person]).get(person, {})
        for group, quantity in declaration.held["caps"]:
            repository.put_cap(*person, group, counted.get(group, 0) - quantity)
    give_back_stock(declaration, {gnum: qty for _, _, qty, gnum in declaration.held.get("stock", ())}, repository)
    declaration.held = {}


def give_back_caps(declaration: Declaration, facts: Inventory, quantities: Mapping[int, int],
                   desk: CustomsDesk) -> None:
    """Take what came back, by line number, off the yearly caps that the list counts against, rounded down."""
    if "caps" not in declaration.held:
        return
    person, day = _person(declaration), day_of(declaration.accepted_at)
    counted = desk.repository.caps([person]).get(person, {})
    for line in facts.lines:
        of_line = limits.capped(replace(facts, lines=(line,)), desk.goods, day)
        for entry in declaration.held["caps"]:
            back = of_line.get(entry[0], 0) * quantities.get(line.gnum, 0) // line.qty
            entry[1] -= back
            counted[entry[0]] = counted.get(entry[0], 0) - back
            desk.repository.put_cap(*person, entry[0], counted[entry[0]])


def give_back_value(declaration: Declaration, value: int, repository: CustomsRepository) -> None:
    """Give back part of the allowance that a declaration reserved or used."""
    held = declaration.held.get("allowance")
    if not held:
        return
    person = _person(declaration)
    line = repository.allowances([person])[person]
    repository.put_allowance(line.give_back(value) if held[3] == "used" else line.free(value))
    held[2] -= value


def give_back_stock(declaration: Declaration, quantities: Mapping[int, int], repository: CustomsRepository) -> None:
    """Put quantities, by line number, back into the account book they were drawn from."""
    drawn = [entry for entry in declaration.held.get("stock", ()) if quantities.get(entry[3])]
    if not drawn:
        return
    lines = repository.book_lines(sorted({(entry[0], entry[1]) for entry in drawn}))
    for entry in drawn:
        line = lines[entry[0], entry[1]]
        line.drawn -= quantities[entry[3]]
        entry[2] -= quantities[entry[3]]
        repository.put_book_line(line)
