"""kombu's transport of `filesystem://`: a message is a file in a folder. Hardened against what is no regular file, and
against files that are still being written."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any, BinaryIO

import msgspec
from kombu.transport import filesystem

from single_window import keys
from single_window.channels.broker_envelopes import decode_message
from single_window.clock import monotonic, system_now
from single_window.private import make_folder

OVERSIZED_BYTES_READ = 4_096
"""Bytes that are read of a file that exceeds the size limit."""
UNFINISHED_SECONDS = 1.0
"""Age below which an empty file counts as one that its writer has opened and not yet locked."""


class FileChannel(filesystem.Channel):
    """Files in an input and an output folder. Consumed files are in a third folder until they are acknowledged."""

    def _get(self, queue: Any, timeout: Any = None) -> dict[str, Any]:
        for name in sorted(entry.name for entry in os.scandir(self.data_folder_in) if _is_message(entry, queue)):
            with suppress(FileNotFoundError, IsADirectoryError, BlockingIOError):
                _check_finished(Path(self.data_folder_in) / name)
                return self._taken(name, queue)
        raise Empty

    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu has two names
        """Write a message under a name that no reader looks for, then give it its own: a reader sees all or nothing."""
        folder, name = Path(self.data_folder_out), f"{int(monotonic() * 1_000)}_{keys.secret()}.{queue}.msg"
        unfinished = folder / f"{name}.unfinished"
        unfinished.write_bytes(msgspec.json.encode(payload))
        unfinished.rename(folder / name)

    def _taken(self, name: str, queue: str) -> dict[str, Any]:
        place = Path(self.processed_folder) / name
        (Path(self.data_folder_in) / name).rename(place)
        cap = self.connection.client.transport_options["most_bytes"]
        with _open_regular(place) as file:
            message = decode_message(
                file.read(cap if os.fstat(file.fileno()).st_size <= cap else OVERSIZED_BYTES_READ), queue
            )
        message["properties"]["delivery_tag"] = name
        return message

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        (Path(self.processed_folder) / delivery_tag).unlink(missing_ok=True)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        self.qos.ack(delivery_tag)
        with suppress(FileNotFoundError):
            taken = Path(self.processed_folder) / delivery_tag
            taken.rename(Path(self.data_folder_in) / delivery_tag) if requeue else taken.unlink()

    def recover(self) -> None:
        """Return messages to the queue that a killed process had consumed."""
        own = self.qos._delivered
        for taken in [file for file in Path(self.processed_folder).iterdir() if file.name not in own]:
            taken.rename(Path(self.data_folder_in) / taken.name)

    def _size(self, queue: str) -> int:
        folders = (self.data_folder_in, self.data_folder_out)
        return sum(name.partition(".")[2] == f"{queue}.msg" for folder in folders for name in os.listdir(folder))

    def close(self) -> None:
        self._qos = None  # unacknowledged files stay where `recover` finds them
        super().close()


def _is_message(entry: os.DirEntry[str], queue: str) -> bool:
    return entry.name.partition(".")[2] == f"{queue}.msg" and entry.is_file(follow_symlinks=False)


def _check_finished(place: Path) -> None:
    """Raise `BlockingIOError` for a file that is being written: kombu's writers create it, lock it and fill it."""
    with _open_regular(place) as file:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        found = os.fstat(file.fileno())
        age_seconds = abs(system_now() / 1_000 - found.st_mtime)
        if not found.st_size and age_seconds < UNFINISHED_SECONDS:
            raise BlockingIOError(str(place))


def _open_regular(place: Path) -> BinaryIO:
    """Open a regular file; raises `FileNotFoundError` for links and pipes, which a participant could have put there."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise FileNotFoundError(str(place)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(str(place))
    return os.fdopen(descriptor, "rb")


class FileTransport(filesystem.Transport):
    """The transport of `filesystem://`."""

    Channel = FileChannel
    global_state = filesystem.virtual.BrokerState()


def folders(place: Path) -> dict[str, str]:
    """The options of `filesystem://`; `in` is for messages from the participant, `out` for receipts to him."""
    names = {"data_folder_in": "in", "data_folder_out": "out", "processed_folder": "taken", "control_folder": "control"}
    return {option: str(make_folder(place / name)) for option, name in names.items()}
