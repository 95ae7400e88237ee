"""Compiled schemas: lxml's, one a thread, which judge every message, and xmlschema's, which explain a refused one."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

import xmlschema
from lxml import etree

from schemas import catalogue
from schemas.catalogue import EDITION

DXP = "DxpMsg"
"""Stands for the envelope where a message's code is asked for."""

_local = threading.local()


def _file(code: str, edition: str) -> Path:
    return Path(__file__).parent / "dxp" / "dxp.xsd" if code == DXP else catalogue.by_code(code).schema_file(edition)


def compiled(code: str, edition: str = EDITION) -> Any:
    """The lxml schema of a message type; a thread has its own, since a schema keeps the errors of its last document."""
    known: dict[tuple[str, str], Any] | None = getattr(_local, "known", None)
    if known is None:
        known = _local.known = {}
    judge = known.get((code, edition))
    if judge is None:
        judge = known[code, edition] = etree.XMLSchema(file=str(_file(code, edition)))
    return judge


@cache
def explaining(code: str, edition: str = EDITION) -> Any:
    """The xmlschema schema of a message type: a hundred times slower, but it says what it expected."""
    return xmlschema.XMLSchema10(str(_file(code, edition)), allow="local")
