"""What an officer has taken, was given or has put off waits for him: nothing happens to it by itself meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from single_window.api.app import create_app
from single_window.cases import assignment, queue
from single_window.cases.assignment import ESCALATE, LET_GO, PUT_OFF, Wanted
from single_window.cases.declarations.coming_next import open_deadlines_of
from single_window.clock import system_now
from single_window.store import case_queue
from single_window.store.tables import decision_log, work_case
from tests.databases import ON_BOTH, carry_out
from tests.officers import TESTER, account, act, change_parameter, named, signed_in
from tests.unattended import unattended

pytestmark = ON_BOTH
CHEN = named("chen", "inspector")
GRADES = ("advanced", "certified", "ordinary", "dishonest")


@pytest.fixture
def inspected(start_story: Any) -> Any:
    """A story with a list whose goods are inspected, and pass by themselves within two days."""
    story = start_story(inspection=True)
    for name, numbers in (("rates", dict.fromkeys(GRADES, "1")), ("quality_failure", {"": "0"})):
        change_parameter(
            story.window, story.sandbox, f"inspection.{name}", numbers, "2026-11-20", by=TESTER, reason="测试"
        )
    story.inspected = story.trade(0)
    story.send(story.inspected)
    assert story.state(story.inspected) == "under_inspection"
    return story


def key(story: Any) -> case_queue.Key:
    return "declaration", str(story.column(story.inspected, "id"))


def take(story: Any) -> None:
    assert queue.take_next(story.window, story.sandbox, CHEN) is not None


def put_off(story: Any) -> None:
    take(story)
    assignment.assign(story.window, story.sandbox, CHEN, key(story), Wanted(PUT_OFF, until=date(2026, 12, 15)))


def escalate(story: Any) -> None:
    take(story)
    account(story.window, "zhao", "supervisor")
    assignment.assign(story.window, story.sandbox, CHEN, key(story), Wanted(ESCALATE, note="请看", to="zhao"))


def let_go(story: Any) -> None:
    assignment.assign(story.window, story.sandbox, CHEN, key(story), Wanted(LET_GO))


def let_half_an_hour_pass(story: Any) -> None:
    """The half hour in which a case is an officer's who has taken it, on the machine's clock."""
    carry_out(story.window.engine, work_case.update().values(lease_until=system_now() - 1))


def coming(story: Any) -> list[bool]:
    """Whether what comes next about the list stands still, as its page says."""
    return [due.held for due in story.read(open_deadlines_of, int(key(story)[1]), "under_inspection")]


@pytest.mark.parametrize(("in_hand", "ends"), [(take, let_go), (put_off, let_go), (escalate, None)])
def test_nothing_happens_by_itself_to_what_an_officer_has_in_hand(
    inspected: Any, in_hand: Callable[[Any], None], ends: Callable[[Any], None] | None
) -> None:
    assert coming(inspected) == [False]
    in_hand(inspected)
    assert coming(inspected) == [True]
    inspected.pass_time(days=4)
    assert inspected.state(inspected.inspected) == "under_inspection"
    if ends is not None:
        ends(inspected)
        inspected.pass_time(hours=1)
        assert inspected.state(inspected.inspected) == "released"


def test_what_an_officer_took_waits_for_him_after_the_half_hour_in_which_nobody_else_may_take_it(
    inspected: Any,
) -> None:
    take(inspected)
    let_half_an_hour_pass(inspected)
    inspected.pass_time(days=4)
    assert (coming(inspected), inspected.state(inspected.inspected)) == ([True], "under_inspection")


def test_what_nobody_has_in_hand_passes_by_itself_and_is_a_row_of_the_log(inspected: Any) -> None:
    inspected.pass_time(days=4)
    assert inspected.state(inspected.inspected) == "released"
    log = select(decision_log.c.subject_id, decision_log.c.action, decision_log.c.by, decision_log.c.outcome)
    log = log.where(decision_log.c.subject == "declaration")
    assert inspected.rows(log) == [(key(inspected)[1], "conclude", "inspection", "by_itself")]
    client = create_app(inspected.window, runtime=unattended(inspected.window)).test_client()
    page = signed_in(client, inspected.window, "he", "auditor").get("/log?sandbox=story&lang=zh").text
    assert "自动办理" in page and "查验未发现问题" in page


def test_an_officer_decides_what_he_has_in_hand_and_it_passes_no_second_time(inspected: Any) -> None:
    take(inspected)
    inspected.pass_time(days=4)
    act(inspected.window, inspected.sandbox, str(inspected.column(inspected.inspected, "invt_no")), "conclude", "合格")
    inspected.window.settle()
    let_half_an_hour_pass(inspected)
    inspected.pass_time(days=4)
    assert inspected.statuses(inspected.inspected).count("399") == 1
