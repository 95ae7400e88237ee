"""The schemas of calls about master data in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Integer, List, Nested, String


class ColumnOut(Schema):
    """A column of a kind of master data."""

    name = String()
    allowed = String(metadata={"description": "in words"})
    default = String(allow_none=True, metadata={"description": "null: it must be given"})
    example = String()


class KindOut(Schema):
    """A kind of master data."""

    kind = String()
    columns = List(Nested(ColumnOut))


class KindsOut(Schema):
    """All kinds."""

    kinds = List(Nested(KindOut))


class ImportedOut(Schema):
    """What an import did, in rows."""

    kind = String()
    new = Integer()
    changed = Integer()
    unchanged = Integer()
