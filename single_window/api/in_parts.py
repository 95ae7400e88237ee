"""The application of a running window, loaded in two parts so that the window answers soon: first the calls of a trade,
then all calls and pages, when any other is requested.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from threading import Lock
from typing import Any

from apiflask import APIFlask

from single_window.api.app import application
from single_window.api.blueprints import AT_START, is_at_start
from single_window.frame.http.ports import Ports


class ApplicationInParts:
    """A WSGI application of two that use the same objects: one with the calls of a trade, one with everything."""

    def __init__(self, at: Ports) -> None:
        self._trading = application(at, AT_START, console=False)
        self._load = partial(application, at)
        self._whole: APIFlask | None = None
        self._loading = Lock()

    @property
    def is_whole(self) -> bool:
        """True if the second part is loaded."""
        return self._whole is not None

    @property
    def whole(self) -> APIFlask:
        """The application with all calls and pages, loaded when it is first asked for."""
        with self._loading:
            self._whole = self._whole or self._load()
            return self._whole

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        app = self._trading if is_at_start(environ.get("PATH_INFO", "")) else self.whole
        return app(environ, start_response)
