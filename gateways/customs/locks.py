"""Finds and locks all that a batch may change before it is handled: every batch does so in the same order.

Batches first, then trades, persons, stock and parcels, each kind sorted and queried once: where several work at
the same time, there is no deadlock. The handlers find all of it loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gateways.customs import acceptance, lists
from gateways.customs.batches import locks as batches_locks
from gateways.customs.batches.repository import BatchDesk
from gateways.customs.examination import BONDED
from gateways.customs.export import locks as export_locks
from gateways.customs.parcels import keys_of
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration
from gateways.customs.summaries import handlers as summary_handlers
from gateways.gateway import Delivered
from gateways.records import Filed
from gateways.topics.shared import Decision

KEEPS, PERSONS, ALL = 0, 1, 2
"""How much of what a list holds a topic may change: nothing, its buyer's allowance, its stock as well."""


class Names(NamedTuple):
    """The kind of thing that a topic's payloads name, and how much of what it holds may change."""

    kind: str
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
    **{topic: Names(*names) for topic, names in export_locks.NAMES.items()},
    **{topic: Names(*names) for topic, names in summary_handlers.NAMES.items()},
    "decision.batch": Names("batch", KEEPS),
    "batch.asked": Names("batch", KEEPS),
    "batch.told": Names("batch", KEEPS),
    "batch.worked": Names("batch", KEEPS),
    "deadline.batch": Names("batch", KEEPS),
}


_IDS = {"document": "document_id", "declaration": "declaration_id", "request": "request_id", "note": "request_id"}
"""The field of a payload that holds the id of what it names."""


@dataclass(slots=True)
class _Needed:
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


def hold(batch: Sequence[Delivered], desk: BatchDesk) -> None:
    """Lock everything that a batch may change."""
    needed = _Needed()
    needed.add(batches_locks.hold(batch, desk.repository), KEEPS)
    _name(batch, desk.repository, needed)
    needed.deciding.discard("")
    desk.repository.lock(sorted(needed.changes))
    _trades(desk, needed)
    _exports(desk.repository, needed)
    _lists(desk.repository, needed)
    desk.repository.allowances(sorted(needed.persons))
    desk.repository.book_lines(sorted(needed.stock))
    desk.repository.parcels(sorted(needed.parcels))


def _name(batch: Sequence[Delivered], repository: CustomsRepository, needed: _Needed) -> None:
    """Find the orders of all that the payloads name."""
    named, pieces = _sort_out(batch, needed)
    for (kind, changes), numbers in named.items():
        if kind == "document":
            _documents(repository.documents(numbers).values(), changes, repository, needed)
        else:
            needed.add(repository.orders(kind, numbers), changes)
    if any(delivered.topic == "deadline.partners" for delivered in batch):
        needed.exports |= needed.changes.keys()  # an export's partners are searched for at its waybill's meeting too
    needed.exports.discard("")
    needed.exports |= export_locks.around(needed.exports, repository)
    needed.add(needed.exports, ALL)
    for topic, payloads in pieces.items():
        places, parcels = export_locks.pieces(topic, payloads, repository)
        needed.add(places, KEEPS)
        needed.parcels |= parcels


def _sort_out(
    batch: Sequence[Delivered], needed: _Needed
) -> tuple[dict[tuple[str, int], list[Any]], dict[str, list[Any]]]:
    """Add the orders that payloads name themselves; gives the ids of other payloads by kind and change, and the
    pieces of notes by topic, whose orders must be queried."""
    named: dict[tuple[str, int], list[Any]] = {}
    pieces: dict[str, list[Any]] = {}
    for topic, payload in batch:
        kind, changes = NAMES.get(topic, ("nothing", KEEPS))
        if kind == "order":
            needed.add([payload.place], changes)
            needed.deciding.add(payload.place)
        elif kind in {"batch", "nothing"}:
            continue  # batches were held before: they come first
        elif kind == "export":
            needed.exports.add(payload.place)
        elif kind == "place":
            needed.add([payload.place], changes)
        elif kind == "piece":
            pieces.setdefault(topic, []).append(payload)
        elif kind == "subject":
            named.setdefault((payload.subject, changes), []).append(payload.subject_id)
        else:
            number = payload.subject_id if isinstance(payload, Decision) else getattr(payload, _IDS[kind])
            named.setdefault((kind, changes), []).append(number)
    return named, pieces


def _documents(filed: Iterable[Filed], changes: int, repository: CustomsRepository, needed: _Needed) -> None:
    """Documents that are handled by themselves: a request names a list, a note names parcels, a filing names stock."""
    list_numbers, parcels = set(), set()
    for document in filed:
        needed.add([document.order_no], changes)
        if document.kind in {"cancellation", "refund", "export_cancellation"}:
            list_numbers.add(document.facts.invt_no)
        elif document.kind in {"export_refund", "tally"}:
            needed.add(export_locks.returned(document, repository), changes)
        elif document.kind == "stock_filing":
            needed.stock.update((document.facts.ems_no, line.item_record_no) for line in document.facts.lines)
        else:
            parcels.update(keys_of(document))
    needed.add(repository.orders("invt_no", sorted(list_numbers)), changes)
    needed.add(repository.orders("parcel", sorted(parcels)), changes)
    needed.parcels |= parcels


def _trades(desk: CustomsDesk, needed: _Needed) -> None:
    """Lists that may be accepted take their buyer's allowance and stock, and look up their parcel."""
    for trade in acceptance.trades(desk.repository.meet(sorted(needed.deciding))):
        if not trade.missing:
            facts = trade.inventory.facts
            needed.persons.add((facts.buyer_id_number, desk.day.year))
            needed.parcels.add(lists.logistics_key(facts))
            if facts.trade_mode in BONDED:
                needed.stock.update((facts.ems_no, line.item_record_no) for line in facts.lines)


def _exports(repository: CustomsRepository, needed: _Needed) -> None:
    """Export lists that may be accepted look up their parcel, and draw their stock."""
    if needed.exports:
        parcels, stock = export_locks.complete(needed.exports, repository)
        needed.parcels |= parcels
        needed.stock |= stock


def _lists(repository: CustomsRepository, needed: _Needed) -> None:
    """Lists that were declared before may give back what they hold."""
    known = [
        order_no
        for order_no in sorted(needed.changes)
        if order_no not in needed.deciding or repository.answered(order_no)
    ]
    for declaration in repository.declarations_of(known):
        if declaration.flow == "E":
            needed.parcels.add(declaration.logistics_key)  # it may be released, and has perhaps left
        if needed.changes[declaration.order_no] >= PERSONS:
            needed.persons.update(_persons(declaration))
        if needed.changes[declaration.order_no] == ALL:
            needed.stock |= declaration.held.book_keys


def _persons(declaration: Declaration) -> Iterator[tuple[str, int]]:
    if taken := declaration.held.allowance:
        yield taken.identity, taken.year
