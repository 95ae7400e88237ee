"""A program that explains refused messages one after the other, within a limit of processor time and of memory.

Run as `python -m schemas.explainer`; `single_window.intake.explaining` talks to it. A request on the standard input is
the lengths of two parts (four bytes each), what to do as JSON, and the message without its envelope; the answer is the
length of one part and the findings as JSON. It ends when its input does, and after a message that took much memory.
"""

from __future__ import annotations

import sys
from typing import BinaryIO, NamedTuple

import msgspec

from schemas.answering import OutOfTime, answer_all, begin, most_kilobytes, within
from schemas.findings import Finding

CPU_SECONDS = 0.7
"""Processor time for one explanation: what was found by then is reported."""
MEMORY_BYTES = 256_000_000
RESTART_ABOVE_KILOBYTES = 96_000
"""Once it has held so much, it ends, and its memory is free again."""


class ExplanationRequest(NamedTuple):
    """A message to explain, and how; `dropped`: a repeated BaseTransfer is left out first."""

    edition: str
    dropped: bool = False


class MessageExplanation(NamedTuple):
    """The findings, and whether time or memory ended before they were complete; `last`: the process ends now."""

    findings: tuple[Finding, ...]
    cut_short: bool = False
    last: bool = False


def explain(body: bytes, request: ExplanationRequest) -> MessageExplanation:
    """The findings about a message that its schema refuses."""
    from schemas import repeated_transfer
    from schemas.reading import open_message
    from schemas.validation import Findings, collect, prepare

    opened, findings = open_message(body, cap=len(body)), Findings()
    if request.dropped:
        repeated_transfer.drop(opened)
    prepare(opened.entry.code, request.edition)
    try:
        with within(CPU_SECONDS):
            collect(opened, request.edition, findings)
    except (OutOfTime, MemoryError):
        return MessageExplanation(tuple(findings.ordered()), cut_short=True)
    return MessageExplanation(tuple(findings.ordered()))


def serve(requests: BinaryIO, answers: BinaryIO, restart_above: int = RESTART_ABOVE_KILOBYTES) -> None:
    """Answer requests until there are no more, or one took more kilobytes of memory than `restart_above`."""

    def answer(about: bytes, body: bytes) -> tuple[bytes, bool]:
        given = explain(body, msgspec.json.decode(about, type=ExplanationRequest))
        given = given._replace(last=most_kilobytes() > restart_above)
        return msgspec.json.encode(given), given.last

    answer_all(requests, answers, answer)


def main() -> None:
    """Serve the standard input and output; the client decides when it ends."""
    begin(MEMORY_BYTES)
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
