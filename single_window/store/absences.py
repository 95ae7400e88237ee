"""Rows of officers' absences. Instants are the machine's: the first of the first day, and of the day behind the last.
Never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, delete, select, update

from single_window.store.bulk import upsert_rows
from single_window.store.tables import absence


class Absence(NamedTuple):
    """An absence. `to`: who gets the officer's cases, empty: the queue; `by`: who noted it; `handed_at`: when the cases
    were handed over, 0: not yet."""

    account: str
    since_at: int
    until_at: int
    to: str = ""
    by: str = ""
    handed_at: int = 0


def _all() -> Select[Any]:
    return select(*[absence.c[name] for name in Absence._fields]).order_by(absence.c.since_at, absence.c.account)


def put(connection: Connection, wanted: Absence) -> None:
    """Note an absence, instead of one that begins on the same day."""
    upsert_rows(connection, absence, Absence._fields, [tuple(wanted)], replace=Absence._fields[2:])


def remove(connection: Connection, account: str, since_at: int) -> bool:
    """Remove the absence that begins at an instant; False: there is none."""
    chosen = delete(absence).where(absence.c.account == account, absence.c.since_at == since_at)
    return bool(connection.execute(chosen).rowcount)


def all_from(connection: Connection, now: int) -> Sequence[Absence]:
    """The absences that have not ended, by their first day."""
    return [Absence(*row) for row in connection.execute(_all().where(absence.c.until_at > now))]


def begun(connection: Connection, now: int) -> Sequence[Absence]:
    """The absences that have begun, whose cases were not handed over."""
    chosen = _all().where(absence.c.since_at <= now, absence.c.until_at > now, absence.c.handed_at == 0)
    return [Absence(*row) for row in connection.execute(chosen)]


def absent(connection: Connection, now: int) -> Collection[str]:
    """The accounts that are absent."""
    chosen = select(absence.c.account).where(absence.c.since_at <= now, absence.c.until_at > now)
    return set(connection.execute(chosen).scalars())


def note_handed_over(connection: Connection, begun: Absence, now: int) -> None:
    """Note that the cases of an absence that has begun were handed over."""
    column = absence.c
    chosen = update(absence).where(column.account == begun.account, column.since_at == begun.since_at)
    connection.execute(chosen.values(handed_at=now))
