"""Compiled schemas: lxml's, one a thread, which judge every message, and xmlschema's, which explain a refused one."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

import xmlschema
from lxml import etree

DXP_SCHEMA = Path(__file__).parent / "dxp" / "dxp.xsd"
_local = threading.local()


def compiled(schema: Path) -> Any:
    """The lxml schema of an XSD file; a thread has its own, since a schema keeps the errors of its last document."""
    known: dict[Path, Any] | None = getattr(_local, "known", None)
    if known is None:
        known = _local.known = {}
    judge = known.get(schema)
    if judge is None:
        judge = known[schema] = etree.XMLSchema(file=str(schema))
    return judge


@cache
def explaining(schema: Path) -> Any:
    """The xmlschema schema of an XSD file: a thousand times slower, but it says what it expected."""
    return xmlschema.XMLSchema10(str(schema), allow="local")
