"""Classifies database errors: contention, failure of the database server or file, or neither.

Contention is retried at once. A failure of the database is transient: work continues when the database is back.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from schemas.packing import AlteredData
from single_window.store.records import Conflict

_BUSY = frozenset({"40001", "40P01", "55P03", "SQLITE_BUSY", "SQLITE_LOCKED"})
"""Serialization failure, deadlock, lock not available."""
_FAILED = frozenset({"25006", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_NOMEM"})
"""25006: the server is a read-only replica."""
_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002"})
"""XX001, XX002: PostgreSQL found a page or an index damaged."""
_NO_TEXT = "Could not decode to UTF-8"
"""sqlite3's message, without an error code, for a text value that is not UTF-8. The window writes no such text."""
_FAILED_CLASSES = frozenset({"08", "53", "57", "58"})
"""SQLSTATE classes: connection, resources (disk full, too many connections), operator (shutdown), system."""


class DatabaseDamaged(Exception):
    """The database file is damaged; the text says what to do. `permanent`: a retry does not help."""

    permanent = True
    reason = "the database is damaged; its operator puts a copy in its place (see /readyz)"
    """The public text, without file names."""


def code_of(error: BaseException) -> str:
    """SQLSTATE, or SQLite's primary error code (SQLITE_BUSY); empty for other errors and errors without a code."""
    original = getattr(error, "orig", None) or error
    if state := getattr(original, "sqlstate", None):
        return str(state)
    return "_".join(str(getattr(original, "sqlite_errorname", "")).split("_")[:2])


def reason_of(error: BaseException) -> str:
    """The database's own message, in one line."""
    if isinstance(error, DatabaseDamaged):
        return error.reason
    text = str(getattr(error, "orig", None) or error).strip()
    return text.partition("\n")[0].strip().removeprefix("connection failed: ") or type(error).__name__


def is_contention(error: BaseException) -> bool:
    """True if another transaction has changed, inserted or locked the same rows: a retry may succeed at once."""
    return isinstance(error, Conflict | IntegrityError) or code_of(error) in _BUSY


def is_damage(error: BaseException) -> bool:
    """True if database files are damaged, or stored data are not what was stored."""
    if not isinstance(error, DBAPIError | sqlite3.Error):  # whose text a caller may have chosen
        return isinstance(error, AlteredData)
    return code_of(error) in _DAMAGED or str(getattr(error, "orig", None) or error).startswith(_NO_TEXT)


def is_engine_failure(error: BaseException) -> bool:
    """True if the database is unreachable, damaged or cannot write."""
    if isinstance(error, NoConnectionLeft | DatabaseDamaged | AlteredData):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = code_of(error)
    return (
        error.connection_invalidated
        or code in _FAILED
        or is_damage(error)
        or (len(code) == 5 and code[:2] in _FAILED_CLASSES)
        or _never_connected(error)
    )


def is_transient(error: BaseException) -> bool:
    """True if a later retry may succeed: the database failed, or a lock was not granted."""
    return is_engine_failure(error) or code_of(error) in _BUSY


def _never_connected(error: DBAPIError) -> bool:
    """True for psycopg's error for a failed connection, which has no code."""
    return type(error.orig).__module__.startswith("psycopg") and not code_of(error) and error.statement is None
