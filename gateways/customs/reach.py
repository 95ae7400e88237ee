"""What a batch may change: found, and taken hold of before anything is heard, by every batch in the same order.

Batches first, then trades, persons, stock and parcels, each kind sorted and asked for once: where several work at the
same time, none waits for another in a circle. What is heard afterwards finds all of it in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gateways.customs import acceptance
from gateways.customs.batches import reach as batch_reach
from gateways.customs.batches.memory import BatchMemory
from gateways.customs.examination import BONDED
from gateways.customs.export import reach as export_reach
from gateways.customs.memory import CustomsMemory, Declaration, Filed
from gateways.customs.parcels import keys_of
from gateways.customs.summaries import desk as summary_desk
from gateways.gateway import Circumstances, Heard

KEEPS, PERSONS, ALL = 0, 1, 2
"""How much of what a list holds a topic may change: nothing, its buyer's allowance, its stock as well."""


class Names(NamedTuple):
    """What a topic's items name, and how much of what that holds may change."""

    what: str
    changes: int


NAMES: Mapping[str, Names] = {
    "import.order": Names("order", ALL),
    "import.payment": Names("order", ALL),
    "import.waybill": Names("order", ALL),
    "import.inventory": Names("order", ALL),
    "deadline.partners": Names("declaration", ALL),
    "tax.assessed": Names("declaration", PERSONS),
    "tax.short": Names("declaration", ALL),
    "payment_data.answered": Names("declaration", ALL),
    "deadline.payment_data": Names("declaration", ALL),
    "deadline.closing": Names("declaration", KEEPS),
    "inspection.passed": Names("declaration", KEEPS),
    "inspection.failed": Names("declaration", KEEPS),
    "decision.declaration": Names("declaration", ALL),
    "decision.request": Names("request", ALL),
    "officer.acted": Names("subject", ALL),
    "deadline.officer": Names("declaration", ALL),
    "import.cancellation": Names("document", ALL),
    "import.refund": Names("document", KEEPS),
    "tax.recomputed": Names("declaration", PERSONS),
    "deadline.request": Names("request", ALL),
    "deadline.goods_back": Names("request", ALL),
    "import.waybill_status": Names("document", KEEPS),
    "import.intake": Names("document", KEEPS),
    "deadline.arrival": Names("declaration", ALL),
    "import.stock_filing": Names("document", KEEPS),
    **{topic: Names(*names) for topic, names in export_reach.NAMES.items()},
    **{topic: Names(*names) for topic, names in summary_desk.NAMES.items()},
    "decision.batch": Names("batch", KEEPS),
    "batch.asked": Names("batch", KEEPS),
    "batch.told": Names("batch", KEEPS),
    "batch.worked": Names("batch", KEEPS),
    "deadline.batch": Names("batch", KEEPS),
}


@dataclass(slots=True)
class _Reach:
    """Order numbers by what may change of their lists, and what is known to be concerned besides them."""

    changes: dict[str, int] = field(default_factory=dict)
    deciding: set[str] = field(default_factory=set)
    exports: set[str] = field(default_factory=set)
    persons: set[tuple[str, int]] = field(default_factory=set)
    stock: set[tuple[str, str]] = field(default_factory=set)
    parcels: set[str] = field(default_factory=set)

    def add(self, orders: Iterable[str], changes: int) -> None:
        """Lists of these orders may change so much."""
        for order_no in orders:
            if order_no:
                self.changes[order_no] = max(changes, self.changes.get(order_no, KEEPS))


def hold(batch: Sequence[Heard], memory: BatchMemory, circumstances: Circumstances) -> None:
    """Take hold of everything that a batch may change."""
    reach = _Reach()
    reach.add(batch_reach.hold(batch, memory), KEEPS)
    _name(batch, memory, reach)
    reach.deciding.discard("")
    memory.lock(sorted(reach.changes))
    _trades(memory, circumstances, reach)
    _exports(memory, reach)
    _lists(memory, reach)
    memory.allowances(sorted(reach.persons))
    memory.book_lines(sorted(reach.stock))
    memory.parcels(sorted(reach.parcels))


def _name(batch: Sequence[Heard], memory: CustomsMemory, reach: _Reach) -> None:
    """Find the orders of all that the items name."""
    named: dict[tuple[str, int], list[Any]] = {}
    pieces: dict[str, list[Any]] = {}
    for topic, item in batch:
        what, changes = NAMES.get(topic, ("nothing", KEEPS))
        if what == "order":
            reach.add([item[1]], changes)
            reach.deciding.add(item[1])
        elif what == "batch":
            continue  # held before: batches come first
        elif what == "export":
            reach.exports.add(item[1])
        elif what == "place":
            reach.add([item[1]], changes)
        elif what == "waiting":
            reach.add([item[2]], changes)
        elif what == "piece":
            pieces.setdefault(topic, []).append(item)
        elif what == "subject":
            named.setdefault((item[0], changes), []).append(item[1])
        else:
            named.setdefault((what, changes), []).append(item[0])
    for (what, changes), numbers in named.items():
        if what == "document":
            _documents(memory.documents(numbers).values(), changes, memory, reach)
        elif what != "nothing":
            reach.add(memory.orders(what, numbers), changes)
    if any(one.topic == "deadline.partners" for one in batch):
        reach.exports |= reach.changes.keys()  # an export's partners are looked for at its waybill's meeting too
    reach.exports.discard("")
    reach.exports |= export_reach.around(reach.exports, memory)
    reach.add(reach.exports, ALL)
    for topic, items in pieces.items():
        places, parcels = export_reach.pieces(topic, items, memory)
        reach.add(places, KEEPS)
        reach.parcels |= parcels


def _documents(filed: Iterable[Filed], changes: int, memory: CustomsMemory, reach: _Reach) -> None:
    """Documents that are heard by themselves: a request names a list, a note names parcels, a filing names stock."""
    list_numbers, parcels = set(), set()
    for one in filed:
        reach.add([one.order_no], changes)
        if one.kind in {"cancellation", "refund", "export_cancellation"}:
            list_numbers.add(one.facts.invt_no)
        elif one.kind in {"export_refund", "tally"}:
            reach.add(export_reach.returned(one, memory), changes)
        elif one.kind == "stock_filing":
            reach.stock.update((one.facts.ems_no, line.item_record_no) for line in one.facts.lines)
        else:
            parcels.update(keys_of(one))
    reach.add(memory.orders("invt_no", sorted(list_numbers)), changes)
    reach.add(memory.orders("parcel", sorted(parcels)), changes)
    reach.parcels |= parcels


def _trades(memory: CustomsMemory, circumstances: Circumstances, reach: _Reach) -> None:
    """Lists that may be accepted take their buyer's allowance and stock, and ask after their parcel."""
    for trade in acceptance.trades(memory.meet(sorted(reach.deciding))):
        if not trade.missing:
            facts = trade.inventory.facts
            reach.persons.add((facts.buyer_id_number, circumstances.day.year))
            reach.parcels.add(acceptance.logistics_key(facts))
            if facts.trade_mode in BONDED:
                reach.stock.update((facts.ems_no, line.item_record_no) for line in facts.lines)


def _exports(memory: CustomsMemory, reach: _Reach) -> None:
    """Export lists that may be accepted ask after their parcel, and draw their stock."""
    if reach.exports:
        parcels, stock = export_reach.complete(reach.exports, memory)
        reach.parcels |= parcels
        reach.stock |= stock


def _lists(memory: CustomsMemory, reach: _Reach) -> None:
    """Lists that were declared before may give back what they hold."""
    known = [order_no for order_no in sorted(reach.changes)
             if order_no not in reach.deciding or memory.answered(order_no)]
    for one in memory.declarations_of(known):
        if one.flow == "E":
            reach.parcels.add(one.logistics_key)  # it may be released, and has perhaps left
        if reach.changes[one.order_no] >= PERSONS:
            reach.persons.update(_persons(one))
        if reach.changes[one.order_no] == ALL:
            reach.stock.update((entry[0], entry[1]) for entry in one.held.get("stock", ()))


def _persons(declaration: Declaration) -> Iterator[tuple[str, int]]:
    if held := declaration.held.get("allowance"):
        yield held[0], held[1]
