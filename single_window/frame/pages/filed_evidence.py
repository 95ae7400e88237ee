"""Things that companies filed, as pages of other subjects show them: what a desk had before it when it decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection


class FiledEvidence(NamedTuple):
    """The evidence on a kind of subject: `values(connection, sandbox, id)` are those of the template
    `console/filed.html`, without what was decided."""

    subject: str
    values: Callable[[Connection, str, str], Mapping[str, Any]]
