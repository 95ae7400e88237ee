"""The page with the reasons why a request was refused: the same findings that the API gives as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, make_response, render_template

from schemas.findings import Finding
from single_window.frame.pages.shielding import shield
from single_window.frame.pages.speech import page_words


def error_page(status: int, findings: Sequence[Finding]) -> Response:
    """An answer with this status that a browser shows, in the language of the request; it needs no database."""
    page = render_template("console/error.html", status=status, findings=findings, **page_words())
    return shield(make_response(page, status))
