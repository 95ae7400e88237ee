"""Questions in the database: one is open about a case, whoever ends it is first, and a snapshot keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from declarations.calendar import DAY, HOUR
from gateways.circumstances import Options
from gateways.holds import Held
from single_window.settings import Settings
from single_window.store import case_queue, deadlines, holds, questions, work_cases
from single_window.store.case_queue import TRADER, QueueFilter
from single_window.store.desks import desks
from single_window.store.questions import Question, QuestionState
from single_window.store.tables import deadline
from single_window.wiring import Window, open_window
from single_window.work import resetting, snapshots
from tests.databases import ON_BOTH, carry_out, fetch, kept_open, read_by, write_by

pytestmark = ON_BOTH
KEY = ("declaration", "7")
NOW = 1_795_000_000_000
ASKED = Question(
    id=70,
    subject="declaration",
    subject_id="7",
    mailbox="DXPENT0000000001",
    number="42402026I000000007",
    company="3702960001",
    asked_in="suspended",
    document_version=1,
    state=QuestionState.OPEN,
    text="请提供发票",
    returns="files",
    silence="decide",
    by="li",
    asked_at=NOW,
    due=NOW + 3 * DAY,
    case_due=NOW + 4 * HOUR,
    reminders=0,
    reminded_at=0,
    answer="",
    files="",
    answered_by="",
    answered_at=0,
    closed_at=0,
)


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    opened = open_window(Settings(data=tmp_path, database=address, readers=0, synchronous="NORMAL"))
    opened.make_sandbox("ours", Options())
    opened.make_sandbox("theirs", Options())
    facts = {"number": ASKED.number, "kind": "inventory", "state": "in_review", "version": 1}
    write_by(opened.engine, work_cases.put, "ours", KEY, facts, desks()["review"], NOW)
    write_by(opened.engine, questions.add, "ours", ASKED)
    yield from kept_open(opened)


def queued(window: Window, view: str = "") -> list[tuple[str, int]]:
    wanted = QueueFilter(desks=["review"], view=view, now=NOW)
    return [(case.subject_id, case.due) for case in read_by(window.engine, case_queue.page, "ours", wanted)]


def is_held(window: Window) -> bool:
    return bool(read_by(window.engine, holds.is_held, "ours", Held.CASE, "7"))


def test_a_case_that_is_asked_about_is_in_no_queue_but_that_of_traders(window: Window) -> None:
    assert (queued(window), [number for number, _ in queued(window, TRADER)], is_held(window)) == ([], ["7"], True)
    views = read_by(window.engine, case_queue.views, "ours", QueueFilter(desks=["review"], now=NOW))
    assert (views[""], views[TRADER]) == (0, 1)


def test_a_second_question_about_the_case_is_none(window: Window) -> None:
    with pytest.raises(IntegrityError):
        write_by(window.engine, questions.add, "ours", ASKED._replace(id=71))
    assert write_by(window.engine, questions.add, "theirs", ASKED._replace(id=72)) is None


def test_whoever_ends_it_first_gives_the_case_back_due_as_much_later(window: Window) -> None:
    ended = write_by(window.engine, questions.settle, "ours", ASKED, QuestionState.SILENT, NOW + DAY)
    again = write_by(window.engine, questions.settle, "ours", ASKED, QuestionState.ANSWERED, NOW + 2 * DAY)
    assert (ended, again, queued(window)) == (True, False, [("7", ASKED.case_due + DAY)])
    assert is_held(window) and queued(window, TRADER) == []
    write_by(window.engine, questions.close, "ours", [ASKED], NOW + 3 * DAY)
    assert not is_held(window), "its officers are through with it"


def test_an_answer_that_comes_late_is_kept_until_the_officers_are_through(window: Window) -> None:
    write_by(window.engine, questions.settle, "ours", ASKED, QuestionState.SILENT, NOW + DAY)
    write_by(window.engine, questions.take_answer, "ours", ASKED, NOW + 2 * DAY, "附发票", "", "key:co")
    (back,) = read_by(window.engine, questions.came_back, "ours", ["review"], 9)
    assert (back.state, back.answer, queued(window)) == (
        QuestionState.ANSWERED,
        "附发票",
        [("7", ASKED.case_due + DAY)],
    )
    write_by(window.engine, questions.close, "ours", [ASKED], NOW + 3 * DAY)
    write_by(window.engine, questions.take_answer, "ours", ASKED, NOW + 4 * DAY, "又附", "", "key:co")
    assert read_by(window.engine, questions.find, "ours", 70).answer == "附发票"
    assert read_by(window.engine, questions.came_back, "ours", ["review"], 9) == []


def test_each_mailbox_has_its_own_and_each_sandbox(window: Window) -> None:
    assert [found.id for found in read_by(window.engine, questions.page, "ours", [ASKED.mailbox])] == [70]
    assert read_by(window.engine, questions.page, "ours", ["DXPENT0000000002"]) == []
    assert read_by(window.engine, questions.page, "ours", []) == []
    assert read_by(window.engine, questions.page, "theirs", None) == []
    assert read_by(window.engine, questions.page, "ours", None, 70) == []


def test_a_snapshot_keeps_questions_and_their_cases(window: Window) -> None:
    kept = snapshots.take(window, "ours", "asked", "tester")
    resetting.reset(window, "ours", "tester", master_data=False)
    assert read_by(window.engine, questions.find, "ours", 70) is None
    snapshots.restore(window, "ours", kept.id, "tester")
    assert read_by(window.engine, questions.find, "ours", 70) == ASKED
    assert [number for number, _ in queued(window, TRADER)] == ["7"]


def test_questions_go_with_their_cases(window: Window) -> None:
    write_by(window.engine, questions.remove, "ours", "declaration", ["7"])
    assert read_by(window.engine, questions.of_case, "ours", KEY) == []


@pytest.mark.parametrize("subject_id", ["7", "3702960001"])
def test_deadlines_of_its_subject_are_due_as_much_later(window: Window, subject_id: str) -> None:
    named = {"7": "[7]", "3702960001": '["3702960001","2026-12-01"]'}[subject_id]
    asked = ASKED._replace(id=80, subject="registration", subject_id=subject_id)
    rows = [(90, named, NOW + HOUR), (91, named, NOW + HOUR + deadlines.HELD), (92, "[77]", NOW + HOUR)]
    write_by(window.engine, questions.add, "ours", asked)
    due = [
        {"id": number, "sandbox": "ours", "due": at, "kind": "deadline.x", "queue": "customs", "subject": about}
        for number, about, at in rows
    ]
    carry_out(window.engine, insert(deadline).values(due))
    write_by(window.engine, questions.settle, "ours", asked, QuestionState.ANSWERED, NOW + DAY)
    write_by(window.engine, questions.close, "ours", [asked], NOW + 2 * DAY)
    found = fetch(window.engine, select(deadline.c.id, deadline.c.due).order_by(deadline.c.id)).all()
    later = NOW + HOUR + 2 * DAY
    assert [tuple(row) for row in found] == [(90, later), (91, later), (92, NOW + HOUR)]
