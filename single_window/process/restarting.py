"""A process that becomes a fresh one of the same program, and the listening socket that it keeps.

A socket may be passed by the program before, or by systemd (LISTEN_FDS).
"""

from __future__ import annotations

import os
import sys
from socket import socket

FIRST = 3
"""The file descriptor at which the protocol passes the first socket."""
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
    listener = socket(fileno=FIRST)
    listener.set_inheritable(False)
    return listener


def begin_again(listening: socket | None = None) -> None:
    """Become a fresh process of the same program; clients that connect to the socket meanwhile wait for it."""
    sys.stderr.flush()
    sys.stdout.flush()
    if listening is not None:
        pass_on(listening)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
