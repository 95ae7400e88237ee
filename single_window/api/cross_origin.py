"""Pages of other sites that may call: those that the operator names, by default none."""

from __future__ import annotations

from flask import Flask
from flask_cors import CORS

from single_window.frame.http.ports import PREFIX
from single_window.settings import Settings

SENT = ("Authorization", "Content-Type", "X-Api-Key", "X-Request-Id", "X-Sandbox", "X-Scenario")
SHOWN = ("Location", "Retry-After", "X-Next-After", "X-Request-Id")
MOST_SECONDS = 600
"""How long a browser caches the answer to a preflight."""


def install(app: Flask, settings: Settings) -> None:
    """Let pages of the named origins call the API; they bring a key, never the cookies of an officer."""
    if settings.origins:
        CORS(
            app,
            resources={rf"{PREFIX}/.*": {"origins": sorted(settings.origins)}},
            allow_headers=list(SENT),
            expose_headers=list(SHOWN),
            max_age=MOST_SECONDS,
            supports_credentials=False,
        )
