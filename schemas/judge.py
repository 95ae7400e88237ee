"""The compiled schemas that judge every message: few of them, lent to one thread at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from schemas import catalogue
from schemas.catalogue import EDITION

DXP = "DxpMsg"
"""Stands for the envelope where a message's code is required."""
SHORT_LOG = 100
"""A schema keeps the errors of its last document; with more than these it is discarded rather than kept for the
next."""

_idle: dict[tuple[str, str], deque[Any]] = {}
_compiling = Lock()
"""libxml2 fills its table of built-in types when a schema is first compiled: two threads that do it leave it broken."""


def schema_file(code: str, edition: str) -> Path:
    """The XSD of a message type, or of the envelope."""
    return Path(__file__).parent / "dxp" / "dxp.xsd" if code == DXP else catalogue.by_code(code).schema_file(edition)


def idle(code: str, edition: str = EDITION) -> int:
    """The number of compiled schemas of a type that are idle."""
    return len(_idle.get((code, edition), ()))


def errors(root: Any, code: str, edition: str = EDITION) -> Sequence[Any]:
    """The errors that the schema of a message type finds in a tree, as lxml's log entries; empty if it is valid.

    A schema takes up to half a megabyte, so that there are only as many of a type as threads have used it at once.
    """
    waiting = _idle.setdefault((code, edition), deque())
    try:
        schema = waiting.pop()
    except IndexError:
        with _compiling:
            schema = etree.XMLSchema(file=str(schema_file(code, edition)))
    log: Sequence[Any] = () if schema.validate(root) else schema.error_log
    if len(log) <= SHORT_LOG:
        waiting.append(schema)
    return log
