"""The pest-check gateway's state in the database, and the released lists that it draws from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from declarations.documents import Inventory, unpack
from declarations.reasons import Reason
from gateways.pest_checks.repository import GoodsSample, ListToCheck, Plan
from single_window.store.agency_tables.pest_checks import pest_check_plan, pest_check_sample
from single_window.store.bulk import one_of
from single_window.store.gateways.agency_state import AgencyState
from single_window.store.records import Records, decoder
from single_window.store.tables import declaration, document

PLANS = Records(Plan, pest_check_plan)
SAMPLES = Records(GoodsSample, pest_check_sample, {"reasons": decoder(tuple[Reason, ...], tuple)})


class StoredPestCheckRepository(AgencyState):
    """State of one sandbox for one batch of deliveries."""

    def begin(self) -> None:
        self._plans = self.rows(PLANS, lock=True)
        self._samples = self.rows(SAMPLES, lock=True, cases="pest_check")

    def open_pest_plans(self) -> Sequence[Plan]:
        return self._plans.chosen(pest_check_plan.c.secret == "", fits=lambda plan: not plan.secret)

    def plans(self, ids: Collection[int]) -> Mapping[int, Plan]:
        return self._plans.by_key(ids)

    def put_plan(self, plan: Plan) -> None:
        self._plans.put(plan)

    def released_lists(self, draw_from: int, draw_until: int, after: int, most: int) -> Sequence[ListToCheck]:
        columns = declaration.c
        rows = self._connection.execute(
            select(columns.id, columns.invt_no, document.c.facts)
            .join(document, document.c.id == columns.document_id)
            .where(
                columns.sandbox == self._sandbox,
                columns.id > after,
                columns.flow == "I",
                columns.released_at >= draw_from,
                columns.released_at < draw_until,
                columns.released_at > 0,
            )
            .order_by(columns.id)
            .limit(most)
        )
        return [ListToCheck(row.id, row.invt_no, unpack(Inventory, row.facts)) for row in rows]

    def samples(self, ids: Collection[int]) -> Mapping[int, GoodsSample]:
        return self._samples.by_key([number for number in ids if number])

    def drawn(self, keys: Collection[str]) -> Collection[str]:
        column = pest_check_sample.c
        chosen = select(column.key).where(
            column.sandbox == self._sandbox, one_of(self._connection, column.key, list(keys))
        )
        return {*self._connection.execute(chosen).scalars(), *(put.key for put in self._samples.changed.values())}

    def put_sample(self, sample: GoodsSample) -> None:
        self._samples.put(sample)


REPOSITORY = StoredPestCheckRepository
