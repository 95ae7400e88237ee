"""The answering process: admission, HTTP, folders, channels; and the queues, unless other processes handle them."""

from __future__ import annotations

import gc
import os
import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from socket import socket

import structlog

from single_window.accounts.folder_secrets import OPERATOR_SECRET, folder_secret
from single_window.api.app import ports_of
from single_window.api.http_listener import listening
from single_window.api.in_parts import ApplicationInParts
from single_window.api.message_groups import MessageGroups
from single_window.api.server.listener import bind, url_of
from single_window.channels.folder import FolderChannel
from single_window.channels.worker import ChannelsWorker
from single_window.data_lock import DataLock
from single_window.intake.admission_queue import AdmissionQueue
from single_window.messaging.wakeups import RECEIPTS
from single_window.observe.metrics import meters
from single_window.process import ephemeral
from single_window.process.callers import check_callers, somebody_may_call
from single_window.process.restarting import inherited_socket, restart_process
from single_window.process.signals import stop_by_signal, wait_for_signal
from single_window.process.supervision import worker_processes
from single_window.process.working import Announce, open_with_retries
from single_window.settings import Settings, check_names, without_password
from single_window.store.damage import check_at_start
from single_window.wiring import Window, open_window
from single_window.work.runtime import Runtime
from single_window.work.work_deadline import WorkDeadline

log = structlog.get_logger(__name__)


class Server:
    """Serves a window on a bound socket, from `start` until `stop`; the caller opens and closes the window.

    `url`: its address; `folders`: also serve the folder channel.
    """

    def __init__(self, window: Window, bound: socket, folders: bool = True) -> None:
        self.url = url_of(bound)
        self.window = window
        window.wakeups.listen([RECEIPTS])
        self.runtime = Runtime(window)
        self.admission = AdmissionQueue(window)
        self.folder = FolderChannel(window, self.admission) if folders else None
        self.channels = ChannelsWorker(window, self.admission, self.runtime)
        works = None if window.wakeups.shared else self.runtime
        at = ports_of(window, self.admission, works, self.runtime, window.settings.polls)
        self.application = ApplicationInParts(at)
        self._listener = listening(self.application, bound, window.settings, in_groups=MessageGroups(at))

    def start(self) -> Server:
        """Start workers and HTTP."""
        self.admission.start()
        self.runtime.start()
        if self.folder is not None:
            self.folder.start()
        self.channels.start()
        self._listener.start()
        return self

    def stop(self) -> None:
        """Stop components in the order of a message's path; started work is finished."""
        self.runtime.release_waiting()
        self._listener.stop()
        if self.folder is not None:
            self.folder.stop()
        self.channels.stop()
        self.admission.stop()
        self.runtime.stop()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()


def facts_of(settings: Settings, url: str) -> dict[str, object]:
    """The information of `where` as values for a program."""
    database = {"database": without_password(settings.database)} if settings.database else {}
    return {"event": "started", "url": url, "data": str(settings.data.resolve()), "pid": os.getpid(), **database}


def where(settings: Settings, url: str) -> str:
    """The text shown at start: address and data folder."""
    database = "" if not settings.database else f", database at {without_password(settings.database)}"
    return f"Single window at {url} (data in {settings.data.resolve()}{database})"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of a run besides settings. `ephemeral`: temporary data; `ready`: file for the address; `preset`: options
    of the sandbox `main`; `until`: id of the process with which it ends (0: none); `first_key`: make a key if nobody
    may call yet.
    """

    ephemeral: bool = False
    ready: Path | None = None
    preset: str = ""
    until: int = 0
    first_key: bool = False


def run(settings: Settings, announce: Announce, running: RunOptions = RunOptions()) -> None:
    """Serve until SIGINT or SIGTERM. Raises `AlreadyRunning` and `PortInUse`, both before any change, and `ValueError`.

    Waits for an unreachable database. If a worker hangs, the process restarts on the same socket; an ephemeral window
    ends.
    """
    gc.freeze()  # modules stay until the end: no collection needs to look through them
    check_names(settings)
    settings = replace(settings, processes=settings.processes or processes_for(settings, running.ephemeral))
    stopping = stop_by_signal()
    ephemeral.end_with(running.until, stopping)
    with ExitStack() as closing:
        if running.ephemeral:
            settings = closing.enter_context(ephemeral.temporary(settings))
        lock = closing.enter_context(DataLock(settings.data))
        bound = inherited_socket() or bind(settings.host, settings.port)
        closing.callback(bound.close)
        deadline = WorkDeadline(
            settings.work_deadline, lambda: ephemeral.give_up(settings) if running.ephemeral else restart_process(bound)
        ).start()
        closing.callback(deadline.stop)
        meters.share(settings.data, "run")
        if not running.ephemeral:
            check_at_start(settings.database_url)
        window = _open_window(settings, running.ephemeral, stopping)
        if window is not None:
            closing.callback(window.close)
            url, key = _answer(window, settings, bound, running, closing)
            lock.publish(url)
            gc.freeze()  # so does what was made since; a full collection would stop all threads for 0.1 s
            closing.enter_context(ephemeral.address_file(running.ready, url, key))
            if key:
                lasts = "it ends with this window" if running.ephemeral else "it is shown only now"
                announce(f"Key for every call ({lasts}): {key}", event="key", key=key)
            announce(f"{where(settings, url)}. Stop with Ctrl-C.", **facts_of(settings, url))
            wait_for_signal(stopping)
            deadline.request_end()
            lock.publish("")
            announce("Stopping: finishing what is in hand.", event="stopping")
    announce("Stopped.", event="stopped")


def processes_for(settings: Settings, ephemeral: bool) -> int:
    """The number of processes where none is set: one that answers and one that works, if the data are in SQLite and two
    cores are usable; else one. An ephemeral window has one, because it starts sooner and needs half the memory; so
    has one with a broker or a database server, for which there are `serve` and `work`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 2 if cores > 1 and not (ephemeral or settings.broker or settings.database) else 1


def _answer(
    window: Window, settings: Settings, bound: socket, running: RunOptions, closing: ExitStack
) -> tuple[str, str]:
    """Start answering at a socket, and the processes for queues; `closing` stops them. Returns (address, key that
    was made)."""
    wanted = running.ephemeral or (running.first_key and not somebody_may_call(window.engine))
    key = ephemeral.key_of(window) if wanted else ""
    check_callers(settings, window.engine)
    ephemeral.prepare(window, running.preset)
    closing.enter_context(worker_processes(settings))
    server = closing.enter_context(Server(window, bound))
    folder_secret(settings.data, OPERATOR_SECRET)
    return server.url, key


def _open_window(settings: Settings, fresh: bool, stopping: threading.Event) -> Window | None:
    """Open the window when its database is reachable; it works on the queues if no other process does."""
    queues = None if settings.processes == 1 else ()
    return open_with_retries(lambda: open_window(settings, fresh=fresh, queues=queues, tends=True), stopping)
