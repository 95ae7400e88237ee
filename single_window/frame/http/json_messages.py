"""Admits messages that a call makes of JSON, or of files of others: the company's sender, the schema's findings, the
answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask import Response

from schemas.message import Transfer
from schemas.rendering import InvalidValues
from single_window.frame.http import accepting, guard, key_access
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import refusal
from single_window.intake.admission import ACCEPTED
from single_window.intake.admission_queue import NotAccepting
from single_window.intake.made_messages import sender_of


def company_sender(code: str) -> Transfer:
    """Return the sender of a company's messages in the sandbox of the request: with its mailbox, else that of the
    key."""
    with reading_sandbox() as (connection, sandbox):
        return sender_of(connection, sandbox, code, key_access.senders() or ())


def send_all(written: Iterable[bytes]) -> tuple[AcceptedOut, ...] | Response:
    """Admit messages, all of which are written first, in one commit if that can be; return what was accepted, or the
    refusal of the first one that was not."""
    try:
        bodies = list(written)
    except InvalidValues as bad:
        return refusal(400, bad.findings)
    at, sandbox = ports(), guard.sandbox_name()
    incoming = [accepting.check_sender(at.reader.read(sandbox, body)) for body in bodies]
    answers = at.admission.admit_together(sandbox, accepting.CHANNEL, incoming)
    accepted = []
    for one, admitted in zip(incoming, answers, strict=True):
        if isinstance(admitted, NotAccepting) or admitted.status != ACCEPTED:
            return accepting.message_answer(admitted, one).response()
        accepted.append(accepting.accepted_out(admitted, one))
    return tuple(accepted)


def send_alone(written: Callable[[Transfer, int], bytes], code: str) -> Response:
    """Admit one message of a company, written for its sender and the sandbox's now; return its answer."""
    sender, now = company_sender(code), ports().window.now(guard.sandbox_name())
    try:
        body = written(sender, now)
    except InvalidValues as bad:
        return refusal(400, bad.findings)
    at, sandbox = ports(), guard.sandbox_name()
    incoming = accepting.check_sender(at.reader.read(sandbox, body))
    return accepting.message_answer(at.admission.admit(sandbox, accepting.CHANNEL, incoming), incoming).response()
