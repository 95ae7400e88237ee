"""The HTTP call that verifies and explains the signature of a message."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean
from flask import Response

from single_window.answers.signatures import VerifiedOut, verified_out
from single_window.api.trying import calling
from single_window.api.trying.computing import Trial
from single_window.frame.http import bodies, guard
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.intake.reading import Reading
from single_window.intake.signature_explained import Explained

blueprint = Calls("signatures", __name__, rights=("send_messages", "see_cases"))


class VerifyIn(Schema):
    """The options of a verification."""

    canonical = Boolean(
        load_default=False,
        metadata={
            "description": "also give, in Base64, the canonical bytes of the document whose digest is the DigestValue"
        },
    )


@blueprint.post("/signatures/verify", query=("edition",))
@blueprint.input(VerifyIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("the result, valid or not", VerifiedOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox"),
        422: refused("it needs more time or memory than allowed for a call"),
        503: refused("busy with other calls; retry after Retry-After seconds"),
    },
)
def verify(query: dict[str, Any]) -> Response:
    """Verify a signature.

    Accepts the same bodies as POST /messages, and changes nothing, independent of the sandbox's option `signatures`.
    Returns the canonical bytes that were signed, expected and actual digest, the certificate and its registered
    company, and all findings."""
    at, sandbox = ports(), guard.sandbox_name()
    incoming = bodies.take(at.window.settings.body_cap)
    if isinstance(incoming, Reading):
        at.window.sandbox(sandbox)
        return json_response(verified_out(Explained("", incoming.findings)))
    trial = Trial(call="verify", sandbox=sandbox, canonical=query["canonical"])
    return json_response(calling.answers(trial, [incoming]).answers[0])
