"""Names of workers, by which another process of the same machine knows whether they still live."""

from __future__ import annotations

import os
import socket
from functools import cache
from itertools import count
from pathlib import Path

from single_window.clock import system_now

_SEPARATOR = "|"
_numbers = count(1)
_working: set[str] = set()
"""Workers of this process that have a batch in progress."""


def worker_name() -> str:
    """A name for a worker of this process that no other ever has."""
    pid = os.getpid()
    return _SEPARATOR.join((_place(), str(pid), _started(pid), f"{system_now()}-{next(_numbers)}"))


def begins(worker: str) -> None:
    """A worker of this process begins a batch."""
    _working.add(worker)


def ends(worker: str) -> None:
    """It has finished its batch, or was broken off."""
    _working.discard(worker)


def lives(worker: str) -> bool | None:
    """True if a worker is still at its batch; None: it cannot be known from here."""
    place, pid, started, _ = worker.split(_SEPARATOR)
    if place != _place():
        return None
    if int(pid) == os.getpid():
        return worker in _working
    return _exists(int(pid)) and _started(int(pid)) == started


def readable(worker: str) -> str:
    """A worker as people read it."""
    place, pid, *_ = worker.split(_SEPARATOR)
    return f"process {pid} on {place.split('/')[0]}"


@cache
def _place() -> str:
    """The facts that must be the same for process ids to mean the same: machine, its boot, and the space of process
    ids."""
    return "/".join((socket.gethostname()[:60], _read("/proc/sys/kernel/random/boot_id")[:8], _space()))


def _space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """When a process started, as its system counts; empty: unknown. Of one that has ended and waits to be buried: -."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if not fields:
        return ""
    return "-" if fields[0] in {"Z", "X"} else fields[19]


def _read(file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError:
        return ""
