"""Validates a message without changing anything."""

from __future__ import annotations

from typing import Any

import msgspec
from apiflask import APIBlueprint
from flask import Response
from msgspec import Raw

from single_window.answers.validation import ValidationOut, ValidationsOut, validation_out
from single_window.api.messages import requested_edition
from single_window.api.trying import calling
from single_window.api.trying.computing import Trial
from single_window.frame.http import bodies, guard
from single_window.frame.http.documentation import ValidateIn, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.intake import validation
from single_window.intake.reading import Reading

blueprint = APIBlueprint("validation", __name__, tag="messages")


@blueprint.post("/validate")
@blueprint.input(ValidateIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer("what would be said to it; to several, `messages` says it of each", ValidationOut | ValidationsOut),
        400: refused("the request is not as described"),
        404: refused("no such sandbox"),
        422: refused("it takes more time or memory to try than a call may"),
        503: refused("others are before; call again after Retry-After seconds"),
    }
)
def validate(query: dict[str, Any]) -> Response:
    """Try a message.

    Takes what POST /messages takes, or several messages, {"messages": ["<Base64>", …]}, and changes nothing. Returns
    type and edition, every finding of form, port and customs with all fields concerned, what each document would do
    against the stored one of its key, what its codes mean, and for a list the tax as of the sandbox's day, with its
    working.

    A list is compared with the order, payment and waybill of the same upload; with `against=stored` also with those
    that the sandbox holds, and an order, payment or waybill with the list that is stored for it."""
    at = ports()
    sandbox, edition = guard.sandbox_name(), requested_edition()
    came = bodies.take_upload(at.window.settings.body_cap)
    at.window.sandbox(sandbox)
    trial = Trial(call="validate", sandbox=sandbox, edition=edition, against=query["against"])
    tried = calling.answers(trial, [body for body in came if isinstance(body, bytes)])
    readable = iter(zip(tried.answers, tried.valid, strict=True))
    answers = [_refused(item) if isinstance(item, Reading) else next(readable) for item in came]
    if len(answers) == 1:
        return json_response(answers[0][0])
    # as `ValidationsOut`, whose messages are in JSON already
    return json_response({"valid": all(valid for _, valid in answers), "messages": [answer for answer, _ in answers]})


def _refused(came: Reading) -> tuple[Raw, bool]:
    """The answer about what could not be opened."""
    return Raw(msgspec.json.encode(validation_out(validation.of_refused(came)))), False
