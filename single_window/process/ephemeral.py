"""A window for one test run: data in a temporary folder, address in a file for programs. Optimised for speed, not
durability.
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
"""Owner and rights of the key that such a window creates."""
POLL_SECONDS = 1.0
"""Seconds between two checks whether the watched process is running."""


@contextmanager
def temporary(settings: Settings) -> Iterator[Settings]:
    """Settings with a new temporary data folder, which is deleted at the end. Raises `WrongSetting`."""
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
    """End the process at once after a worker hangs, so that a test fails instead of continuing with an empty window."""
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
    """Create a key for everything in `main` if the window requires keys; returns its text, or empty."""
    if is_loopback(window.settings.host) and not window.settings.exposed and not window.settings.require_keys:
        return ""
    return key_keeping.issue(window.engine, MAIN, (ALL_MAILBOXES,), RIGHTS, owner=OWNER).token


def _replace_content(file: Path, content: bytes) -> None:
    """Create or replace a file, so that a reader finds all of it or nothing."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    with open_file(beside, "wb") as written:
        written.write(content)
    beside.replace(file)


@contextmanager
def address_file(file: Path | None, url: str, key: str = "") -> Iterator[None]:
    """Within the block a file contains the window's address and its key, if any; it is created atomically."""
    if file is None:
        yield
        return
    facts: dict[str, object] = {"url": url, "pid": os.getpid(), "sandbox": MAIN, "version": __version__}
    if key:
        facts["key"] = key
    _replace_content(file, msgspec.json.encode(facts))
    try:
        yield
    finally:
        with suppress(OSError):
            file.unlink()


def end_with(process: int, stopping: Event, look: float = POLL_SECONDS) -> None:
    """Set the event when a process has ended; 0: none is watched."""
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
