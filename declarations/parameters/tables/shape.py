"""The base class of shapes of tables, and the shapes of tables with arbitrary keys."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias, TypeVar

from msgspec import Struct, convert

ShapeT = TypeVar("ShapeT")
Shares: TypeAlias = dict[str, Decimal]
"""Code, grade or class → its share or other decimal number."""
Words: TypeAlias = dict[str, str]
Codes: TypeAlias = dict[str, tuple[str, ...]]


class TableShape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a table; unknown fields are refused. `informative` names those that only document the law."""

    informative: ClassVar[frozenset[str]] = frozenset()


def in_shape(content: Mapping[str, Any], shape: type[ShapeT]) -> ShapeT:
    """Convert a table to its shape; raises `ValueError`, naming the wrong field."""
    return convert(_with_integers(content), shape)


def _with_integers(content: Any) -> Any:
    """Convert whole numbers to integers, because the file was read with all numbers as decimals."""
    if isinstance(content, Decimal):
        return int(content) if content.as_tuple().exponent == 0 else content
    if isinstance(content, Mapping):
        return {key: _with_integers(inner) for key, inner in content.items()}
    if isinstance(content, list | tuple):
        return [_with_integers(inner) for inner in content]
    return content
