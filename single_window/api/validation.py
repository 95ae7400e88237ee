"""The HTTP call that validates messages without changing anything."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response, request
from msgspec import Raw

from single_window.answers.validation import ValidationOut, ValidationsOut, validation_out
from single_window.api.messages import requested_edition
from single_window.api.trying import calling
from single_window.frame.http import bodies, forced_calls, guard
from single_window.frame.http.calls import Calls
from single_window.frame.http.documentation import ValidateIn, answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.intake import validation
from single_window.intake.reading import Reading

blueprint = Calls("validation", __name__, rights=("send_messages", "see_cases"), tag="messages")


@blueprint.post("/validate", query=("edition",))
@blueprint.input(ValidateIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        200: answer(
            "the validation report; for several messages, one for each in `messages`", ValidationOut | ValidationsOut
        ),
        400: refused("the request is not as described"),
        404: refused("no such sandbox"),
        422: refused("it needs more time or memory than allowed for a call"),
        503: refused("busy with other calls; retry after Retry-After seconds"),
    }
)
def validate(query: dict[str, Any]) -> Response:
    """Validate a message.

    Accepts the same bodies as POST /messages, or several messages, {"messages": ["<Base64>", …]}, and changes nothing.
    Returns type and edition, every finding of form, port, customs and other agencies with the concerned fields, the
    effect of each document on the stored one with its key, the meanings of its codes, and for a list the tax on the
    sandbox's day with its calculation.

    `receipts`: what the sender would be answered today, to a key that may read receipts. For it the messages are filed
    in the sandbox and run to their end, in a transaction of which nothing stays. X-Scenario forces a predefined outcome
    on them, as on what is sent. What other calls make of JSON or of files is validated by them, with `trial=true`.

    A list is compared with the order, payment and waybill of the same upload; with `against=stored` also with those
    stored in the sandbox, and an order, payment or waybill with its stored list."""
    at = ports()
    sandbox, edition = guard.sandbox_name(), requested_edition()
    uploaded = bodies.take_upload(at.window.settings.body_cap)
    at.window.sandbox(sandbox)
    readable = iter(
        calling.validated(
            [body for body in uploaded if isinstance(body, bytes)],
            edition=edition,
            against=query["against"],
            files=query["trial"],
            scenario=request.headers.get(forced_calls.HEADER, ""),
        )
    )
    answers = [_answer_unreadable(item) if isinstance(item, Reading) else next(readable) for item in uploaded]
    if len(answers) == 1:
        return json_response(answers[0][0])
    # as `ValidationsOut`, whose messages are in JSON already
    return json_response({"valid": all(valid for _, valid in answers), "messages": [answer for answer, _ in answers]})


def _answer_unreadable(uploaded: Reading) -> tuple[Raw, bool]:
    """Return the answer about a message that could not be read."""
    return Raw(msgspec.json.encode(validation_out(validation.of_refused(uploaded)))), False
