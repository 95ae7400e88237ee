"""Serves any WSGI application with the HTTP listener of `single-window run`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from single_window.api.http_listener import listening
from single_window.api.server.listener import bind, url_of
from single_window.settings import Settings


@contextmanager
def serve_wsgi(application: Any) -> Iterator[str]:
    """Serve a WSGI application on any free port, with a window's default limits and threads; gives its address."""
    bound = bind("127.0.0.1", 0)
    url, listener = url_of(bound), listening(application, bound, Settings()).start()
    try:
        yield url
    finally:
        listener.stop()
