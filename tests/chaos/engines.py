"""Engines that belong to one run alone: a folder that goes away with them, ports that nobody else uses.

Debian's programs are used where they lie. Where they are missing, `Missing` says which, and what to install.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from itertools import count
from pathlib import Path
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, create_connection, socket
from tempfile import gettempdir, mkdtemp
from typing import TextIO

LOCALHOST = "127.0.0.1"
_next = count(os.getpid() % 9_000)
_claims: list[TextIO] = []
"""Open as long as this process lives: a claim is a lock on its file."""


class Missing(Exception):
    """An engine's programs are not on this machine; the text says which and what to install."""


class NotAllowed(Missing):
    """Something that this user may not do on this machine: no installation would help."""


def program(name: str, places: str, package: str) -> Path:
    """Where a program lies: the newest of the places (a pattern), else the path; raises `Missing`."""
    paths = sorted(Path("/").glob(f"{places.lstrip('/')}/{name}"), key=_version)
    if paths:
        return paths[-1]
    on_path = shutil.which(name)
    if on_path is None:
        raise Missing(f"there is no {name} (looked in {places} and on the path); apt-get install {package}")
    return Path(on_path)


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.parts if part.isdigit())


def free_port() -> int:
    """A port that nobody listens on, outside the range that the system gives to outgoing connections.

    Inside that range a client that tries again and again while a server is down can be given the server's own port.
    Until this process ends no other one is given it here, whether somebody listens just then or not.
    """
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    room = min(lowest, 32_000) - 12_000
    while True:
        port = 12_000 + next(_next) * 3 % room
        if not claimed(port):
            continue
        with socket(AF_INET, SOCK_STREAM) as probe:
            probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError:
                continue
        return port


def claimed(port: int) -> bool:
    """Whether the port is this process's from now on."""
    claims = Path(gettempdir(), "single-window-ports")
    claims.mkdir(exist_ok=True)
    claim = (claims / str(port)).open("w")
    try:
        flock(claim, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def listens(port: int) -> bool:
    """Whether somebody accepts connections on a port of this machine."""
    try:
        create_connection((LOCALHOST, port), 1).close()
    except OSError:
        return False
    return True


def make_folder(prefix: str) -> Path:
    """A temporary folder that other users may pass through; whoever makes it removes it."""
    made = Path(mkdtemp(prefix=prefix))
    made.chmod(0o711)
    return made


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """A temporary folder that is removed afterwards."""
    made = make_folder(prefix)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
