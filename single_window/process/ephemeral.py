"""A window for one run of tests: its data in a temporary folder that goes with it, its address in a file for programs.

It is opened for speed, not for keeping: what it holds survives neither its end nor the machine's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from shutil import rmtree
from threading import Event, Thread

import msgspec

from single_window import __version__
from single_window.accounts import key_keeping
from single_window.accounts.api_keys import ALL_MAILBOXES
from single_window.clock import system_now
from single_window.context import MAIN
from single_window.private import open_file
from single_window.settings import Settings, WrongSetting, is_loopback, without_password
from single_window.store import sandboxes
from single_window.store.engine import writing
from single_window.store.sandbox_options import FROZEN_PRESETS, PRESETS
from single_window.temporary import temporary_folder
from single_window.wiring import Window
from single_window.work.work_deadline import leave

OWNER, RIGHTS = "ci", ("read_receipts", "send_messages", "manage_channels", "control_tests", "act_as_officer")
"""Of the key that a window without data makes for itself."""
LOOK_SECONDS = 1.0
"""Between two checks whether the process for which a window runs still lives."""


@contextmanager
def temporary(settings: Settings) -> Iterator[Settings]:
    """The settings of a window whose data lie in a new folder, which is deleted at the end. Raises `WrongSetting`."""
    if settings.database or settings.broker:
        name = "SINGLE_WINDOW_DATABASE" if settings.database else "SINGLE_WINDOW_BROKER"
        raise WrongSetting(
            name,
            without_password(settings.database or settings.broker),
            "not set where --ephemeral is given: such a window keeps nothing and meets nobody",
        )
    with temporary_folder() as folder:
        yield replace(settings, data=folder / "data", synchronous="NORMAL", readers=0)


def give_up(settings: Settings) -> None:
    """End at once, where a worker makes no progress: a test shall fail then, not continue with an empty window."""
    rmtree(settings.data.parent, ignore_errors=True)
    leave()


def prepare(window: Window, preset: str) -> None:
    """Give the sandbox `main` the options of a preset."""
    if preset:
        window.set_options(MAIN, **PRESETS[preset])
    if preset in FROZEN_PRESETS:
        with writing(window.engine) as connection:
            sandboxes.set_clock(connection, MAIN, system_now(), Decimal(0))


def key_of(window: Window) -> str:
    """The text of a key for everything in `main`, made for a window that needs keys: nobody could have made one before.
    Empty where none is needed."""
    if is_loopback(window.settings.host) and not window.settings.exposed and not window.settings.require_keys:
        return ""
    return key_keeping.issue(window.engine, MAIN, (ALL_MAILBOXES,), RIGHTS, owner=OWNER).token


@contextmanager
def address_file(file: Path | None, url: str, key: str = "") -> Iterator[None]:
    """A file with the address of a window, and the key that it made if it did, as long as it answers; it appears at
    once as a whole."""
    if file is None:
        yield
        return
    facts: dict[str, object] = {"url": url, "pid": os.getpid(), "sandbox": MAIN, "version": __version__}
    if key:
        facts["key"] = key
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with open_file(beside, "wb") as written:
        written.write(msgspec.json.encode(facts))
    beside.replace(file)
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


def end_with(process: int, stopping: Event, look: float = LOOK_SECONDS) -> None:
    """Set the event once a process is no more; 0: no process is watched."""
    if process:
        Thread(target=_watch, args=(process, stopping, look), name="end-with", daemon=True).start()


def _watch(process: int, stopping: Event, look: float) -> None:
    while not stopping.wait(look):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            stopping.set()
        except PermissionError:
            continue
