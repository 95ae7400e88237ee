"""Response headers of the API: for cross-origin calls (CORS), and for sandboxes with open desks.

In a sandbox with open desks, a call without credentials may decide as an officer."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_cors import CORS
from sqlalchemy.exc import SQLAlchemyError

from single_window.frame.http import callers, guard
from single_window.frame.http.ports import PREFIX, ports
from single_window.settings import Settings
from single_window.store.failures import DatabaseDamaged
from single_window.store.sandboxes import Resetting, UnknownSandbox

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


HEADER = "X-Open-Desks"
"""Header of answers about a sandbox with open desks; its value is the sandbox's name."""


def mark_open_desks(app: Flask) -> None:
    """Mark each answer of the API about a sandbox whose desks are open."""

    @app.after_request
    def _mark(response: Response) -> Response:
        if request.path.startswith(f"{PREFIX}/") and callers.is_local() and are_open(name := guard.sandbox_name()):
            response.headers[HEADER] = name.encode().decode("latin-1")
        return response


def are_open(sandbox: str) -> bool:
    """True if a sandbox has the option `open_desks`; False if it cannot be read."""
    try:
        return ports().window.sandbox(sandbox).options.open_desks
    except (UnknownSandbox, Resetting, SQLAlchemyError, DatabaseDamaged):
        return False
