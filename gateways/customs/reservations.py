"""Reservations of an accepted list (allowance, yearly caps, bonded stock), released if it is rejected or withdrawn."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from declarations import limits
from declarations.account_book import quantities_to_return
from declarations.calendar import day_of
from declarations.documents import ExportInventory, Inventory
from gateways.customs.examination import ExaminationRows
from gateways.customs.held import HeldAllowance, HeldCap, HeldStock, Reservations
from gateways.customs.repository import BookLine, CustomsDesk, CustomsRepository, Declaration


def reserve_all(facts: Inventory, value: int, rows: ExaminationRows, desk: CustomsDesk) -> Reservations:
    """Reserve the allowance, count the caps, draw the stock; return the reservations made."""
    person = (facts.buyer_id_number, rows.year)
    rows.allowances[person] = rows.allowances[person].reserve(value)
    desk.repository.put_allowance(rows.allowances[person])
    reservations = Reservations(HeldAllowance(*person, value, "reserved"))
    if person in rows.caps:
        reservations.caps = _reserve_caps(facts, rows, desk)
    if rows.books and facts.trade_mode != "9610":
        reservations.stock = reserve_stock(facts, rows.books, desk.repository)
    return reservations


def _reserve_caps(facts: Inventory, rows: ExaminationRows, desk: CustomsDesk) -> list[HeldCap]:
    person = (facts.buyer_id_number, rows.year)
    reserved_caps = []
    for group, quantity in limits.capped_weights(facts, desk.goods, desk.day).items():
        total = rows.caps[person].get(group, 0) + quantity
        rows.caps[person][group] = total
        desk.repository.put_cap(*person, group, total)
        reserved_caps.append(HeldCap(group, quantity))
    return reserved_caps


def reserve_stock(
    facts: Inventory | ExportInventory, books: Mapping[tuple[str, str], BookLine], repository: CustomsRepository
) -> list[HeldStock]:
    """Draw the stock of a list's lines; return the reservations made."""
    reserved_stock = []
    for line in facts.lines:
        book = books[facts.ems_no, line.item_record_no]
        book.drawn += line.qty
        repository.put_book_line(book)
        reserved_stock.append(HeldStock(facts.ems_no, line.item_record_no, line.qty, line.gnum))
    return reserved_stock


def use_all(declarations: list[Declaration], repository: CustomsRepository) -> None:
    """Turn the reserved allowances of released lists into used ones."""
    allowances = [
        allowance
        for declaration in declarations
        if (allowance := declaration.held.allowance) and allowance.state == "reserved"
    ]
    lines = repository.allowances(sorted({_person_of(allowance) for allowance in allowances}))
    for allowance in allowances:
        person = _person_of(allowance)
        lines[person] = lines[person].use(allowance.value)
        repository.put_allowance(lines[person])
        allowance.state = "used"


def _person_of(allowance: HeldAllowance) -> tuple[str, int]:
    return allowance.identity, allowance.year


def release_all(declaration: Declaration, repository: CustomsRepository) -> None:
    """Release all reservations of a declaration; the allowance is returned to the year of acceptance."""
    reservations = declaration.held
    if reservations.allowance is not None:
        return_allowance(declaration, reservations.allowance.value, repository)
        if reservations.caps:
            person = _person_of(reservations.allowance)
            cap_quantities = repository.caps([person]).get(person, {})
            for cap in reservations.caps:
                repository.put_cap(*person, cap.group, cap_quantities.get(cap.group, 0) - cap.quantity)
    return_stock(declaration, {drawn.gnum: drawn.quantity for drawn in reservations.stock}, repository)
    declaration.held = Reservations()


def return_caps(declaration: Declaration, facts: Inventory, quantities: Mapping[int, int], desk: CustomsDesk) -> None:
    """Subtract returned quantities, by line number, from the list's yearly caps, rounded down."""
    reservations = declaration.held
    if reservations.allowance is None or not reservations.caps:
        return
    person, day = _person_of(reservations.allowance), day_of(declaration.accepted_at)
    cap_quantities = desk.repository.caps([person]).get(person, {})
    for line in facts.lines:
        line_weights = limits.capped_weights(replace(facts, lines=(line,)), desk.goods, day)
        for cap in reservations.caps:
            returned_weight = line_weights.get(cap.group, 0) * quantities.get(line.gnum, 0) // line.qty
            cap.quantity -= returned_weight
            cap_quantities[cap.group] = cap_quantities.get(cap.group, 0) - returned_weight
            desk.repository.put_cap(*person, cap.group, cap_quantities[cap.group])


def return_allowance(declaration: Declaration, value: int, repository: CustomsRepository) -> None:
    """Return part of the allowance that a declaration reserved or used; `value` is scaled."""
    allowance = declaration.held.allowance
    if allowance is None:
        return
    person = _person_of(allowance)
    line = repository.allowances([person])[person]
    repository.put_allowance(line.give_back(value) if allowance.state == "used" else line.free(value))
    allowance.value -= value


def change_value(declaration: Declaration, value: int, repository: CustomsRepository) -> None:
    """Let the yearly allowance that a list has reserved follow its dutiable value, which is determined anew; scaled."""
    allowance = declaration.held.allowance
    if allowance is None:
        return
    person = _person_of(allowance)
    line = repository.allowances([person])[person].free(allowance.value).reserve(value)
    repository.put_allowance(line)
    allowance.value = value


def return_stock(declaration: Declaration, quantities: Mapping[int, int], repository: CustomsRepository) -> None:
    """Return quantities, by line number, to the account book they were drawn from."""
    quantities_by_line = quantities_to_return(
        {reserved.gnum: reserved.quantity for reserved in declaration.held.stock}, quantities
    )
    if not quantities_by_line:
        return
    reserved_lines = [reserved for reserved in declaration.held.stock if reserved.gnum in quantities_by_line]
    lines = repository.book_lines(sorted({(reserved.ems_no, reserved.item_record_no) for reserved in reserved_lines}))
    for reserved in reserved_lines:
        line = lines[reserved.ems_no, reserved.item_record_no]
        line.drawn -= quantities_by_line[reserved.gnum]
        reserved.quantity -= quantities_by_line[reserved.gnum]
        repository.put_book_line(line)
