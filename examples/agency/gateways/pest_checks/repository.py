"""The rows of pest checks: plans and samples. The lock on a plan covers its draws, that on a sample its changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from declarations.documents import Inventory
from declarations.reasons import Reason
from gateways.desk import Desk


@dataclass(slots=True)
class Plan:
    """A plan: what it commits itself to, and its period. `secret` is empty until the plan ends."""

    id: int
    plan_no: str
    commitment: str
    opened_at: int
    closes_at: int
    secret: str = ""
    version: int = 0


@dataclass(slots=True)
class GoodsSample:
    """A line of a released list that a plan drew, and what came of it."""

    id: int
    sample_no: str
    key: str
    state: str
    plan_no: str
    order_no: str
    invt_no: str
    ebc_code: str
    gnum: int
    gcode: str
    gname: str
    seal_no: str
    taken_at: int
    version: int = 0
    reported_at: int = 0
    reasons: tuple[Reason, ...] = ()


class ListToCheck(NamedTuple):
    """A released import list."""

    id: int
    invt_no: str
    facts: Inventory


class PestCheckRepository(Protocol):
    """Loads and stores rows in bulk."""

    def open_pest_plans(self) -> Sequence[Plan]:
        """The plans whose secrets are not revealed."""

    def plans(self, ids: Collection[int]) -> Mapping[int, Plan]:
        """Plans by id, locked."""

    def put_plan(self, plan: Plan) -> None:
        """Store a new or changed plan."""

    def released_lists(self, draw_from: int, draw_until: int, after: int, most: int) -> Sequence[ListToCheck]:
        """At most `most` import lists released between two instants, by id, those above `after`."""

    def samples(self, ids: Collection[int]) -> Mapping[int, GoodsSample]:
        """Samples by id, locked."""

    def drawn(self, keys: Collection[str]) -> Collection[str]:
        """Those of these units that were drawn before."""

    def put_sample(self, sample: GoodsSample) -> None:
        """Store a new or changed sample."""

    def new_id(self) -> int:
        """An id for a new row."""


PestCheckDesk: TypeAlias = Desk[PestCheckRepository]
