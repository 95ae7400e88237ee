"""On PostgreSQL the port and customs wait for each other at a trade's meeting: nobody decides on what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select, text

from gateways.agencies import ROUTES
from gateways.customs.topics import CUSTOMS
from gateways.gateway import Gateway
from simulators.imports.stories import delivery as delivery_of
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import trades
from single_window.settings import Settings
from single_window.store.engine import reading
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.tables import delivery
from single_window.wiring import Window, open_window
from single_window.work.gateway_runner import GatewayConsumer
from single_window.work.worker import Worker
from tests.chaos.programs import until
from tests.databases import empty_database
from tests.handlers import Handler, rehandled
from tests.patience import PATIENCE
from tests.stories.story import KINDS, TODAY, WORLD, StoryRunner, outcome

pytestmark = pytest.mark.service


class Gate:
    """Stops whoever comes to a named point of a window, once, until it is opened."""

    def __init__(self, point: str) -> None:
        self.point, self.reached, self.opened = point, Event(), Event()
        self.shut = False

    def __call__(self, point: str) -> None:
        if self.shut and point == self.point:
            self.shut = False
            self.reached.set()
            assert self.opened.wait(PATIENCE)


@pytest.fixture
def gate() -> Gate:
    return Gate("before-commit")


@pytest.fixture
def windows(tmp_path: Path, gate: Gate) -> Iterator[tuple[Window, Window]]:
    """Two windows on one database; the gate is in the second."""
    with empty_database("postgresql", tmp_path) as address:
        settings = Settings(data=tmp_path / "data", database=address, readers=0, run_to_completion=0)
        first, second = open_window(settings), open_window(settings, fault=gate)
        yield first, second
        gate.opened.set()
        second.close()
        first.close()


def ready(window: Window, queue: str) -> list[int]:
    with reading(window.engine) as connection:
        return list(
            connection.execute(
                select(delivery.c.id)
                .where(delivery.c.queue == queue, delivery.c.state == "ready")
                .order_by(delivery.c.id)
            ).scalars()
        )


def waits_for_a_lock(window: Window) -> bool:
    with reading(window.engine) as connection:
        return bool(
            connection.execute(
                text(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
            ).scalar()
        )


@contextmanager
def working(window: Window, queue: str, ids: Sequence[int]) -> Iterator[None]:
    """Work on deliveries in a thread of its own, until the end of the block at the latest."""
    failures: list[BaseException] = []

    def work() -> None:
        try:
            window._workers[queue].work(ids)
        except BaseException as error:
            failures.append(error)

    thread = Thread(target=work)
    thread.start()
    yield
    thread.join(PATIENCE)
    assert not thread.is_alive() and not failures, failures


def amended_trade(window: Window) -> tuple[StoryRunner, object, bytes]:
    """A trade whose list customs has yet to handle, with another buyer's name on it, and the message that mends it."""
    story = StoryRunner(window)
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    story.file(story.message(trade, "inventory", buyerName="他人甲"))
    window._workers["reception"].work(ready(window, "reception"))
    number = str(story.receipts(trade)[0].fields["preNo"])
    mended = story.message(trade, "inventory", appType="2", appTime="20991231235959", guid="F" * 36, preNo=number)
    return story, trade, mended


def test_an_amendment_that_comes_while_customs_decides_waits_and_is_refused(
    windows: tuple[Window, Window], gate: Gate
) -> None:
    first, second = windows
    story, trade, mended = amended_trade(first)
    gate.shut = True
    with working(second, "customs", ready(first, "customs")):
        assert gate.reached.wait(PATIENCE)
        story.file(mended)
        with working(first, "reception", ready(first, "reception")):
            until(lambda: waits_for_a_lock(first), PATIENCE, "another waits for the lock")
            gate.opened.set()
    first.settle()
    answers = outcome(story.receipts(trade))
    assert [status for status, _ in answers[:2]] == ["2", "100"], "rejected as it was"
    assert "2.inventory.modify" in {rule for _, rule in answers}, "a rejected list may be amended"
    assert [status for status, _ in answers[-2:]] == ["120", "800"]
    assert len(answers) == 5


def test_customs_waits_for_an_amendment_in_hand_and_decides_on_it(windows: tuple[Window, Window], gate: Gate) -> None:
    first, second = windows
    story, trade, mended = amended_trade(first)
    deciding = ready(first, "customs")
    story.file(mended)
    gate.shut = True
    with working(second, "reception", ready(first, "reception")):
        assert gate.reached.wait(PATIENCE)
        with working(first, "customs", deciding):
            until(lambda: waits_for_a_lock(first), PATIENCE, "another waits for the lock")
            gate.opened.set()
    first.settle()
    assert outcome(story.receipts(trade)) == [
        ("2", "2.inventory"),
        ("2", "2.inventory.modify"),
        ("120", "1800"),
        ("800", "2600"),
    ]


def test_an_amendment_of_a_list_that_is_being_accepted_comes_too_late(
    windows: tuple[Window, Window], gate: Gate
) -> None:
    first, second = windows
    story = StoryRunner(first)
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    story.file(story.message(trade, "inventory"))
    first._workers["reception"].work(ready(first, "reception"))
    number = str(story.receipts(trade)[0].fields["preNo"])
    gate.shut = True
    with working(second, "customs", ready(first, "customs")):
        assert gate.reached.wait(PATIENCE)
        story.file(
            story.message(
                trade,
                "inventory",
                appType="2",
                appTime="20991231235959",
                guid="F" * 36,
                preNo=number,
                buyerName="他人甲",
            )
        )
        with working(first, "reception", ready(first, "reception")):
            until(lambda: waits_for_a_lock(first), PATIENCE, "another waits for the lock")
            gate.opened.set()
    first.settle()
    answers = outcome(story.receipts(trade))
    assert [status for status, _ in answers if not status.startswith("-")] == ["2", "120", "800"]
    assert [status for status, _ in answers if status.startswith("-")] == ["-621057"]


def test_a_delivery_that_is_reported_while_its_list_is_being_accepted_is_known_to_the_list(
    windows: tuple[Window, Window], gate: Gate
) -> None:
    """Neither sees what the other has not committed: they meet at the parcel, of which nothing was known."""
    first, second = windows
    story = StoryRunner(first)
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    story.file(story.message(trade, "inventory"))
    first._workers["reception"].work(ready(first, "reception"))
    accepting = ready(first, "customs")
    story.file(delivery_of(trade).body)
    first._workers["reception"].work(ready(first, "reception"))
    telling = [number for number in ready(first, "customs") if number not in accepting]
    gate.shut = True
    with working(second, "customs", accepting):
        assert gate.reached.wait(PATIENCE)
        with working(first, "customs", telling):
            until(lambda: waits_for_a_lock(first), PATIENCE, "another waits for the lock")
            gate.opened.set()
    assert story.column(trade, "delivered_at") == first.now(story.sandbox)


class Halting:
    """Has customs stop after the first of a batch's handlers until another batch is as far, or waits for this one."""

    def __init__(self) -> None:
        self.arrived = 0

    def gateway(self, window: Window) -> Gateway[Any, Any]:
        """Customs as it works on one window."""
        handled: list[str] = []

        def halted(name: str, handler: Handler) -> Handler:
            def handle(payloads: Sequence[Any], desk: Any) -> None:
                handler(payloads, desk)
                handled.append(name)
                if len(handled) == 1:
                    self.arrived += 1
                    until(lambda: self.arrived == 2 or waits_for_a_lock(window), PATIENCE, "another waits for the lock")

            return handle

        return rehandled(CUSTOMS, {name: halted(name, topic.handler) for name, topic in CUSTOMS.topics.items()})


def of_two_persons() -> list[list[ImportTrade]]:
    """Two trades of one person, and two of another."""
    by_person: dict[str, list[ImportTrade]] = {}
    for trade in trades(WORLD, 600, seed=3, day=TODAY, fault_share=0, modes={"9610": 1}):
        by_person.setdefault(trade.document("inventory").head["buyerIdNumber"], []).append(trade)
    return [group[:2] for group in by_person.values() if len(group) > 1][:2]


def test_batches_that_concern_the_same_persons_in_another_order_take_turns(windows: tuple[Window, Window]) -> None:
    """Each accepts a list of one person and releases one of the other: what is handled first differs."""
    story = StoryRunner(windows[0])
    (first_of_one, second_of_one), (first_of_other, second_of_other) = of_two_persons()
    batches = []
    for accepted, coming in ((first_of_one, second_of_other), (first_of_other, second_of_one)):
        known = set(ready(windows[0], "customs"))
        story.file(*[story.message(accepted, kind) for kind in KINDS])
        windows[0]._workers["reception"].work(ready(windows[0], "reception"))
        windows[0]._workers["customs"].work([number for number in ready(windows[0], "customs") if number not in known])
        windows[0]._workers["tax"].work(ready(windows[0], "tax"))
        story.file(*[story.message(coming, kind) for kind in KINDS])
        windows[0]._workers["reception"].work(ready(windows[0], "reception"))
        batches.append([number for number in ready(windows[0], "customs") if number not in known])
    halting = Halting()
    for window in windows:
        window._workers["customs"] = Worker(
            window.engine,
            window.numbering,
            GatewayConsumer(
                halting.gateway(window), StoredCustomsRepository, ROUTES, window.numbering, window.circumstances
            ),
            1,
        )
    with working(windows[0], "customs", batches[0]), working(windows[1], "customs", batches[1]):
        pass
    assert [story.state(trade) for trade in (first_of_one, first_of_other)] == ["released"] * 2
    assert [story.state(trade) for trade in (second_of_one, second_of_other)] == ["accepted"] * 2
    assert deadlocks(windows[0]) == 0


def deadlocks(window: Window) -> int:
    """How many transactions PostgreSQL has ended because they waited for each other."""
    window.engine.dispose()
    counted = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with reading(window.engine) as connection:
        return int(connection.execute(counted).scalar())
