"""The inspection gateway: inspects the goods that customs selected, and reports the result after some time.

The result is a keyed draw: the same list in the same sandbox always has the same result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol, TypeAlias

from declarations import risk
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.gateway import Gateway, Named, keys_of
from gateways.records import TimelineEvent
from gateways.topics.customs import InspectionFailed, InspectionPassed
from gateways.topics.inspection import InspectionDue, InspectionRequested
from gateways.topics.shared import declaration_id
from gateways.topics.topic import Topic

WINDOWS = ("windows.inspection_hours", "windows.result_hours")
"""The time until the result: inspection of the goods, then entry of the result."""


@dataclass(slots=True)
class Task:
    """An inspection; `result` is empty until it is done, then "passed" or "failed"."""

    declaration_id: int
    order_no: str
    key: str
    ordered_at: int
    result: str = ""


class InspectionRepository(Protocol):
    """Loads and stores rows in bulk."""

    def tasks(self, declaration_ids: Sequence[int]) -> Mapping[int, Task]:
        """Inspections by declaration id."""

    def put_task(self, task: Task) -> None:
        """Store a new or changed inspection."""


InspectionDesk: TypeAlias = Desk[InspectionRepository]


def handle_requested(requests: Sequence[InspectionRequested], desk: InspectionDesk) -> None:
    """Handle customs' requests: schedule the inspections."""
    due = desk.due_in(*WINDOWS)
    for request in requests:
        task = Task(request.declaration_id, request.order_no, request.key, desk.now)
        desk.repository.put_task(task)
        desk.deadline(due, InspectionDue(request.declaration_id, request.flow))
        desk.note(_event(task, request.flow, desk.now, "inspection_ordered"))


def handle_due(due: Sequence[InspectionDue], desk: InspectionDesk) -> None:
    """Handle inspections that are due: report each result, once."""
    flows = {deadline.declaration_id: deadline.flow for deadline in due}
    for task in desk.repository.tasks([deadline.declaration_id for deadline in due]).values():
        if task.result:
            continue
        rate = desk.in_force("inspection.quality_failure").amount
        failed = risk.quality_draw(desk.seed, task.key.partition("|")[0], task.order_no, rate)
        task.result = "failed" if failed else "passed"
        desk.repository.put_task(task)
        desk.send(InspectionFailed(task.declaration_id) if failed else InspectionPassed(task.declaration_id))
        reasons = (
            [Reason("14206", {"reason": "抽样检测不合格"}, risk.quality_basis(desk.day, desk.law))] if failed else []
        )
        desk.note(_event(task, flows[task.declaration_id], desk.now, f"inspection_{task.result}", reasons))


def _event(task: Task, flow: str, now: int, name: str, reasons: Sequence[Reason] = ()) -> TimelineEvent:
    kind = "export_inventory" if flow == "E" else "inventory"
    return TimelineEvent(
        order_no=task.order_no,
        kind=kind,
        key=task.key,
        at=now,
        actor="inspection",
        event=name,
        state="",
        reasons=reasons,
    )


class InspectionLock(Enum):
    """The rows that a payload may change."""

    TASK = auto()
    """The inspection of a declaration."""


TOPICS = (
    Topic("inspection.requested", InspectionRequested, handle_requested, InspectionLock.TASK, declaration_id),
    Topic("deadline.inspection", InspectionDue, handle_due, InspectionLock.TASK, declaration_id),
)


def lock(named: Named[InspectionLock], desk: InspectionDesk) -> None:
    """Lock the inspections."""
    desk.repository.tasks(sorted(keys_of(named, InspectionLock.TASK)))


INSPECTION = Gateway("inspection", TOPICS, lock)
