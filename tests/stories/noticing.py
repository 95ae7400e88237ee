"""An agency of a story that says what a story has it say, and the mailbox of the company that it says it to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gateways.agencies import ROUTES
from gateways.desk import Desk
from gateways.gateway import Gateway
from gateways.topics.route import Route
from gateways.topics.topic import Topic
from single_window.receipts.rows import Receipt, after
from single_window.store.engine import writing
from single_window.store.gateway_results import write_sends
from single_window.store.gateways.refund import StoredRefundRepository
from single_window.store.numbering import ROWS
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.worker import Worker
from tests.stories.story import WORLD, StoryRunner

COMPANY, QUEUE = WORLD.merchants[0], "refund"


class Reminder(NamedTuple):
    """What an agency tells a company about a case."""

    company: str
    once: str
    case: str = "CASE1"


Says = Callable[[Sequence[Reminder], Desk[Any]], None]


def worker(story: StoryRunner, says: Says, memory: Any = StoredRefundRepository) -> Worker:
    """A worker of the agency, which handles reminders by a function of the story."""
    window, agency = story.window, Gateway(QUEUE, [Topic("reminder", Reminder, says, None)], lambda named, desk: None)
    consumer = GatewayConsumer(agency, memory, ROUTES, window.numbering, window.circumstances)
    return Worker(window.engine, window.numbering, consumer, window.settings.attempts)


def file(story: StoryRunner, *reminders: Reminder) -> None:
    """Leave reminders to the agency, in one batch."""
    story.window.numbering.ensure(ROWS, "row", 1)
    with writing(story.window.engine) as connection:
        sends = {Route(QUEUE, "reminder"): reminders}
        write_sends(connection, story.window.numbering, story.sandbox, sends, 0)


def told(story: StoryRunner, says: Says, *batches: Sequence[Reminder]) -> list[Receipt]:
    """What lies in the company's mailbox after the agency has handled these batches, one after the other."""
    story.window._workers[QUEUE] = worker(story, says)
    for batch in batches:
        file(story, *batch)
        story.window.settle()
    return mailbox(story)


def mailbox(story: StoryRunner) -> list[Receipt]:
    """The company's receipts in order."""
    return list(story.read(after, COMPANY.dxp_id, 0, 100))
