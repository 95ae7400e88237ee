"""A subprocess that explains refused messages one after the other, with limited CPU time and memory.

Run as `python -m schemas.explainer`; `single_window.intake.explaining` is the client. The two parts of a request (see
`answering`) are an `ExplanationRequest` as JSON and the message without its envelope; the response is a
`MessageExplanation` as JSON. The process ends with its input, or after a message that took much memory.

What is told of a very large refused message may depend on the speed of the machine; that it is refused does not.
"""

from __future__ import annotations

import sys
from typing import BinaryIO, NamedTuple

import msgspec

from schemas.answering import OutOfTime, answer_all, begin, peak_kilobytes, within
from schemas.findings import Finding

CPU_SECONDS = 0.7
"""CPU time for one explanation; then the findings so far are reported."""
MEMORY_BYTES = 256_000_000
RESTART_ABOVE_KILOBYTES = 96_000
"""Peak memory after which the process ends, to free its memory."""


class ExplanationRequest(NamedTuple):
    """The parameters of an explanation; `dropped`: a repeated BaseTransfer is removed first."""

    edition: str
    dropped: bool = False


class MessageExplanation(NamedTuple):
    """The findings; `cut_short`: incomplete because of the limits of time or memory; `last`: the process ends now."""

    findings: tuple[Finding, ...]
    cut_short: bool = False
    last: bool = False


def explain(body: bytes, request: ExplanationRequest) -> MessageExplanation:
    """Return the findings about a message that its schema refuses."""
    from schemas import repeated_transfer
    from schemas.reading import open_message
    from schemas.validation import Findings, collect, prepare

    opened, findings = open_message(body, cap=len(body)), Findings()
    if request.dropped:
        repeated_transfer.drop_repeated(opened)
    prepare(opened.entry.code, request.edition)
    try:
        with within(CPU_SECONDS):
            collect(opened, request.edition, findings)
    except (OutOfTime, MemoryError):
        return MessageExplanation(tuple(findings.ordered()), cut_short=True)
    return MessageExplanation(tuple(findings.ordered()))


def serve(requests: BinaryIO, answers: BinaryIO, restart_above: int = RESTART_ABOVE_KILOBYTES) -> None:
    """Answer requests until the input ends, or the peak memory exceeds `restart_above` kilobytes."""

    def answer(about: bytes, body: bytes) -> tuple[bytes, bool]:
        given = explain(body, msgspec.json.decode(about, type=ExplanationRequest))
        given = given._replace(last=peak_kilobytes() > restart_above)
        return msgspec.json.encode(given), given.last

    answer_all(requests, answers, answer)


def main() -> None:
    """Serve requests from standard input until the client closes it."""
    begin(MEMORY_BYTES)
    serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
