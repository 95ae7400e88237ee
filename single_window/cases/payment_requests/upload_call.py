"""The address to which platforms upload original payment data, as customs has it: outside /api/v1, without a key.

The uploader is identified by the session of the request and by his signature. What is wrong is reported in the answer's
code, never by an HTTP status, as customs does.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from schemas.payment_data.upload import FIELD, MOST_BYTES
from single_window.frame.http import guard
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.intake import payment_uploads
from single_window.store.sandboxes import UnknownSandbox

blueprint = Blueprint("payment_upload", __name__)
ADDRESS = "/ceb2grab/grab/realTimeDataUpload"
MOST_FORM = 4 * MOST_BYTES
"""Bytes of a form: a Chinese character of three bytes has nine once it is URL-encoded."""


@blueprint.post(ADDRESS)
def upload() -> Response:
    """Take an upload for the sandbox that X-Sandbox names."""
    return _answer(guard.sandbox_name())


@blueprint.post(f"/sandboxes/<sandbox>{ADDRESS}")
def upload_to(sandbox: str) -> Response:
    """The same for a platform that cannot send headers of its own."""
    return _answer(sandbox)


def _answer(sandbox: str) -> Response:
    request.max_content_length = request.max_form_memory_size = MOST_FORM
    window = ports().window
    try:
        answer = payment_uploads.take(window, sandbox, request.form.get(FIELD))
    except UnknownSandbox:  # for a guessed session the answer is the same as for an unknown one
        answer = payment_uploads.unknown()
    return json_response(answer.plain())
