"""The HTTP call that puts any XML into a mailbox, to test how a program handles unusual receipts."""

from __future__ import annotations

from flask import Response

from schemas.parsing import Unreadable
from single_window.answers.outcomes import InjectedOut
from single_window.frame.http import bodies, guard
from single_window.frame.http.calls import CONTROL, Calls
from single_window.frame.http.documentation import ACCOUNT, answer, raw_body, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem, refusal
from single_window.intake import injection
from single_window.intake.reading import Reading, is_address
from single_window.receipts.rows import type_of

blueprint = Calls("injection", __name__, rights=CONTROL, tag="triggers")


@blueprint.post("/mailboxes/<mailbox>/receipts", reads=raw_body("any well-formed XML", "application/xml"))
@blueprint.doc(
    security=ACCOUNT,
    responses={
        201: answer("it is the last receipt in the mailbox", InjectedOut),
        400: refused("not well-formed XML, or an invalid mailbox"),
        404: refused("no such sandbox"),
        413: refused("too large"),
        415: refused("not UTF-8"),
    },
)
def inject(mailbox: str) -> Response:
    """Put any XML into a mailbox.

    Byte for byte, of any type, valid or not. It is delivered by every channel of the participant."""
    if not is_address(mailbox):
        raise problem("wrong-mailbox", path="mailbox", found=mailbox)
    at, sandbox = ports(), guard.sandbox_name()
    at.window.sandbox(sandbox)
    body = bodies.take(at.window.settings.body_cap)
    if isinstance(body, Reading):
        return refusal(body.refused, body.findings)
    try:
        made = injection.inject(at.window, sandbox, mailbox, body)
    except Unreadable as error:
        return refusal(error.status, list(error.findings))
    return json_response(InjectedOut.of(made, mailbox=mailbox, type=type_of(made.code)), 201)
