"""An agency speaks first: a company is told each thing once, in its own mailbox, in the order of times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any

import pytest
from sqlalchemy import select, update

from declarations.reasons import Reason
from gateways.desk import Desk
from gateways.records import CaseReference
from single_window.receipts.rows import Receipt
from single_window.store.gateways.refund import StoredRefundRepository
from single_window.store.tables import notice, participant, timeline
from tests.databases import ON_BOTH, carry_out, fetch
from tests.patience import PATIENCE
from tests.stories import noticing
from tests.stories.noticing import COMPANY, QUEUE, Reminder
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
SETTLED = Reason("2300.taken", {})


def remind(reminders: Sequence[Reminder], desk: Desk[Any]) -> None:
    for company, once, case in reminders:
        about = CaseReference("refund_claim", f"{company}|{case}", case)
        fields = {"noticeNo": once, "noticeKind": "3", "ebcCode": company, "copNo": case}
        fields |= {"amount": "1.00", "payDate": "20261120"}
        desk.notify(company, about.receipt("", "800", 0, SETTLED, fields, code="RefundNotice"), once)


def told(story: StoryRunner, *reminders: Reminder) -> list[Receipt]:
    """What lies in the company's mailbox after the agency has said these things, one after the other."""
    return noticing.told(story, remind, *[[reminder] for reminder in reminders])


def numbers(receipts: Sequence[Receipt]) -> list[str]:
    return [receipt.fields["noticeNo"] for receipt in receipts]


def test_a_company_that_sent_nothing_is_told_in_its_own_mailbox(story: StoryRunner) -> None:
    (receipt,) = told(story, Reminder(COMPANY.code, "due"))
    assert (receipt.code, receipt.return_status) == ("RefundNotice", "800")
    assert receipt.return_time == story.window.now(story.sandbox)


def test_a_company_is_known_by_its_credit_code_too(story: StoryRunner) -> None:
    assert numbers(told(story, Reminder(COMPANY.credit_code, "due"))) == ["due"]


def test_it_is_told_each_thing_once_about_a_case_and_again_about_another(story: StoryRunner) -> None:
    due, late = Reminder(COMPANY.code, "due"), Reminder(COMPANY.code, "late")
    assert numbers(told(story, due, due, late, due, due._replace(case="CASE2"))) == ["due", "late", "due"]


def test_what_is_said_twice_in_one_batch_is_told_once(story: StoryRunner) -> None:
    batch = [Reminder(COMPANY.code, once) for once in ("due", "due", "late")]
    assert numbers(noticing.told(story, remind, batch)) == ["due", "late"]


def test_times_about_a_case_increase_strictly_although_the_clock_stands_still(story: StoryRunner) -> None:
    times = [receipt.return_time for receipt in told(story, *[Reminder(COMPANY.code, str(n)) for n in range(4)])]
    assert times == sorted(set(times)) and len(times) == 4


def test_a_company_without_a_mailbox_is_told_when_it_has_one_and_the_case_says_so_before(story: StoryRunner) -> None:
    company = participant.c.code == COMPANY.code, participant.c.sandbox == story.sandbox
    carry_out(story.window.engine, update(participant).where(*company).values(dxp_id=""))
    assert told(story, Reminder(COMPANY.code, "due")) == []
    said = select(timeline.c.event).where(timeline.c.sandbox == story.sandbox, timeline.c.order_no == "CASE1")
    assert fetch(story.window.engine, said).scalars().all() == ["notice_unreached"]
    carry_out(story.window.engine, update(participant).where(*company).values(dxp_id=COMPANY.dxp_id))
    assert numbers(told(story, Reminder(COMPANY.code, "due"))) == ["due"]


class Meeting(StoredRefundRepository):
    """Waits, before it saves, until another worker has decided as well, or a second has passed."""

    both: Barrier

    def save(self, connection: Any) -> None:
        with suppress(BrokenBarrierError):
            self.both.wait(1)
        super().save(connection)


@pytest.mark.parametrize(("other", "wanted"), [("due", ["due"]), ("late", ["due", "late"])])
def test_two_workers_at_the_same_instant_tell_each_thing_once_in_order(
    start_story: Callable[..., StoryRunner], other: str, wanted: list[str]
) -> None:
    story = start_story()
    del story.window._workers[QUEUE]
    noticing.file(story, Reminder(COMPANY.code, "due"))
    noticing.file(story, Reminder(COMPANY.code, other))
    memory = type("MeetingOnce", (Meeting,), {"both": Barrier(2)})
    threads = [
        Thread(target=noticing.worker(story, remind, memory).work, args=([number],))
        for number in story.waiting(queue=QUEUE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    story.window._workers[QUEUE] = noticing.worker(story, remind)
    story.window.settle()
    receipts = noticing.mailbox(story)
    assert sorted(numbers(receipts)) == wanted
    times = [receipt.return_time for receipt in receipts]
    assert times == sorted(set(times))
    places = fetch(story.window.engine, select(notice.c.number).order_by(notice.c.number)).scalars().all()
    assert places == list(range(1, len(wanted) + 1))
