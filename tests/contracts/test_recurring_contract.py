"""Recurring work on both databases: every period once and in order, after jumps, restarts and with several workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from threading import Barrier, Thread
from typing import Any, NamedTuple

from sqlalchemy import Engine

from declarations.calendar import DAY, HOUR, day_of, instant_of
from gateways.desk import Desk
from gateways.recurring import Recurring, monthly
from gateways.topics.topic import Topic
from tests.contracts.agencies import Agencies
from tests.databases import ON_BOTH

pytestmark = ON_BOTH
BEGIN = instant_of(date(2026, 11, 20), 12)
MONTHLY = Recurring(monthly())
MONTHS = [f"2026-{month:02}-01" for month in (12,)] + [f"2027-{month:02}-01" for month in range(1, 12)]


class PlanOpened(NamedTuple):
    """A plan begins."""

    number: int


class PlanReviewDue(NamedTuple):
    """A plan is due to be reviewed."""

    number: int
    due: int = 0


class Reviews:
    """An agency that reviews plans each month until they end."""

    def __init__(self, engine: Engine, recurring: Recurring = MONTHLY, until: int = 10**14) -> None:
        self.recurring, self.until = recurring, until
        self.done: list[tuple[int, str]] = []
        """(plan, day of the period) of each review."""
        table = [
            Topic("plan.opened", PlanOpened, self._open, None),
            Topic("deadline.plan_review", PlanReviewDue, self._review, None),
        ]
        self.agencies = Agencies(engine, {"inspection": table}, BEGIN)

    def _open(self, opened: Sequence[PlanOpened], desk: Desk[Any]) -> None:
        for plan in opened:
            desk.recur(PlanReviewDue(plan.number), self.recurring)

    def _review(self, reviews: Sequence[PlanReviewDue], desk: Desk[Any]) -> None:
        for review in reviews:
            self.done.append((review.number, day_of(review.due).isoformat()))
            if review.due < self.until:
                desk.recur(review, self.recurring)

    def open(self, *numbers: int) -> None:
        for number in numbers:
            self.agencies.send(PlanOpened(number))
        self.agencies.settle()

    def at(self, day: date, hour: int = 0) -> list[tuple[int, str]]:
        """The reviews that are done when the clock jumps to an hour of a day."""
        self.agencies.now = instant_of(day, hour)
        self.agencies.settle()
        done, self.done = self.done, []
        return done

    @property
    def waiting(self) -> list[str]:
        """The days for which reviews wait."""
        return [day_of(due).isoformat() for due, *_ in self.agencies.deadlines()]


def test_each_period_is_handled_when_it_ends_and_the_next_one_waits(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.open(7)
    assert (reviews.done, reviews.waiting) == ([], MONTHS[:1])
    assert reviews.at(date(2026, 11, 30)) == []
    assert reviews.at(date(2026, 12, 1), 9) == [(7, MONTHS[0])]
    assert reviews.waiting == MONTHS[1:2]


def test_after_a_year_each_period_is_handled_once_and_in_order(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.open(7)
    assert reviews.at(date(2027, 11, 20)) == [(7, day) for day in MONTHS]
    assert reviews.waiting == ["2027-12-01"]


def test_after_a_year_one_period_may_stand_for_all(engine: Engine) -> None:
    reviews = Reviews(engine, Recurring(monthly(), catch_up=False))
    reviews.open(7)
    assert reviews.at(date(2027, 11, 20)) == [(7, MONTHS[0])]
    assert reviews.waiting == ["2027-12-01"]


def test_work_ends_when_its_condition_does(engine: Engine) -> None:
    reviews = Reviews(engine, until=instant_of(date(2027, 2, 1)))
    reviews.open(7)
    assert reviews.at(date(2027, 11, 20)) == [(7, day) for day in MONTHS[:3]]
    assert reviews.waiting == []


def test_work_that_was_begun_twice_is_done_once(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.open(7, 8, 7)
    reviews.open(7)
    assert reviews.waiting == [MONTHS[0]] * 2
    assert sorted(reviews.at(date(2026, 12, 15))) == [(7, MONTHS[0]), (8, MONTHS[0])]
    assert reviews.waiting == [MONTHS[1]] * 2


def test_what_two_chains_file_for_one_instant_becomes_one(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.open(7)
    december = instant_of(date(2026, 12, 1))
    reviews.agencies.schedule(december, PlanReviewDue(7, december))
    assert reviews.at(date(2026, 12, 1), 1) == [(7, MONTHS[0])] * 2
    assert reviews.waiting == MONTHS[1:2]


def test_what_was_held_for_a_while_does_not_drift(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.agencies.schedule(BEGIN + 3 * DAY, PlanReviewDue(7, BEGIN))  # filed for an earlier instant than it came
    assert reviews.at(date(2026, 11, 25)) == [(7, "2026-11-20")]
    assert reviews.waiting == MONTHS[:1]


def test_two_processes_handle_a_period_once(engine: Engine) -> None:
    reviews = Reviews(engine)
    reviews.open(7)
    reviews.agencies.now = instant_of(date(2026, 12, 1)) + HOUR
    filed = _together(reviews.agencies.file_due)
    assert sorted(filed) == [0, 1]
    ids = reviews.agencies.ready()["inspection"]
    workers = [reviews.agencies.workers()["inspection"] for _ in range(2)]
    handled = _together(*[lambda worker=worker: worker.work(ids) for worker in workers])
    assert sum(handled) == 1
    assert reviews.waiting == MONTHS[1:2]


def test_another_process_goes_on_where_one_ended(engine: Engine) -> None:
    first = Reviews(engine)
    first.open(7)
    first.at(date(2026, 12, 2))
    assert first.waiting == MONTHS[1:2]
    later = Reviews(engine)
    assert later.at(date(2027, 2, 2)) == [(7, day) for day in MONTHS[1:3]]


def _together(*functions: Callable[[], int]) -> list[int]:
    """What functions give that begin at the same time, each in a thread; a single one is called twice."""
    calls = functions if len(functions) > 1 else functions * 2
    barrier, found = Barrier(len(calls)), list[int]()

    def call(function: Callable[[], int]) -> None:
        barrier.wait()
        found.append(function())

    threads = [Thread(target=call, args=(function,)) for function in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
