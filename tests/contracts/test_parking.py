"""What is parked: seen, sent again, closed with a reason; twice does no harm, at the same instant neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, update

from gateways.circumstances import Options
from single_window.auditing import waiting
from single_window.cases import queue
from single_window.clock import system_now
from single_window.settings import Settings
from single_window.store import deliveries
from single_window.store.engine import reading, writing
from single_window.store.names import DISMISSED, OPEN, PARKED
from single_window.store.parking import STATES, ParkedDelivery, parked_deliveries
from single_window.store.sandboxes import UnknownSandbox
from single_window.store.tables import archive, delivery, message
from single_window.wiring import Window
from single_window.work import parking
from single_window.work.parking import ParkingResult
from tests.databases import ON_BOTH, kept_open, window_in
from tests.officers import named
from tests.patience import PATIENCE
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH
OPENED = b"\x02 of a later release, which nobody here can open"
WHY = "UnknownPacking: "
"""How the reason begins."""
LI = named("li", "administrator")


class Lot:
    """A window in which messages were parked, because their archived bytes were spoilt; they can be mended."""

    def __init__(self, window: Window, count: int = 3) -> None:
        self.window, self.story = window, StoryRunner(window)
        self.trades = [self.story.trade(number) for number in range(count)]
        self.messages = [self.story.file(self.story.message(trade, "order"))[0].id for trade in self.trades]
        with reading(window.engine) as connection:
            rows = connection.execute(select(archive.c.message_id, archive.c.body))
            self.bytes = {number: body for number, body in rows}
        with writing(window.engine) as connection:
            connection.execute(update(archive).values(body=OPENED))
        self.work()
        self.ids = sorted(parked.id for parked in self.listed())

    def work(self) -> None:
        """What another process does that has not read the messages itself; one attempt is all it has."""
        other = Window(
            Settings(data=self.window.settings.data, database=self.window.settings.database, readers=0, attempts=1)
        )
        other.settle()
        other.close()

    def mend(self) -> None:
        with writing(self.window.engine) as connection:
            for number, body in self.bytes.items():
                connection.execute(update(archive).where(archive.c.message_id == number).values(body=body))

    def listed(self, *states: str) -> list[ParkedDelivery]:
        with reading(self.window.engine) as connection:
            return parked_deliveries(connection, "story", states or (PARKED,))

    def retry(self, *ids: int, who: str = "li") -> ParkingResult:
        return parking.retry(self.window, "story", ids or None, named(who, "administrator"))

    def dismiss(self, *ids: int, who: str = "wang", why: str = "sent by mistake") -> ParkingResult:
        return parking.dismiss(self.window, "story", ids or None, named(who, "administrator"), why)

    def states(self) -> list[str]:
        with reading(self.window.engine) as connection:
            rows = connection.execute(select(delivery.c.id, delivery.c.state).where(delivery.c.id.in_(self.ids)))
            stored = {number: state for number, state in rows}
        return [stored.get(number, "done") for number in self.ids]

    def message_states(self) -> list[str]:
        with reading(self.window.engine) as connection:
            return list(
                connection.execute(
                    select(message.c.state).where(message.c.id.in_(self.messages)).order_by(message.c.id)
                ).scalars()
            )


@pytest.fixture
def window(address: str, tmp_path: Path) -> Iterator[Window]:
    yield from kept_open(window_in(tmp_path / "data", database=address))


@pytest.fixture
def lot(window: Window) -> Lot:
    return Lot(window)


def outcomes(done: ParkingResult) -> list[tuple[str, str]]:
    return [(outcome.outcome, outcome.state) for outcome in done.outcomes]


def test_what_is_parked_is_listed_newest_first_with_reason_and_traceback(lot: Lot) -> None:
    parked_messages = lot.listed()
    assert [parked.id for parked in parked_messages] == lot.ids[::-1] and len(parked_messages) == 3
    assert [parked.message_id for parked in parked_messages] == lot.messages[::-1]
    assert all(
        parked.reason.startswith("UnknownPacking: ") and "Traceback" in parked.traceback and not parked.handled
        for parked in parked_messages
    )
    with reading(lot.window.engine) as connection:
        page = parked_deliveries(connection, "story", most=1, before=parked_messages[0].id)
        assert [parked.id for parked in page] == [parked_messages[1].id] and parked_deliveries(connection, "main") == []


def test_what_is_sent_again_goes_its_way_once_the_reason_is_gone(lot: Lot) -> None:
    lot.mend()
    assert outcomes(lot.retry(lot.ids[0])) == [("retried", "ready")]
    lot.work()
    assert lot.states() == ["done", PARKED, PARKED] and lot.message_states() == ["read", "received", "received"]
    assert lot.story.statuses(lot.trades[0], "order") == ["2"]
    assert lot.retry().changed == lot.ids[1:]
    lot.work()
    assert lot.states() == ["done"] * 3


def test_as_long_as_the_reason_persists_it_parks_again_and_shows_what_was_done(lot: Lot) -> None:
    lot.retry(lot.ids[0])
    lot.work()
    assert lot.states() == [PARKED] * 3
    assert [(handling.act, handling.who) for handling in lot.listed()[-1].handled] == [("retried", "li")]


def test_it_is_tried_as_often_as_at_first_and_does_not_count_as_late_at_once(lot: Lot) -> None:
    before = system_now()
    lot.retry(lot.ids[0])
    with reading(lot.window.engine) as connection:
        attempts, not_before = connection.execute(
            select(delivery.c.attempts, delivery.c.not_before).where(delivery.c.id == lot.ids[0])
        ).one()
    assert attempts == 0 and before <= not_before <= system_now()


def test_what_is_dismissed_is_out_of_the_way_and_keeps_who_when_and_why(lot: Lot) -> None:
    before = system_now()
    assert outcomes(lot.dismiss(lot.ids[0])) == [("dismissed", DISMISSED)]
    lot.work()
    assert lot.states() == [DISMISSED, PARKED, PARKED] and lot.message_states()[0] == DISMISSED
    (closed,) = lot.listed(DISMISSED)
    (handled,) = closed.handled
    assert (handled.act, handled.who, handled.why) == ("dismissed", "wang", "sent by mistake")
    assert before <= handled.at <= system_now() and closed.reason.startswith("UnknownPacking: "), (
        "why it failed is kept as well"
    )


def test_what_was_dismissed_can_be_sent_again_after_all_but_only_by_name(lot: Lot) -> None:
    lot.dismiss()
    lot.mend()
    assert lot.retry().changed == []
    lot.retry(lot.ids[0])
    assert lot.message_states() == ["received", DISMISSED, DISMISSED]
    lot.work()
    assert lot.states() == ["done", DISMISSED, DISMISSED]
    assert lot.story.statuses(lot.trades[0], "order") == ["2"]


def test_twice_does_no_harm_and_says_so(lot: Lot) -> None:
    lot.mend()
    first, two, _ = lot.ids
    assert outcomes(lot.retry(first, two, first)) == [("retried", "ready")] * 2
    assert outcomes(lot.retry(first)) == [("already", "ready")]
    lot.work()
    assert outcomes(lot.retry(first)) == [("already", "done")]
    assert outcomes(lot.dismiss(first)) == [("already", "done")]
    assert outcomes(lot.retry(first, 10**15)) == [("already", "done"), ("unknown", "")]
    assert lot.story.statuses(lot.trades[0], "order") == ["2"]


def test_nobody_reaches_into_another_sandbox(lot: Lot) -> None:
    lot.window.make_sandbox("other", Options())
    assert outcomes(parking.retry(lot.window, "other", lot.ids, LI)) == [("unknown", "")] * 3
    assert parking.dismiss(lot.window, "other", None, LI, "x").changed == []
    with pytest.raises(UnknownSandbox):
        parking.retry(lot.window, "nobody's", None, LI)
    assert lot.states() == [PARKED] * 3


@pytest.mark.parametrize("second", ["retry", "dismiss"])
@pytest.mark.parametrize("by_id", [True, False])
def test_of_two_at_the_same_instant_one_has_each_delivery(window: Window, second: str, by_id: bool) -> None:
    lot = Lot(window, 12)
    ids = lot.ids if by_id else []
    together = Barrier(2)

    def at_once(act: Callable[..., ParkingResult], *chosen: int) -> list[int]:
        together.wait(PATIENCE)
        return act(*chosen).changed

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(at_once, lot.retry, *ids)
        other = pool.submit(at_once, getattr(lot, second), *reversed(ids))
        changed = first.result(PATIENCE) + other.result(PATIENCE)
    if second == "dismiss" and by_id:  # what was dismissed first may be sent again by name
        assert set(changed) == set(lot.ids)
    else:
        assert sorted(changed) == lot.ids
    acts = [handling.act for parked in lot.listed(PARKED, DISMISSED, "ready") for handling in parked.handled]
    assert len(acts) == len(changed)


def test_what_is_still_open_is_closed_by_name_only_and_can_be_sent_again(lot: Lot) -> None:
    lot.mend()
    first, two, _ = lot.ids
    lot.retry(first, two)
    assert [parked.id for parked in lot.listed(*STATES[OPEN])] == [two, first]
    assert outcomes(lot.dismiss(first)) == [("dismissed", DISMISSED)]
    assert lot.dismiss().changed == lot.ids[2:], "all means all that are parked"
    lot.work()
    assert lot.states() == [DISMISSED, "done", DISMISSED]
    lot.retry(first)
    lot.work()
    assert lot.states()[0] == "done" and lot.story.statuses(lot.trades[0], "order") == ["2"]


@pytest.mark.parametrize("first", ["worker", "officer"])
def test_of_a_worker_and_somebody_who_closes_the_same_one_wins(lot: Lot, first: str) -> None:
    """The worker has noted what it takes and read it; whoever commits first decides, and the other changes nothing."""
    lot.mend()
    result = lot.ids[0]
    lot.retry(result)
    steps: list[ParkingResult] = []

    def meanwhile(point: str) -> None:
        if point == ("in-hand" if first == "officer" else "after-commit") and not steps:
            steps.append(lot.dismiss(result))

    other = Window(lot.window.settings, fault=meanwhile)
    other.settle()
    other.close()
    if first == "officer":
        assert outcomes(steps[0]) == [("dismissed", DISMISSED)] and lot.states()[0] == DISMISSED
        assert lot.story.statuses(lot.trades[0], "order") == []
    else:
        assert outcomes(steps[0]) == [("already", "done")] and lot.states()[0] == "done"
        assert lot.story.statuses(lot.trades[0], "order") == ["2"]


def test_what_a_worker_has_hold_of_is_busy_and_nobody_waits_for_it(lot: Lot) -> None:
    if lot.window.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: who closes something waits until it has finished, or was ended")
    lot.mend()
    lot.retry(lot.ids[0])
    with writing(lot.window.engine) as connection:
        assert deliveries.claim(connection, "reception", lot.ids[:1])
        assert outcomes(lot.dismiss(lot.ids[0])) == [("busy", "ready")]
        connection.rollback()
    assert outcomes(lot.dismiss(lot.ids[0])) == [("dismissed", DISMISSED)]


def test_what_is_parked_is_a_case_of_administrators_until_it_is_dealt_with(lot: Lot) -> None:
    def queued() -> list[str]:
        with reading(lot.window.engine) as connection:
            assert waiting.audit_ledger(connection, "story").differences == ()
            filters = queue.queue_query(connection, "story", LI)
            return sorted(case.number for case in queue.queue_page(connection, "story", filters).cases)

    assert queued() == [str(number) for number in lot.ids]
    lot.dismiss(lot.ids[0])
    assert queued() == [str(number) for number in lot.ids[1:]]
    lot.retry()
    assert queued() == []
    lot.work()
    assert queued() == [str(number) for number in lot.ids[1:]], "parked again"
    taken = queue.take_next(lot.window, "story", LI)
    assert taken is not None and taken.subject == "parked" and "reception" in taken.goods
