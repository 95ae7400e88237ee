"""The inspection gateway: takes the goods that customs' draw selected, and after its clock time says what it found.

What it finds is a keyed draw for quality and safety: the same list in the same sandbox always has the same result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from declarations import risk
from declarations.calendar import HOUR
from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.gateway import Delivered, Handler, Item
from gateways.records import Event

WINDOWS = ("windows.inspection_hours", "windows.result_hours")
"""How long customs waits for the answer: the goods are inspected, then the result is entered."""


@dataclass(slots=True)
class Task:
    """One inspection that was ordered; `result` is empty until it is done."""

    declaration_id: int
    order_no: str
    key: str
    ordered_at: int
    result: str = ""


class InspectionRepository(Protocol):
    """Loads in bulk, keeps what is put back."""

    def tasks(self, declaration_ids: Sequence[int]) -> Mapping[int, Task]:
        """Inspections by declaration."""

    def put_task(self, task: Task) -> None:
        """Keep a new or changed inspection."""


InspectionDesk: TypeAlias = Desk[InspectionRepository]


def handle_requested(items: Sequence[Item], desk: InspectionDesk) -> None:
    """Customs asks for an inspection, each item [declaration id, order number, key, merchant, flow]."""
    hours = sum(desk.in_force(window).amount for window in WINDOWS)
    due = desk.now + int(hours * HOUR)
    for declaration_id, order_no, key, _merchant, *rest in items:
        flow = rest[0] if rest else "I"  # what is older names no flow
        task = Task(declaration_id, order_no, key, desk.now)
        desk.repository.put_task(task)
        desk.deadline(due, "deadline.inspection", "inspection", [declaration_id, flow])
        desk.note(_event(task, flow, desk.now, "inspection_ordered"))


def handle_due(items: Sequence[Item], desk: InspectionDesk) -> None:
    """The time an inspection takes is over, each item [declaration id, flow]: say what was found, once."""
    flows = {item[0]: item[1] if len(item) > 1 else "I" for item in items}  # what is older names no flow
    for task in desk.repository.tasks([item[0] for item in items]).values():
        if task.result:
            continue
        rate = desk.in_force("inspection.quality_failure").amount
        failed = risk.quality_draw(desk.seed, task.key.partition("|")[0], task.order_no, rate)
        task.result = "failed" if failed else "passed"
        desk.repository.put_task(task)
        desk.send(f"inspection.{task.result}", [task.declaration_id])
        reasons = [Reason("14206", {"reason": "抽样检测不合格"})] if failed else []
        desk.note(_event(task, flows[task.declaration_id], desk.now, f"inspection_{task.result}", reasons))


def _event(task: Task, flow: str, now: int, name: str, reasons: Sequence[Reason] = ()) -> Event:
    kind = "export_inventory" if flow == "E" else "inventory"
    return Event(task.order_no, kind, task.key, now, "inspection", name, "", reasons)


class Inspection:
    """The inspection gateway."""

    name = "inspection"
    handlers: Mapping[str, Handler] = {"inspection.requested": handle_requested, "deadline.inspection": handle_due}

    def hold(self, batch: Sequence[Delivered], desk: InspectionDesk) -> None:
        """The inspections; every item begins with its declaration's id."""
        desk.repository.tasks(sorted({one.item[0] for one in batch}))
