"""A program that explains refused messages one after the other, within a limit of processor time and of memory.

Run as `python -m schemas.explainer`; `single_window.intake.explaining` talks to it. A request on the standard input is
the lengths of two parts (four bytes each), what to do as JSON, and the message without its envelope; the answer is the
length of one part and the findings as JSON. It ends when its input does, and after a message that took much memory.
"""

from __future__ import annotations

import resource
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import BinaryIO, NamedTuple

import msgspec

from schemas.findings import Finding

CPU_SECONDS = 0.7
"""Processor time for one explanation: what was found by then is reported."""
MEMORY_BYTES = 256_000_000
RESTART_ABOVE_KILOBYTES = 96_000
"""Once it has held so much, it ends, and its memory is free again."""
LENGTHS, LENGTH = struct.Struct(">II"), struct.Struct(">I")


class Request(NamedTuple):
    """What to explain besides the message itself; `dropped`: a repeated BaseTransfer is left out first."""

    edition: str
    dropped: bool = False


class Answer(NamedTuple):
    """The findings, and whether time or memory ended before they were complete; `last`: the process ends now."""

    findings: tuple[Finding, ...]
    cut_short: bool = False
    last: bool = False


class OutOfTime(Exception):
    """The processor time for one explanation is used up."""


def explain(body: bytes, request: Request) -> Answer:
    """The findings about a message that its schema refuses."""
    from schemas import repeated_transfer
    from schemas.reading import open_message
    from schemas.validation import Findings, collect, prepare

    opened, findings = open_message(body, cap=len(body)), Findings()
    if request.dropped:
        repeated_transfer.drop(opened)
    prepare(opened.entry.code, request.edition)
    try:
        with _limited():
            collect(opened, request.edition, findings)
    except (OutOfTime, MemoryError):
        return Answer(tuple(findings.ordered()), cut_short=True)
    return Answer(tuple(findings.ordered()))


@contextmanager
def _limited() -> Iterator[None]:
    """Raises `OutOfTime` in what is done inside after `CPU_SECONDS` of processor time, and again until that is noticed:
    Python drops exceptions that are raised in a destructor."""
    inside = True

    def out_of_time(number: int, frame: FrameType | None) -> None:
        if inside:
            raise OutOfTime

    previous = signal.signal(signal.SIGVTALRM, out_of_time)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS, CPU_SECONDS / 10)
    try:
        yield
    finally:
        inside = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, previous)


def serve(requests: BinaryIO, answers: BinaryIO, restart_above: int = RESTART_ABOVE_KILOBYTES) -> None:
    """Answer requests until there are no more, or one took more kilobytes of memory than `restart_above`."""
    while len(lengths := requests.read(LENGTHS.size)) == LENGTHS.size:
        about, size = LENGTHS.unpack(lengths)
        request = msgspec.json.decode(requests.read(about), type=Request)
        explained = explain(requests.read(size), request)
        explained = explained._replace(last=_most_kilobytes() > restart_above)
        answer = msgspec.json.encode(explained)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
        if explained.last:
            return


def _most_kilobytes() -> int:
    """The most memory that this program has held at a time.

    `getrusage` includes the maximum of the parent program: a child of a large one would always end.
    """
    with suppress(OSError), open("/proc/self/status", "rb") as status:
        for line in status:
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Serve the standard input and output; the client decides when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
