"""Finds and locks all that a batch may change before it is handled: every batch does so in the same order.

Batches first, then trades, persons, stock and parcels, each kind sorted and queried once: where several work at
the same time, there is no deadlock. The handlers find all of it loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from gateways.customs import acceptance, lists
from gateways.customs.batches import locks as batches_locks
from gateways.customs.batches.repository import BatchRepository
from gateways.customs.examination import BONDED
from gateways.customs.export import locks as export_locks
from gateways.customs.parcels import keys_of
from gateways.customs.reach import ChangeScope, Names, Reach
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration
from gateways.customs.summaries.repository import SummaryRepository
from gateways.desk import Desk
from gateways.gateway import Named
from gateways.records import FiledDocument

_BY_ID = frozenset({Names.DOCUMENT, Names.DECLARATION, Names.WAITING_LIST, Names.REQUEST, Names.NOTE})


class AllCustomsRepository(BatchRepository, SummaryRepository, Protocol):
    """The state of all desks of customs."""


@dataclass(slots=True)
class _Needed:
    """Order numbers by what may change of their lists, and what is known to be concerned besides them."""

    changes: dict[str, ChangeScope] = field(default_factory=dict)
    deciding: set[str] = field(default_factory=set)
    exports: set[str] = field(default_factory=set)
    persons: set[tuple[str, int]] = field(default_factory=set)
    stock: set[tuple[str, str]] = field(default_factory=set)
    parcels: set[str] = field(default_factory=set)

    def add(self, orders: Iterable[str], changes: ChangeScope) -> None:
        """Lists of these orders may change so much."""
        for order_no in orders:
            if order_no:
                self.changes[order_no] = max(changes, self.changes.get(order_no, ChangeScope.NOTHING))


def lock(named: Named[Reach], desk: Desk[AllCustomsRepository]) -> None:
    """Lock everything that a batch may change."""
    needed, repository = _Needed(), desk.repository
    payloads = [payload for reach, keys in named if reach.names is Names.BATCH for payload in keys]
    needed.add(batches_locks.lock(payloads, repository), ChangeScope.NOTHING)
    _meetings(named, needed)
    _subjects(named, repository, needed)
    _exports_around(repository, needed)
    _pieces(named, repository, needed)
    needed.deciding.discard("")
    repository.lock(sorted(needed.changes))
    _trades(desk, needed)
    _exports(repository, needed)
    _lists(repository, needed)
    repository.allowances(sorted(needed.persons))
    repository.book_lines(sorted(needed.stock))
    repository.parcels(sorted(needed.parcels))


def _meetings(named: Named[Reach], needed: _Needed) -> None:
    """Add the meetings that payloads name themselves."""
    for reach, keys in named:
        if reach.names in {Names.ORDER, Names.PLACE}:
            needed.add(keys, reach.changes)
        if reach.names is Names.ORDER:
            needed.deciding.update(keys)
        elif reach.names is Names.EXPORT:
            needed.exports.update(keys)


def _subjects(named: Named[Reach], repository: CustomsRepository, needed: _Needed) -> None:
    """Find the orders of the documents, lists and requests that payloads name by their ids, each kind at once."""
    by_reach: dict[Reach, list[int]] = {}
    for reach, keys in named:
        if reach.names in _BY_ID:
            by_reach.setdefault(reach, []).extend(keys)
    for reach, ids in by_reach.items():
        if reach.names is Names.DOCUMENT:
            _documents(repository.documents(ids).values(), reach.changes, repository, needed)
            continue
        waiting = reach.names is Names.WAITING_LIST
        orders = repository.orders(Names.DECLARATION if waiting else reach.names, ids)
        needed.add(orders, reach.changes)
        if waiting:
            needed.exports.update(orders)


def _exports_around(repository: CustomsRepository, needed: _Needed) -> None:
    """Add the meetings that exports at the known ones concern besides."""
    needed.exports.discard("")
    needed.exports |= export_locks.around(needed.exports, repository)
    needed.add(needed.exports, ChangeScope.ALL)


def _pieces(named: Named[Reach], repository: CustomsRepository, needed: _Needed) -> None:
    """Add meetings and parcels of the pieces of notes that this batch will work off."""
    for reach, pieces in named:
        if reach.names in {Names.PIECE, Names.LATE_PIECE}:
            places, parcels = export_locks.pieces(pieces, reach.names is Names.LATE_PIECE, repository)
            needed.add(places, reach.changes)
            needed.parcels |= parcels


def _documents(
    filed: Iterable[FiledDocument], changes: ChangeScope, repository: CustomsRepository, needed: _Needed
) -> None:
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
        order_no for order_no in sorted(needed.changes) if order_no not in needed.deciding or repository.marks(order_no)
    ]
    for declaration in repository.declarations_of(known):
        if declaration.flow == "E":
            needed.parcels.add(declaration.logistics_key)  # it may be released, and has perhaps left
        if needed.changes[declaration.order_no] >= ChangeScope.ALLOWANCE:
            needed.persons.update(_persons(declaration))
        if needed.changes[declaration.order_no] == ChangeScope.ALL:
            needed.stock |= declaration.held.book_keys


def _persons(declaration: Declaration) -> Iterator[tuple[str, int]]:
    if taken := declaration.held.allowance:
        yield taken.identity, taken.year
