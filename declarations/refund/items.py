"""Checks the exports of a claim against customs' items: each once in a link, in its units, at its price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from declarations.forex.rates import letters
from declarations.money import Scaled, plain
from declarations.refund.faults import LineFault, fault
from declarations.refund.lines import ExportLine, ItemFacts, ItemTaken
from declarations.refund.numbers import is_item_number
from declarations.refund.rule import MatchingRule


class ItemLedger:
    """Checks export lines one after the other, and remembers the remaining quantity of each item."""

    def __init__(self, items: Mapping[str, ItemFacts], rule: MatchingRule) -> None:
        self._items = items
        self._rule = rule
        self._left: dict[str, Scaled] = {}
        self._seen: set[tuple[str, str]] = set()
        self.taken: dict[str, list[ItemTaken]] = {}
        self.faults: list[LineFault] = []

    def take(self, lines: Iterable[ExportLine]) -> None:
        """Check lines, in the order of their numbers; collect the quantities used in `taken`, by link, and the reasons
        to refuse lines in `faults`."""
        for line in lines:
            item = self._items.get(line.item_no)
            self.faults.extend(self._refused(line, item))
            if item is not None and line.qty > 0 and _unit_qty(line.unit, item) > 0:
                self._consume(line, item)

    def _refused(self, line: ExportLine, item: ItemFacts | None) -> Iterator[LineFault]:
        number, link = line.number, line.link_no
        if line.qty <= 0:
            yield fault("20209", number, link, found=plain(line.qty))
        if line.fob <= 0:
            yield fault("20210", number, link, found=plain(line.fob))
        if not is_item_number(line.item_no):
            yield fault("20201", number, link, found=line.item_no)
        elif item is None:
            yield fault("20202", number, link, item=line.item_no)
        if item is None:
            return
        if (link, line.item_no) in self._seen:
            yield fault("20203", number, link, item=line.item_no)
        self._seen.add((link, line.item_no))
        if line.hs10 != item.hs10:
            yield fault("20204", number, link, found=line.hs10, expected=item.hs10)
        yield from self._price(line, item)

    def _price(self, line: ExportLine, item: ItemFacts) -> Iterator[LineFault]:
        number, link = line.number, line.link_no
        whole = _unit_qty(line.unit, item)
        if not whole:
            units = "/".join(filter(None, (item.unit, item.unit2)))
            yield fault("20205", number, link, found=line.unit, expected=units)
        if line.currency != item.currency and letters(line.currency) != letters(item.currency):
            yield fault("20207", number, link, found=line.currency, expected=item.currency)
        elif min(whole, line.qty, line.fob) > 0 and not self._is_share(line, item, whole):
            yield fault(
                "20208",
                number,
                link,
                self._rule.parameters,
                found=plain(line.fob),
                expected=plain(item.fob * line.qty // whole),
                currency=item.currency,
            )

    def _is_share(self, line: ExportLine, item: ItemFacts, whole: Scaled) -> bool:
        return abs(line.fob * whole - item.fob * line.qty) <= self._rule.fob * whole

    def _consume(self, line: ExportLine, item: ItemFacts) -> None:
        left = self._left.get(line.item_no)
        if left is None:
            left = item.qty - item.used - item.returned
        taken = _in_first_unit(line, item)
        slack = 0 if line.unit == item.unit else self._rule.rest
        if taken > left > 0 and taken <= left + slack:
            taken = left
        if taken > left:
            self.faults.append(_too_much(line, item, taken, left))
            return
        self._left[line.item_no] = left - taken
        self.taken.setdefault(line.link_no, []).append(ItemTaken(line.item_no, taken))


def _unit_qty(unit: str, item: ItemFacts) -> Scaled:
    """The whole quantity of an item in a unit; 0 if it is not counted in that unit."""
    if unit == item.unit:
        return item.qty
    return item.qty2 if unit and unit == item.unit2 else 0


def _in_first_unit(line: ExportLine, item: ItemFacts) -> Scaled:
    """The quantity of a line in the item's first unit, rounded up to five decimals, so that it is never 0."""
    return line.qty if line.unit == item.unit else -(-line.qty * item.qty // item.qty2)


def _too_much(line: ExportLine, item: ItemFacts, taken: Scaled, left: Scaled) -> LineFault:
    """The fault of too large a quantity; with a separate code if only returned goods are missing."""
    code = "20211" if item.returned and taken <= left + item.returned else "20206"
    return fault(
        code,
        line.number,
        line.link_no,
        item=line.item_no,
        found=plain(taken),
        left=plain(max(left, 0)),
        declared=plain(item.qty),
        used=plain(item.used),
        returned=plain(item.returned),
        unit=item.unit,
    )
