"""Admits messages that a call makes of JSON, or of files of others: the company's sender, the schema's findings, the
answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Response, request

from schemas.findings import Finding
from schemas.message import Transfer
from schemas.rendering import InvalidValues
from single_window.frame.findings import findings_out
from single_window.frame.http import accepting, guard, key_access
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import TRIAL
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem, refusal
from single_window.intake.admission import ACCEPTED
from single_window.intake.admission_queue import NotAccepting
from single_window.intake.made_messages import sender_of
from single_window.language.words import Words

_MEANS = {"true": True, "false": False}
_YES_OR_NO = Words("只能是true或false", "it is true or false")


def company_sender(code: str) -> Transfer:
    """Return the sender of a company's messages in the sandbox of the request: with its mailbox, else that of the
    key."""
    with reading_sandbox() as (connection, sandbox):
        return sender_of(connection, sandbox, code, key_access.senders() or ())


def is_trial() -> bool:
    """True for a call with `trial=true`: nothing that it sends is filed. Raises `Problem` for any other text."""
    text = request.args.get(TRIAL, "false")
    if text not in _MEANS:
        raise problem("wrong-parameter", name=TRIAL, reason=_YES_OR_NO, path=TRIAL, expected="true", found=text)
    return _MEANS[text]


def send_all(written: Iterable[bytes], told: Sequence[Finding] = ()) -> tuple[AcceptedOut, ...] | Response:
    """Admit messages, all of which are written first, in one commit if that can be; return what was accepted, or the
    refusal of the first one that was not. On trial (`is_trial`), admit none, and return what would come of them;
    `told`: what was found in the file of which they are made."""
    try:
        bodies = list(written)
    except InvalidValues as bad:
        return refusal(400, bad.findings)
    if is_trial():
        return _tried(bodies, told)
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
    if is_trial():
        return _tried([body])
    at, sandbox = ports(), guard.sandbox_name()
    incoming = accepting.check_sender(at.reader.read(sandbox, body))
    return accepting.message_answer(at.admission.admit(sandbox, accepting.CHANNEL, incoming), incoming).response()


def _tried(bodies: Sequence[bytes], told: Sequence[Finding] = ()) -> Response:
    """Return the answer `ValidationsOut`, whose messages are in JSON already."""
    answers = ports().validated(bodies)
    valid = all(valid for _, valid in answers) and all(one.warning for one in told)
    out: dict[str, Any] = {"valid": valid, "messages": [answer for answer, _ in answers]}
    return json_response(out | ({"findings": findings_out(told)} if told else {}))
