"""Wake-ups between processes of one machine: datagrams to Unix sockets in the data folder, one for each process.

A socket's file is named after its process and the topics that it listens to, so that no other process is woken. A
sender that finds no reader deletes the file.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from single_window.clock import system_now
from single_window.messaging.wakeups import CONNECTED
from single_window.private import FILE_MODE, make_folder

FOLDER = "wakeups"
INTERRUPTED = "interrupted"
"""Text of the datagram by which a process ends its own wait."""
MAX_TOPIC_BYTES = 64
"""Maximum bytes read of a datagram."""
MAX_TAKEN = 1_000
"""Maximum number of datagrams consumed by one wait."""
TICK_MILLISECONDS = 1_000
"""Time within which a folder may change again without another time of change: file systems count time in ticks."""
_numbers = count(1)


class SocketWakeups:
    """Wake-ups over Unix sockets. Listens from its creation, so that an earlier wake-up ends the first `wait`."""

    shared = True
    state = CONNECTED
    reason = ""

    def __init__(self, data: Path) -> None:
        self._folder = make_folder(data / FOLDER)
        self._socket_name = self._process_name = f"{os.getpid()}-{next(_numbers)}"
        self._topics: set[str] = set()
        self._opened, self._folder_handle = _open(self._folder)
        self._names: list[str] = []
        self._changed_at = -1
        self._sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._sender.setblocking(False)
        self._receiver.bind(f"{self._opened}/{self._socket_name}")
        os.chmod(f"{self._opened}/{self._socket_name}", FILE_MODE)
        for name in os.listdir(self._folder):  # finds the sockets of processes that were killed
            self._send(f"{self._opened}/{name}", b"")

    def wake(self, topic: str) -> None:
        self._send_to_all(topic, "")

    def wake_others(self, topic: str) -> None:
        self._send_to_all(topic, self._socket_name)

    def _send_to_all(self, topic: str, except_name: str) -> None:
        """Send a topic to the socket of every listener but the one of this name."""
        with suppress(OSError):
            for name in self._listeners():
                if name != except_name and topic in name.split(".")[1:]:
                    self._send(f"{self._opened}/{name}", topic.encode())

    def _listeners(self) -> list[str]:
        """The names of all sockets, listed again when the folder has changed."""
        changed_at = os.stat(self._folder).st_mtime_ns
        if changed_at != self._changed_at or system_now() - changed_at // 1_000_000 < TICK_MILLISECONDS:
            self._names, self._changed_at = os.listdir(self._folder), changed_at
        return self._names

    def interrupt(self) -> None:
        with suppress(OSError):
            self._send(f"{self._opened}/{self._socket_name}", INTERRUPTED.encode())

    def _send(self, address: str, datagram: bytes) -> None:
        try:
            self._sender.sendto(datagram, address)
        except ConnectionRefusedError:
            os.unlink(address)  # its process was killed
        except (BlockingIOError, FileNotFoundError):
            pass  # its buffer is full of unread wake-ups, or it was just closed: no further one is needed

    def listen(self, topics: Sequence[str]) -> None:
        self._topics.update(topics)
        name = ".".join([self._process_name, *sorted(self._topics)])
        with suppress(OSError):
            (self._folder / self._socket_name).rename(self._folder / name)
            self._socket_name = name

    def wait(self, seconds: float) -> bool:
        return not {INTERRUPTED, *self._topics}.isdisjoint(list(self._received(seconds)))

    def _received(self, seconds: float) -> Iterator[str]:
        """Topics of received datagrams; waits only for the first."""
        self._receiver.settimeout(seconds)
        with suppress(BlockingIOError, TimeoutError):
            for _ in range(MAX_TAKEN):
                yield self._receiver.recv(MAX_TOPIC_BYTES).decode(errors="replace")
                self._receiver.setblocking(False)

    def close(self) -> None:
        with suppress(OSError):
            (self._folder / self._socket_name).unlink()
        self._receiver.close()
        self._sender.close()
        if self._folder_handle >= 0:
            os.close(self._folder_handle)
            self._folder_handle = -1


def _open(folder: Path) -> tuple[str, int]:
    """A short path of a folder that stays open, because a socket address is limited to about a hundred bytes, and the
    folder's handle (-1: none, the path is the folder's own)."""
    if not Path("/proc/self/fd").is_dir():
        return str(folder), -1
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    return f"/proc/self/fd/{handle}", handle
