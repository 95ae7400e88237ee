"""Damage to the SQLite file: noted in a file next to it by the process that meets it, and examined at start.

While the note exists nobody reads or writes the database, because results may be wrong and accepted messages may be
lost. It stays until somebody has restored a backup and said so (`single-window restored`).

An examination that finds nothing does not end it: once SQLite has dropped the log, nothing is left to find.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import structlog
from sqlalchemy import Engine, make_url

from declarations.calendar import utc_text
from single_window.clock import monotonic, system_now
from single_window.private import open_file
from single_window.store.altered import faults_of
from single_window.store.failures import DatabaseDamaged, is_damage, reason_of
from single_window.store.mailbox_marks import IDENTITY, MARKS, MailboxKey, read_marks
from single_window.store.write_ahead_log import LOG, lost_commits

log = structlog.get_logger(__name__)
NOTE, COPY = "-damaged", "-copied"
"""Suffixes of the files next to a database that hold the damage note, and the path of its newest backup."""
START_SECONDS = 2.0
"""Time limit of the examination at start; enough for about a gigabyte."""
SUSPECT_SECONDS, SUSPECT_EVERY = 2.0, 60.0
"""Time limit of the examination after an unexplained failure, and minimum seconds between two of them."""
_MAX_FAULTS = 5
"""Maximum number of faults reported."""
_STEPS_PER_TIME_CHECK = 10_000
"""SQLite virtual machine steps between two checks of the time limit."""
_COUNTED = (
    "SELECT sandbox, dxp_id, next FROM mailbox UNION ALL SELECT sandbox, name, next FROM serial WHERE sandbox = ''"
)
"""What the database has of what marks tell."""
_overlooked: set[str] = set()
"""Files of which this process overlooks the damage note and the marks."""
_suspected: dict[str, float] = {}
"""File → monotonic seconds of its last examination by `suspect` in this process."""


FileIdentity: TypeAlias = tuple[int, int]
"""The numbers of a file's device and of the file on it."""


class Examination(NamedTuple):
    """The faults found, and whether the examination finished in time."""

    faults: tuple[str, ...]
    finished: bool


def file_of(url: str) -> Path | None:
    """The file of a database URL; None for a server or an in-memory database."""
    address = make_url(url)
    kept = address.get_backend_name() == "sqlite" and address.database not in {None, "", ":memory:"}
    return Path(str(address.database)) if kept else None


def _quick_check(file: Path, until: float | None) -> list[str]:
    """The faults that SQLite finds; it is interrupted at the time `until`."""
    with closing(sqlite3.connect(file, timeout=5.0)) as connection:
        connection.execute("PRAGMA query_only = ON")
        if until is not None:
            connection.set_progress_handler(lambda: monotonic() > until, _STEPS_PER_TIME_CHECK)
        rows = connection.execute(f"PRAGMA quick_check({_MAX_FAULTS})").fetchall()
        return [line for (text,) in rows for line in str(text).splitlines() if text != "ok"]


def examine(file: Path, seconds: float | None = None) -> Examination:
    """Examine a database: its log, before it is opened; whether it has all that was acknowledged and given to
    mailboxes; and, for at most `seconds`, its pages and contents."""
    if not _is_there(file):
        return Examination(("it is empty, and its log is not",), True)
    if fault := lost_commits(file):
        return Examination((fault,), True)
    marks = read_marks(file)
    verdict = examine_pages(file, seconds)
    return verdict if verdict.faults else Examination(tuple(_lost_places(file, marks)), verdict.finished)


def examine_pages(file: Path, seconds: float | None = None) -> Examination:
    """Examine the pages of a database file (`PRAGMA quick_check`), and whether what they hold is what was stored, for
    at most `seconds`."""
    until = None if seconds is None else monotonic() + seconds
    try:
        faults = _quick_check(file, until) or _altered(file, until)
    except UnicodeDecodeError as error:  # of a message of SQLite, which quotes what it cannot read of the schema
        faults = [error.object.decode(errors="replace")]
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
            return Examination((), False)
        if not is_damage(error):
            raise
        faults = [str(error)]
    return Examination(tuple(faults[:_MAX_FAULTS]), until is None or monotonic() < until)


def _altered(file: Path, until: float | None) -> list[str]:
    """Stored values that are not what was stored."""
    with closing(sqlite3.connect(file, timeout=5.0)) as connection:
        try:
            return list(islice(faults_of(connection, lambda: until is not None and monotonic() > until), _MAX_FAULTS))
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:  # tables of another program
                return []
            raise


def _lost_places(file: Path, marks: Mapping[MailboxKey, int]) -> list[str]:
    """What was acknowledged and given to mailboxes beyond what the database has, by the marks."""
    with closing(sqlite3.connect(file, timeout=5.0)) as connection:
        try:
            rows = connection.execute(_COUNTED).fetchall() if marks else []
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                return []
            rows = []  # an empty file in its place
    stored = {(sandbox, box): following for sandbox, box, following in rows}
    own = stored.get(IDENTITY)
    other = f"it is not the database to which {file.name}{MARKS} belongs, but another window's, or an older copy"
    is_other = marks.get(IDENTITY, own) != own
    if is_other and own is not None:
        return [other]
    behind = sorted(key for key, following in marks.items() if following > stored.get(key, 1) and key != IDENTITY)
    counted = [key for key in behind if not key[0]]
    lost = [f"{marks[key] - 1} {key[1]} were acknowledged, of which it has {stored.get(key, 1) - 1}" for key in counted]
    if boxes := behind[len(counted) :]:
        first = boxes[0]
        lost.append(
            f"{len(boxes)} mailboxes were given more receipts than it has; {first[1]} of sandbox {first[0]} was given "
            f"{marks[first] - 1}, of which it has {stored.get(first, 1) - 1}"
        )
    if lost:
        return [f"it has lost its newest transactions: {'; '.join(lost)}"]
    return [other] if is_other else []


def demand_unlost(file: Path) -> None:
    """Raise `DatabaseDamaged` if committed transactions would be lost by opening the database or are lost already, with
    a note written, or would be by making it anew. Call it before a process opens the database."""
    beside = [file.with_name(file.name + suffix) for suffix in (LOG, MARKS)]
    left = [other for other in beside if other.is_file() and other.stat().st_size]
    is_there = _is_there(file)
    if is_there and (fault := lost_commits(file) or _lost_by_marks(file)):
        raise note(file, fault)
    if left and not is_there:
        told = [
            f"{place - 1} {key[1]}" for key, place in sorted(read_marks(file).items()) if not key[0] and key != IDENTITY
        ]
        raise DatabaseDamaged(
            f"The database {file} is not there, or empty, but {' and '.join(map(str, left))} of it: "
            f"{', '.join(told) or 'messages'} were acknowledged from it. Put it back, or a copy in its place (remove "
            f"its -wal and -shm, run single-window restored --yes). The newest copy: {newest_copy(file)}. To lose all "
            "of it and begin anew, remove these files."
        )


def _is_there(file: Path) -> bool:
    """True for a file that is a database, or may become one: SQLite drops the log beside an empty file. One that
    somebody works on has its first page before its log."""
    log_beside = file.with_name(file.name + LOG)
    return file.is_file() and (file.stat().st_size > 0 or not log_beside.is_file() or not log_beside.stat().st_size)


def _lost_by_marks(file: Path) -> str:
    """What the marks tell of a file that is not being restored: the first to write would take them for its own."""
    if str(file) in _overlooked:
        return ""
    marks = read_marks(file)  # before the database, to which another process may add
    return "; ".join(_lost_places(file, marks))


def check_at_start(url: str) -> None:
    """Examine a database file before work begins; raises `DatabaseDamaged`, also while it has a damage note."""
    file = file_of(url)
    if file is None:
        return
    if not _is_there(file):
        demand_unlost(file)
        return
    demand_whole(str(file))
    verdict = examine(file, START_SECONDS)
    if verdict.faults:
        raise note(file, "; ".join(verdict.faults))
    if not verdict.finished:
        log.info("database.examined_in_part", seconds=START_SECONDS, command="single-window check")


def suspect(engine: Engine, error: Exception) -> None:
    """After work failed for no known reason: examine the file, at most once a minute unless the error itself tells of
    damage; raises `DatabaseDamaged`."""
    file = file_of(str(engine.url))
    if file is not None and is_damage(error):
        raise note(file, reason_of(error)) from error
    if file is None or not file.is_file() or not _may_examine(str(file)):
        return
    try:
        verdict = examine(file, SUSPECT_SECONDS)
    except (OSError, sqlite3.Error) as hindrance:  # the failure itself is reported, not what hinders its examination
        log.warning("database.not_examined", reason=str(hindrance))
        return
    if verdict.faults:
        raise note(file, "; ".join(verdict.faults))


def identity_of(database: str) -> FileIdentity:
    """Which file it is, whatever its name."""
    status = os.stat(database)
    return status.st_dev, status.st_ino


def demand_whole(database: str | None, connected: Sequence[FileIdentity] = ()) -> None:
    """Raise `DatabaseDamaged` if the file has a damage note, or is another one than that to which a process is
    `connected`, which would lose all it wrote when it ended."""
    if (
        database and database not in _overlooked and os.path.exists(database + NOTE)
    ):  # a `Path` would cost more than all else in an empty transaction
        raise _error(Path(database), _note_of(Path(database)).read_text("utf-8").strip())
    if database and connected and not _is_still(database, connected[0]):
        raise _error(Path(database), "it was removed or replaced while something worked on it")


def _is_still(database: str, connected: FileIdentity) -> bool:
    try:
        return identity_of(database) == connected
    except OSError:
        return False


def error_to_raise(database: str | None, error: BaseException) -> BaseException:
    """The error to raise for a failed statement: `DatabaseDamaged`, with a note written, if the file is damaged; else
    the error itself."""
    if not database or database == ":memory:" or not is_damage(error):
        return error
    return note(Path(database), reason_of(error))


def note(file: Path, reason: str) -> DatabaseDamaged:
    """Write the damage note of a file, for all processes; returns the error to raise."""
    error = _error(file, reason)
    with suppress(OSError), open_file(_note_of(file), "w", encoding="utf-8") as kept:
        kept.write(f"{reason}\n")
    log.error("database.damaged", reason=str(error))
    return error


def noted(file: Path) -> str:
    """The damage note of a file; empty if there is none."""
    try:
        return _note_of(file).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


@contextmanager
def overlooking(file: Path) -> Iterator[None]:
    """Within the block this process may use a database that has a damage note, or less than its marks tell."""
    _overlooked.add(str(file))
    try:
        yield
    finally:
        _overlooked.discard(str(file))


@contextmanager
def restoring(file: Path) -> Iterator[None]:
    """As `overlooking`; at the end of the block, without an exception, the note is gone."""
    with overlooking(file):
        yield
        forget_damage(file)


def forget_damage(file: Path) -> None:
    """Remove the note that a database is damaged: the file is whole."""
    _note_of(file).unlink(missing_ok=True)


def remember_copy(file: Path, copy: Path) -> None:
    """Record the newest backup of a database, so that error messages can name it."""
    with suppress(OSError), open_file(file.with_name(file.name + COPY), "w", encoding="utf-8") as kept:
        json.dump({"file": str(copy.resolve()), "at": utc_text(system_now())}, kept)


def newest_copy(file: Path) -> str:
    """The newest backup of a database, as text for an error message."""
    try:
        known: Any = json.loads(file.with_name(file.name + COPY).read_text("utf-8"))
        return f"{known['file']} of {known['at']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "none is known; single-window backup FILE makes one"


def _error(file: Path, reason: str) -> DatabaseDamaged:
    return DatabaseDamaged(
        f"The database {file} is damaged: {reason}. Stop what works on it, remove it with its -wal and -shm, put a "
        "copy in its place, run single-window restored --yes, and start again; what came after the copy has to be sent "
        f"again. The newest copy: {newest_copy(file)}."
    )


def _note_of(file: Path) -> Path:
    return file.with_name(file.name + NOTE)


def _may_examine(file: str) -> bool:
    """True if the last examination by this process was long enough ago; records this one."""
    now = monotonic()
    if now - _suspected.get(file, -SUSPECT_EVERY) < SUSPECT_EVERY:
        return False
    _suspected[file] = now
    return True
