"""Files of cases, stored once by the SHA-256 of their content in each sandbox. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from single_window.store import sandboxes
from single_window.store.bulk import on_sqlite
from single_window.store.tables import case_file, stored_file


class CaseFile(NamedTuple):
    """A file of a case. `name`: as whoever added it called it; `size` in bytes; `at`: the sandbox's instant;
    `line`: the line of goods that it shows, 0: none in particular; `entry`: 0 of the first who added this content to
    the case, 1 of the next, …"""

    sha256: str
    name: str
    media_type: str
    size: int
    by: str
    at: int
    line: int = 0
    entry: int = 0


_COLUMNS = [stored_file.c[name] if name == "media_type" else case_file.c[name] for name in CaseFile._fields]
_JOINED = case_file.join(
    stored_file, (stored_file.c.sandbox == case_file.c.sandbox) & (stored_file.c.sha256 == case_file.c.sha256)
)


def put(connection: Connection, sandbox: str, sha256: str, media_type: str, body: bytes) -> None:
    """Store a content under its hash; does nothing if the sandbox has it."""
    insert = sqlite_insert if on_sqlite(connection) else postgresql_insert
    row = {"sandbox": sandbox, "sha256": sha256, "media_type": media_type, "body": body}
    connection.execute(insert(stored_file).values(row).on_conflict_do_nothing())


def get(connection: Connection, sandbox: str, sha256: str) -> bytes | None:
    """The content with a hash; None if the sandbox has none."""
    body = connection.execute(
        select(stored_file.c.body).where(stored_file.c.sandbox == sandbox, stored_file.c.sha256 == sha256)
    ).scalar()
    return None if body is None else bytes(body)


def link(connection: Connection, sandbox: str, subject: str, subject_id: str, file: CaseFile) -> bool:
    """Add a stored file to a case as this entry of its content; False if somebody else has taken the entry."""
    insert = sqlite_insert if on_sqlite(connection) else postgresql_insert
    row = {name: value for name, value in file._asdict().items() if name != "media_type"}
    row |= {"sandbox": sandbox, "subject": subject, "subject_id": subject_id}
    added = insert(case_file).values(row).on_conflict_do_nothing().returning(case_file.c.entry)
    return connection.execute(added).first() is not None  # PostgreSQL's driver does not count inserted rows


def sums(connection: Connection, sandbox: str, subject: str, subject_id: str) -> tuple[int, int]:
    """The number of files that a case has, and their bytes together."""
    chosen = select(func.count(), func.coalesce(func.sum(case_file.c.size), 0))
    count, size = connection.execute(chosen.where(*_of_case(sandbox, subject, subject_id))).one()
    return int(count), int(size)


def of_case(connection: Connection, sandbox: str, subject: str, subject_id: str, most: int) -> Sequence[CaseFile]:
    """At most `most` files of a case, in the order in which they were added."""
    chosen = select(*_COLUMNS).select_from(_JOINED).where(*_of_case(sandbox, subject, subject_id))
    rows = connection.execute(chosen.order_by(case_file.c.at, case_file.c.sha256, case_file.c.entry).limit(most))
    return [CaseFile(*row) for row in rows]


def entries(connection: Connection, sandbox: str, subject: str, subject_id: str, sha256: str) -> Sequence[CaseFile]:
    """The files of a case with one content, in the order of their entries; empty if it has none, whatever other cases
    have."""
    chosen = select(*_COLUMNS).select_from(_JOINED).where(*_of_case(sandbox, subject, subject_id))
    rows = connection.execute(chosen.where(case_file.c.sha256 == sha256).order_by(case_file.c.entry))
    return [CaseFile(*row) for row in rows]


def find(
    connection: Connection, sandbox: str, subject: str, subject_id: str, sha256: str, entry: int = 0
) -> CaseFile | None:
    """One of `entries`; None if the case has none."""
    return next(
        (file for file in entries(connection, sandbox, subject, subject_id, sha256) if file.entry == entry), None
    )


def remove(connection: Connection, sandbox: str, subject: str, ids: Collection[str]) -> None:
    """Remove the files of these cases, and every content that no other case of the sandbox has."""
    of_cases = (case_file.c.sandbox == sandbox, case_file.c.subject == subject, case_file.c.subject_id.in_(ids))
    removed = connection.execute(select(case_file.c.sha256).where(*of_cases)).scalars().all()
    if not removed:
        return
    sandboxes.hold_alone(connection, sandbox)  # nobody adds a content meanwhile that is deleted here
    connection.execute(delete(case_file).where(*of_cases))
    still = exists().where(case_file.c.sandbox == sandbox, case_file.c.sha256 == stored_file.c.sha256)
    connection.execute(
        delete(stored_file).where(stored_file.c.sandbox == sandbox, stored_file.c.sha256.in_(removed), ~still)
    )


def _of_case(sandbox: str, subject: str, subject_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        case_file.c.sandbox == sandbox,
        case_file.c.subject == subject,
        case_file.c.subject_id == subject_id,
    )
