"""Stands in for a web application that is not there yet: answers 503 with Retry-After."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from flask import Response

from single_window.api import readiness
from single_window.frame.http import request_ids
from single_window.frame.http.problems import finding, json_response, refusal
from single_window.language.words import Words

Application: TypeAlias = Callable[[Any, Any], Iterable[bytes]]


class StartupGate:
    """Answers 503 until it leads to an application. `reason` is what it waits for, in Chinese and in English.

    Probes of the process are answered in their own form: it lives, it is not ready.
    """

    def __init__(self, reason: str) -> None:
        self._reason = reason
        self._application: Application | None = None

    def lead_to(self, application: Application) -> None:
        """From now on the application answers."""
        self._application = application

    def __call__(self, environ: Mapping[str, Any], start_response: Any) -> Iterable[bytes]:
        return (self._application or self._shut)(environ, start_response)

    def _shut(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        response = self._answer(environ.get("PATH_INFO", ""))
        response.headers[request_ids.HEADER] = request_ids.named(environ.get("HTTP_X_REQUEST_ID", ""))
        return response(environ, start_response)

    def _answer(self, path: str) -> Response:
        if path == "/healthz":
            return json_response(readiness.alive())
        response = (
            json_response(readiness.report([readiness.failed_check("opening", Words(self._reason, self._reason))]), 503)
            if path == "/readyz"
            else refusal(503, [finding("not-accepting", reason=self._reason, seconds=readiness.AGAIN_SECONDS)])
        )
        response.headers["Retry-After"] = str(readiness.AGAIN_SECONDS)
        return response
