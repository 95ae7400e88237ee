"""Finds messages by the hash of their bytes. Only its beginning is indexed, which is all but unique."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, LargeBinary, String, and_, func, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from single_window.store.tables import HASH_BEGINNING, message

_INDEXED = 6
"""Bytes of `HASH_BEGINNING`."""
_SHA256 = re.compile("[0-9a-fA-F]{64}")


class HexDigits(GenericFunction[str]):
    """The digits of a `hex_text` column, in SQL: what its rows give when they are read."""

    type = String()
    inherit_cache = True


@compiles(HexDigits)
def _on_sqlite(element: HexDigits, compiler: SQLCompiler, **options: object) -> str:
    return f"lower(hex({compiler.process(element.clauses, **options)}))"


@compiles(HexDigits, "postgresql")
def _on_postgresql(element: HexDigits, compiler: SQLCompiler, **options: object) -> str:
    return f"encode({compiler.process(element.clauses, **options)}, 'hex')"


def is_content_hash(text: str) -> bool:
    """True if a text may be the content hash of a message: the digits of a SHA-256."""
    return bool(_SHA256.fullmatch(text))


def of_content(content_hash: str) -> ColumnElement[bool]:
    """The condition that a message has a content hash (`is_content_hash`), for statements that select from `message`
    alone.

    Beginning and rest are compared apart: SQLite would put a value that the whole column equals into the expression,
    and then no longer recognise that of the index.
    """
    wanted = bytes.fromhex(content_hash)
    indexed: ColumnElement[bytes] = literal_column(HASH_BEGINNING, LargeBinary)
    following = func.substr(message.c.content_hash, _INDEXED + 1, type_=LargeBinary)
    return and_(indexed == wanted[:_INDEXED], following == wanted[_INDEXED:])
