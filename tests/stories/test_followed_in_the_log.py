"""One trade followed through the log, from the first byte to the last receipt, by nothing but ids and a search."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
import structlog
from sqlalchemy import update

from single_window.messaging.topology import QUEUES
from single_window.observe import logs
from single_window.observe.logs import SINGLY, holds
from single_window.receipts.rows import after
from single_window.store.engine import reading
from single_window.store.tables import archive
from single_window.wiring import Window
from tests.databases import carry_out
from tests.stories.story import StoryRunner


class Lines:
    """What was logged, to be searched."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        logs.configure(self.stream, "json", "info")

    @property
    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    def about(self, field: str, number: int, **more: object) -> list[dict[str, Any]]:
        """The lines that name an id in a field."""
        return [
            row
            for row in self.all
            if holds(row.get(field, ""), number) and all(row.get(name) == value for name, value in more.items())
        ]


@pytest.fixture
def lines() -> Iterator[Lines]:
    before, handlers = structlog.get_config(), logging.getLogger().handlers
    yield Lines()
    structlog.configure(**before)
    logging.getLogger().handlers = handlers


def numbers(text: str) -> list[int]:
    """The ids of a field, few enough to be written one by one."""
    return [int(part) for part in text.split(",") if part]


class Followed(NamedTuple):
    """What a search for a message's id leads to, line by line."""

    queues: list[str]
    documents: set[int]
    declarations: set[int]
    receipts: set[str]


def follow(lines: Lines, message_id: int) -> Followed:
    """Search for the message, then for every delivery that a line says it filed, as a person would."""
    result = lines.about("messages", message_id, event="batch.done")
    todo = [number for row in result for number in numbers(row.get("filed", ""))]
    while todo:
        number = todo.pop()
        fresh = [row for row in lines.about("deliveries", number) if row not in result]
        result += fresh
        todo += [more for row in fresh for more in numbers(row.get("filed", ""))]
    return Followed(
        [row["queue"] for row in result],
        {number for row in result for number in numbers(row.get("documents", ""))},
        {number for row in result for number in numbers(row.get("declarations", ""))},
        {place for row in result for place in filter(None, row.get("receipts", "").split(","))},
    )


def places(story: StoryRunner, receipts: set[str]) -> set[tuple[str, int]]:
    """Mailbox and sequence of each receipt that lines name."""
    results = set()
    for place in receipts:
        mailbox, _, numbers = place.partition(":")
        first, _, last = numbers.partition("-")
        results |= {(mailbox, number) for number in range(int(first), int(last or first) + 1)}
    return results


def test_one_trade_is_followed_from_first_byte_to_last_receipt(
    start_story: Callable[..., StoryRunner], lines: Lines
) -> None:
    story = start_story()
    other, trade = story.trade(1), story.trade(0)
    story.send(other)
    admitted = {
        kind: admission.id
        for kind, admission in zip(("order", "payment", "waybill", "inventory"), story.send(trade), strict=True)
    }
    (line,) = lines.about("messages", admitted["inventory"], event="messages.admitted")
    assert (line["sandbox"], line["channel"], line["level"]) == ("story", "process", "info")
    followed = follow(lines, admitted["inventory"])
    assert followed.queues[:2] == ["reception", "customs"] and set(followed.queues) >= {"reception", "customs", "tax"}
    assert followed.declarations == {story.column(trade, "id")}
    assert story.column(trade, "document_id") in followed.documents
    with reading(story.window.engine) as connection:
        mailboxes = {mailbox for mailbox, _ in places(story, followed.receipts)}
        mine = {
            (mailbox, receipt.sequence)
            for mailbox in mailboxes
            for receipt in after(connection, "story", mailbox, 0, 1_000)
            if receipt.order_no == trade.id
        }
    assert {receipt.return_status for receipt in story.receipts(trade)} >= {"120", "800"}
    assert mine <= places(story, followed.receipts) and mine


def test_every_line_of_the_road_says_sandbox_and_ids(start_story: Callable[..., StoryRunner], lines: Lines) -> None:
    story = start_story()
    story.send(story.trade(0))
    done = [row for row in lines.all if row["event"] == "batch.done"]
    assert {row["queue"] for row in done} <= set(QUEUES) and done
    assert all(row["sandbox"] == "story" and row["deliveries"] and row["seconds"] >= 0 for row in done)


def test_what_came_again_and_what_was_refused_is_distinguished(
    start_story: Callable[..., StoryRunner], lines: Lines
) -> None:
    story = start_story()
    body = story.message(story.trade(0), "order")
    first, again, refused = story.file(body, body, b"<not xml")
    (line,) = [row for row in lines.all if row["event"] == "messages.admitted"]
    assert (line["messages"], line["repeated"], line["refused"]) == (str(first.id), str(again.id), str(refused.id))


def test_a_batch_that_is_taken_apart_and_what_is_parked_are_reported(
    start_story: Callable[..., StoryRunner], lines: Lines
) -> None:
    story = start_story()
    (admitted,) = story.file(story.message(story.trade(0), "order"))
    carry_out(story.window.engine, update(archive).values(body=b"\x02 of a later release"))
    another = Window(replace(story.window.settings, attempts=1))
    another.settle()
    another.close()
    assert [row["event"] for row in lines.all][-2:] == ["batch.apart", "delivery.parked"]
    assert lines.all[-1]["message"] == admitted.id and lines.all[-1]["sandbox"] == "story"


def test_many_ids_take_little_room(start_story: Callable[..., StoryRunner], lines: Lines) -> None:
    story = start_story()
    count = SINGLY + 36
    story.file(*[story.message(story.trade(number), "order") for number in range(count)])
    story.window.settle()
    (line,) = [row for row in lines.all if row["event"] == "messages.admitted"]
    first, _, last = line["messages"].partition("-")
    assert int(last) - int(first) == count - 1
    assert max(map(len, lines.stream.getvalue().splitlines())) < 2_000
