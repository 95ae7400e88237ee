"""The rows of spot checks: plans and samples. The lock on a plan covers its draws, that on a sample its changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from declarations.documents import Inventory
from declarations.money import Scaled
from declarations.reasons import Reason
from declarations.spot_checks.drawing import SampledUnit
from gateways.desk import Desk
from gateways.records import FiledDocument


@dataclass(slots=True)
class SpotCheckPlan:
    """A plan: its terms as they were written, what it commits itself to, and its period.

    `secret` is empty until the plan ends. `raised`: chapter and origin → factor of the rate there, because samples of
    plans that had ended failed when this one opened."""

    id: int
    plan_no: str
    terms: str
    basis: str
    universe: str
    commitment: str
    opened_at: int
    closes_at: int
    opened_by: str = ""
    raised: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    version: int = 0


@dataclass(slots=True)
class SpotSample:
    """A sample: the unit that a plan drew (a line of a list, or a lot of an account book), and what came of it.

    Quantities are scaled; `qty` is all that there was to draw from. `measure_no` and what follows it are empty until a
    measure is ordered. `cleared_qty`: what left the book after the end of a measure that left the goods there.
    `ebp_code`: the platform that is told of the measure; `platform_answered`: when it last answered that it delists the
    goods. `insisted`: how often an officer found that a refusal had no ground. `overdue_at`: when the measure was
    overdue."""

    id: int
    sample_no: str
    key: str
    state: str
    plan_no: str
    basis: str
    place: str
    stratum: str
    ebc_code: str
    gcode: str
    gname: str
    unit: str
    qty: int
    drawn_at: int
    due_at: int
    law: str
    declaration_id: int = 0
    order_no: str = ""
    invt_no: str = ""
    gnum: int = 0
    ems_no: str = ""
    item_record_no: str = ""
    version: int = 0
    seal_no: str = ""
    taken_at: int = 0
    taken_qty: int = 0
    laboratory: str = ""
    report_no: str = ""
    verdict: str = ""
    reported_at: int = 0
    answers: str = ""
    measure_no: str = ""
    measure: str = ""
    measure_due: int = 0
    done_qty: int = 0
    cleared_qty: int = 0
    ebp_code: str = ""
    platform_answered: int = 0
    insisted: int = 0
    overdue_at: int = 0
    reasons: tuple[Reason, ...] = ()

    @property
    def lot(self) -> str:
        """The key of the lot in the account book; empty for a line of a list."""
        return f"{self.ems_no}|{self.item_record_no}" if self.ems_no else ""


class ReleasedGoods(NamedTuple):
    """An import list with the credit grade of its merchant and the instant of its release, 0 before."""

    id: int
    invt_no: str
    facts: Inventory
    grade: str
    released_at: int = 0


class StockLot(NamedTuple):
    """A lot of an account book: an item, its quantity that is available, scaled, and the warehouse that filed it."""

    ems_no: str
    item_record_no: str
    gcode: str
    gname: str
    unit: str
    available: int
    area_code: str


class SpotCheckRepository(Protocol):
    """Loads and stores rows in bulk."""

    def plans(self, ids: Collection[int]) -> Mapping[int, SpotCheckPlan]:
        """Plans by id, locked."""

    def plans_of(self, numbers: Collection[str]) -> Mapping[str, SpotCheckPlan]:
        """Plans by number."""

    def open_plans(self) -> Sequence[SpotCheckPlan]:
        """The plans whose secrets are not revealed, oldest first."""

    def put_plan(self, plan: SpotCheckPlan) -> None:
        """Store a new or changed plan."""

    def released_goods(self, draw_from: int, draw_until: int, after: int, most: int) -> Sequence[ReleasedGoods]:
        """At most `most` import lists released between two instants, by id, those above `after`."""

    def lists(self, ids: Collection[int]) -> Mapping[int, ReleasedGoods]:
        """Import lists by id, released or not."""

    def lots(self) -> Sequence[StockLot]:
        """All lots of account books of which something is available."""

    def waiting_of(self, sample: SpotSample) -> Scaled:
        """The quantity of a sample's lot that lists have drawn which are not released yet."""

    def left_of(self, sample: SpotSample) -> Scaled:
        """The quantity that the book has left of a sample's lot, with what its measure has booked out, scaled; never
        below zero."""

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        """The DXP ids of companies that have one, by their codes."""

    def sites(self, dxp_ids: Collection[str]) -> Collection[str]:
        """Those of these mailboxes that registered operators of sites and warehouses have."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""

    def samples(self, ids: Collection[int]) -> Mapping[int, SpotSample]:
        """Samples by id, locked."""

    def sample_ids(self, numbers: Collection[str]) -> Mapping[str, int]:
        """The ids of samples by their numbers."""

    def beside(self, sample: SpotSample) -> Sequence[SpotSample]:
        """The other samples of the list of a sample."""

    def drawn(self, keys: Collection[str]) -> Collection[str]:
        """Those of these units that were drawn before."""

    def failed_strata(self) -> Collection[str]:
        """The strata (chapter|origin|grade) in which samples failed, of the plans that are closed."""

    def put_universe(self, plan_id: int, units: Sequence[SampledUnit]) -> None:
        """Store what a plan of stock could draw from."""

    def put_sample(self, sample: SpotSample) -> None:
        """Store a new or changed sample."""

    def new_id(self) -> int:
        """An id for a new row."""


SpotCheckDesk: TypeAlias = Desk[SpotCheckRepository]
