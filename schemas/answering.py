"""Programs that answer requests over their standard input and output within limits of processor time and memory.

A request is the lengths of two parts (four bytes each), then the parts; an answer is the length of one part, then the
part. `single_window.intake.limited_process` is the other side.
"""

from __future__ import annotations

import resource
import signal
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import BinaryIO

LENGTHS, LENGTH = struct.Struct(">II"), struct.Struct(">I")


class OutOfTime(Exception):
    """The processor time for one request is used up."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises `OutOfTime` in what is done inside after so many seconds of processor time, and again until that is
    noticed: Python drops exceptions that are raised in a destructor."""
    inside = True

    def out_of_time(number: int, frame: FrameType | None) -> None:
        if inside:
            raise OutOfTime

    previous = signal.signal(signal.SIGVTALRM, out_of_time)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds / 10)
    try:
        yield
    finally:
        inside = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


def answer_all(requests: BinaryIO, answers: BinaryIO, answer: Callable[[bytes, bytes], tuple[bytes, bool]]) -> None:
    """Answer requests until there are no more; `answer` gives the answer to two parts, and whether it is the last."""
    while len(lengths := requests.read(LENGTHS.size)) == LENGTHS.size:
        about, size = LENGTHS.unpack(lengths)
        given, last = answer(requests.read(about), requests.read(size))
        answers.write(LENGTH.pack(len(given)) + given)
        answers.flush()
        if last:
            return


def most_kilobytes() -> int:
    """The most memory that this program has held at a time.

    `getrusage` includes the maximum of the parent program: a child of a large one would always end.
    """
    with suppress(OSError), open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def begin(memory_bytes: int) -> None:
    """At the start of such a program: bound its memory, and let its client alone decide when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
