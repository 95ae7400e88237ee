"""Faults of laboratories that a trigger forces: each is noticed by the window, and changes nothing that it may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from gateways.spot_checks.repository import SpotSample
from single_window.auditing import spot_checks
from single_window.cases.spot_checks.queries import find_spot_sample, reports_of
from single_window.outcomes import making
from single_window.outcomes.scenarios import scenarios
from single_window.outcomes.triggers import Do
from single_window.refused import Refused
from single_window.store import triggers as rows
from single_window.store.agency_tables.spot_checks import spot_check_sample
from single_window.store.engine import writing
from single_window.store.tables import declaration, hold, timeline, work_case
from tests.officers import act
from tests.stories.story import StoryRunner
from tests.stories.test_spot_checks import of_the_merchant, open_plan

STATES = {
    "sample_fails": ("unqualified", "unqualified", ""),
    "laboratory_silent": ("at_lab", "report_overdue", "23031"),
    "laboratory_late": ("at_lab", "report_overdue", "23031"),
    "report_revised": ("unqualified", "qualified", "23025"),
    "reports_contradict": ("qualified", "qualified", "23115"),
    "report_other_seal": ("at_lab", "report_overdue", "23104"),
    "laboratory_not_approved": ("at_lab", "report_overdue", "23105"),
}
"""Scenario → the sample's state on the day of its report and a week later, and the code in its timeline."""


@pytest.fixture(autouse=True)
def audited(story: StoryRunner) -> Iterator[None]:
    """Whatever a laboratory does, lists, lots and reports belong to their samples in the end."""
    yield
    assert story.read(spot_checks.audit_ledger).differences == ()


def force(story: StoryRunner, scenario: str = "", times: int = 0, order: str = "*", **action: str) -> None:
    making.make(
        story.window.engine,
        story.window.numbering,
        story.sandbox,
        scenario_name=scenario,
        times=times,
        match={"order": order},
        action={"do": "laboratory", **action} if action else None,
    )


def samples(story: StoryRunner) -> list[SpotSample]:
    chosen = select(spot_check_sample.c.sample_no).filter_by(sandbox=story.sandbox).order_by("sample_no")
    numbers = [row.sample_no for row in story.rows(chosen)]
    return [sample for number in numbers if (sample := story.read(find_spot_sample, number)) is not None]


def codes(story: StoryRunner, sample: SpotSample) -> str:
    rows = story.rows(select(timeline.c.reasons).where(timeline.c.order_no == sample.sample_no))
    return " ".join(row.reasons for row in rows)


def at_laboratory(story: StoryRunner, trades: int = 1) -> list[SpotSample]:
    """Samples of lists that were released, taken and sent to their laboratories."""
    open_plan(story, "title=全部; rate=1")
    for number in range(trades):
        story.send(story.trade(number))
    story.pass_time(days=7)
    return samples(story)


def unreported(story: StoryRunner) -> dict[str, str]:
    """Act about a report that does not come → a sample that waits for it."""
    first, second, third, *_ = at_laboratory(story, trades=3)
    force(story, fault="silent")
    force(story, fault="fails", times=1, order=first.sample_no)
    story.pass_time(days=4)
    failed = story.read(find_spot_sample, first.sample_no)
    assert failed is not None
    told = {"sampleNo": failed.sample_no, "reportNo": failed.report_no, "reason": "保存不当"}
    of_the_merchant(story, "RetestApplication", failed, **told)
    story.pass_time(days=61)
    return {"uphold": first.sample_no, "send_elsewhere": second.sample_no, "waive_test": third.sample_no}


def test_every_ready_made_fault_of_a_laboratory_has_a_story() -> None:
    of_laboratories = {name for name, known in scenarios().items() if known.steps[0][1].do is Do.LABORATORY}
    assert of_laboratories == set(STATES)


@pytest.mark.parametrize("scenario", STATES)
def test_a_fault_of_a_laboratory_is_noticed(story: StoryRunner, scenario: str) -> None:
    sample, *_ = at_laboratory(story)
    reported, later, code = STATES[scenario]
    force(story, scenario, order=sample.sample_no)
    story.pass_time(days=5)
    assert {known.state for known in samples(story)} == {reported}
    story.pass_time(days=7)
    (known, *_) = samples(story)
    assert (known.state, code in codes(story, known)) == (later, True)
    assert f"19901.laboratory.{scenarios()[scenario].steps[0][1].fault}" in codes(story, known)
    waits = story.rows(select(work_case.c.number).where(work_case.c.subject == "spot_check"))
    assert waits or later == "qualified"


def test_a_late_report_still_decides(story: StoryRunner) -> None:
    sample, *_ = at_laboratory(story)
    force(story, fault="late", order=sample.sample_no)
    story.pass_time(days=11)
    assert samples(story)[0].state == "report_overdue"
    story.pass_time(days=5)
    assert samples(story)[0].state == "qualified"


@pytest.mark.parametrize("fault", ["silent", "other_seal", "not_approved"])
def test_a_sample_without_a_report_goes_to_another_laboratory(story: StoryRunner, fault: str) -> None:
    sample, *_ = at_laboratory(story)
    force(story, fault=fault, times=1, order=sample.order_no)
    story.pass_time(days=12)
    act(story.window, story.sandbox, sample.sample_no, "send_elsewhere", "逾期未出报告", about="spot_check")
    story.window.settle()
    again = story.read(find_spot_sample, sample.sample_no)
    assert again is not None and (again.state, again.laboratory != sample.laboratory) == ("at_lab", True)
    story.pass_time(days=5)
    tested = story.read(find_spot_sample, sample.sample_no)
    assert tested is not None and (tested.state, tested.laboratory) == ("qualified", again.laboratory)


def test_a_stopped_list_goes_on_when_its_test_is_waived(story: StoryRunner) -> None:
    force(story, "laboratory_silent")
    open_plan(story, "title=布控; basis=T; goods=0901; rate=1")
    trade = story.trade()
    story.send(trade)
    story.pass_time(days=16)
    (sample,) = samples(story)
    assert (sample.state, story.state(trade)) == ("report_overdue", "under_inspection")
    assert story.rows(select(hold.c.key).where(hold.c.by == "laboratory"))
    act(story.window, story.sandbox, sample.sample_no, "waive_test", "无法检测", about="spot_check")
    story.window.settle()
    assert (samples(story)[0].state, story.state(trade)) == ("excused", "released")


def test_a_report_amended_after_the_measure_changes_nothing(story: StoryRunner) -> None:
    sample, *_ = at_laboratory(story)
    force(story, "report_revised", order=sample.order_no)
    story.pass_time(days=4)
    act(story.window, story.sandbox, sample.sample_no, "warn", "铅超标", about="spot_check")
    story.window.settle()
    before = story.read(find_spot_sample, sample.sample_no)
    story.pass_time(days=5)
    after = story.read(find_spot_sample, sample.sample_no)
    assert before is not None and after is not None and "23116" in codes(story, sample)
    assert (after.state, after.verdict, after.report_no) == ("measure_ordered", "F", before.report_no)
    assert [report.verdict for report in story.read(reports_of, after)] == ["F", "P"]


def test_the_item_that_fails_may_be_named_and_only_this_sample_fails(story: StoryRunner) -> None:
    first, *others = at_laboratory(story, trades=3)
    tested = "镉"
    force(story, fault="fails", order=first.sample_no, item=tested)
    story.pass_time(days=5)
    failed, *passed = samples(story)
    assert failed.state == "unqualified" and {sample.state for sample in passed} == {"qualified"} and others
    (report,) = story.read(reports_of, failed)
    wrong = [line.item for line in report.lines if line.verdict == "F"]
    assert wrong == [tested if tested in {line.item for line in report.lines} else report.lines[0].item]


def test_a_failure_forced_once_is_overturned_by_the_retest(story: StoryRunner) -> None:
    sample, *_ = at_laboratory(story)
    force(story, fault="fails", times=1, order=sample.sample_no)
    story.pass_time(days=4)
    failed = story.read(find_spot_sample, sample.sample_no)
    assert failed is not None
    told = {"sampleNo": failed.sample_no, "reportNo": failed.report_no, "reason": "保存不当"}
    of_the_merchant(story, "RetestApplication", failed, **told)
    story.pass_time(days=5)
    assert story.read(find_spot_sample, sample.sample_no).state == "qualified"  # type: ignore[union-attr]


def test_a_retest_that_nobody_answers_is_overdue_and_the_first_report_upheld(story: StoryRunner) -> None:
    sample, *_ = at_laboratory(story)
    force(story, fault="silent", order=sample.sample_no)
    force(story, fault="fails", times=1, order=sample.sample_no)
    story.pass_time(days=4)
    failed = story.read(find_spot_sample, sample.sample_no)
    assert failed is not None
    told = {"sampleNo": failed.sample_no, "reportNo": failed.report_no, "reason": "保存不当"}
    of_the_merchant(story, "RetestApplication", failed, **told)
    story.pass_time(days=61)
    assert samples(story)[0].state == "retest_overdue"
    act(story.window, story.sandbox, sample.sample_no, "uphold", "复验逾期", about="spot_check")
    story.window.settle()
    assert story.read(find_spot_sample, sample.sample_no).state == "confirmed"  # type: ignore[union-attr]


def test_the_call_of_a_list_may_name_the_fault_of_its_sample(story: StoryRunner) -> None:
    at_laboratory(story)
    (key,) = [row.key for row in story.rows(select(declaration.c.key))]
    with writing(story.window.engine) as connection:
        rows.call(connection, story.sandbox, {})
        rows.pass_on(connection, story.sandbox, {("inventory", key): "sample_fails"})
    story.pass_time(days=4)
    assert {sample.state for sample in samples(story)} == {"unqualified"}


@pytest.mark.parametrize(
    ("match", "action"),
    [
        ({"type": "621"}, {"do": "laboratory", "fault": "fails"}),
        ({}, {"do": "laboratory"}),
        ({}, {"do": "laboratory", "fault": "sleeps"}),
        ({}, {"do": "reject", "fault": "fails"}),
        ({}, {"do": "reject", "item": "铅"}),
        ({"receipt": "622.800"}, {"do": "laboratory", "fault": "fails"}),
    ],
)
def test_a_fault_that_is_none_is_refused(story: StoryRunner, match: dict[str, str], action: dict[str, str]) -> None:
    with pytest.raises(Refused):
        making.make(story.window.engine, story.window.numbering, story.sandbox, match=match, action=action)
