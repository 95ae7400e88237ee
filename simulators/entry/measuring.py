"""Interface for benchmarks: inserts and counts rows directly in the database, because the window's calls would take
longer than what is measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from simulators.entry import SandboxSession, evening_of
from single_window.cases import copied_cases, copied_events, copied_lots
from single_window.cases.copied_events import LotsOfEvents as LotsOfEvents
from single_window.cases.overseas.edifact_lines import EdifactTerms
from single_window.cases.overseas.edifact_notices import read_notices
from single_window.cases.summaries.filing import file_closed_lists
from single_window.messaging.wakeups import NAMESPACE
from single_window.process.roles import ALL, ALONE, APART
from single_window.store.engine import reading
from single_window.store.tables import declaration, receipt

BROKER_QUEUES = (f"{NAMESPACE}.unreadable",)
BROKER_EXCHANGES = (f"{NAMESPACE}.hints", f"{NAMESPACE}.dead", f"{NAMESPACE}.participants")
"""Queues and exchanges that windows declare at RabbitMQ."""


def insert_closed_lists(session: SandboxSession, bodies: Iterable[bytes], count: int, merchant: str, day: date) -> None:
    """Insert `count` copies of the lists of a merchant that messages contain, closed on a day; sending them would take
    minutes."""
    lists = copied_cases.copied_lists(bodies, count, merchant)
    file_closed_lists(session.window, session.sandbox, lists, evening_of(day))


def file_copies(session: SandboxSession, count: int, waiting: int) -> None:
    """Insert `count` copies of the newest import list, `waiting` of them in review and the others closed."""
    copied_cases.file_copies(session.window, session.sandbox, count, waiting)


def newest_sale(session: SandboxSession) -> tuple[str, str]:
    """The company of the newest import list of which `file_copies` makes copies, and the item number of its first
    line."""
    return copied_cases.newest_sale(session.window, session.sandbox)


def file_lots(session: SandboxSession, count: int) -> None:
    """Insert so many lots of account books, of goods of all chapters."""
    copied_lots.file_lots(session.window, session.sandbox, count)


lot_of, parcel_of = copied_events.lot_of, copied_events.parcel_of
"""The identifiers of a lot, and of a parcel, whose events `file_events` inserts."""


def file_events(session: SandboxSession, wanted: LotsOfEvents) -> int:
    """Insert the EPCIS events of lots that were sold; returns how many."""
    return copied_events.file_events(session.window, session.sandbox, wanted)


draw_lots = copied_lots.draw_lots
"""Draws from such lots in memory: a function of their number and of the size of each stratum."""


def list_numbers(session: SandboxSession, merchant: str) -> list[tuple[str, str]]:
    """Order number and list number of a merchant's exports, in the order in which they were filed."""
    with reading(session.window.engine) as connection:
        rows = connection.execute(
            select(declaration.c.order_no, declaration.c.invt_no)
            .where(
                declaration.c.sandbox == session.sandbox, declaration.c.ebc_code == merchant, declaration.c.flow == "E"
            )
            .order_by(declaration.c.id)
        )
        return [(order_no, invt_no) for order_no, invt_no in rows]


def crew(roles: Sequence[str], processes: int) -> int:
    """Count the processes that `single-window work ROLES --processes N` starts."""
    return sum(1 if role in ALONE else processes for role in (APART if ALL in roles else roles))


class SandboxTally(NamedTuple):
    """Counts in a sandbox: lists by outcome, receipts by type; `stored`: bytes of the database.

    `released` counts imports; exports have separate counts of released and departed ones.
    """

    released: int
    receipts: dict[str, int]
    stored: int
    released_exports: int = 0
    left: int = 0


def _count_ended(connection: Connection, sandbox: str) -> dict[tuple[str, str], int]:
    """Count the receipts that end a list, by code and status."""
    of_sandbox, code, status = receipt.c.sandbox == sandbox, receipt.c.code, receipt.c.return_status
    chosen = select(code, status, func.count()).where(of_sandbox, code.in_(("622", "604")), status.in_(("800", "899")))
    return {(kind, reached): number for kind, reached, number in connection.execute(chosen.group_by(code, status))}


def tally(session: SandboxSession) -> SandboxTally:
    """Count the rows of a sandbox."""
    of_sandbox, code = receipt.c.sandbox == session.sandbox, receipt.c.code
    with reading(session.window.engine) as connection:
        counted = connection.execute(select(code, func.count()).where(of_sandbox).group_by(code))
        counts = {name: number for name, number in counted}
        ended = _count_ended(connection, session.sandbox)
        stored = _stored_bytes(connection, session.window.settings.data)
    return SandboxTally(
        ended.get(("622", "800"), 0), counts, stored, ended.get(("604", "800"), 0), ended.get(("604", "899"), 0)
    )


def _stored_bytes(connection: Connection, data: Path) -> int:
    if connection.dialect.name == "sqlite":
        return sum(file.stat().st_size for file in data.glob("window.sqlite3*"))
    return int(connection.execute(select(func.pg_database_size(func.current_database()))).scalar() or 0)


def notice_lines(interchanges: Iterable[bytes], warehouse: str, country: str, zone: str) -> int:
    """Read interchanges of a warehouse abroad into notices of stock, and return the number of their lines."""
    terms = EdifactTerms(
        ebc_code="3702961003",
        warehouse_code=warehouse,
        country=country,
        zone=zone,
        as_of=0,
        units={"PCE": "011"},
        skus={},
        countries={},
    )
    return sum(len(notice.lines) for body in interchanges for notice in read_notices(body, terms).notices)
