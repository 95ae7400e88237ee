"""The inspection gateway: inspects the goods that customs selected, and reports the result after some time.

The result is a keyed draw: the same list in the same sandbox always has the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import TypeAlias

from declarations import risk
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.inspection.repository import InspectionRepository, InspectionTask
from gateways.records import CaseReference, TimelineEvent
from gateways.topics.customs import InspectionFailed, InspectionPassed
from gateways.topics.inspection import InspectionDue, InspectionRequested
from gateways.topics.shared import declaration_id
from gateways.topics.topic import Topic

WINDOWS = ("windows.inspection_hours", "windows.result_hours")
"""The time until the result: inspection of the goods, then entry of the result."""


InspectionDesk: TypeAlias = Desk[InspectionRepository]


def handle_requested(requests: Sequence[InspectionRequested], desk: InspectionDesk) -> None:
    """Handle customs' requests: schedule the inspections."""
    due = desk.instant_after(*WINDOWS)
    for request in requests:
        task = InspectionTask(request.declaration_id, request.order_no, request.key, desk.now)
        desk.repository.put_task(task)
        desk.schedule(due, InspectionDue(request.declaration_id, request.flow))
        desk.add_event(_make_event(task, request.flow, desk.now, "inspection_ordered"))


def _quality_reason(desk: InspectionDesk) -> Reason:
    return Reason("14206", {"reason": "抽样检测不合格"}, risk.quality_value_ids(desk.day, desk.law))


def handle_due(deadlines: Sequence[InspectionDue], desk: InspectionDesk) -> None:
    """Handle inspections that are due: report each result, once."""
    flows = {deadline.declaration_id: deadline.flow for deadline in deadlines}
    for task in desk.repository.tasks([deadline.declaration_id for deadline in deadlines]).values():
        if task.result:
            continue
        rate = desk.value_today("inspection.quality_failure").amount
        failed = risk.fails_quality_check(desk.seed, task.key.partition("|")[0], task.order_no, rate)
        task.result = "failed" if failed else "passed"
        desk.repository.put_task(task)
        desk.send(InspectionFailed(task.declaration_id) if failed else InspectionPassed(task.declaration_id))
        reasons = [_quality_reason(desk)] if failed else []
        desk.add_event(_make_event(task, flows[task.declaration_id], desk.now, f"inspection_{task.result}", reasons))


def _make_event(task: InspectionTask, flow: str, now: int, name: str, reasons: Sequence[Reason] = ()) -> TimelineEvent:
    kind = "export_inventory" if flow == "E" else "inventory"
    return CaseReference(kind, task.key, task.order_no).event(name, "", now, reasons, actor="inspection")


class InspectionLock(Enum):
    """The rows that a payload may change."""

    TASK = auto()
    """The inspection of a declaration."""


TOPICS = (
    Topic("inspection.requested", InspectionRequested, handle_requested, InspectionLock.TASK, declaration_id),
    Topic("deadline.inspection", InspectionDue, handle_due, InspectionLock.TASK, declaration_id),
)


def lock_tasks(named_keys: NamedKeys[InspectionLock], desk: InspectionDesk) -> None:
    """Lock the inspections."""
    desk.repository.tasks(sorted(keys_of(named_keys, InspectionLock.TASK)))


INSPECTION = Gateway("inspection", TOPICS, lock_tasks)
