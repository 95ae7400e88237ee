"""One process of one role: opens what it needs, however long that takes to come up, and works until it is stopped."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event
from typing import Protocol, TypeVar

import structlog

from single_window.channels.worker import ChannelsWorker
from single_window.intake.admission_queue import AdmissionQueue
from single_window.observe.metrics import meters
from single_window.process.restarting import begin_again
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
"""Seconds between two attempts to reach a database that is away; each time twice as long."""
LOOK = 1.0
"""Seconds between two looks at signals that have arrived (see `wait_for_signal`), and at the process that started this
one."""


def need_rabbitmq(settings: Settings, command: str) -> None:
    """Refuse to start processes that others of their kind would not be woken by; raises `WrongSetting`."""
    if not settings.broker:
        raise WrongSetting(
            "SINGLE_WINDOW_BROKER",
            settings.broker,
            f"amqp://user:password@host:port/vhost for `single-window {command}`, whose processes wake each "
            "other through RabbitMQ; on one machine, without it, is `single-window run --processes N`",
        )


class Announce(Protocol):
    """Reports the progress of a program to its parent: a sentence for people, the same as values for programs."""

    def __call__(self, text: str, /, **facts: object) -> None: ...


def patiently(open_it: Callable[[], Opened], stopping: Event) -> Opened | None:
    """Open something, again and again with growing pauses while its server is away; None: stopped meanwhile."""
    pause = FIRST_PAUSE
    while not stopping.is_set():
        try:
            return open_it()
        except Exception as error:
            if not _may_pass(error):
                raise
            log.error("start.waits", reason=reason_of(error), again_in=pause)
        stopping.wait(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    return None


def _may_pass(error: Exception) -> bool:
    """True if a server was away, and starting it is all that is needed."""
    if isinstance(error, DatabaseUnavailable | DatabaseDamaged):
        return not error.permanent
    return is_engine_failure(error)


def work(settings: Settings, name: str, stopping: Event, announce: Announce, parent: int = 0) -> None:
    """Work as a role until the event is set; with `parent`, also until that process is no longer this one's parent.

    A worker that makes no progress ends the process; without a parent, who would replace it, it begins again at once.
    """
    role = ROLES[name]
    meters.share(settings.data, name)
    check_at_start(settings.database_url)
    window = patiently(lambda: open_window(settings, queues=role.consumes, tends=role.tends), stopping)
    if window is None:
        return
    with ExitStack() as closing:
        closing.callback(lambda: announce(f"{name} stopped", event="stopped", role=name))
        deadline = WorkDeadline(settings.work_deadline, leave if parent else begin_again).start()
        closing.callback(deadline.stop)
        closing.callback(window.close)
        _begin(window, name, closing)
        announce(f"{name} at work (process {os.getpid()})", event="started", role=name, pid=os.getpid())
        _wait(name, stopping, parent)
        deadline.request_end()
        announce(f"{name} stopping: finishing what is in hand", event="stopping", role=name)


def _begin(window: Window, name: str, closing: ExitStack) -> None:
    """Start what the role is; `closing` ends it, in the order in which a message travels."""
    if name == CHANNELS:
        changes, admission = HintedChanges(window.wakeups).start(), AdmissionQueue(window).start()
        worker = ChannelsWorker(window, admission, changes).start()
        for end in (changes.stop, admission.stop, worker.stop):
            closing.callback(end)
    else:
        closing.callback(Runtime(window).start().stop)


def _wait(name: str, stopping: Event, parent: int) -> None:
    while not stopping.wait(LOOK):
        if parent and os.getppid() != parent:
            log.error("parent.gone", role=name, parent=parent)
            return
