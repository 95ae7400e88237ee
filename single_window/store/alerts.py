"""Alerts: rows of the decision log that concern an officer, such as a note that mentions him, until he has opened the
case. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, func, literal_column, select, update

from single_window.store import alert_webhooks
from single_window.store.bulk import insert_rows, of_sandbox, on_sqlite, one_of
from single_window.store.log_chain import LogEntry
from single_window.store.tables import case_alert, decision_log

_JOINED = case_alert.join(
    decision_log,
    (decision_log.c.sandbox == case_alert.c.sandbox) & (decision_log.c.sequence == case_alert.c.sequence),
)
_UNSEEN: ColumnElement[bool] = literal_column("case_alert.seen_at = 0")
_COLUMNS = ("sandbox", "account", "sequence", "subject", "subject_id", "push_at")


def add(connection: Connection, sandbox: str, accounts: Collection[str], key: tuple[str, str], sequence: int) -> None:
    """Alert these accounts about the log's row `sequence`, which is about the case `key`; those with a webhook get it
    there, too."""
    hooked = alert_webhooks.accounts_of(connection, accounts)
    rows = [(sandbox, account, sequence, *key, int(account in hooked)) for account in sorted(set(accounts))]
    insert_rows(connection, case_alert, _COLUMNS, rows)


def unseen(connection: Connection, sandbox: str, account: str, most: int) -> Sequence[LogEntry]:
    """The newest `most` rows of the log that concern an account, whose cases he has not opened since; newest first."""
    column = case_alert.c
    chosen = select(*[decision_log.c[name] for name in LogEntry._fields]).select_from(_JOINED)
    rows = connection.execute(
        chosen.where(*_unseen(connection, sandbox, account)).order_by(column.sequence.desc()).limit(most)
    )
    return [LogEntry._make(row) for row in rows]


def count(connection: Connection, sandbox: str, account: str, most: int) -> int:
    """Return how many rows `unseen` has, counted up to `most`."""
    column = case_alert.c
    chosen = select(column.sequence).where(*_unseen(connection, sandbox, account))
    counted = select(func.count()).select_from(chosen.limit(most).subquery())
    return int(connection.execute(counted).scalar_one())


def unseen_of(connection: Connection, sandbox: str, account: str, keys: Collection[tuple[str, str]]) -> Sequence[int]:
    """The sequences of the alerts of an account about these cases that he has not seen."""
    column = case_alert.c
    rows = connection.execute(
        select(column.sequence, column.subject, column.subject_id).where(*_unseen(connection, sandbox, account))
    )
    return [row.sequence for row in rows if (row.subject, row.subject_id) in keys]


def _unseen(connection: Connection, sandbox: str, account: str) -> Sequence[ColumnElement[bool]]:
    """The conditions of what an account has not seen, which an index has."""
    return (of_sandbox(on_sqlite(connection), case_alert, sandbox), case_alert.c.account == account, _UNSEEN)


def see(connection: Connection, sandbox: str, account: str, sequences: Collection[int], at: int) -> None:
    """Mark alerts of an account as seen; `at`: the machine's instant."""
    column = case_alert.c
    connection.execute(
        update(case_alert)
        .where(
            column.sandbox == sandbox,
            column.account == account,
            one_of(connection, column.sequence, list(sequences)),
        )
        .values(seen_at=at)
    )
