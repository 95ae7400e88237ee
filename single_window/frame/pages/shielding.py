"""Headers that every page carries."""

from __future__ import annotations

from flask import Response, request

from single_window.frame.pages.speech import language


def shield(response: Response) -> Response:
    """Pages need no script and nothing from elsewhere; the response's policy forbids both."""
    # a picture brings a policy of its own, which allows less
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
    )
    response.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "console.static":
        response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language()
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response
