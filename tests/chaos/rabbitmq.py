"""A RabbitMQ node that belongs to one run: started, restarted, killed, cut off, and given a full disk.

It has its own port mapper, cookie, queues and logs, so that it meets no other node of this machine. Debian's wrapper
wants certain users and folders; the scripts behind it need neither.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType

from tests.chaos.engines import LOCALHOST, free_port, listens, program
from tests.chaos.programs import Program, until
from tests.patience import PATIENCE

PLACES = "/usr/lib/rabbitmq/bin"
NO_ROOM, ROOM = "1000000GB", "50MB"
"""Free disk below which a node stops taking messages: more than any disk has, and what is usual."""


class RabbitMQ:
    """A node in a folder, without plugins; guest may do everything on the virtual host `/`."""

    def __init__(self, folder: Path) -> None:
        server = program("rabbitmq-server", PLACES, "rabbitmq-server")
        self._control = program("rabbitmqctl", PLACES, "rabbitmq-server")
        self.folder = folder / "rabbitmq"
        for part in ("home", "mnesia", "log"):
            (self.folder / part).mkdir(parents=True)
        (self.folder / "rabbitmq.conf").write_text("log.console = false\n")
        self.port = free_port()
        mapper = free_port()
        self._environment = self._own(mapper)
        self._mapper = Program(
            "epmd",
            [str(program("epmd", "/usr/bin", "erlang-base")), "-port", str(mapper), "-address", LOCALHOST],
            self.folder / "epmd.log",
            self._environment,
        )
        self._node = Program("rabbitmq", [str(server)], self.folder / "console.log", self._environment)

    def _own(self, mapper: int) -> dict[str, str]:
        place = str(self.folder)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": f"{place}/home",
            "ERL_EPMD_PORT": str(mapper),
            "ERL_EPMD_ADDRESS": LOCALHOST,
            "RABBITMQ_NODENAME": f"chaos-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": LOCALHOST,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": f"{place}/mnesia",
            "RABBITMQ_LOG_BASE": f"{place}/log",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{place}/plugins",
            "RABBITMQ_CONF_ENV_FILE": f"{place}/none",
            "RABBITMQ_CONFIG_FILE": f"{place}/rabbitmq",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{place}/advanced",
            "RABBITMQ_PID_FILE": f"{place}/pid",
        }

    @property
    def address(self) -> str:
        """Where AMQP clients find it."""
        return f"amqp://guest:guest@{LOCALHOST}:{self.port}/%2F"

    @property
    def surroundings(self) -> dict[str, str]:
        """What programs that administer it find around them."""
        return {**self._environment, "PATH": f"{self._control.parent}:{self._environment['PATH']}"}

    @property
    def running(self) -> bool:
        """Whether it takes connections."""
        return self._node.alive and listens(self.port)

    def start(self) -> RabbitMQ:
        """Start the node and return when it takes connections."""
        if not self._mapper.alive:
            self._mapper.start()
        if not self._node.alive:
            self._node.start()
        until(lambda: self.running or not self._node.alive, PATIENCE, "RabbitMQ did not start")
        if not self._node.alive:
            raise RuntimeError(f"RabbitMQ did not start:\n{self._node.tail()}")
        return self

    def stop(self) -> None:
        """Shut the node down cleanly."""
        self._node.stop(signal.SIGTERM, PATIENCE)
        self._gone()

    def kill(self) -> None:
        """End the node at once."""
        self._node.kill()
        self._node.sweep()
        self._gone()

    def _gone(self) -> None:
        """Threads that still end keep the port open for a moment."""
        until(lambda: not listens(self.port), PATIENCE, "RabbitMQ still listens")

    def restart(self) -> None:
        """Stop and start; quorum queues and what is in them stay."""
        self.stop()
        self.start()

    def cut(self) -> None:
        """Close every client's connection."""
        self.command("close_all_connections", "cut by a test")

    def fill(self) -> None:
        """Raise the alarm of a full disk: connections that publish are blocked."""
        self.command("set_disk_free_limit", NO_ROOM)

    def clear(self) -> None:
        """End the alarm; a node that has restarted since has forgotten it."""
        self.command("set_disk_free_limit", ROOM)

    @property
    def blocked(self) -> bool:
        """Whether an alarm stands."""
        return self.command("eval", "rabbit_alarm:get_alarms().") != "[]"

    def remembers(self, queue: str) -> bool:
        """Whether a quorum queue is in the node's directory on disk, about a second after it was declared.

        RabbitMQ 3.10 never finds again one that was declared just before the node was killed.
        """
        name = f"%2F_{queue}".encode()
        return any(name in file.read_bytes() for file in self.folder.glob("mnesia/*/quorum/*/names.dets"))

    def damage(self, queue: str) -> None:
        """Make a quorum queue of a node that is down one that cannot be served; it is on disk already.

        The node knows its name when it starts again, and finds nothing behind it, as may happen when it was killed.
        """
        files = [file for file in self.folder.glob("mnesia/*/quorum/*/*/config") if queue.encode() in file.read_bytes()]
        if not files:
            raise RuntimeError(f"no quorum queue {queue} is on disk")
        for file in files:
            file.write_bytes(b"damaged")

    def command(self, *arguments: str) -> str:
        """What rabbitmqctl answers; raises `RuntimeError` when it could not."""
        done = subprocess.run(
            [str(self._control), "--quiet", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"rabbitmqctl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def close(self) -> None:
        """End it."""
        self.kill()
        self._mapper.stop()

    def __enter__(self) -> RabbitMQ:
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
