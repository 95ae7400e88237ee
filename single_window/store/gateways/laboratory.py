"""The laboratories' state in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from declarations.spot_checks.judgement import NOT_TESTABLE, ReportedItem
from gateways.forced import ForcedSample
from gateways.laboratory.repository import SampleOrder
from single_window.store.agency_tables.laboratory import sample_order
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.bulk import one_of
from single_window.store.gateways.agency_state import AgencyState
from single_window.store.gateways.registered import mailboxes_of
from single_window.store.records import Records, decoder
from single_window.store.tables import declaration

ORDERS = Records(SampleOrder, sample_order, {"lines": decoder(tuple[ReportedItem, ...], tuple)})


class StoredLaboratoryRepository(AgencyState):
    """State of one sandbox for one batch of deliveries."""

    def begin(self) -> None:
        self._orders = self.rows(ORDERS, lock=True)

    def orders(self, ids: Collection[int]) -> Mapping[int, SampleOrder]:
        return self._orders.by_key(ids)

    def order_ids(self, sample_ids: Collection[int]) -> Mapping[tuple[int, str, str], int]:
        column = sample_order.c
        chosen = select(column.id, column.sample_id, column.answers, column.laboratory).where(
            column.sandbox == self._sandbox,
            column.verdict != NOT_TESTABLE,
            one_of(self._connection, column.sample_id, list(sample_ids)),
        )
        stored = {row[1:]: row[0] for row in map(tuple, self._connection.execute(chosen))}
        put = {(order.sample_id, order.answers, order.laboratory): order.id for order in self._orders.changed.values()}
        return {**stored, **put}

    def forced_samples(self, ids: Collection[int]) -> Mapping[int, ForcedSample]:
        sample, listed = spot_check_sample.c, declaration.c
        numbers = (sample.sample_no, sample.order_no, sample.invt_no, sample.ems_no, sample.item_record_no)
        chosen = (
            select(sample.id, *numbers, listed.key, listed.mailboxes)
            .outerjoin(declaration, listed.id == sample.declaration_id)
            .where(sample.sandbox == self._sandbox, one_of(self._connection, sample.id, list(ids)))
        )
        return {row.id: _forced_sample(row) for row in self._connection.execute(chosen)}

    def orders_of(self, sample_numbers: Collection[str]) -> Mapping[str, Sequence[SampleOrder]]:
        column = sample_order.c
        chosen = select(column.id).where(
            column.sandbox == self._sandbox, one_of(self._connection, column.sample_no, list(sample_numbers))
        )
        ids = [*self._connection.execute(chosen).scalars(), *self._orders.changed]
        orders: dict[str, list[SampleOrder]] = {}
        for order in sorted(self.orders(sorted(set(ids))).values(), key=lambda order: order.id):
            if order.sample_no in sample_numbers:
                orders.setdefault(order.sample_no, []).append(order)
        return orders

    def mailboxes(self, laboratories: Collection[str]) -> Mapping[str, str]:
        return mailboxes_of(self._connection, self._sandbox, laboratories, "laboratory")

    def put_order(self, order: SampleOrder) -> None:
        self._orders.put(order)


def _forced_sample(row: Any) -> ForcedSample:
    numbers = (row.sample_no, row.order_no, row.invt_no, row.ems_no, row.item_record_no)
    return ForcedSample(row.sample_no, "|".join(filter(None, numbers)), row.key or "", row.mailboxes or "")


REPOSITORY = StoredLaboratoryRepository
