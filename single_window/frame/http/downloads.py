"""Files of cases as responses: sent as they came, always to be saved, never shown or run by a browser."""

from __future__ import annotations

from flask import Response

from single_window.frame.files import disposition
from single_window.store.files import CaseFile

NOTHING_RUNS = "default-src 'none'; sandbox"
"""The content policy of a file: if a browser shows it after all, nothing in it runs."""


def as_download(file: CaseFile, body: bytes) -> Response:
    """A response with a file that browsers save under its name."""
    headers = {
        "Content-Disposition": disposition(file.name),
        "Content-Security-Policy": NOTHING_RUNS,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(body, content_type=file.media_type, headers=headers)
