"""The inspection gateway: inspects the goods that customs selected, and reports the result after some time.

The result is a keyed draw: the same list in the same sandbox always has the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple, TypeAlias

from declarations import risk
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.inspection.repository import InspectionRepository, InspectionTask
from gateways.records import CaseReference, TimelineEvent
from gateways.topics.customs import InspectionFailed, InspectionPassed
from gateways.topics.inspection import InspectionDue, InspectionRequested
from gateways.topics.shared import declaration_id
from gateways.topics.spot_checks import ListStopped
from gateways.topics.topic import Topic

WINDOWS = ("windows.inspection_hours", "windows.result_hours")
"""The time until the result: inspection of the goods, then entry of the result."""

OUTCOMES: Mapping[str, Callable[[int], NamedTuple]] = {
    "passed": InspectionPassed,
    "failed": InspectionFailed,
    "sampled": ListStopped,
}
"""Result of an inspection → what it reports of the list."""

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
    """Handle inspections that are due: report each result, once. The result of an import of which a sample is taken is
    its laboratory's report."""
    flows = {deadline.declaration_id: deadline.flow for deadline in deadlines}
    for task in desk.repository.tasks([deadline.declaration_id for deadline in deadlines]).values():
        if task.result:
            continue
        task.result = _result_of(task, flows[task.declaration_id], desk)
        desk.repository.put_task(task)
        desk.send(OUTCOMES[task.result](task.declaration_id))
        reasons = [_quality_reason(desk)] if task.result == "failed" else []
        desk.add_event(_make_event(task, flows[task.declaration_id], desk.now, f"inspection_{task.result}", reasons))


def _result_of(task: InspectionTask, flow: str, desk: InspectionDesk) -> str:
    merchant, draws = task.key.partition("|")[0], desk.options.inspection
    failing = risk.counted_rate(desk.value_today("inspection.quality_failure").amount, draws)
    sampled = risk.counted_rate(desk.value_today("inspection.quality_sampled").amount, draws)
    if flow == "I" and risk.is_sampled(desk.seed, merchant, task.order_no, sampled, failing):
        return "sampled"
    return "failed" if risk.fails_quality_check(desk.seed, merchant, task.order_no, failing) else "passed"


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
