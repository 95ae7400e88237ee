"""The pest-check gateway's state in the database, and the released lists that it draws from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from declarations.documents import Inventory, unpack
from declarations.reasons import Reason
from gateways.pest_checks.repository import GoodsSample, Plan, ReleasedList
from single_window.store import work_cases
from single_window.store.agency_tables.pest_checks import pest_check_plan, pest_check_sample
from single_window.store.bulk import one_of
from single_window.store.numbering import ROWS, Numbering
from single_window.store.records import Records, decoder
from single_window.store.tables import declaration, document

PLANS = Records(Plan, pest_check_plan)
SAMPLES = Records(GoodsSample, pest_check_sample, {"reasons": decoder(tuple[Reason, ...], tuple)})


class StoredPestCheckRepository:
    """State of one sandbox for one batch of deliveries. Later queries of the batch see rows that were put."""

    def __init__(
        self,
        connection: Connection,
        sandbox: str,
        numbering: Numbering,
        recent: dict[str, dict[Any, Any]] | None = None,
    ) -> None:
        self._connection, self._sandbox, self._numbering = connection, sandbox, numbering
        self._plans: dict[int, Plan] = {}
        self._samples: dict[int, GoodsSample] = {}
        self._changed_plans: dict[int, Plan] = {}
        self._changed_samples: dict[int, GoodsSample] = {}

    def open_pest_plans(self) -> Sequence[Plan]:
        chosen = PLANS.select().where(pest_check_plan.c.sandbox == self._sandbox, pest_check_plan.c.secret == "")
        stored = {plan.id: plan for plan in map(PLANS.make, self._connection.execute(chosen))}
        return [plan for plan in {**stored, **self._changed_plans}.values() if not plan.secret]

    def plans(self, ids: Collection[int]) -> Mapping[int, Plan]:
        missing = [number for number in ids if number not in self._plans]
        for plan in PLANS.load(self._connection, self._sandbox, "id", missing, lock=True):
            self._plans[plan.id] = plan
        return {number: self._plans[number] for number in ids if number in self._plans}

    def put_plan(self, plan: Plan) -> None:
        self._plans[plan.id] = self._changed_plans[plan.id] = plan

    def released_lists(self, draw_from: int, draw_until: int, after: int, most: int) -> Sequence[ReleasedList]:
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
        return [ReleasedList(row.id, row.invt_no, unpack(Inventory, row.facts)) for row in rows]

    def samples(self, ids: Collection[int]) -> Mapping[int, GoodsSample]:
        missing = [number for number in ids if number and number not in self._samples]
        for sample in SAMPLES.load(self._connection, self._sandbox, "id", missing, lock=True):
            self._samples[sample.id] = sample
        return {number: self._samples[number] for number in ids if number in self._samples}

    def drawn(self, keys: Collection[str]) -> Collection[str]:
        column = pest_check_sample.c
        chosen = select(column.key).where(
            column.sandbox == self._sandbox, one_of(self._connection, column.key, list(keys))
        )
        return {*self._connection.execute(chosen).scalars(), *(put.key for put in self._changed_samples.values())}

    def put_sample(self, sample: GoodsSample) -> None:
        self._samples[sample.id] = self._changed_samples[sample.id] = sample

    def new_id(self) -> int:
        return self._numbering.next_number(ROWS, "row")

    def touched(self) -> Collection[int]:
        """Ids of changed declarations: none."""
        return ()

    def changed(self) -> work_cases.Changed:
        """Changed samples."""
        return {"pest_check": self._changed_samples.values()}

    def save(self, connection: Connection) -> None:
        """Write all changes."""
        PLANS.save(connection, self._sandbox, self._changed_plans.values())
        SAMPLES.save(connection, self._sandbox, self._changed_samples.values())


REPOSITORY = StoredPestCheckRepository
