"""An id for every request: the caller's if it is valid, else a new one; logged and returned in a header."""

from __future__ import annotations

import re

import structlog
from flask import Flask, Response, g, request

from single_window.keys import public_id

HEADER = "X-Request-Id"
MAX_LENGTH = 64
_VALID = re.compile(rf"[A-Za-z0-9._-]{{1,{MAX_LENGTH}}}")


def valid_or_new_id(sent: str) -> str:
    """Return the sent id if it is valid, else a new one."""
    return sent if _VALID.fullmatch(sent) else public_id()


def install(app: Flask) -> None:
    """Assign an id to each request of an application before it is processed."""

    @app.before_request
    def _name() -> None:
        g.request_id = valid_or_new_id(request.headers.get(HEADER, ""))
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def _give_back(response: Response) -> Response:
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
        return response

    @app.teardown_request
    def _forget(error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request")
