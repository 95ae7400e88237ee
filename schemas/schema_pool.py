"""Validates messages with a pool of compiled schemas, each used by one thread at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from schemas import catalogue
from schemas.message_types import EDITION

DXP = "DxpMsg"
"""Used instead of a message's code for the envelope."""
MAX_KEPT_ERRORS = 100
"""Maximum number of errors of a schema's last document, which it keeps in memory; with more, it is discarded."""

_idle: dict[tuple[str, str], deque[Any]] = {}
_compiling = Lock()
"""Serialises compiling, because libxml2 initialises its table of built-in types without a lock."""


def schema_file(code: str, edition: str) -> Path:
    """Return the XSD of a message type, or of the envelope."""
    return Path(__file__).parent / "dxp" / "dxp.xsd" if code == DXP else catalogue.by_code(code).schema_file(edition)


def idle(code: str, edition: str = EDITION) -> int:
    """Return the number of idle compiled schemas of a type."""
    return len(_idle.get((code, edition), ()))


def errors(root: Any, code: str, edition: str = EDITION) -> Sequence[Any]:
    """Validate a tree by the schema of a message type; return lxml's log entries, empty if it is valid.

    A compiled schema takes up to half a megabyte, so the pool only has as many of a type as were used concurrently.
    """
    waiting = _idle.setdefault((code, edition), deque())
    try:
        schema = waiting.pop()
    except IndexError:
        with _compiling:
            schema = etree.XMLSchema(file=str(schema_file(code, edition)))
    log: Sequence[Any] = () if schema.validate(root) else schema.error_log
    if len(log) <= MAX_KEPT_ERRORS:
        waiting.append(schema)
    return log
