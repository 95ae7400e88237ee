"""A name for every request: the caller's own where it is sane, else one of ours; logged, and given back."""

from __future__ import annotations

import re

import structlog
from flask import Flask, Response, g, request

from single_window.keys import public_id

HEADER = "X-Request-Id"
LONGEST = 64
_SANE = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST}}}")


def named(sent: str) -> str:
    """The id of a request that was sent with this one."""
    return sent if _SANE.fullmatch(sent) else public_id()


def install(app: Flask) -> None:
    """Name each request of an application before anything else is done about it."""

    @app.before_request
    def _name() -> None:
        g.request_id = named(request.headers.get(HEADER, ""))
        structlog.contextvars.bind_contextvars(request=g.request_id)

    @app.after_request
    def _give_back(response: Response) -> Response:
        if "request_id" in g:
            response.headers[HEADER] = g.request_id
        return response

    @app.teardown_request
    def _forget(error: BaseException | None) -> None:
        structlog.contextvars.unbind_contextvars("request")
