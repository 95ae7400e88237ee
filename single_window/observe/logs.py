"""The log format: one line per event, as text for people or JSON for programs, with UTC timestamps.

External values cannot forge lines: control characters are escaped. Passwords in addresses are masked. A line that
cannot be written is dropped. Ids are written one by one if they are few, so that a search for one finds its line, and
as ranges if they are many.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from functools import partial
from threading import Lock
from traceback import format_exc
from typing import Any, TextIO, TypeAlias

import structlog

from declarations.calendar import utc_text
from single_window.clock import system_now
from single_window.settings import without_password

Event: TypeAlias = MutableMapping[str, Any]
TEXT, JSON = "text", "json"
LEVELS = ("debug", "info", "warning", "error")
_FIRST = ("timestamp", "level", "event")
_MARGIN = "    | "
"""Prefix of each line of a traceback, to distinguish it from events."""
_AMBIGUOUS = re.compile(r'[\s="]')
_COLOURS = {"info": "\x1b[32m", "warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}
_PLAIN = "\x1b[0m"


def unless_configured() -> None:
    """Log warnings on standard error, unless the program has configured the log."""
    if not structlog.is_configured():
        configure()


def configure(stream: TextIO | None = None, form: str = TEXT, level: str = "warning") -> None:
    """Send events of a level and above to a stream (None: the current standard error).

    Text is coloured on a terminal, unless NO_COLOR is set.
    """
    colours = (stream or sys.stderr).isatty() and not os.environ.get("NO_COLOR")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _ids,
            _trace,
            _secrets,
            _stamp,
            _in_json if form == JSON else partial(_in_text, colours),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: _Writer(stream),
    )
    logging.getLogger().handlers = [_FOREIGN]


def _stamp(_logger: Any, _level: str, event: Event) -> Event:
    event["timestamp"] = utc_text(system_now())
    event["process"] = os.getpid()
    return event


def _ids(_logger: Any, _level: str, event: Event) -> Event:
    """Format collections of ids or names as text; drop empty ones."""
    for name in [name for name, value in event.items() if isinstance(value, list | tuple | set | frozenset | range)]:
        value = event.pop(name)
        if value:
            event[name] = compact(value) if isinstance(next(iter(value)), int) else ",".join(map(str, value))
    return event


def _trace(_logger: Any, level: str, event: Event) -> Event:
    """Add the traceback of the exception that is being handled."""
    if event.pop("exc_info", level == "exception") and "traceback" not in event:
        event["traceback"] = format_exc()
    return event


def _secrets(_logger: Any, _level: str, event: Event) -> Event:
    for name, value in event.items():
        if isinstance(value, str) and "://" in value:
            event[name] = without_password(value)
    return event


def _in_json(_logger: Any, _level: str, event: Event) -> str:
    ordered = {name: event.pop(name) for name in _FIRST}
    return json.dumps({**ordered, **event}, ensure_ascii=False, default=repr)


def _in_text(colours: bool, _logger: Any, _level: str, event: Event) -> str:
    at, level, event_name = (event.pop(name) for name in _FIRST)
    trace = str(event.pop("traceback", ""))
    shown = f"[{level:<7}]"
    parts = [
        f"{at} {_COLOURS.get(level, '')}{shown}{_PLAIN}" if colours else f"{at} {shown}",
        harmless(str(event_name)),
        *(f"{name}={_quote(str(value))}" for name, value in event.items()),
    ]
    return " ".join(parts) + "".join(f"\n{_MARGIN}{harmless(line)}" for line in trace.splitlines())


def _quote(value: str) -> str:
    shown = harmless(value)
    return f'"{shown}"' if not shown or _AMBIGUOUS.search(shown) else shown


def harmless(text: str) -> str:
    """Escape line breaks and all other unprintable characters."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


class _Writer:
    """Writes one line at a time."""

    _lock = Lock()

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def msg(self, line: str) -> None:
        try:
            stream = self._stream or sys.stderr
            with self._lock:
                stream.write(line + "\n")
                stream.flush()
        except (OSError, ValueError):
            pass  # closed pipe or full disk

    debug = info = warning = error = critical = log = msg


class _Foreign(logging.Handler):
    """Converts libraries' log records into events."""

    def emit(self, record: logging.LogRecord) -> None:
        say: Callable[..., Any] = structlog.get_logger().log
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""
        say(
            record.levelno,
            "library",
            logger=record.name,
            message=record.getMessage(),
            **({"traceback": trace} if trace else {}),
        )


_FOREIGN = _Foreign(logging.WARNING)


SINGLY = 64
"""Maximum number of ids that are written one by one."""


def compact(numbers: Iterable[int], singly: int = SINGLY) -> str:
    """Distinct numbers in order: "7,9", or "1205-1302,1400" for more than `singly`; empty for none."""
    ordered = sorted(numbers)
    if len(ordered) <= singly:
        return ",".join(map(str, dict.fromkeys(ordered)))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _runs(ordered))


def _runs(ordered: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first, last) of each run of consecutive numbers."""
    if ordered[-1] - ordered[0] == len(ordered) - 1 and len(set(ordered)) == len(ordered):
        yield ordered[0], ordered[-1]
        return
    first = last = ordered[0]
    for number in ordered:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def holds(text: str, number: int) -> bool:
    """True if a text written by `compact` contains a number."""
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        if int(first) <= number <= int(last or first):
            return True
    return False
