"""The database of a simulation: a file like a real one, fresh for each seed, which refuses when it is made to.

One engine serves all processes: what a statement compiles to need not be found anew for each of thousands of seeds.
Every transaction has a connection of its own, as it would in processes of their own.
"""

from __future__ import annotations

import gc
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from gateways import traceability
from gateways.circumstances import Options
from gateways.traceability.batches import CODES_PLAN
from simulators.world import World
from single_window import clock
from single_window.clock import Clock
from single_window.master_data import importing as masterdata
from single_window.settings import Settings
from single_window.store import makings, migrate, plan_secrets
from single_window.store.engine import open_engine
from single_window.wiring import Window
from tests.databases import write_by
from tests.simulation.machine import MORNING, Machine
from tests.stories.story import TODAY

SANDBOX = "simulated"
WORLD = World(7)
MEMORY = Path("/dev/shm")
SECRETS = {("spot_checks", f"SP{TODAY:%Y%m%d}{number:02}"): f"{number:064x}" for number in range(1, 10)}
SECRETS[traceability.AGENCY.name, CODES_PLAN] = f"{99:064x}"
"""The secrets of plans that are opened on the first day, and of trace codes: the same draws in every process."""

REFUSE, UNSURE = "refuse", "unsure"
"""What may go wrong with a transaction: it cannot begin or commit; it commits, but nobody learns of it."""


class Trouble(NamedTuple):
    """What goes wrong, and the name that SQLite has for it."""

    kind: str
    name: str


Troubles: TypeAlias = Callable[[str], Trouble | None]
"""Asked whenever a transaction begins or ends: `begin`, `commit`, or `look` and `looked` for one that reads."""


def none(_moment: str) -> None:
    """Nothing goes wrong."""


class Site:
    """A folder with one database; `fresh` puts it back to the beginning."""

    def __init__(self, name: str = "window") -> None:
        # As in `open_window`: looking for cycles at every turn costs much of the time.
        gc.set_threshold(200_000, 20, 20)
        self._folder = tempfile.TemporaryDirectory(prefix="simulation-", dir=MEMORY if MEMORY.is_dir() else None)
        self.path = Path(self._folder.name) / f"{name}.sqlite3"
        self.troubles: Troubles = none
        self.engine = open_engine(f"sqlite:///{self.path}", "OFF")
        event.listen(self.engine, "begin", self._begin, insert=True)
        event.listen(self.engine, "commit", self._commit)

    def settings(self, **chosen: int) -> Settings:
        """Settings of a window here."""
        return Settings(data=self.path.parent, database=f"sqlite:///{self.path}", readers=0, **chosen)

    def fresh(self) -> None:
        """An empty database again, with a sandbox and its master data."""
        self.engine.dispose()
        makings.forget(self.engine)
        for path in self.path.parent.glob(f"{self.path.name}-*"):
            if not path.name.endswith("-turn"):
                path.unlink()
        shutil.copyfile(self._template, self.path)

    @cached_property
    def _template(self) -> Path:
        """A database as it is when a sandbox has been made and its master data imported; made once."""
        settings = Settings(data=self.path.parent, readers=0, database=f"sqlite:///{self.path}.template")
        migrate.upgrade(settings.database_url)
        with clock.timed_by(Machine()):
            window = Window(settings)
            window.make_sandbox(SANDBOX, Options(), seed="simulation", clock=Clock("virtual", MORNING, MORNING, 0))  # type: ignore[arg-type]
            for kind in ("participants", "guarantees", "stock"):
                masterdata.import_csv(window, SANDBOX, kind, getattr(WORLD, f"{kind}_csv")())
            write_by(window.engine, plan_secrets.keep, SANDBOX, SECRETS)
            window.close()
        return Path(f"{self.path}.template")

    def looking(self) -> sqlite3.Connection:
        """A connection beside all others, for who only looks."""
        return sqlite3.connect(self.path, isolation_level=None)

    def _begin(self, connection: Connection) -> None:
        if trouble := self.troubles("begin" if _writes(connection) else "look"):
            raise _error("BEGIN", trouble)

    def _commit(self, connection: Connection) -> None:
        trouble = self.troubles("commit" if _writes(connection) else "looked")
        if trouble is None:
            return
        if trouble.kind == UNSURE:
            connection.connection.dbapi_connection.commit()  # type: ignore[union-attr]
        raise _error("COMMIT", trouble)

    def close(self) -> None:
        """Let go of the folder."""
        self.engine.dispose()
        self._folder.cleanup()


def _writes(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get("write", True))


def _error(statement: str, trouble: Trouble) -> OperationalError:
    error = sqlite3.OperationalError(f"simulated: {trouble.kind}")
    error.sqlite_errorname = trouble.name
    return OperationalError(statement, None, error)
