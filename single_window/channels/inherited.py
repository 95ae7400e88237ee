"""A listening socket that was open before this program began: its own of before, or one of systemd (LISTEN_FDS)."""

from __future__ import annotations

import os
from socket import socket

FIRST = 3
"""The file descriptor at which the protocol hands over the first socket."""
_COUNT, _PROCESS, _NAMES = "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"


def pass_on(listening: socket) -> None:
    """Leave a socket to the program that this process is about to become."""
    if listening.fileno() == FIRST:
        os.set_inheritable(FIRST, True)
    else:
        os.dup2(listening.fileno(), FIRST, inheritable=True)
    os.environ.update({_COUNT: "1", _PROCESS: str(os.getpid())})


def inherited() -> socket | None:
    """The socket that was left to this process, once; None: there is none."""
    mine = os.environ.pop(_PROCESS, "") == str(os.getpid())
    count = os.environ.pop(_COUNT, "0")
    os.environ.pop(_NAMES, None)
    if not mine or not count.isdigit() or int(count) < 1:
        return None
    found = socket(fileno=FIRST)
    found.set_inheritable(False)
    return found
