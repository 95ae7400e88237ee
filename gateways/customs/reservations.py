"""Reservations of an accepted list (allowance, yearly caps, bonded stock), released if it is rejected or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from declarations import limits
from declarations.account_book import given_back
from declarations.calendar import day_of
from declarations.documents import ExportInventory, Inventory
from gateways.customs.examination import ExaminationRows
from gateways.customs.repository import (
    BookLine,
    CustomsDesk,
    CustomsRepository,
    Declaration,
    HeldAllowance,
    HeldCap,
    HeldStock,
    Reservations,
)


def reserve(facts: Inventory, value: int, rows: ExaminationRows, desk: CustomsDesk) -> Reservations:
    """Reserve the allowance, count the caps, draw the stock; return the reservations made."""
    person = (facts.buyer_id_number, rows.year)
    rows.allowances[person] = rows.allowances[person].reserve(value)
    desk.repository.put_allowance(rows.allowances[person])
    held = Reservations(HeldAllowance(*person, value, "reserved"))
    if person in rows.caps:
        held.caps = _reserve_caps(facts, rows, desk)
    if rows.books and facts.trade_mode != "9610":
        held.stock = reserve_stock(facts, rows.books, desk.repository)
    return held


def _reserve_caps(facts: Inventory, rows: ExaminationRows, desk: CustomsDesk) -> list[HeldCap]:
    person = (facts.buyer_id_number, rows.year)
    taken = []
    for group, quantity in limits.capped(facts, desk.goods, desk.day).items():
        total = rows.caps[person].get(group, 0) + quantity
        rows.caps[person][group] = total
        desk.repository.put_cap(*person, group, total)
        taken.append(HeldCap(group, quantity))
    return taken


def reserve_stock(
    facts: Inventory | ExportInventory, books: Mapping[tuple[str, str], BookLine], repository: CustomsRepository
) -> list[HeldStock]:
    """Draw the stock of a list's lines; return the reservations made."""
    taken = []
    for line in facts.lines:
        book = books[facts.ems_no, line.item_record_no]
        book.drawn += line.qty
        repository.put_book_line(book)
        taken.append(HeldStock(facts.ems_no, line.item_record_no, line.qty, line.gnum))
    return taken


def use_all(declarations: list[Declaration], repository: CustomsRepository) -> None:
    """Turn the reserved allowances of released lists into used ones."""
    reserved = [
        taken for declaration in declarations if (taken := declaration.held.allowance) and taken.state == "reserved"
    ]
    lines = repository.allowances(sorted({_person(taken) for taken in reserved}))
    for taken in reserved:
        person = _person(taken)
        lines[person] = lines[person].use(taken.value)
        repository.put_allowance(lines[person])
        taken.state = "used"


def _person(taken: HeldAllowance) -> tuple[str, int]:
    return taken.identity, taken.year


def release_all(declaration: Declaration, repository: CustomsRepository) -> None:
    """Release all reservations of a declaration; the allowance is returned to the year of acceptance."""
    held = declaration.held
    if held.allowance is not None:
        return_allowance(declaration, held.allowance.value, repository)
        if held.caps:
            person = _person(held.allowance)
            counted = repository.caps([person]).get(person, {})
            for cap in held.caps:
                repository.put_cap(*person, cap.group, counted.get(cap.group, 0) - cap.quantity)
    return_stock(declaration, {drawn.gnum: drawn.quantity for drawn in held.stock}, repository)
    declaration.held = Reservations()


def return_caps(declaration: Declaration, facts: Inventory, quantities: Mapping[int, int], desk: CustomsDesk) -> None:
    """Subtract returned quantities, by line number, from the list's yearly caps, rounded down."""
    held = declaration.held
    if held.allowance is None or not held.caps:
        return
    person, day = _person(held.allowance), day_of(declaration.accepted_at)
    counted = desk.repository.caps([person]).get(person, {})
    for line in facts.lines:
        of_line = limits.capped(replace(facts, lines=(line,)), desk.goods, day)
        for cap in held.caps:
            back = of_line.get(cap.group, 0) * quantities.get(line.gnum, 0) // line.qty
            cap.quantity -= back
            counted[cap.group] = counted.get(cap.group, 0) - back
            desk.repository.put_cap(*person, cap.group, counted[cap.group])


def return_allowance(declaration: Declaration, value: int, repository: CustomsRepository) -> None:
    """Return part of the allowance that a declaration reserved or used; `value` is scaled."""
    taken = declaration.held.allowance
    if taken is None:
        return
    person = _person(taken)
    line = repository.allowances([person])[person]
    repository.put_allowance(line.give_back(value) if taken.state == "used" else line.free(value))
    taken.value -= value


def return_stock(declaration: Declaration, quantities: Mapping[int, int], repository: CustomsRepository) -> None:
    """Return quantities, by line number, to the account book they were drawn from."""
    back = given_back({drawn.gnum: drawn.quantity for drawn in declaration.held.stock}, quantities)
    if not back:
        return
    stock = [drawn for drawn in declaration.held.stock if drawn.gnum in back]
    lines = repository.book_lines(sorted({(drawn.ems_no, drawn.item_record_no) for drawn in stock}))
    for drawn in stock:
        line = lines[drawn.ems_no, drawn.item_record_no]
        line.drawn -= back[drawn.gnum]
        drawn.quantity -= back[drawn.gnum]
        repository.put_book_line(line)
