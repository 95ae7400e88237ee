"""Signatures of messages over HTTP: checked, and explained."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean
from flask import Response

from single_window.answers.signatures import VerifiedOut, verified_out
from single_window.api.trying import calling
from single_window.api.trying.computing import Trial
from single_window.frame.http import bodies, guard
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.intake.reading import Reading
from single_window.intake.signature_explained import Explained

blueprint = APIBlueprint("signatures", __name__, tag="signatures")


class VerifyIn(Schema):
    """The way to verify."""

    canonical = Boolean(
        load_default=False,
        metadata={
            "description": "also give, in Base64, the canonical bytes of the document whose digest is the DigestValue"
        },
    )


@blueprint.post("/signatures/verify")
@blueprint.input(VerifyIn, location="query", arg_name="query")
@blueprint.doc(
    tags=["signatures"],
    responses={
        200: answer("what was found, right or wrong", VerifiedOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox"),
        422: refused("it takes more time or memory to try than a call may"),
        503: refused("others are before; call again after Retry-After seconds"),
    },
)
def verify(query: dict[str, Any]) -> Response:
    """Verify a signature.

    Takes what POST /messages takes, and changes nothing, whatever the sandbox's option `signatures`. Returns the
    canonical bytes that were signed, the digest expected and found, the certificate, for whom it is registered, and
    all that is wrong."""
    at, sandbox = ports(), guard.sandbox_name()
    came = bodies.take(at.window.settings.body_cap)
    if isinstance(came, Reading):
        at.window.sandbox(sandbox)
        return json_response(verified_out(Explained("", came.findings)))
    trial = Trial(call="verify", sandbox=sandbox, canonical=query["canonical"])
    return json_response(calling.answers(trial, [came]).answers[0])
