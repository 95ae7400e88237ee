"""Tells of batches: lists of one office, asked for by people, seen as outsiders see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from gateways.customs.batches.repository import Batch
from simulators.imports.trade import ImportTrade
from single_window.accounts.people import PARTICIPANT, Person, participant
from single_window.cases.batches import auditing
from single_window.cases.batches import requests as batches
from single_window.cases.batches.answers import BatchAuditOut
from single_window.cases.batches.queries import BATCH_ROWS, find_batch, find_by_opening, list_members
from single_window.store.engine import reading
from single_window.store.tables import batch_member
from single_window.wiring import Window
from tests.databases import fetch, read_by
from tests.officers import act, named
from tests.stories.story import StoryRunner

OFFICE, MODE, OPENER = "4240", "9610", "4101985556"


def requested(
    window: Window, batch_no: str, action: str, who: Person, seen: int = 0, content: Any = None, sandbox: str = "story"
) -> batches.ChangeRequest:
    """A change of a batch that a participant requests, or an officer decides: about lists, or for a reason."""
    lists = content if isinstance(content, list) else []
    if who.role == PARTICIPANT:
        return batches.request_change(window, sandbox, batch_no, action, who, seen, lists)
    reason, values = str("" if lists else content or ""), {"lists": lists} if lists else {}
    filed = act(window, sandbox, batch_no, action, reason, who, about="batch", seen=seen, **values)
    return batches.ChangeRequest(filed.decision, batch_no)


class Batching:
    """The batches of a story."""

    def __init__(self, story: StoryRunner, mode: str = MODE) -> None:
        self.story, self.mode = story, mode

    def trades(self, count: int, first: int = 0) -> list[ImportTrade]:
        """Synthetic trades."""
        return [self.story.trade(first + number, self.mode) for number in range(count)]

    def send(self, trades: Sequence[ImportTrade], **changes: str) -> None:
        """Their documents, all lists at one office; `changes` alter lists and waybills alike."""
        partners = [self.story.message(trade, kind) for trade in trades for kind in ("order", "payment")]
        partners += [self.story.message(trade, "waybill", **changes) for trade in trades]
        lists = [
            self.story.message(trade, "inventory", customsCode=OFFICE, portCode=OFFICE, **changes) for trade in trades
        ]
        self.story.submit(*partners, *lists)

    def open(self, flow: str = "I") -> str:
        """A batch by hand; gives its number."""
        story = self.story
        request = batches.open_batch(story.window, story.sandbox, flow, OFFICE, self.mode, participant(OPENER))
        story.window.settle()
        batch = story.read(find_by_opening, request.opening)
        assert batch is not None
        return batch.batch_no

    def ask_only(self, batch_no: str, action: str, content: Any = None) -> None:
        """Ask without letting the window work."""
        requested(self.story.window, batch_no, action, named("Wang"), 0, content)

    def ask(
        self,
        batch_no: str,
        action: str,
        content: Any = None,
        *,
        role: str = "participant",
        who: str = OPENER,
        revision: int = 0,
    ) -> list[batches.ChangeRequest]:
        """Something of a batch; gives what customs said."""
        story = self.story
        request = named(who) if role == "officer" else participant(who)
        request = requested(story.window, batch_no, action, request, revision, content)
        story.window.settle()
        return story.read(batches.history_of, request)

    def add(self, batch_no: str, trades: Sequence[ImportTrade]) -> list[batches.ChangeRequest]:
        """Lists by their order numbers."""
        return self.ask(batch_no, "add", [trade.id for trade in trades])

    def gathered(self, count: int) -> tuple[str, list[ImportTrade]]:
        """A batch with so many lists that wait in it."""
        number, trades = self.open(), self.trades(count)
        self.add(number, trades)
        self.send(trades)
        return number, trades

    def batch(self, batch_no: str) -> Batch:
        """A batch as it stands."""
        batch = self.story.read(find_batch, batch_no)
        assert batch is not None
        return batch

    def all(self) -> list[Batch]:
        """All batches, oldest first."""
        return self.story.read(BATCH_ROWS.newest)[::-1]

    def places(self, batch_no: str) -> dict[str, str]:
        """State of each place by order number."""
        batch = self.batch(batch_no)
        return {
            member.order_no: member.state
            for member in read_by(self.story.window.engine, list_members, batch.id, limit=batch.places or 1)
        }

    def audit(self, batch_no: str) -> BatchAuditOut:
        """Its draw, done again."""
        with reading(self.story.window.engine) as connection:
            return auditing.audit_batch(connection, self.story.sandbox, self.batch(batch_no))

    def positions(self, order_no: str) -> int:
        """How many places, in whichever batch, a list has or had."""
        keys = fetch(
            self.story.window.engine, select(batch_member.c.key).where(batch_member.c.sandbox == self.story.sandbox)
        ).scalars()
        return sum(key.rpartition("|")[2] == order_no for key in keys)
