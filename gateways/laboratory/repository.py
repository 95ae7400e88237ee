"""The rows of laboratories: orders to test a sample, each with its report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from declarations.spot_checks.judgement import ReportedItem
from gateways.desk import Desk
from gateways.forced import ForcedSample
from gateways.records import FiledDocument


@dataclass(slots=True)
class SampleOrder:
    """A sample that a laboratory tests; `report_no` is empty until it has reported, `answers` names the report that a
    retest contradicts, `amends` the one that an amended report replaces."""

    id: int
    sample_id: int
    sample_no: str
    seal_no: str
    gcode: str
    laboratory: str
    answers: str
    ordered_at: int
    amends: str = ""
    report_no: str = ""
    verdict: str = ""
    issued_at: int = 0
    lines: tuple[ReportedItem, ...] = ()


class LaboratoryRepository(Protocol):
    """Loads and stores rows in bulk."""

    def orders(self, ids: Collection[int]) -> Mapping[int, SampleOrder]:
        """Orders by id, locked."""

    def order_ids(self, sample_ids: Collection[int]) -> Mapping[tuple[int, str, str], int]:
        """The ids of orders by (sample, report that it answers, laboratory), without those whose sample could not be
        tested."""

    def orders_of(self, sample_numbers: Collection[str]) -> Mapping[str, Sequence[SampleOrder]]:
        """Sample number → its orders, oldest first, locked."""

    def forced_samples(self, ids: Collection[int]) -> Mapping[int, ForcedSample]:
        """Samples by id, as triggers name them."""

    def mailboxes(self, laboratories: Collection[str]) -> Mapping[str, str]:
        """The DXP ids of laboratories that are registered with one, by their codes."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        """Documents by id, without those that were replaced since."""

    def put_order(self, order: SampleOrder) -> None:
        """Store a new or changed order."""

    def new_id(self) -> int:
        """An id for a new row."""


LaboratoryDesk: TypeAlias = Desk[LaboratoryRepository]
