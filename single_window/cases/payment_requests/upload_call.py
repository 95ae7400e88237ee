"""The address to which platforms upload original payment data. As at customs, it is outside /api/v1 and needs no key.

The uploader is identified by the session of the request and by the signature. As at customs, errors are reported in the
answer's code, never by an HTTP status.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from schemas.payment_data.upload import FIELD, MAX_BYTES
from single_window.frame.http import guard
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response
from single_window.intake import payment_uploads
from single_window.store.sandboxes import UnknownSandbox

blueprint = Blueprint("payment_upload", __name__)
ADDRESS = "/ceb2grab/grab/realTimeDataUpload"
MAX_FORM_BYTES = 4 * MAX_BYTES
"""Maximum size of a form. URL encoding triples the bytes of Chinese text."""


@blueprint.post(ADDRESS)
def upload() -> Response:
    """Receive an upload for the sandbox in the header X-Sandbox."""
    return _answer(guard.sandbox_name())


@blueprint.post(f"/sandboxes/<sandbox>{ADDRESS}")
def upload_to(sandbox: str) -> Response:
    """Receive an upload from a platform that cannot send custom headers."""
    return _answer(sandbox)


def _answer(sandbox: str) -> Response:
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    window = ports().window
    try:
        answer = payment_uploads.take(window, sandbox, request.form.get(FIELD))
    except UnknownSandbox:  # the same answer as for an unknown session, so that sandboxes cannot be guessed
        answer = payment_uploads.unknown_sandbox()
    return json_response(answer.plain())
