"""The inspection gateway on a fake of its repository."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from gateways.desk import Desk
from gateways.inspection.repository import InspectionTask
from gateways.inspection.topics import handle_due, handle_requested
from gateways.topics.customs import InspectionFailed, InspectionPassed
from gateways.topics.inspection import InspectionDue, InspectionRequested
from gateways.topics.route import Route
from gateways.topics.spot_checks import ListStopped
from tests.gateways.desks import by_id, codes, desk_of, given

PASSED, FAILED = Route("customs", "inspection.passed"), Route("customs", "inspection.failed")
SAMPLED = Route("spot_checks", "spot_check.list_stopped")


class Tasks:
    """Inspections in memory."""

    def __init__(self) -> None:
        self.rows: dict[int, InspectionTask] = {}

    def tasks(self, declaration_ids: Sequence[int]) -> dict[int, InspectionTask]:
        return by_id(self.rows, declaration_ids)

    def put_task(self, task: InspectionTask) -> None:
        self.rows[task.declaration_id] = task


def inspected(seed: str, flow: str = "I", times: int = 1, **options: Any) -> Desk[Any]:
    """A list is ordered to be inspected and its time is over, so many times."""
    tasks = Tasks()
    handle_requested([InspectionRequested(7, "O1", "C|O1", "C", flow)], desk_of(tasks, seed=seed))
    desk = desk_of(tasks, seed=seed, **options)
    for _ in range(times):
        handle_due([InspectionDue(7, flow)], desk)
    return desk


def seed_of(route: Route, flow: str = "I") -> str:
    """A seed by whose draw the goods pass, fail, or are sampled."""
    return next(seed for seed in map(str, range(1_000)) if route in inspected(seed, flow).answers.sends)


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


def test_a_share_of_imports_is_sampled_and_no_result_reported_before_the_laboratory_has() -> None:
    seeds = list(map(str, range(2_000)))
    results = Counter(route for seed in seeds for route in inspected(seed).answers.sends)
    assert set(results) == {PASSED, SAMPLED} and 0.04 < results[SAMPLED] / len(seeds) < 0.06
    assert inspected(seed_of(SAMPLED)).answers.sends == {SAMPLED: [ListStopped(7)]}


def test_where_nothing_is_drawn_a_forced_inspection_neither_samples_nor_fails() -> None:
    for seed, flow in ((seed_of(SAMPLED), "I"), (seed_of(FAILED, "E"), "E")):
        assert inspected(seed, flow, inspection=False).answers.sends == {PASSED: [InspectionPassed(7)]}


def test_exports_that_fail_are_reported_with_the_reason_that_the_gateway_has() -> None:
    desk = inspected(seed_of(FAILED, "E"), "E")
    assert desk.answers.sends == {FAILED: [InspectionFailed(7)]}
    assert given(desk) == codes("inspection/topics.py")


def test_a_result_is_reported_once() -> None:
    assert inspected(seed_of(FAILED, "E"), "E", times=2).answers.sends == {FAILED: [InspectionFailed(7)]}
    assert inspected(seed_of(SAMPLED), times=2).answers.sends == {SAMPLED: [ListStopped(7)]}
