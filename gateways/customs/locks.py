"""Finds and locks all rows that a batch of payloads may change, before its handlers run.

Always in the same order, to avoid deadlocks between workers: 集中申报 batches, trades, persons, stock, parcels, each
kind sorted and queried once. The handlers find these rows loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from gateways.customs import import_trades, lists
from gateways.customs.batches import locks as batches_locks
from gateways.customs.batches.repository import BatchRepository
from gateways.customs.examination import BONDED
from gateways.customs.export import locks as export_locks
from gateways.customs.lock_targets import ChangeScope, LockTarget, TargetKind
from gateways.customs.parcels import parcel_keys_of
from gateways.customs.repository import CustomsDesk, CustomsRepository, Declaration
from gateways.customs.summaries.repository import SummaryRepository
from gateways.desk import Desk
from gateways.gateway import NamedKeys
from gateways.records import FiledDocument

_BY_ID = frozenset(
    {TargetKind.DOCUMENT, TargetKind.DECLARATION, TargetKind.WAITING_LIST, TargetKind.REQUEST, TargetKind.NOTE}
)


class AllCustomsRepository(BatchRepository, SummaryRepository, Protocol):
    """The repository of all of customs: lists, batches, summaries."""


@dataclass(slots=True)
class _RowsToLock:
    """The rows to lock: order numbers with the scope of change; orders to decide; exports; persons; stock; parcels."""

    changes: dict[str, ChangeScope] = field(default_factory=dict)
    orders_to_decide: set[str] = field(default_factory=set)
    exports: set[str] = field(default_factory=set)
    persons: set[tuple[str, int]] = field(default_factory=set)
    stock: set[tuple[str, str]] = field(default_factory=set)
    parcels: set[str] = field(default_factory=set)

    def add(self, orders: Iterable[str], changes: ChangeScope) -> None:
        """Add orders whose lists may change to this extent."""
        for order_no in orders:
            if order_no:
                self.changes[order_no] = max(changes, self.changes.get(order_no, ChangeScope.NOTHING))


def lock_rows(named_keys: NamedKeys[LockTarget], desk: Desk[AllCustomsRepository]) -> None:
    """Lock all rows that a batch may change; `named_keys` pairs each topic's lock target with the keys of its
    payloads."""
    rows_to_lock, repository = _RowsToLock(), desk.repository
    payloads = [payload for target, keys in named_keys if target.kind is TargetKind.BATCH for payload in keys]
    rows_to_lock.add(batches_locks.lock_batches(payloads, repository), ChangeScope.NOTHING)
    _add_meetings(named_keys, rows_to_lock)
    _add_subjects(named_keys, repository, rows_to_lock)
    _add_related_exports(repository, rows_to_lock)
    _add_pieces(named_keys, repository, rows_to_lock)
    rows_to_lock.orders_to_decide.discard("")
    repository.lock(sorted(rows_to_lock.changes))
    _add_trades(desk, rows_to_lock)
    _add_exports(repository, rows_to_lock)
    _add_lists(repository, rows_to_lock)
    repository.allowances(sorted(rows_to_lock.persons))
    repository.book_lines(sorted(rows_to_lock.stock))
    repository.parcels(sorted(rows_to_lock.parcels))


def _add_meetings(named_keys: NamedKeys[LockTarget], rows_to_lock: _RowsToLock) -> None:
    """Add the meetings and lots that payloads name directly."""
    for target, keys in named_keys:
        if target.kind in {TargetKind.ORDER, TargetKind.PLACE}:
            rows_to_lock.add(keys, target.changes)
        if target.kind is TargetKind.ORDER:
            rows_to_lock.orders_to_decide.update(keys)
        elif target.kind is TargetKind.EXPORT:
            rows_to_lock.exports.update(keys)
        elif target.kind is TargetKind.LOT:
            rows_to_lock.stock.update(keys)


def _add_subjects(named_keys: NamedKeys[LockTarget], repository: CustomsRepository, rows_to_lock: _RowsToLock) -> None:
    """Add the orders of the documents, lists and requests that payloads name by id, with one query for each target."""
    by_target: dict[LockTarget, list[int]] = {}
    for target, keys in named_keys:
        if target.kind in _BY_ID:
            by_target.setdefault(target, []).extend(keys)
    for target, ids in by_target.items():
        if target.kind is TargetKind.DOCUMENT:
            _add_documents(repository.documents(ids).values(), target.changes, repository, rows_to_lock)
            continue
        waiting = target.kind is TargetKind.WAITING_LIST
        orders = repository.orders(TargetKind.DECLARATION if waiting else target.kind, ids)
        rows_to_lock.add(orders, target.changes)
        if waiting:
            rows_to_lock.exports.update(orders)


def _add_related_exports(repository: CustomsRepository, rows_to_lock: _RowsToLock) -> None:
    """Add the meetings related to those of exports."""
    rows_to_lock.exports.discard("")
    rows_to_lock.exports |= export_locks.related_meetings(rows_to_lock.exports, repository)
    rows_to_lock.add(rows_to_lock.exports, ChangeScope.ALL)


def _add_pieces(named_keys: NamedKeys[LockTarget], repository: CustomsRepository, rows_to_lock: _RowsToLock) -> None:
    """Add meetings and parcels of the pieces of notes that this batch will handle."""
    for target, pieces in named_keys:
        if target.kind in {TargetKind.PIECE, TargetKind.LATE_PIECE}:
            places, parcels = export_locks.rows_of_pieces(pieces, target.kind is TargetKind.LATE_PIECE, repository)
            rows_to_lock.add(places, target.changes)
            rows_to_lock.parcels |= parcels


def _add_documents(
    filed_documents: Iterable[FiledDocument],
    changes: ChangeScope,
    repository: CustomsRepository,
    rows_to_lock: _RowsToLock,
) -> None:
    """Add the orders, parcels and stock that requests, notes of transport and stock filings name."""
    list_numbers, parcels = set(), set()
    for document in filed_documents:
        rows_to_lock.add([document.order_no], changes)
        if document.kind in {"cancellation", "refund", "export_cancellation"}:
            list_numbers.add(document.facts.invt_no)
        elif document.kind in {"export_refund", "tally"}:
            rows_to_lock.add(export_locks.orders_of_return(document, repository), changes)
        elif document.kind == "stock_filing":
            rows_to_lock.stock.update((document.facts.ems_no, line.item_record_no) for line in document.facts.lines)
        else:
            parcels.update(parcel_keys_of(document))
    rows_to_lock.add(repository.orders("invt_no", sorted(list_numbers)), changes)
    rows_to_lock.add(repository.orders("parcel", sorted(parcels)), changes)
    rows_to_lock.parcels |= parcels


def _add_trades(desk: CustomsDesk, rows_to_lock: _RowsToLock) -> None:
    """Add persons, stock and parcels of the import lists that may be accepted."""
    for trade in import_trades.join_trades(desk.repository.load_meetings(sorted(rows_to_lock.orders_to_decide))):
        if not trade.missing:
            facts = trade.inventory.facts
            rows_to_lock.persons.add((facts.buyer_id_number, desk.day.year))
            rows_to_lock.parcels.add(lists.logistics_key_of(facts))
            if facts.trade_mode in BONDED:
                rows_to_lock.stock.update((facts.ems_no, line.item_record_no) for line in facts.lines)


def _add_exports(repository: CustomsRepository, rows_to_lock: _RowsToLock) -> None:
    """Add parcels and stock of the export lists that may be accepted."""
    if rows_to_lock.exports:
        parcels, stock = export_locks.rows_of_complete_exports(rows_to_lock.exports, repository)
        rows_to_lock.parcels |= parcels
        rows_to_lock.stock |= stock


def _add_lists(repository: CustomsRepository, rows_to_lock: _RowsToLock) -> None:
    """Add the persons and stock of existing declarations, whose reservations may be released."""
    orders = [
        order_no
        for order_no in sorted(rows_to_lock.changes)
        if order_no not in rows_to_lock.orders_to_decide or repository.marks(order_no)
    ]
    for declaration in repository.declarations_of(orders):
        if declaration.flow == "E":
            rows_to_lock.parcels.add(
                declaration.logistics_key
            )  # the release of a list reads whether its parcel has departed
        if rows_to_lock.changes[declaration.order_no] >= ChangeScope.ALLOWANCE:
            rows_to_lock.persons.update(_persons_of(declaration))
        if rows_to_lock.changes[declaration.order_no] == ChangeScope.ALL:
            rows_to_lock.stock |= declaration.held.book_keys


def _persons_of(declaration: Declaration) -> Iterator[tuple[str, int]]:
    if allowance := declaration.held.allowance:
        yield allowance.identity, allowance.year
