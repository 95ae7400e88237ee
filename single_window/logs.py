"""How the log looks: one line for each event, its time first, in UTC and marked so, wherever the machine stands."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from declarations.calendar import utc_text
from single_window.clock import system_now


def configure(stream: TextIO) -> None:
    """Send the log to a stream; in colours where somebody looks on and has not forbidden them (NO_COLOR)."""
    colours = stream.isatty() and not os.environ.get("NO_COLOR")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            _stamp,
            structlog.dev.ConsoleRenderer(colors=colours),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(stream),
    )


def _stamp(_logger: Any, _level: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["timestamp"] = utc_text(system_now())
    return event
