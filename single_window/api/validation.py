"""Everything about a message, told without changing anything."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from single_window.api import bodies, guard
from single_window.api.documentation import RefusedOut, ValidationOut, answer
from single_window.api.messages import edition_asked
from single_window.api.ports import ports
from single_window.api.problems import json_response
from single_window.intake import validation
from single_window.intake.reading import Reading

blueprint = APIBlueprint("validation", __name__, tag="messages")


@blueprint.post("/validate")
@blueprint.doc(responses={
    200: answer("what would be said to it", ValidationOut),
    404: answer("no such sandbox", RefusedOut)})
def validate() -> Response:
    """Try a message.

    Takes what POST /messages takes, and changes nothing. Tells type and edition, every finding of form, port and
    customs, what each document would do against the stored one of its key, what its codes mean, and for a list the
    tax as of the sandbox's day, with its working."""
    at = ports()
    sandbox, edition = guard.sandbox_name(), edition_asked()
    came = bodies.take(at.window.settings.body_cap)
    if isinstance(came, Reading):
        at.window.sandbox(sandbox)
        told = validation.of_refused(came)
    else:
        told = validation.validate(at.window, sandbox, came, edition)
    return json_response(told.plain())

