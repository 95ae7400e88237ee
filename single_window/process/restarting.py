"""Restarts this process by exec, keeping the listening socket.

The socket is passed by systemd's protocol (LISTEN_FDS), so systemd may pass one too.
"""

from __future__ import annotations

import os
import sys
from socket import socket

FIRST_DESCRIPTOR = 3
"""File descriptor of the first passed socket."""
_COUNT, _PROCESS, _NAMES = "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"


def pass_on(listening: socket) -> None:
    """Make a socket inheritable and announce it to the next program."""
    if listening.fileno() == FIRST_DESCRIPTOR:
        os.set_inheritable(FIRST_DESCRIPTOR, True)
    else:
        os.dup2(listening.fileno(), FIRST_DESCRIPTOR, inheritable=True)
    os.environ.update({_COUNT: "1", _PROCESS: str(os.getpid())})


def inherited_socket() -> socket | None:
    """The socket that was passed to this process; on later calls, or without one, None."""
    was_set_here = os.environ.pop(_PROCESS, "") == str(os.getpid())
    count = os.environ.pop(_COUNT, "0")
    os.environ.pop(_NAMES, None)
    if not was_set_here or not count.isdigit() or int(count) < 1:
        return None
    listener = socket(fileno=FIRST_DESCRIPTOR)
    listener.set_inheritable(False)
    return listener


def restart_process(listening: socket | None = None) -> None:
    """Restart this program by exec; clients that connect meanwhile wait in the socket's backlog."""
    sys.stderr.flush()
    sys.stdout.flush()
    if listening is not None:
        pass_on(listening)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
