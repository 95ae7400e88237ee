"""The inspection gateway on a fake of its repository."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateways.desk import Desk
from gateways.inspection.repository import InspectionTask
from gateways.inspection.topics import handle_due, handle_requested
from gateways.topics.customs import InspectionFailed, InspectionPassed
from gateways.topics.inspection import InspectionDue, InspectionRequested
from gateways.topics.route import Route
from tests.gateways.desks import by_id, codes, desk_of, given

PASSED, FAILED = Route("customs", "inspection.passed"), Route("customs", "inspection.failed")


class Tasks:
    """Inspections in memory."""

    def __init__(self) -> None:
        self.rows: dict[int, InspectionTask] = {}

    def tasks(self, declaration_ids: Sequence[int]) -> dict[int, InspectionTask]:
        return by_id(self.rows, declaration_ids)

    def put_task(self, task: InspectionTask) -> None:
        self.rows[task.declaration_id] = task


def inspected(seed: str, times: int = 1) -> Desk[Any]:
    """A list is ordered to be inspected and its time is over, so many times."""
    tasks = Tasks()
    handle_requested([InspectionRequested(7, "O1", "C|O1", "C", "I")], desk_of(tasks, seed=seed))
    desk = desk_of(tasks, seed=seed)
    for _ in range(times):
        handle_due([InspectionDue(7, "I")], desk)
    return desk


def seed_of(route: Route) -> str:
    """A seed by whose draw the goods pass, or fail."""
    return next(seed for seed in map(str, range(1_000)) if route in inspected(seed).answers.sends)


def test_an_inspection_falls_due_when_its_two_windows_are_over() -> None:
    desk = desk_of(Tasks())
    handle_requested([InspectionRequested(7, "O1", "C|O1", "C", "I")], desk)
    (deadline,) = desk.answers.deadlines
    assert deadline.due == desk.instant_after("windows.inspection_hours", "windows.result_hours")
    assert [line.event for line in desk.answers.timeline] == ["inspection_ordered"]


def test_goods_in_order_pass_without_a_reason() -> None:
    desk = inspected(seed_of(PASSED))
    assert desk.answers.sends == {PASSED: [InspectionPassed(7)]}
    assert given(desk) == set()


def test_goods_that_fail_are_reported_with_the_reason_that_the_gateway_has() -> None:
    desk = inspected(seed_of(FAILED))
    assert desk.answers.sends == {FAILED: [InspectionFailed(7)]}
    assert given(desk) == codes("inspection/topics.py")


def test_a_result_is_reported_once() -> None:
    assert inspected(seed_of(FAILED), times=2).answers.sends == {FAILED: [InspectionFailed(7)]}
