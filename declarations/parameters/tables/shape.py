"""The base of all shapes of tables, and the shapes of tables that are open: a number or word for each key."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct, convert

ShapeT = TypeVar("ShapeT")
Shares: TypeAlias = dict[str, Decimal]
"""A number by code, grade or class."""
Words: TypeAlias = dict[str, str]
Codes: TypeAlias = dict[str, tuple[str, ...]]


class TableShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a table; any other is refused."""


def in_shape(content: Mapping[str, Any], shape: type[ShapeT]) -> ShapeT:
    """The content of a table in its shape; raises `ValueError`, naming the field that does not fit."""
    return convert(_whole(content), shape)


def _whole(content: Any) -> Any:
    """Whole numbers as integers: files have no other sign of what is counted."""
    if isinstance(content, Decimal):
        return int(content) if content.as_tuple().exponent == 0 else content
    if isinstance(content, Mapping):
        return {key: _whole(inner) for key, inner in content.items()}
    if isinstance(content, list | tuple):
        return [_whole(inner) for inner in content]
    return content
