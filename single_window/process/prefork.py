"""HTTP in several processes, supervised by gunicorn: they share one bound socket, and each runs a `Front`.

gunicorn starts them, replaces dead and hanging ones, reloads (HUP) and ends them gracefully (TERM, Ctrl-C). HTTP itself
is handled by our own listener, as in `single-window run`, with the same limits.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

from single_window.api.server.listener import bind, url_of
from single_window.observe.metrics import meters
from single_window.private import make_folder, tighten
from single_window.process.callers import check_callers_of
from single_window.process.front import Front
from single_window.process.serving import facts_of, where
from single_window.process.working import Announce, need_rabbitmq
from single_window.settings import Settings, check_names
from single_window.store import migrate
from single_window.store.damage import check_at_start
from single_window.store.unavailable import DatabaseUnavailable

log = structlog.get_logger(__name__)
HEARTBEAT_SECONDS = 0.5
"""Seconds between two heartbeats of a process, and between two checks of its parent."""
HANG_TIMEOUT_SECONDS = 120
"""Seconds without a heartbeat after which gunicorn kills a process."""
GRACEFUL_TIMEOUT_SECONDS = 60
"""Seconds for processes to finish pending requests."""
GONE = 1


def serve(settings: Settings, processes: int, threads: int, announce: Announce) -> None:
    """Serve until SIGTERM or Ctrl-C, then end this process.

    Raises `WrongSetting` without RabbitMQ, `PortInUse`, `WrongRevision` and permanent `DatabaseUnavailable`; after a
    transient one the processes wait and answer 503.
    """
    need_rabbitmq(settings, "serve")
    check_names(settings)
    bound = bind(settings.host, settings.port)
    tighten(make_folder(settings.data), settings.database_files)
    check_at_start(settings.database_url)
    try:
        migrate.prepare(settings.database_url)
        check_callers_of(settings)
    except DatabaseUnavailable as away:
        if away.permanent:
            raise
    facts = {**facts_of(settings, url_of(bound)), "processes": processes}
    begun = f"{where(settings, url_of(bound))}, {processes} processes. Stop with Ctrl-C."
    PreforkServer(
        settings,
        {
            "bind": f"fd://{bound.detach()}",
            "workers": processes,
            "threads": threads,
            "worker_class": HttpProcess,
            "timeout": HANG_TIMEOUT_SECONDS,
            "graceful_timeout": GRACEFUL_TIMEOUT_SECONDS,
            "control_socket_disable": True,
            "umask": 0o077,
            "errorlog": None,
            "logger_class": GunicornLogger,
            "when_ready": lambda keeper: announce(begun, **facts),
            "on_exit": lambda keeper: announce("Stopped.", event="stopped"),
        },
    ).run()


class PreforkServer(BaseApplication):  # type: ignore[misc]
    """gunicorn's application with our options. It opens nothing, because gunicorn forks."""

    def __init__(self, settings: Settings, options: Mapping[str, Any]) -> None:
        self.settings, self._options = settings, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        MasterProcess(self).run()


class MasterProcess(Arbiter):  # type: ignore[misc]
    """gunicorn's master process; Ctrl-C is handled like SIGTERM, a second one ends it at once."""

    handle_int = Arbiter.handle_term


class GunicornLogger(Logger):  # type: ignore[misc]
    """Passes gunicorn's log to Python's logging."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.propagate = True


class HttpProcess(Worker):  # type: ignore[misc]
    """A gunicorn worker: runs a `Front` in separate threads, while its main thread sends heartbeats."""

    def load_wsgi(self) -> None:
        """Does nothing: the front opens what it needs."""

    def init_signals(self) -> None:
        super().init_signals()
        # Ctrl-C in a terminal reaches all processes: ignore it here, because the master ends this process
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def run(self) -> None:
        meters.share(self.app.settings.data, "http")
        front = Front(self.app.settings, self.sockets[0].sock, self.cfg.threads).start()
        log.info("process.started", name="http", pid=self.pid)
        while self.alive and front.alive and front.failure is None and os.getppid() == self.ppid:
            self.notify()
            self._sleep()
        front.stop()
        if front.failure is not None:
            log.error("process.cannot_start", reason=str(front.failure))
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
        sys.exit(GONE if self.alive else 0)

    def _sleep(self) -> None:
        """Wait for a signal or the next heartbeat."""
        if select.select([self.PIPE[0]], [], [], HEARTBEAT_SECONDS)[0]:
            with suppress(BlockingIOError):
                os.read(self.PIPE[0], 512)
