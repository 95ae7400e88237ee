"""Subjects as questions about them need them: their state, the version of their document, and the mailbox of whoever
answers. Never commits.

A subject that somebody declared has the mailboxes from which it came. Any other is asked about in the mailbox of the
company that its case concerns, as it is registered: that to which notices of the case go.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from single_window.store import notices
from single_window.store.case_queue import Key
from single_window.store.subjects import NAMED_BY_CODE, TABLES, key_of
from single_window.store.tables import work_case

ONLY_VERSION = 1
"""The version of subjects without a document: no newer message about them replaces what was asked."""


class AskedSubject(NamedTuple):
    """A subject about which a question may be asked. `mailbox`: of whoever answers; empty if there is nobody."""

    state: str
    document_version: int
    mailbox: str


def asked_subject(connection: Connection, sandbox: str, key: Key) -> AskedSubject | None:
    """Return the subject of this kind and id; None if there is none, or if its kind has no table."""
    kind, subject_id = key
    if (table := TABLES.get(kind)) is None:
        return None
    own_id: Any = subject_id if kind in NAMED_BY_CODE else int(subject_id)
    columns = [table.c[name] for name in ("state", "document_version", "mailboxes") if name in table.c]
    row: Any = connection.execute(select(*columns).where(table.c.sandbox == sandbox, key_of(table) == own_id)).first()
    if row is None:
        return None
    declared = "mailboxes" in table.c
    mailbox = row.mailboxes.partition(";")[0] if declared else _mailbox_of_company(connection, sandbox, key)
    return AskedSubject(row.state, document_version(row), mailbox)


def document_version(subject: Any) -> int:
    """Return the version of the document from which a subject came, by its row or its record."""
    return int(getattr(subject, "document_version", ONLY_VERSION))


def _mailbox_of_company(connection: Connection, sandbox: str, key: Key) -> str:
    """The mailbox of the company that a case concerns; empty if it has none."""
    case = work_case.c
    own = (case.sandbox == sandbox, case.subject == key[0], case.subject_id == key[1])
    company = connection.execute(select(case.company).where(*own)).scalar()
    return notices.mailboxes(connection, sandbox, {company}).get(company, "") if company else ""
