"""Marks each answer of a sandbox whose desks are open: there a call decides as an officer without saying who it is."""

from __future__ import annotations

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from single_window.frame.http import callers, guard
from single_window.frame.http.ports import PREFIX, ports
from single_window.store.failures import DatabaseDamaged
from single_window.store.sandboxes import Resetting, UnknownSandbox

HEADER = "X-Open-Desks"
"""Stands in answers about a sandbox with open desks; its value is the sandbox."""


def install(app: Flask) -> None:
    """Mark the answers of the API."""

    @app.after_request
    def _mark(response: Response) -> Response:
        if request.path.startswith(f"{PREFIX}/") and callers.is_local() and are_open(name := guard.sandbox_name()):
            response.headers[HEADER] = name.encode().decode("latin-1")
        return response


def are_open(sandbox: str) -> bool:
    """True if a sandbox has opened its desks; one that cannot be read now has not."""
    try:
        return ports().window.sandbox(sandbox).options.open_desks
    except (UnknownSandbox, Resetting, SQLAlchemyError, DatabaseDamaged):
        return False
