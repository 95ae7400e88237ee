"""A damaged database file: noted beside it by whoever meets the damage, and examined at the start.

While the note is there nobody reads or writes: what a damaged file gives may be wrong, and what is taken may never be
answered. The note goes once the file was examined and found whole, as after a copy was put back.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Engine, make_url

from declarations.calendar import utc_text
from single_window.clock import monotonic, system_now
from single_window.private import open_file
from single_window.store.failures import DatabaseDamaged, is_damage, reason_of

log = structlog.get_logger(__name__)
NOTE, COPY = "-damaged", "-copied"
"""Endings of the files beside a database that hold what is wrong with it, and which copy of it is the newest."""
START_SECONDS = 2.0
"""For which a file is examined when a process begins to work on it: a gigabyte, about."""
SUSPECT_SECONDS, SUSPECT_EVERY = 2.0, 60.0
"""For which it is examined when work fails for no known reason, and how often that happens at most."""
_NAMED = 5
"""Faults that are named of one file."""
_STEPS = 10_000
"""Steps of SQLite's machine between two looks at the time."""
_suspected: dict[str, float] = {}
"""When this process has last suspected a file."""


class Examination(NamedTuple):
    """The result of an examination: the faults found (empty: none), and if it came to its end in time."""

    faults: tuple[str, ...]
    finished: bool


def file_of(url: str) -> Path | None:
    """The file of a database address; None where a server or memory holds it."""
    address = make_url(url)
    kept = address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}
    return Path(str(address.database)) if kept else None


def examine(file: Path, seconds: float | None = None) -> Examination:
    """Check if the pages of a database file fit together (`PRAGMA quick_check`), in so many seconds at most."""
    until = None if seconds is None else monotonic() + seconds
    faults: list[str] = []
    try:
        with closing(sqlite3.connect(file, timeout=5.0)) as connection:
            connection.execute("PRAGMA query_only = ON")
            if until is not None:
                connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
            rows = connection.execute(f"PRAGMA quick_check({_NAMED})").fetchall()
            faults = [line for (text,) in rows for line in str(text).splitlines() if text != "ok"]
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            return Examination((), False)
        if not is_damage(error):
            raise
        faults = [str(error)]
    return Examination(tuple(faults[:_NAMED]), True)


def check_at_start(url: str) -> None:
    """Examine a database file before work begins on it; raises `DatabaseDamaged`. One that was found damaged before is
    examined whole, however long that takes."""
    file = file_of(url)
    if file is None or not file.is_file():
        return
    noted = _note_of(file).exists()
    verdict = examine(file, None if noted else START_SECONDS)
    if verdict.faults:
        raise note(file, "; ".join(verdict.faults))
    if noted:
        forget(file)
    if not verdict.finished:
        log.info("database.examined_in_part", seconds=START_SECONDS, command="single-window check")


def suspect(engine: Engine) -> None:
    """After work failed for no known reason: examine the file, at most once a minute; raises `DatabaseDamaged`."""
    file = file_of(str(engine.url))
    if file is None or not file.is_file() or not _turn(str(file)):
        return
    verdict = examine(file, SUSPECT_SECONDS)
    if verdict.faults:
        raise note(file, "; ".join(verdict.faults))


def demand_whole(database: str | None) -> None:
    """Raise `DatabaseDamaged` where a file was found damaged."""
    if database and _note_of(Path(database)).exists():
        raise _error(Path(database), _note_of(Path(database)).read_text("utf-8").strip())


def noted(database: str | None, error: BaseException) -> BaseException:
    """The error of a statement; where it comes of damage to a file, that is noted, and the error reports it."""
    if not database or database == ":memory:" or not is_damage(error):
        return error
    return note(Path(database), reason_of(error))


def note(file: Path, reason: str) -> DatabaseDamaged:
    """Note that a file is damaged, for all processes; gives the error to raise."""
    error = _error(file, reason)
    with suppress(OSError), open_file(_note_of(file), "w", encoding="utf-8") as kept:
        kept.write(f"{reason}\n")
    log.error("database.damaged", reason=str(error))
    return error


def forget(file: Path) -> None:
    """The file is whole again."""
    _note_of(file).unlink(missing_ok=True)


def remember_copy(file: Path, copy: Path) -> None:
    """Keep which copy of a database is the newest, so that it can be named when it is needed."""
    with suppress(OSError), open_file(file.with_name(file.name + COPY), "w", encoding="utf-8") as kept:
        json.dump({"file": str(copy.resolve()), "at": utc_text(system_now())}, kept)


def newest_copy(file: Path) -> str:
    """The newest copy that was made of a database, in words."""
    try:
        known: Any = json.loads(file.with_name(file.name + COPY).read_text("utf-8"))
        return f"{known['file']} of {known['at']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "none is known; single-window backup FILE makes one"


def _error(file: Path, reason: str) -> DatabaseDamaged:
    return DatabaseDamaged(
        f"The database {file} is damaged: {reason}. Stop what works on it, put a copy of it in its place, and start "
        f"again; what came after the copy has to be sent again. The newest copy: {newest_copy(file)}."
    )


def _note_of(file: Path) -> Path:
    return file.with_name(file.name + NOTE)


def _turn(file: str) -> bool:
    """True if nobody has examined the file for a while."""
    now = monotonic()
    if now - _suspected.get(file, -SUSPECT_EVERY) < SUSPECT_EVERY:
        return False
    _suspected[file] = now
    return True
