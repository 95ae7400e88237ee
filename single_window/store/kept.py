"""Describes how a subject of decisions is kept: its table, and the columns of its cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Table


class Kept(NamedTuple):
    """A subject's table, and the function that returns the columns of a case from the changed subject."""

    table: Table
    case: Callable[[Any], dict[str, Any]]
