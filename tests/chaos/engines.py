"""Engines that belong to one run alone: a folder that goes away with them, ports that nobody else uses.

Debian's programs are used where they lie. Where they are missing, `Missing` says which, and what to install.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, create_connection, socket
from tempfile import mkdtemp

LOCALHOST = "127.0.0.1"
_next = count(os.getpid() % 9_000)


class Missing(Exception):
    """An engine's programs are not on this machine; the text says which and what to install."""


class NotAllowed(Missing):
    """Something that this user may not do on this machine: no installation would help."""


def program(name: str, places: str, package: str) -> Path:
    """Where a program lies: the newest of the places (a pattern), else the path; raises `Missing`."""
    found = sorted(Path("/").glob(f"{places.lstrip('/')}/{name}"), key=_version)
    if found:
        return found[-1]
    on_path = shutil.which(name)
    if on_path is None:
        raise Missing(f"there is no {name} (looked in {places} and on the path); apt-get install {package}")
    return Path(on_path)


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.parts if part.isdigit())


def free_port() -> int:
    """A port that nobody listens on, outside the range that the system gives to outgoing connections.

    Inside that range a client that tries again and again while a server is down can be given the server's own port.
    """
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    room = min(lowest, 32_000) - 12_000
    while True:
        port = 12_000 + next(_next) * 3 % room
        with socket(AF_INET, SOCK_STREAM) as probe:
            probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            try:
                probe.bind((LOCALHOST, port))
            except OSError:
                continue
        return port


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
