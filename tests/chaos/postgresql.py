"""A PostgreSQL cluster that belongs to one run: started, restarted, killed, cut off, and its disk filled."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
from pathlib import Path
from types import TracebackType

from tests.chaos.disk import SmallDisk
from tests.chaos.engines import LOCALHOST, Missing, free_port, listens, program
from tests.chaos.programs import Program, descendants, until
from tests.patience import PATIENCE

PLACES = "/usr/lib/postgresql/*/bin"
NAME = "window"
"""Of the superuser and of the database."""
_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' "
    "AND pid <> pg_backend_pid()"
)


class PostgreSQL:
    """A cluster in a folder. `megabytes`: it gets a disk of its own of that size, which can be filled."""

    def __init__(self, folder: Path, megabytes: int = 0) -> None:
        self._bin = program("initdb", PLACES, "postgresql").parent
        self.folder, self.port = folder / "postgresql", free_port()
        self._owner = _owner()
        self.folder.mkdir()
        self.disk = SmallDisk(self.folder / "disk", megabytes).mount() if megabytes else None
        self._data = (self.disk.folder if self.disk else self.folder) / "data"
        self._server = Program(
            "postgresql",
            [
                str(self._bin / "postgres"),
                "-D",
                str(self._data),
                "-p",
                str(self.port),
                "-k",
                str(self.folder),
                "-h",
                LOCALHOST,
            ],
            self.folder / "log",
            user=self._owner,
        )

    @property
    def address(self) -> str:
        """Where SQLAlchemy finds the empty database that was made at the first start."""
        return f"postgresql+psycopg://{NAME}@{LOCALHOST}:{self.port}/{NAME}"

    @property
    def running(self) -> bool:
        """Whether it takes connections."""
        return self._server.alive and self._run("pg_isready", "--quiet", "--timeout=1").returncode == 0

    def start(self) -> PostgreSQL:
        """Make the cluster unless it is there, and return when it takes connections."""
        new = not (self._data / "PG_VERSION").exists()
        if new:
            self._make()
        until(self._started, PATIENCE, "PostgreSQL did not start")
        if new:
            self._command("createdb", NAME)
        return self

    def _make(self) -> None:
        for made in (self.folder, self._data.parent):
            if self._owner:
                os.chown(made, pwd.getpwnam(self._owner).pw_uid, -1)
        self._command(
            "initdb",
            "--pgdata",
            str(self._data),
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
            "--no-sync",
            "--no-instructions",
            connected=False,
        )

    def _started(self) -> bool:
        """What a killed server leaves behind must have ended before the next one may start."""
        if not self._server.alive:
            self._server.start()
        return self.running

    def stop(self) -> None:
        """Shut it down cleanly, whoever is connected (a fast shutdown)."""
        self._server.stop(signal.SIGINT, PATIENCE)

    def kill(self) -> None:
        """End all its processes at once, as a crash of the machine would."""
        self._server.kill(*descendants(self._server.pid))
        until(lambda: not listens(self.port), PATIENCE, "PostgreSQL still listens")

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def cut(self) -> None:
        """Close every client's connection."""
        self._command("psql", "--dbname", NAME, "--command", _CUT)

    def fill(self) -> None:
        """Leave no room on its disk; the server may go down by it."""
        if self.disk is None:
            raise Missing("this cluster has no disk of its own")
        self.disk.fill()

    def clear(self) -> None:
        """Give the room back, and start the server if it went down."""
        if self.disk is not None:
            self.disk.clear()
        self.start()

    def close(self) -> None:
        """End it and remove everything."""
        self._server.stop(signal.SIGQUIT, 10)
        if self.disk is not None:
            self.disk.unmount()

    def _command(self, name: str, *arguments: str, connected: bool = True) -> None:
        done = self._run(name, *arguments, connected=connected)
        if done.returncode:
            raise RuntimeError(f"{name} {' '.join(arguments)}: {done.stderr.strip()}\n{self._server.tail()}")

    def _run(self, name: str, *arguments: str, connected: bool = True) -> subprocess.CompletedProcess[str]:
        where = ["--host", LOCALHOST, "--port", str(self.port)] if connected else []
        rights = {"user": self._owner, "group": self._owner, "extra_groups": []} if self._owner else {}
        return subprocess.run(
            [str(self._bin / name), "--username", NAME, *where, *arguments],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            **rights,
        )  # type: ignore[call-overload]

    def __enter__(self) -> PostgreSQL:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _owner() -> str | None:
    """Who runs the server: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Missing("PostgreSQL is not run by root, and there is neither a user postgres nor nobody")
