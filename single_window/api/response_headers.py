"""Response headers of the API: for cross-origin calls (CORS), and for sandboxes with open desks.

In a sandbox with open desks, a call without credentials may decide as an officer."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_cors import CORS

from single_window.frame.http import callers, desks, guard
from single_window.frame.http.ports import PREFIX
from single_window.settings import Settings

SENT = ("Authorization", "Content-Type", "X-Api-Key", "X-Request-Id", "X-Sandbox", "X-Scenario")
SHOWN = ("Location", "Retry-After", "X-Next-After", "X-Request-Id")
PREFLIGHT_SECONDS = 600
"""Seconds for which a browser caches the answer to a preflight request."""


def allow_origins(app: Flask, settings: Settings) -> None:
    """Allow pages of the configured origins to call the API, with a key and without cookies."""
    if settings.origins:
        CORS(
            app,
            resources={rf"{PREFIX}/.*": {"origins": sorted(settings.origins)}},
            allow_headers=list(SENT),
            expose_headers=list(SHOWN),
            max_age=PREFLIGHT_SECONDS,
            supports_credentials=False,
        )


HARDENED = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""Headers of every answer of the API that does not choose others."""
OF_PAGES = {"X-Content-Type-Options": "nosniff"}
"""Headers of every other answer."""
HEADER = "X-Open-Desks"
"""Header of answers about a sandbox with open desks; its value is the sandbox's name."""


def mark_open_desks(app: Flask) -> None:
    """Mark each answer of the API about a sandbox whose desks are open."""

    @app.after_request
    def _mark(response: Response) -> Response:
        if (
            request.path.startswith(f"{PREFIX}/")
            and callers.is_local()
            and desks.are_open(name := guard.sandbox_name())
        ):
            response.headers[HEADER] = encode_name(name)
        return response


def encode_name(name: str) -> str:
    """Return a sandbox's name as the value of a header: UTF-8, which WSGI passes as Latin-1."""
    return name.encode().decode("latin-1")
