"""A process of one role: waits for database and broker, and works until it is stopped."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event
from typing import Protocol, TypeVar

import structlog

from single_window.channels.folder import FolderChannel
from single_window.channels.worker import ChannelsWorker
from single_window.intake.admission_queue import AdmissionQueue
from single_window.observe.metrics import meters
from single_window.process.restarting import restart_process
from single_window.process.roles import CHANNELS, ROLES
from single_window.receipts.changes import HintedChanges
from single_window.settings import Settings, WrongSetting
from single_window.store.damage import check_at_start
from single_window.store.failures import DatabaseDamaged, is_engine_failure, reason_of
from single_window.store.unavailable import DatabaseUnavailable
from single_window.wiring import Window, open_window
from single_window.work.runtime import Runtime
from single_window.work.work_deadline import WorkDeadline, leave

log = structlog.get_logger(__name__)
Opened = TypeVar("Opened")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""First and longest pause in seconds between attempts to reach the database; doubled with each failure."""
POLL_SECONDS = 1.0
"""Seconds between two checks for signals (see `wait_for_signal`) and of the parent process."""


def need_rabbitmq(settings: Settings, command: str) -> None:
    """Raise `WrongSetting` without RabbitMQ, which wakes processes on several machines."""
    if not settings.broker:
        raise WrongSetting(
            "SINGLE_WINDOW_BROKER",
            settings.broker,
            f"amqp://user:password@host:port/vhost for `single-window {command}`, whose processes wake each "
            "other through RabbitMQ; on one machine, without it, is `single-window run --processes N`",
        )


class Announce(Protocol):
    """Reports the progress of a program: a sentence for people, and the same as values for programs."""

    def __call__(self, text: str, /, **facts: object) -> None: ...


def open_with_retries(open_server: Callable[[], Opened], stopping: Event) -> Opened | None:
    """Call `open_server`, retried with growing pauses while its server is unreachable; None: stopped meanwhile."""
    pause = FIRST_PAUSE
    while not stopping.is_set():
        try:
            return open_server()
        except Exception as error:
            if not _is_transient(error):
                raise
            log.error("start.waits", reason=reason_of(error), again_in=pause)
        stopping.wait(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    return None


def _is_transient(error: Exception) -> bool:
    """True if a server was unreachable, so that a retry may succeed."""
    if isinstance(error, DatabaseUnavailable | DatabaseDamaged):
        return not error.permanent
    return is_engine_failure(error)


def work(settings: Settings, name: str, stopping: Event, announce: Announce, parent: int = 0, outlive: int = 0) -> None:
    """Work as a role until the event is set; with `parent`, only while that process is the parent, and `outlive`
    seconds longer.

    If a worker hangs, the process ends; without a parent, which would replace it, it restarts itself.
    """
    role = ROLES[name]
    meters.share(settings.data, name)
    check_at_start(settings.database_url)
    window = open_with_retries(lambda: open_window(settings, queues=role.consumes, tends=role.tends), stopping)
    if window is None:
        return
    with ExitStack() as closing:
        closing.callback(lambda: announce(f"{name} stopped", event="stopped", role=name))
        deadline = WorkDeadline(settings.work_deadline, leave if parent else restart_process).start()
        closing.callback(deadline.stop)
        closing.callback(window.close)
        _start_role(window, name, closing)
        gc.freeze()  # a full collection would otherwise stop all threads for 0.1 s
        announce(f"{name} at work (process {os.getpid()})", event="started", role=name, pid=os.getpid())
        _wait(name, stopping, parent, outlive)
        deadline.request_end()
        announce(f"{name} stopping: finishing what is in hand", event="stopping", role=name)


def _start_role(window: Window, name: str, closing: ExitStack) -> None:
    """Start the components of a role. `closing` stops them in the opposite order of its callbacks: first the channels,
    then what they hand messages to."""
    if name == CHANNELS:
        changes, admission = HintedChanges(window.wakeups).start(), AdmissionQueue(window).start()
        worker, folders = ChannelsWorker(window, admission, changes).start(), FolderChannel(window, admission).start()
        for stop in (changes.stop, admission.stop, worker.stop, folders.stop):
            closing.callback(stop)
    else:
        closing.callback(Runtime(window).start().stop)


def _wait(name: str, stopping: Event, parent: int, outlive: int) -> None:
    while not stopping.wait(POLL_SECONDS):
        if parent and os.getppid() != parent:
            log.error("parent.gone", role=name, parent=parent, ends_in=outlive)
            stopping.wait(outlive)
            return
