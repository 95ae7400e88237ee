"""What comes in by folders and brokers: a message, or an interchange of EDIFACT of which some are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from hashlib import sha256
from threading import Lock
from typing import NamedTuple

from schemas.edifact.reading import is_edifact
from schemas.findings import Finding
from schemas.packing import MESSAGES
from single_window.context import Context
from single_window.intake.admission import ACCEPTED, AdmissionAnswer
from single_window.intake.interchanges import take_interchange
from single_window.intake.reading import Reading

NOT_TAKEN = 400
"""HTTP status of an interchange of which nothing is taken."""
NOTHING = AdmissionAnswer(0, ACCEPTED, "", 0)
"""The answer to an interchange that is in order and tells nothing of which a message could be made."""


class Transmission(NamedTuple):
    """The messages that came in at once. Of an interchange, `control`: the CONTRL that answers it, empty if there is
    none; `unread`: containers that are left out; `findings` about it, not about its messages; `digest` of what came."""

    readings: tuple[Reading, ...]
    control: bytes = b""
    unread: int = 0
    findings: tuple[Finding, ...] = ()
    digest: str = ""


def receive(
    context: Context, read: Callable[[str, bytes], Reading], sandbox: str, body: bytes, owner: str
) -> Transmission:
    """Return what a body of a channel brings, of the mailbox `owner` (empty: of nobody's own); `read` parses a message.
    An interchange of which nothing is taken is one refused reading. Raises `UnknownSandbox`."""
    if not is_edifact(body):
        return Transmission((read(sandbox, body),))
    now = context.now(sandbox)
    took = take_interchange(context.engine, sandbox, body, now, [owner] if owner else ())
    digest, control, findings = sha256(body).hexdigest(), took.control or b"", tuple(took.interchange.findings)
    if took.interchange.refused and not took.bodies:
        refused = Reading("", "", digest, MESSAGES.pack(body), len(body), findings=findings, refused=NOT_TAKEN)
        return Transmission((refused,), control, took.unread, findings, digest)
    readings = tuple(read(sandbox, message) for message in took.bodies)
    return Transmission(readings, control, took.unread, findings, digest)


def answer_of(answers: Sequence[AdmissionAnswer]) -> AdmissionAnswer:
    """Return the answer to a transmission by those to its messages: the first refusal, else the first of them."""
    return next((answer for answer in answers if answer.status != ACCEPTED), (*answers, NOTHING)[0])


def answered_together(answers: Sequence[Future[AdmissionAnswer]]) -> Future[AdmissionAnswer]:
    """Return the future answer to a transmission: set when all of its messages are answered; the first error of one."""
    whole: Future[AdmissionAnswer] = Future()
    lock = Lock()

    def one_answered(_: object) -> None:
        with lock:
            if whole.done() or not all(answer.done() for answer in answers):
                return
            failed = next((error for answer in answers if (error := answer.exception()) is not None), None)
            if failed is not None:
                whole.set_exception(failed)
            else:
                whole.set_result(answer_of([answer.result() for answer in answers]))

    for answer in answers:
        answer.add_done_callback(one_answered)
    if not answers:
        one_answered(None)
    return whole
