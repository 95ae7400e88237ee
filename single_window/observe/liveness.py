"""Names of workers, by which other processes of the same machine can check whether they are still running."""

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
"""Workers of this process with a batch in progress."""


def worker_name() -> str:
    """A globally unique name for a worker of this process."""
    pid = os.getpid()
    return _SEPARATOR.join((_host_id(), str(pid), _start_ticks(pid), f"{system_now()}-{next(_numbers)}"))


def begins(worker: str) -> None:
    """Record that a worker of this process begins a batch."""
    _working.add(worker)


def ends(worker: str) -> None:
    """Record that its batch has ended."""
    _working.discard(worker)


def is_working(worker: str) -> bool | None:
    """True if a worker is still processing its batch; None: unknown, because it runs on another machine."""
    place, pid, started, _ = worker.split(_SEPARATOR)
    if place != _host_id():
        return None
    if int(pid) == os.getpid():
        return worker in _working
    return _exists(int(pid)) and _start_ticks(int(pid)) == started


def readable(worker: str) -> str:
    """A worker's name for people."""
    place, pid, *_ = worker.split(_SEPARATOR)
    return f"process {pid} on {place.split('/')[0]}"


@cache
def _host_id() -> str:
    """Identifies a process id namespace: machine, boot and PID namespace."""
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


def _start_ticks(pid: int) -> str:
    """Start time of a process in kernel ticks; empty: unknown; "-": a zombie."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if not fields:
        return ""
    return "-" if fields[0] in {"Z", "X"} else fields[19]


def _read(file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except OSError:
        return ""
