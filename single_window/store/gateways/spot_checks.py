"""The spot-check gateway's state in the database, with the lists and account books that it draws from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, func, select

from declarations.money import Scaled
from declarations.reasons import Reason
from declarations.spot_checks.drawing import SampledUnit
from declarations.spot_checks.judgement import FAILED
from gateways.customs.held import Reservations
from gateways.spot_checks.repository import ReleasedGoods, SpotCheckPlan, SpotSample, StockLot
from single_window.store.agency_tables.spot_checks import (
    spot_check_plan,
    spot_check_sample,
    spot_check_universe,
)
from single_window.store.bulk import begins_with, insert_rows, one_of
from single_window.store.gateways import sampled_lists
from single_window.store.gateways.agency_state import AgencyState
from single_window.store.gateways.registered import mailboxes_as
from single_window.store.records import Records, decoder
from single_window.store.tables import account_book, book_movement, declaration

PLANS = Records(SpotCheckPlan, spot_check_plan, {"raised": decoder(dict[str, str], dict)})
WAITING = ("accepted", "awaiting_arrival", "in_review", "suspended", "under_inspection", "detained", "concluded")
"""States of lists that have drawn on their lots, and are not released."""
_reservations = msgspec.json.Decoder(Reservations).decode
SAMPLES = Records(SpotSample, spot_check_sample, {"reasons": decoder(tuple[Reason, ...], tuple)})


def left_of(connection: Connection, sandbox: str, sample: SpotSample) -> Scaled:
    """Return the quantity that the book has left of a sample's lot, with what its measure has booked out; never below
    zero."""
    book, moved = account_book.c, book_movement.c
    by_measure = select(func.coalesce(func.sum(moved.quantity), 0)).where(
        moved.sandbox == sandbox, moved.cause.startswith(f"measure|{sample.measure_no}|", autoescape=True)
    )
    chosen = select(book.filed - book.drawn - book.booked_out + by_measure.scalar_subquery()).where(
        book.sandbox == sandbox, book.ems_no == sample.ems_no, book.item_record_no == sample.item_record_no
    )
    return max(0, int(connection.execute(chosen).scalar() or 0))


def waiting_of(connection: Connection, sandbox: str, sample: SpotSample) -> Scaled:
    """Return the quantity of a sample's lot that lists have drawn which are not released yet."""
    column, lot = declaration.c, [sample.ems_no, sample.item_record_no]
    drawn = msgspec.json.encode(lot).decode().rstrip("]")  # the beginning of what a list holds of the lot
    chosen = select(column.held).where(
        column.sandbox == sandbox,
        column.state.in_(WAITING),
        column.flow == "I",
        column.held.contains(drawn, autoescape=True),
    )
    held = (_reservations(text) for text in connection.execute(chosen).scalars())
    return sum(
        stock.quantity for reserved in held for stock in reserved.stock if [stock.ems_no, stock.item_record_no] == lot
    )


class StoredSpotCheckRepository(AgencyState):
    """State of one sandbox for one batch of deliveries."""

    def begin(self) -> None:
        self._plans = self.rows(PLANS, lock=True)
        self._samples = self.rows(SAMPLES, lock=True, cases="spot_check")

    def plans(self, ids: Collection[int]) -> Mapping[int, SpotCheckPlan]:
        return self._plans.by_key(ids)

    def plans_of(self, numbers: Collection[str]) -> Mapping[str, SpotCheckPlan]:
        stored = PLANS.load(self._connection, self._sandbox, "plan_no", list(numbers))
        put = [plan for plan in self._plans.changed.values() if plan.plan_no in numbers]
        return {plan.plan_no: plan for plan in [*stored, *put]}

    def open_plans(self) -> Sequence[SpotCheckPlan]:
        columns = spot_check_plan.c
        chosen = PLANS.select().where(columns.sandbox == self._sandbox, columns.secret == "")
        stored = {plan.id: plan for plan in map(PLANS.make, self._connection.execute(chosen))}
        plans = [plan for plan in {**stored, **self._plans.changed}.values() if not plan.secret]
        return sorted(plans, key=lambda plan: (plan.opened_at, len(plan.plan_no), plan.plan_no))

    def put_universe(self, plan_id: int, units: Sequence[SampledUnit]) -> None:
        rows = [(plan_id, self._sandbox, "\n".join("\t".join(unit) for unit in units))]
        insert_rows(self._connection, spot_check_universe, ("plan_id", "sandbox", "units"), rows)

    def put_plan(self, plan: SpotCheckPlan) -> None:
        self._plans.put(plan)

    def released_goods(self, draw_from: int, draw_until: int, after: int, most: int) -> Sequence[ReleasedGoods]:
        return sampled_lists.released_goods(self._connection, self._sandbox, draw_from, draw_until, after, most)

    def lists(self, ids: Collection[int]) -> Mapping[int, ReleasedGoods]:
        found = sampled_lists.lists_of(self._connection, self._sandbox, sorted(set(ids) - {0}))
        return {listed.id: listed for listed in found}

    def lots(self) -> Sequence[StockLot]:
        columns = account_book.c
        left = (columns.filed - columns.drawn - columns.booked_out).label("available")
        chosen = select(
            columns.ems_no, columns.item_record_no, columns.gcode, columns.gname, columns.unit, left, columns.area_code
        ).where(columns.sandbox == self._sandbox, left > 0)
        rows = self._connection.execute(chosen.order_by(columns.ems_no, columns.item_record_no)).all()
        return list(map(StockLot._make, rows))

    def waiting_of(self, sample: SpotSample) -> Scaled:
        return waiting_of(self._connection, self._sandbox, sample)

    def left_of(self, sample: SpotSample) -> Scaled:
        return left_of(self._connection, self._sandbox, sample)

    def sites(self, dxp_ids: Collection[str]) -> Collection[str]:
        return mailboxes_as(self._connection, self._sandbox, dxp_ids, "warehouse")

    def samples(self, ids: Collection[int]) -> Mapping[int, SpotSample]:
        return self._samples.by_key([number for number in ids if number])

    def sample_ids(self, numbers: Collection[str]) -> Mapping[str, int]:
        column = spot_check_sample.c
        chosen = select(column.sample_no, column.id).where(
            column.sandbox == self._sandbox, one_of(self._connection, column.sample_no, list(numbers))
        )
        stored = {row[0]: row[1] for row in self._connection.execute(chosen)}
        put = {sample.sample_no: sample.id for sample in self._samples.changed.values()}
        return {**stored, **{number: put[number] for number in numbers if number in put}}

    def beside(self, sample: SpotSample) -> Sequence[SpotSample]:
        prefix, column = sample.key.rpartition("|")[0] + "|", spot_check_sample.c
        found = self._samples.chosen(
            begins_with(self._connection, column.key, prefix), fits=lambda one: one.key.startswith(prefix)
        )
        return [one for one in found if one.id != sample.id]

    def drawn(self, keys: Collection[str]) -> Collection[str]:
        column = spot_check_sample.c
        chosen = select(column.key).where(
            column.sandbox == self._sandbox, one_of(self._connection, column.key, list(keys))
        )
        return {*self._connection.execute(chosen).scalars(), *(put.key for put in self._samples.changed.values())}

    def failed_strata(self) -> Collection[str]:
        column = spot_check_sample.c
        chosen = (
            select(column.stratum)
            .distinct()
            .join(
                spot_check_plan,
                (spot_check_plan.c.sandbox == column.sandbox) & (spot_check_plan.c.plan_no == column.plan_no),
            )
            .where(column.sandbox == self._sandbox, column.verdict == FAILED, spot_check_plan.c.secret != "")
        )
        return set(self._connection.execute(chosen).scalars())

    def put_sample(self, sample: SpotSample) -> None:
        self._samples.put(sample)


REPOSITORY = StoredSpotCheckRepository
