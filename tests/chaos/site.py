"""Where a run takes place: engines of its own, a database with a sandbox in it, and the window's processes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from simulators.demo import UNSIGNED
from simulators.entry import FIRST_DAY, SHANGHAI, open_sandbox, settings_for
from simulators.world import World
from tests.chaos import oversight
from tests.chaos.crew import COMMAND, Crew, alone, spread, surroundings
from tests.chaos.disk import SmallDisk
from tests.chaos.engines import LOCALHOST, Missing, free_port
from tests.chaos.postgresql import PostgreSQL
from tests.chaos.programs import until
from tests.chaos.rabbitmq import RabbitMQ
from tests.patience import LONG_PATIENCE

SANDBOX = "chaos"
ROOM_PER_TRADE, LEAST_ROOM = 0.1, 400
"""Megabytes of a disk that a run can fill, by trades and at least."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One run. `alone`: `run` with so many `processes` on SQLite; else so many of each shared role over RabbitMQ.

    `nights` are those after which people look what became of their lists; `outage` is how many seconds an engine stays
    away or full at most.
    """

    seed: int
    trades: int = 20_000
    kills: int = 20
    database: str = "postgresql"
    alone: bool = False
    processes: int = 2
    outage: float = 3.0
    nights: Sequence[int] = (1, 2, 3, 8, 40)
    day: date = FIRST_DAY

    @property
    def name(self) -> str:
        """What it runs on, in words."""
        on_sqlite = "one process on SQLite" if self.processes == 1 else f"{self.processes} processes on SQLite"
        return on_sqlite if self.alone else f"several processes over RabbitMQ on {self.database}"


class Site:
    """The place of one run in a folder; a context. Raises `Missing` where an engine is not on this machine."""

    def __init__(self, scenario: Scenario, folder: Path, world: World) -> None:
        self.scenario, self.folder, self.world = scenario, folder, world
        self.left_out: list[str] = []
        """What this machine does not allow to be injured, and why."""
        self._closing = ExitStack()
        self.rabbitmq: RabbitMQ | None = None
        self.postgresql: PostgreSQL | None = None
        self.disk: SmallDisk | None = None
        self.data = folder / "data"
        self._port = free_port()
        self.url = f"http://{LOCALHOST}:{self._port}"

    def __enter__(self) -> Site:
        try:
            self._open()
        except BaseException:
            self._closing.close()
            raise
        return self

    def _open(self) -> None:
        room = max(LEAST_ROOM, round(self.scenario.trades * ROOM_PER_TRADE))
        if self.scenario.database == "postgresql" and not self.scenario.alone:
            self.postgresql = self._closing.enter_context(self._cluster(room))
        else:
            self._small_disk(room)
        if not self.scenario.alone:
            self.rabbitmq = self._closing.enter_context(RabbitMQ(self.folder))
        self._prepare()
        self.environment = surroundings(self.settings)
        commands = (alone if self.scenario.alone else spread)(self.scenario.processes)
        self.crew = Crew(commands, self.environment, self.folder / "logs")
        self._closing.callback(self.crew.stop)

    def _cluster(self, room: int) -> PostgreSQL:
        """A cluster whose disk can be filled, if that can be had here."""
        try:
            return PostgreSQL(self.folder, room)
        except Missing as missing:
            self.left_out.append(f"filling the database's disk: {missing}")
            return PostgreSQL(self.folder)

    def _small_disk(self, room: int) -> None:
        try:
            self.disk = SmallDisk(self.data, room).mount()
            self._closing.callback(self.disk.unmount)
        except Missing as missing:
            self.left_out.append(f"filling the database's disk: {missing}")

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the window's processes."""
        broker = {"broker": self.rabbitmq.address} if self.rabbitmq else {}
        database = {"database": self.postgresql.address} if self.postgresql else {}
        return {"data": self.data, "port": self._port, "log": "json", "webhook_private": 1, **broker, **database}

    def _prepare(self) -> None:
        """The sandbox with its companies, in the evening of the day."""
        database = self.postgresql.address if self.postgresql else ""
        settings = settings_for(self.data, database=database, broker="", readers=0)
        with open_sandbox(settings, SANDBOX, self.world, UNSIGNED, self.scenario.day) as quiet:
            oversight.begin(quiet, self.world)

    def advance(self, instant: int) -> None:
        """Move the sandbox's clock by the command that an operator would type, again until it succeeds."""
        moment = f"{datetime.fromtimestamp(instant / 1000, SHANGHAI):%Y-%m-%dT%H:%M:%S}"
        until(
            lambda: self._command("clock", "advance", moment, "--sandbox", SANDBOX),
            LONG_PATIENCE,
            f"the clock does not come to {moment} (see {self.folder / 'logs' / 'commands.log'})",
            pause=0.5,
        )

    def open_again(self) -> None:
        """Say by a command that a database that was found damaged is whole again."""
        until(
            lambda: self._command("restored", "--yes", "--same-file"),
            LONG_PATIENCE,
            f"single-window restored does not succeed (see {self.folder / 'logs' / 'commands.log'})",
            pause=0.5,
        )

    def command(self, *arguments: str) -> dict[str, Any]:
        """What a command about the sandbox answers, as plain values; again until it succeeds."""
        results: list[bytes] = []

        def succeeds() -> bool:
            done = subprocess.run(
                [*COMMAND, *arguments, "--sandbox", SANDBOX, "--json"],
                env=self.environment,
                capture_output=True,
                check=False,
                cwd=self.folder,
            )
            results.append(done.stdout)
            return done.returncode == 0

        until(succeeds, LONG_PATIENCE, f"single-window {' '.join(arguments)} does not succeed", pause=0.5)
        answer: dict[str, Any] = json.loads(results[-1])
        return answer

    def _command(self, *arguments: str) -> bool:
        with (self.folder / "logs" / "commands.log").open("ab") as output:
            output.write(f"$ single-window {' '.join(arguments)}\n".encode())
            output.flush()
            return (
                subprocess.run(
                    [*COMMAND, *arguments],
                    env=self.environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    check=False,
                    cwd=self.folder,
                ).returncode
                == 0
            )

    def heal(self) -> None:
        """Bring up whatever engine is down, and end what was full."""
        if self.postgresql is not None:
            self.postgresql.clear()
        if self.disk is not None:
            self.disk.clear()
        if self.rabbitmq is not None:
            self.rabbitmq.start().clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()
