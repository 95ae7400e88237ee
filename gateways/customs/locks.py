"""Finds and locks all rows that a batch of payloads may change, before its handlers run.

Always in the same order, to avoid deadlocks between workers: 集中申报 batches, trades, persons, stock, parcels, each
kind sorted and queried once. The handlers find these rows loaded.
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
from gateways.customs.lock_targets import ChangeScope, LockTarget, TargetKind
from gateways.customs.parcels import keys_of
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration
from gateways.customs.summaries.repository import SummaryRepository
from gateways.desk import Desk
from gateways.gateway import Named
from gateways.records import FiledDocument

_BY_ID = frozenset(
    {TargetKind.DOCUMENT, TargetKind.DECLARATION, TargetKind.WAITING_LIST, TargetKind.REQUEST, TargetKind.NOTE}
)


class AllCustomsRepository(BatchRepository, SummaryRepository, Protocol):
    """The repository of all of customs: lists, batches, summaries."""


@dataclass(slots=True)
class _Needed:
    """The rows to lock: order numbers with the scope of change; orders to decide; exports; persons; stock; parcels."""

    changes: dict[str, ChangeScope] = field(default_factory=dict)
    deciding: set[str] = field(default_factory=set)
    exports: set[str] = field(default_factory=set)
    persons: set[tuple[str, int]] = field(default_factory=set)
    stock: set[tuple[str, str]] = field(default_factory=set)
    parcels: set[str] = field(default_factory=set)

    def add(self, orders: Iterable[str], changes: ChangeScope) -> None:
        """Add orders whose lists may change to this extent."""
        for order_no in orders:
            if order_no:
                self.changes[order_no] = max(changes, self.changes.get(order_no, ChangeScope.NOTHING))


def lock(named: Named[LockTarget], desk: Desk[AllCustomsRepository]) -> None:
    """Lock all rows that a batch may change; `named` pairs each topic's lock target with the keys of its payloads."""
    needed, repository = _Needed(), desk.repository
    payloads = [payload for target, keys in named if target.kind is TargetKind.BATCH for payload in keys]
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


def _meetings(named: Named[LockTarget], needed: _Needed) -> None:
    """Add the meetings that payloads name directly."""
    for target, keys in named:
        if target.kind in {TargetKind.ORDER, TargetKind.PLACE}:
            needed.add(keys, target.changes)
        if target.kind is TargetKind.ORDER:
            needed.deciding.update(keys)
        elif target.kind is TargetKind.EXPORT:
            needed.exports.update(keys)


def _subjects(named: Named[LockTarget], repository: CustomsRepository, needed: _Needed) -> None:
    """Add the orders of the documents, lists and requests that payloads name by id, with one query for each target."""
    by_target: dict[LockTarget, list[int]] = {}
    for target, keys in named:
        if target.kind in _BY_ID:
            by_target.setdefault(target, []).extend(keys)
    for target, ids in by_target.items():
        if target.kind is TargetKind.DOCUMENT:
            _documents(repository.documents(ids).values(), target.changes, repository, needed)
            continue
        waiting = target.kind is TargetKind.WAITING_LIST
        orders = repository.orders(TargetKind.DECLARATION if waiting else target.kind, ids)
        needed.add(orders, target.changes)
        if waiting:
            needed.exports.update(orders)


def _exports_around(repository: CustomsRepository, needed: _Needed) -> None:
    """Add the meetings related to those of exports."""
    needed.exports.discard("")
    needed.exports |= export_locks.related_meetings(needed.exports, repository)
    needed.add(needed.exports, ChangeScope.ALL)


def _pieces(named: Named[LockTarget], repository: CustomsRepository, needed: _Needed) -> None:
    """Add meetings and parcels of the pieces of notes that this batch will handle."""
    for target, pieces in named:
        if target.kind in {TargetKind.PIECE, TargetKind.LATE_PIECE}:
            places, parcels = export_locks.pieces(pieces, target.kind is TargetKind.LATE_PIECE, repository)
            needed.add(places, target.changes)
            needed.parcels |= parcels


def _documents(
    filed: Iterable[FiledDocument], changes: ChangeScope, repository: CustomsRepository, needed: _Needed
) -> None:
    """Add the orders, parcels and stock that requests, notes of transport and stock filings name."""
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
    """Add persons, stock and parcels of the import lists that may be accepted."""
    for trade in acceptance.trades(desk.repository.meet(sorted(needed.deciding))):
        if not trade.missing:
            facts = trade.inventory.facts
            needed.persons.add((facts.buyer_id_number, desk.day.year))
            needed.parcels.add(lists.logistics_key(facts))
            if facts.trade_mode in BONDED:
                needed.stock.update((facts.ems_no, line.item_record_no) for line in facts.lines)


def _exports(repository: CustomsRepository, needed: _Needed) -> None:
    """Add parcels and stock of the export lists that may be accepted."""
    if needed.exports:
        parcels, stock = export_locks.complete(needed.exports, repository)
        needed.parcels |= parcels
        needed.stock |= stock


def _lists(repository: CustomsRepository, needed: _Needed) -> None:
    """Add the persons and stock of existing declarations, whose reservations may be released."""
    known = [
        order_no for order_no in sorted(needed.changes) if order_no not in needed.deciding or repository.marks(order_no)
    ]
    for declaration in repository.declarations_of(known):
        if declaration.flow == "E":
            needed.parcels.add(declaration.logistics_key)  # the release of a list reads whether its parcel has departed
        if needed.changes[declaration.order_no] >= ChangeScope.ALLOWANCE:
            needed.persons.update(_persons(declaration))
        if needed.changes[declaration.order_no] == ChangeScope.ALL:
            needed.stock |= declaration.held.book_keys


def _persons(declaration: Declaration) -> Iterator[tuple[str, int]]:
    if taken := declaration.held.allowance:
        yield taken.identity, taken.year
