"""Whatever hangs or kills the worker that deals with it is parked after its attempts, and nothing else is held up."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from single_window.settings import Settings
from single_window.store import leases
from single_window.store.engine import reading
from single_window.store.tables import delivery
from single_window.wiring import Window, open_window
from single_window.work.parking import dismiss
from tests.brokers import empty_vhost
from tests.chaos.programs import Program, until
from tests.databases import made_database
from tests.officers import TESTER
from tests.patience import PATIENCE
from tests.running import address, logged, program, running
from tests.stories.story import KINDS, StoryRunner, outcome
from tests.unit.single_window.serving_http import Client

ATTEMPTS = 2
SHORT = {"attempts": ATTEMPTS, "work_deadline": 8, "readers": 0}
RELEASED = [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]


class Lot:
    """Messages that wait in a database for somebody to work on them: sound trades, and one that is poison."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        window = open_window(settings, queues=())
        self.story, self.poisoned = StoryRunner(window), StoryRunner(window, "poison")
        self.trades = [self.story.trade(number) for number in range(3)]
        for trade in self.trades:
            self.story.file(*[self.story.message(trade, kind) for kind in KINDS])
            if trade is self.trades[1]:
                self.poisoned.file(self.poisoned.message(self.poisoned.trade(7), "order"))
        self.engine: Engine = window.engine

    def rows(self, sandbox: str) -> list[tuple[str, int, str]]:
        """State, attempts and reason of each delivery of a sandbox."""
        with reading(self.engine) as connection:
            return [
                tuple(row)
                for row in connection.execute(
                    select(delivery.c.state, delivery.c.attempts, delivery.c.reason)
                    .where(delivery.c.sandbox == sandbox)
                    .order_by(delivery.c.id)
                )
            ]

    def in_hand(self) -> bool:
        """Whether a worker has taken the poison."""
        with reading(self.engine) as connection:
            poison = select(delivery.c.id).where(delivery.c.sandbox == "poison")
            numbers = set(connection.execute(poison).scalars())
            return any(numbers & set(lease.deliveries) for lease in leases.active(connection, ["reception"]))

    def parked(self) -> bool:
        """Whether the poison has been put aside."""
        return [state for state, *_ in self.rows("poison")] == ["parked"]

    def released(self) -> bool:
        """Whether every sound trade has come to its outcome, and nothing is left to do about any."""
        outcomes = [outcome(self.story.receipts(trade)) for trade in self.trades]
        return outcomes == [RELEASED] * len(outcomes) and self.rows("story") == []


@pytest.fixture
def lot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lot]:
    """On SQLite; on PostgreSQL with a broker between the processes where the test asks for it."""
    with ExitStack() as stack:
        more = {}
        if getattr(request, "param", "sqlite") == "postgresql":
            more = {
                "database": stack.enter_context(made_database("postgresql", tmp_path)),
                "broker": stack.enter_context(empty_vhost()).url,
            }
        made = Lot(Settings(data=tmp_path / "data", synchronous="NORMAL", readers=0, **more))
        yield made
        made.story.window.close()


def settings_of(lot: Lot, **more: object) -> dict[str, object]:
    """The settings of a program that works on it."""
    given = {"database": lot.settings.database, "broker": lot.settings.broker, "synchronous": "NORMAL"}
    return {**{name: value for name, value in given.items() if value}, **SHORT, **more}


def assert_parked_alone(lot: Lot) -> None:
    ((state, attempts, reason),) = lot.rows("poison")
    assert (state, attempts) == ("parked", ATTEMPTS)
    assert "WorkerLost: the process working on it died, or made no progress until it was ended" in reason


@pytest.mark.long
@pytest.mark.parametrize(
    "poison", ["hang reception poison", pytest.param("hang reception poison locked", marks=pytest.mark.long)]
)
def test_a_window_whose_worker_hangs_begins_again_until_it_is_parked(lot: Lot, tmp_path: Path, poison: str) -> None:
    with running("run --port 0", tmp_path, test_poison=poison, **settings_of(lot)) as process:
        client, pid = Client(address(process)), process.pid
        until(lot.parked, PATIENCE, f"the poison is parked:\n{process.tail(60)}")
        until(lot.released, PATIENCE, "the others are worked on")
        assert process.alive and process.pid == pid and process.log.read_text().count("worker.hung") == ATTEMPTS
        assert client.get("/parked?sandbox=poison").status == 200, "at the same address as before"
    assert_parked_alone(lot)


@pytest.mark.long
def test_what_keeps_the_interpreter_to_itself_ends_the_process_which_says_where(lot: Lot, tmp_path: Path) -> None:
    process = program("run --port 0", tmp_path, test_poison="spin reception poison", **settings_of(lot))
    assert ended_each_time(lot, process) == 1
    assert "_spin" in process.log.read_text()


@pytest.mark.long
def test_what_kills_the_process_is_parked_when_that_has_been_started_again(lot: Lot, tmp_path: Path) -> None:
    process = program(
        "run --port 0", tmp_path, test_poison="kill reception poison locked", **settings_of(lot, work_deadline=60)
    )
    assert ended_each_time(lot, process) == -signal.SIGSEGV


def ended_each_time(lot: Lot, process: Program) -> int | None:
    """As with a service manager: whenever the program has died it is started again, until it need not be.

    Gives the exit code of a death.
    """
    for _ in range(ATTEMPTS):
        process.start()
        assert process.wait(PATIENCE), f"the poison must end it:\n{process.tail(60)}"
    code = process.exit_code
    process.start()
    try:
        until(lot.parked, PATIENCE, f"the poison is parked:\n{process.tail()}")
        until(lot.released, PATIENCE, "the others are worked on")
        assert_parked_alone(lot)
    finally:
        assert process.stop(patience=PATIENCE)
    return code


@pytest.mark.long
@pytest.mark.parametrize("poison", ["hang", "kill"])
def test_a_process_that_works_beside_is_replaced(lot: Lot, tmp_path: Path, poison: str) -> None:
    with running(
        "run --port 0", tmp_path, test_poison=f"{poison} customs poison", processes=2, **settings_of(lot)
    ) as process:
        until(lambda: "parked" in {state for state, *_ in lot.rows("poison")}, PATIENCE, f"parked:\n{process.tail(60)}")
        until(lot.released, PATIENCE, "the others are worked on")
    assert [state for state, *_ in lot.rows("poison")] == ["parked"]


@pytest.mark.long
@pytest.mark.service
@pytest.mark.parametrize("lot", ["postgresql"], indirect=True)
@pytest.mark.parametrize("poison", ["hang reception poison", "hang reception poison locked", "kill reception poison"])
def test_processes_that_hang_or_die_are_replaced(lot: Lot, tmp_path: Path, poison: str) -> None:
    with running(
        "work dispatch reception customs inspection tax --processes 2", tmp_path, test_poison=poison, **settings_of(lot)
    ) as process:
        until(lot.parked, PATIENCE, f"the poison is parked:\n{process.tail(60)}")
        until(lot.released, PATIENCE, f"the others are worked on:\n{process.tail(60)}")
    assert_parked_alone(lot)


@pytest.mark.long
@pytest.mark.parametrize("poison", ["hang reception poison", "hang reception poison locked", "spin reception poison"])
def test_a_window_whose_worker_hangs_ends_when_it_is_asked_to(lot: Lot, tmp_path: Path, poison: str) -> None:
    process = program("run --port 0", tmp_path, test_poison=poison, **settings_of(lot))
    process.start()
    # one that keeps the interpreter to itself may do so before the address is said
    until(lot.in_hand, PATIENCE, f"a worker has the poison in hand:\n{process.tail()}")
    assert process.stop(patience=PATIENCE), f"it had to be killed:\n{process.tail()}"


@pytest.mark.long
def test_what_hangs_can_be_dismissed_while_it_does(lot: Lot, tmp_path: Path) -> None:
    with running(
        "run --port 0", tmp_path, test_poison="hang reception poison", **settings_of(lot, attempts=100)
    ) as process:
        logged(process, "worker.hung", 2)
        with reading(lot.engine) as connection:
            number = connection.execute(select(delivery.c.id).where(delivery.c.sandbox == "poison")).scalar_one()
        beside = Window(lot.settings, queues=(), engine=lot.engine)
        assert dismiss(beside, "poison", [number], TESTER, "it hangs").changed == [number]
        until(lot.released, PATIENCE, "the others are worked on")
    assert [state for state, *_ in lot.rows("poison")] == ["dismissed"]
