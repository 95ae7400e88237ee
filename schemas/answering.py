"""Server side of a subprocess that answers requests over standard input and output, with limited CPU time and memory.

A request is the lengths of two parts (four bytes each), then the parts; a response is the length of one part, then the
part. `single_window.intake.limited_process` is the client side.
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
    """Raised when the CPU time for one request is used up."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the body after `seconds` of CPU time, repeatedly until it is handled, because Python drops
    exceptions raised in a destructor."""
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
    """Answer requests until the input ends; `answer` returns (response to two parts, True if it is the last)."""
    while len(lengths := requests.read(LENGTHS.size)) == LENGTHS.size:
        about, size = LENGTHS.unpack(lengths)
        given, last = answer(requests.read(about), requests.read(size))
        answers.write(LENGTH.pack(len(given)) + given)
        answers.flush()
        if last:
            return


def peak_kilobytes() -> int:
    """Return the peak memory of this process in kilobytes.

    `getrusage` is only the fallback: it includes the peak of the parent, so a child of a large process would always
    end.
    """
    with suppress(OSError), open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def begin(memory_bytes: int) -> None:
    """Limit the memory of this process, and ignore interrupts, so that only its client ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
