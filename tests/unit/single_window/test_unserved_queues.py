"""A queue that the broker does not serve: who is at fault, and when it is deleted to be declared anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pika.exceptions import ChannelClosedByBroker, ConnectionClosedByBroker, StreamLostError
from pika.frame import Method
from pika.spec import Queue as QueueMethods
from structlog.testing import capture_logs

from single_window.clock import timed_by
from single_window.messaging.amqp_entities import Binding, Entity, Exchange, quorum
from single_window.messaging.broker import BrokerUnavailable
from single_window.messaging.consumer_scheduler import CONSUME_TIMEOUT_SECONDS, ConsumerScheduler
from single_window.messaging.consuming import Consumer
from single_window.messaging.publishing import Outcome
from single_window.messaging.queue_recreation import DELETE_TIMEOUT_SECONDS, PROPAGATION_SECONDS, QueueRecreation
from single_window.messaging.unserved import MIN_FAILING_SECONDS, MIN_FAILURES, RECREATE_AGAIN_AFTER_SECONDS, Unserved
from tests.tables import each

INSIDE = ConnectionClosedByBroker(541, "INTERNAL_ERROR")
TAX = "window.tax"


class Hours:
    """A timepiece that a test turns, and that calls back."""

    def __init__(self) -> None:
        self.seconds = 1_000.0
        self._calls: list[tuple[float, Callable[[], None]]] = []

    def now(self) -> int:
        return int(1_000 * self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self._calls.append((self.seconds + seconds, call))

    def pass_by(self, seconds: float) -> None:
        """Let time pass, and do on the way what falls due, in order."""
        until = self.seconds + seconds
        while due := [call for call in self._calls if call[0] <= until]:
            first = min(due, key=lambda value: value[0])
            self._calls.remove(first)
            self.seconds = first[0]
            first[1]()
        self.seconds = until


@pytest.fixture
def hours() -> Iterator[Hours]:
    made = Hours()
    with timed_by(made):
        yield made


# when a queue is given up


def fails(unserved: Unserved, hours: Hours, times: int, over: float) -> list[int]:
    """At which of so many failures, spread over so many seconds, the queue was given up."""
    given_up = []
    for time in range(times):
        if unserved.failed(TAX) is not None:
            given_up.append(time + 1)
        hours.pass_by(over / (times - 1))
    return given_up


def test_a_queue_that_fails_again_and_again_is_given_up_after_a_while(hours: Hours) -> None:
    assert fails(Unserved(), hours, 11, MIN_FAILING_SECONDS) == [11]


@each("times, over", [(MIN_FAILURES - 1, 10 * MIN_FAILING_SECONDS), (100, MIN_FAILING_SECONDS - 1)])
def test_few_failures_or_many_in_a_short_time_are_borne(hours: Hours, times: int, over: float) -> None:
    assert fails(Unserved(), hours, times, over) == []


def test_a_queue_that_was_served_in_between_begins_anew(hours: Hours) -> None:
    unserved = Unserved()
    fails(unserved, hours, 10, MIN_FAILING_SECONDS - 1)
    unserved.served(TAX)
    assert not unserved
    assert fails(unserved, hours, 10, MIN_FAILING_SECONDS - 1) == []


def test_when_the_broker_itself_was_away_counting_begins_anew(hours: Hours) -> None:
    unserved = Unserved()
    fails(unserved, hours, 10, MIN_FAILING_SECONDS - 1)
    unserved.forget()
    assert fails(unserved, hours, 10, MIN_FAILING_SECONDS - 1) == []


def test_it_is_given_up_once_in_a_stated_time_however_it_fails(hours: Hours) -> None:
    unserved = Unserved()
    assert len(fails(unserved, hours, 1_000, 3.5 * RECREATE_AGAIN_AFTER_SECONDS + MIN_FAILING_SECONDS)) == 4


def test_one_queue_says_nothing_about_another(hours: Hours) -> None:
    unserved = Unserved()
    fails(unserved, hours, 10, MIN_FAILING_SECONDS + 1)
    assert unserved.failed("window.customs") is None


# a connection on which one queue is broken


class FakeChannel:
    """Stands for a channel of the connection below."""

    is_open = True

    def __init__(self, connection: FakeConnection) -> None:
        self.connection = connection
        self.closed: list[Callable[..., None]] = []

    def add_on_close_callback(self, callback: Callable[..., None]) -> None:
        self.closed.append(callback)

    def add_on_cancel_callback(self, callback: Callable[..., None]) -> None:
        """Nobody cancels."""

    def basic_qos(self, prefetch_count: int, callback: Callable[..., None]) -> None:
        """Whatever it is."""

    def basic_consume(self, queue: str, on_message: Callable[..., None], callback: Callable[..., None]) -> None:
        self.connection.declared.append((queue, callback))

    def queue_delete(self, queue: str, callback: Callable[..., None]) -> None:
        self.connection.deleting.append((queue, callback))


class FakeConnection:
    """A connection to a broker that serves every queue but some, and answers requests only when a test lets it."""

    is_open = True

    def __init__(self, broken: set[str]) -> None:
        self.broken = broken
        self.channels: list[FakeChannel] = []
        self._opening: list[tuple[Callable[..., None], FakeChannel]] = []
        self.declared: list[tuple[str, Callable[..., None]]] = []
        self.served: list[str] = []
        self.deleting: list[tuple[str, Callable[..., None]]] = []

    def channel(self, on_open_callback: Callable[..., None]) -> Any:
        made = FakeChannel(self)
        self.channels.append(made)
        self._opening.append((on_open_callback, made))
        return made

    def opens(self) -> None:
        """The broker opens the channels that were asked for."""
        waiting, self._opening = self._opening, []
        for opened, channel in waiting:
            opened(channel)

    def answers(self) -> bool:
        """The broker answers one after the other, until a queue is broken: True, the connection has to end."""
        self.opens()
        while self.declared:
            queue, consuming = self.declared.pop(0)
            if queue in self.broken:
                return True
            self.served.append(queue)
            consuming(None)
            self.opens()
        return False

    def ends(self, reason: Exception) -> None:
        """The connection is gone, with all channels."""
        self.is_open = False
        for channel in self.channels:
            for closed in channel.closed:
                closed(channel, reason)


class Desk:
    """A link without its thread: consumers of three queues, one connection after the other."""

    def __init__(self, hours: Hours, broken: set[str], recreatable: bool = True) -> None:
        self.hours, self.broken = hours, broken
        self.mended = 0
        self.entities: list[tuple[Entity, ...]] = [
            (
                Exchange("window"),
                *(quorum(name, recreatable=recreatable) for name in ("window.a", TAX, "window.z")),
                Binding(TAX, "window", "tax.requested"),
            )
        ]
        self.renewal = QueueRecreation(
            "here", self.entities, lambda error: BrokerUnavailable(str(error)), hours.later, self._mend
        )
        self.failed: list[str] = []
        self.turns = ConsumerScheduler(self._fails, self.renewal.served, hours.later)
        for name in (TAX, "window.a", "window.z"):
            self.turns.add(
                Consumer(name, 8, lambda call: call(), lambda: None, lambda *_: None, self.turns.answered), None
            )
        self.connection: FakeConnection | None = None

    def _fails(self, queue: str) -> None:
        self.failed.append(queue)
        self.renewal.failed(queue)

    def _mend(self) -> None:
        self.mended += 1

    def connects(self) -> FakeConnection:
        """Another connection, on which all is asked for."""
        self.connection = FakeConnection(self.broken)
        self.turns.open(self.connection)  # type: ignore[arg-type]
        return self.connection

    def round(self) -> FakeConnection:
        """One connection until the broker ends it, or ten seconds of it."""
        connection = self.connects()
        for _ in range(10):
            if connection.answers():
                connection.ends(INSIDE)
                self.turns.closed()
                break
            self.hours.pass_by(1.0)
        return connection


def test_the_queues_that_are_not_broken_are_soon_served_on_every_connection(hours: Hours) -> None:
    desk = Desk(hours, {TAX})
    desk.round()
    hours.pass_by(1.0)
    connections = [desk.round() for _ in range(4)]
    assert all({"window.a", "window.z"} <= {*connection.served} for connection in connections[2:])


def test_only_the_queue_that_is_broken_counts_as_failed(hours: Hours) -> None:
    desk = Desk(hours, {TAX})
    for _ in range(10):
        desk.round()
    assert {*desk.failed} == {TAX} and len(desk.failed) >= 5


def test_two_that_are_broken_are_both_found(hours: Hours) -> None:
    desk = Desk(hours, {TAX, "window.z"})
    for _ in range(20):
        desk.round()
    assert {*desk.failed} == {TAX, "window.z"}


def test_a_connection_that_is_lost_for_another_reason_is_no_queues_fault(hours: Hours) -> None:
    desk = Desk(hours, set())
    for _ in range(20):
        connection = desk.connects()
        connection.opens()
        connection.ends(StreamLostError("cut"))
        desk.turns.closed()
        hours.pass_by(5.0)
    assert desk.failed == []
    assert desk.connects().answers() is False


def test_a_broker_that_never_says_that_it_failed_has_failed_too(hours: Hours) -> None:
    desk = Desk(hours, {TAX})
    desk.connects().answers()
    hours.pass_by(3 * CONSUME_TIMEOUT_SECONDS)
    assert desk.failed.count(TAX) == 3 and desk.renewal.under_way is False
    assert TAX in [queue for queue, _ in deleting(desk).deleting]


# what follows


def given_up(desk: Desk) -> FakeConnection:
    """The desk after its queue was unserved for long enough; the connection on which it is to be deleted."""
    for _ in range(MIN_FAILURES):
        desk.renewal.failed(TAX)
        desk.hours.pass_by(MIN_FAILING_SECONDS)
    return deleting(desk)


def deleting(desk: Desk) -> FakeConnection:
    connection = FakeConnection(set())
    desk.renewal.begin(connection)  # type: ignore[arg-type]
    connection.opens()
    return connection


def test_it_is_deleted_and_after_a_moment_all_is_declared_again(hours: Hours) -> None:
    desk = Desk(hours, {TAX})
    connection = given_up(desk)
    ((queue, answer),) = connection.deleting
    assert queue == TAX and desk.mended == 1 and desk.renewal.under_way
    with capture_logs() as log_events:
        answer(Method(1, QueueMethods.DeleteOk(0)))
    assert [(row["event"], row["queue"], row["attempts"]) for row in log_events] == [
        ("broker.queue_deleted", TAX, MIN_FAILURES)
    ]
    assert desk.renewal.under_way, "consumers elsewhere have to be notified first"
    hours.pass_by(PROPAGATION_SECONDS)
    assert not desk.renewal.under_way and desk.mended == 2


@each("reason", [ChannelClosedByBroker(403, "ACCESS_REFUSED"), ConnectionClosedByBroker(541, "INTERNAL_ERROR")])
def test_what_cannot_be_deleted_is_reported_and_tried_again(hours: Hours, reason: Exception) -> None:
    desk = Desk(hours, {TAX})
    connection = given_up(desk)
    with capture_logs() as log_events:
        connection.ends(reason)
    assert [row["event"] for row in log_events] == ["broker.queue_not_deleted"]
    hours.pass_by(RECREATE_AGAIN_AFTER_SECONDS)
    assert [queue for queue, _ in given_up(desk).deleting] == [TAX]


def test_a_broker_that_does_not_say_whether_it_was_deleted_holds_nothing_up(hours: Hours) -> None:
    desk = Desk(hours, {TAX})
    given_up(desk)
    with capture_logs() as log_events:
        hours.pass_by(DELETE_TIMEOUT_SECONDS)
    assert [row["event"] for row in log_events] == ["broker.queue_not_deleted"]
    assert not desk.renewal.under_way and desk.mended == 2


def test_letters_that_are_refused_count_for_the_queue_that_receives_their_key(hours: Hours) -> None:
    desk = Desk(hours, set())
    for _ in range(8):
        desk.renewal.settled("window", "tax.requested", Outcome.REFUSED)
        desk.renewal.settled("window", "nobody", Outcome.REFUSED)
        hours.pass_by(MIN_FAILING_SECONDS / 5)
    assert [queue for queue, _ in deleting(desk).deleting] == [TAX]


@each("outcomes", [[Outcome.CONFIRMED, Outcome.REFUSED], [Outcome.RETURNED]])
def test_letters_of_which_some_are_confirmed_or_nobody_receives_are_no_failures(
    hours: Hours, outcomes: list[Outcome]
) -> None:
    desk = Desk(hours, set())
    for _ in range(20):
        for outcome in outcomes:
            desk.renewal.settled("window", "tax.requested", outcome)
        hours.pass_by(MIN_FAILING_SECONDS)
    assert deleting(desk).deleting == []


def test_a_queue_that_holds_what_is_nowhere_else_is_never_deleted(hours: Hours) -> None:
    desk = Desk(hours, {TAX}, recreatable=False)
    assert given_up(desk).deleting == []
