"""Checks the exports of a claim against customs' items: each once in a link, in its units, at its price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from declarations.forex.rates import letters_of
from declarations.money import Scaled, amount_text
from declarations.refund.faults import LineFault, make_fault
from declarations.refund.lines import ExportLine, ItemFacts, ItemUse
from declarations.refund.numbers import is_item_number
from declarations.refund.rule import MatchingRule


class ItemLedger:
    """Checks export lines one after the other, and remembers the remaining quantity of each item."""

    def __init__(self, items: Mapping[str, ItemFacts], rule: MatchingRule) -> None:
        self._items = items
        self._rule = rule
        self._remaining: dict[str, Scaled] = {}
        self._seen: set[tuple[str, str]] = set()
        self.uses_by_link: dict[str, list[ItemUse]] = {}
        self.faults: list[LineFault] = []

    def check_lines(self, lines: Iterable[ExportLine]) -> None:
        """Check lines, in the order of their numbers; collect the quantities used in `uses_by_link`, by link, and the
        reasons to refuse lines in `faults`."""
        for line in lines:
            item = self._items.get(line.item_no)
            self.faults.extend(self._check_line(line, item))
            if item is not None and line.qty > 0 and _quantity_in_unit(line.unit, item) > 0:
                self._consume(line, item)

    def _check_line(self, line: ExportLine, item: ItemFacts | None) -> Iterator[LineFault]:
        number, link = line.number, line.link_no
        yield from _check_amounts(line)
        if not is_item_number(line.item_no):
            yield make_fault("20201", number, link, found=line.item_no)
        elif item is None:
            yield make_fault("20202", number, link, item=line.item_no)
        if item is None:
            return
        if (link, line.item_no) in self._seen:
            yield make_fault("20203", number, link, item=line.item_no)
        self._seen.add((link, line.item_no))
        if line.hs10 != item.hs10:
            yield make_fault("20204", number, link, found=line.hs10, expected=item.hs10)
        yield from self._check_price(line, item)

    def _check_price(self, line: ExportLine, item: ItemFacts) -> Iterator[LineFault]:
        number, link = line.number, line.link_no
        whole_quantity = _quantity_in_unit(line.unit, item)
        if not whole_quantity:
            units = "/".join(filter(None, (item.unit, item.unit2)))
            yield make_fault("20205", number, link, found=line.unit, expected=units)
        if line.currency != item.currency and letters_of(line.currency) != letters_of(item.currency):
            yield make_fault("20207", number, link, found=line.currency, expected=item.currency)
        elif min(whole_quantity, line.qty, line.fob) > 0 and not self._is_share(line, item, whole_quantity):
            share, ids = amount_text(item.fob * line.qty // whole_quantity), self._rule.parameter_ids
            fob = amount_text(line.fob)
            yield make_fault("20208", number, link, ids, found=fob, expected=share, currency=item.currency)

    def _is_share(self, line: ExportLine, item: ItemFacts, whole_quantity: Scaled) -> bool:
        return abs(line.fob * whole_quantity - item.fob * line.qty) <= self._rule.fob * whole_quantity

    def _consume(self, line: ExportLine, item: ItemFacts) -> None:
        remaining = self._remaining.get(line.item_no)
        if remaining is None:
            remaining = item.qty - item.used - item.returned
        quantity = _quantity_in_first_unit(line, item)
        tolerance = 0 if line.unit == item.unit else self._rule.rest
        if quantity > remaining > 0 and quantity <= remaining + tolerance:
            quantity = remaining
        if quantity > remaining:
            self.faults.append(_excess_fault(line, item, quantity, remaining))
            return
        self._remaining[line.item_no] = remaining - quantity
        self.uses_by_link.setdefault(line.link_no, []).append(ItemUse(line.item_no, quantity))


def _check_amounts(line: ExportLine) -> Iterator[LineFault]:
    if line.qty <= 0:
        yield make_fault("20209", line.number, line.link_no, found=amount_text(line.qty))
    if line.fob <= 0:
        yield make_fault("20210", line.number, line.link_no, found=amount_text(line.fob))


def _quantity_in_unit(unit: str, item: ItemFacts) -> Scaled:
    """The whole quantity of an item in a unit; 0 if it is not counted in that unit."""
    if unit == item.unit:
        return item.qty
    return item.qty2 if unit and unit == item.unit2 else 0


def _quantity_in_first_unit(line: ExportLine, item: ItemFacts) -> Scaled:
    """The quantity of a line in the item's first unit, rounded up to five decimals, so that it is never 0."""
    return line.qty if line.unit == item.unit else -(-line.qty * item.qty // item.qty2)


def _excess_fault(line: ExportLine, item: ItemFacts, quantity: Scaled, remaining: Scaled) -> LineFault:
    """The fault of too large a quantity; with a separate code if only returned goods are missing."""
    code = "20211" if item.returned and quantity <= remaining + item.returned else "20206"
    return make_fault(
        code,
        line.number,
        line.link_no,
        item=line.item_no,
        found=amount_text(quantity),
        left=amount_text(max(remaining, 0)),
        declared=amount_text(item.qty),
        used=amount_text(item.used),
        returned=amount_text(item.returned),
        unit=item.unit,
    )
