"""The compiled schemas that judge every message, one set a thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from lxml import etree

from schemas import catalogue
from schemas.catalogue import EDITION

DXP = "DxpMsg"
"""Stands for the envelope where a message's code is asked for."""

_local = threading.local()


def schema_file(code: str, edition: str) -> Path:
    """The XSD of a message type, or of the envelope."""
    return Path(__file__).parent / "dxp" / "dxp.xsd" if code == DXP else catalogue.by_code(code).schema_file(edition)


def compiled(code: str, edition: str = EDITION) -> Any:
    """The lxml schema of a message type; a thread has its own, since a schema keeps the errors of its last document."""
    known: dict[tuple[str, str], Any] | None = getattr(_local, "known", None)
    if known is None:
        known = _local.known = {}
    judge = known.get((code, edition))
    if judge is None:
        judge = known[code, edition] = etree.XMLSchema(file=str(schema_file(code, edition)))
    return judge
