"""Keeps the calls of participants, each with its request and answer, where the window is told to (`call_log`).

A call is kept once it is answered, in a commit of its own: a call that could not be kept is answered nevertheless, and
the log of the program says so. Nothing of a caller's credentials is kept.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from single_window.accounts import rights
from single_window.clock import monotonic, system_now
from single_window.frame.http import guard, key_access
from single_window.frame.http.ports import PREFIX, ports
from single_window.store import call_log, sandboxes
from single_window.store.engine import writing
from single_window.store.sandboxes import ABSENT

log = structlog.get_logger(__name__)
MAX_BODY = 16_384
"""Bytes of a request or an answer that are kept; the size of the whole is kept, too."""
MAX_TEXT = 1_000
"""Characters of a path or query that are kept."""
OF_PARTICIPANTS = frozenset({"send_messages", "read_receipts"})
"""Calls that need one of these rights are kept."""
NOT_KEPT = frozenset({"call_log"})
"""Blueprints of calls that read the log."""


def install(app: Flask, most: int) -> None:
    """Keep the calls that an application answers, the newest `most` of each sandbox; 0: none."""
    if not most:
        return

    @app.before_request
    def _begin() -> None:
        g.began_at = monotonic()

    @app.after_request
    def _keep(response: Response) -> Response:
        if _is_kept():
            _add(response, most)
        return response


def _is_kept() -> bool:
    endpoint = request.endpoint or ""
    return (
        request.path.startswith(f"{PREFIX}/")
        and request.blueprint not in NOT_KEPT
        and request.method != "OPTIONS"
        and bool(OF_PARTICIPANTS & {*rights.wanted_of(endpoint)})
        and "caller" in g
    )


def _add(response: Response, most: int) -> None:
    engine, name = ports().window.engine, guard.sandbox_name()
    try:
        with writing(engine) as connection:
            sandboxes.find(connection, name)
            call_log.add(connection, name, _values(response), most)
    except ABSENT:
        return  # the answer says so
    except SQLAlchemyError as error:
        log.warning("call.not_kept", path=request.path[:MAX_TEXT], reason=repr(error)[:300])


def _values(response: Response) -> dict[str, Any]:
    key = key_access.current_key()
    asked, size = _request_body()
    answered = b"" if response.is_streamed or response.direct_passthrough else response.get_data()
    return {
        "at": system_now(),
        "took": round((monotonic() - g.began_at) * 1_000),
        "caller": key.id if key is not None else g.caller.name,
        "method": request.method,
        "path": request.path.removeprefix(PREFIX)[:MAX_TEXT],
        "query": request.query_string.decode("utf-8", "replace")[:MAX_TEXT],
        "request_type": request.mimetype[:MAX_TEXT],
        "request": asked,
        "request_size": size,
        "status": response.status_code,
        "answer_type": response.mimetype or "",
        "answer": answered[:MAX_BODY],
        "answer_size": len(answered),
        "request_id": g.get("request_id", ""),
    }


def _request_body() -> tuple[bytes, int]:
    """The beginning of the request's body, which the call may have read, and its size in bytes."""
    body = request.environ["wsgi.input"]
    if request.method in {"GET", "HEAD"} or not body.seekable():
        return b"", request.content_length or 0
    body.seek(0)
    read: bytes = body.read(MAX_BODY)
    return read, max(len(read), request.content_length or 0)
