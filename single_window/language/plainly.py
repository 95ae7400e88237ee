"""Converts stories to JSON values: objects by field name, times as ISO 8601 in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from declarations.calendar import local_time_of

INSTANTS = frozenset({"at", "now", "time", "due"})


def plainly(value: Any) -> Any:
    """Convert a value to JSON values; dataclasses and named tuples become objects, a time of 0 becomes null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _field(field.name, getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "_asdict"):
        return {name: _field(name, inner) for name, inner in value._asdict().items()}
    if isinstance(value, Mapping):
        return {" ".join(key) if isinstance(key, tuple) else str(key): plainly(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plainly(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _field(name: str, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and (name in INSTANTS or name.endswith("_at")):
        return moment(value) if value else None
    return plainly(value)


def moment(instant: int) -> str:
    """Return a time with its offset, such as 2026-11-20T08:00:00.000+08:00."""
    return local_time_of(instant).isoformat(timespec="milliseconds")
