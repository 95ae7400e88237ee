"""Rows with which tests force outcomes: triggers, scenarios requested by calls, delayed receipts.

A sandbox's `trigger_epoch` grows with every change of its triggers. It is 0 if nothing was ever forced; then none of
these tables is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, tuple_, update

from gateways.records import ReceiptDraft
from single_window.clock import system_now
from single_window.store.bulk import chunks, encode, insert_rows
from single_window.store.prepared import fetch_value
from single_window.store.records import Conflict
from single_window.store.tables import called_scenario, held_receipt, outcome_trigger, sandbox, timeline

MESSAGE = "message"
"""The kind of a scenario that a call requested for its whole message; its key is the message's id."""
FORCED = "forced"
"""The timeline event of an outcome that a test forced."""
_DOCUMENT_KEY = tuple_(called_scenario.c.kind, called_scenario.c.key)


class TriggerRow(NamedTuple):
    """A stored trigger; `match` and `action` are JSON; `times` 0: without limit."""

    id: int
    name: str
    match: str
    action: str
    times: int
    left: int
    made_at: int


_EPOCH = select(sandbox.c.trigger_epoch).where(sandbox.c.name == bindparam("of_name"))
"""Built once, because it runs for every message received."""


def epoch(connection: Connection, name: str) -> int:
    """The epoch of a sandbox's triggers; 0: nothing was ever forced, or the sandbox does not exist."""
    return int(fetch_value(connection, _EPOCH, {"of_name": name}) or 0)


def of_sandbox(connection: Connection, name: str) -> list[TriggerRow]:
    """The triggers of a sandbox, newest first."""
    columns = [outcome_trigger.c[column] for column in TriggerRow._fields]
    rows = connection.execute(
        select(*columns).where(outcome_trigger.c.sandbox == name).order_by(outcome_trigger.c.id.desc())
    )
    return [TriggerRow(*row) for row in rows]


def times_left(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Trigger id → number of times that it may still act."""
    rows = connection.execute(select(outcome_trigger.c.id, outcome_trigger.c.left).where(outcome_trigger.c.id.in_(ids)))
    return {number: count for number, count in rows}


def count(connection: Connection, name: str) -> int:
    """The number of triggers of a sandbox."""
    return int(
        connection.execute(
            select(func.count()).select_from(outcome_trigger).where(outcome_trigger.c.sandbox == name)
        ).scalar_one()
    )


def add(connection: Connection, name: str, rows: Iterable[TriggerRow]) -> None:
    """Insert triggers; raises SQLAlchemy's `IntegrityError` if a name exists."""
    connection.execute(insert(outcome_trigger), [{"sandbox": name, **row._asdict()} for row in rows])
    bump(connection, name)


def remove(connection: Connection, name: str, number: int | None = None) -> int:
    """Delete a trigger of a sandbox, or all; returns their number."""
    statement = delete(outcome_trigger).where(outcome_trigger.c.sandbox == name)
    deleted = connection.execute(
        statement if number is None else statement.where(outcome_trigger.c.id == number)
    ).rowcount
    if deleted:
        bump(connection, name)
    return int(deleted)


def bump(connection: Connection, name: str) -> None:
    """Invalidate all caches of a sandbox's triggers. The epoch is never reused, even if the sandbox is deleted and
    created again."""
    now = system_now()
    next_epoch = case((sandbox.c.trigger_epoch >= now, sandbox.c.trigger_epoch + 1), else_=now)
    connection.execute(update(sandbox).where(sandbox.c.name == name).values(trigger_epoch=next_epoch))


def use(connection: Connection, used: Mapping[int, int]) -> None:
    """Count down used triggers, in the commit of the outcome; raises `Conflict` if one is exhausted or deleted."""
    for number, times in sorted(used.items()):
        counted = update(outcome_trigger).where(outcome_trigger.c.id == number, outcome_trigger.c.left >= times)
        if not connection.execute(counted.values(left=outcome_trigger.c.left - times)).rowcount:
            raise Conflict(f"trigger {number} was used up or removed by another process")


def forced_before(connection: Connection, name: str, document: tuple[str, str, str]) -> int:
    """The number of outcomes forced on a document (order number, kind, key)."""
    columns = (timeline.c.order_no, timeline.c.kind, timeline.c.key)
    forced = select(func.count()).where(timeline.c.sandbox == name, timeline.c.event == FORCED)
    result = connection.execute(
        forced.where(*(column == value for column, value in zip(columns, document, strict=True)))
    )
    return int(result.scalar_one())


# scenarios requested by calls


def call(connection: Connection, name: str, scenarios: Mapping[int, str]) -> None:
    """Store the scenarios that calls requested; `scenarios`: message id → scenario."""
    insert_rows(
        connection,
        called_scenario,
        ("sandbox", "kind", "key", "scenario"),
        [(name, MESSAGE, str(number), scenario) for number, scenario in scenarios.items()],
    )
    connection.execute(
        update(sandbox).where(sandbox.c.name == name, sandbox.c.trigger_epoch == 0).values(trigger_epoch=system_now())
    )


def called_scenarios(
    connection: Connection, name: str, columns: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """(kind, key) of documents or messages → the scenario that a call requested, if any."""
    scenarios: dict[tuple[str, str], str] = {}
    for chunk in chunks(sorted(set(columns))):
        rows = connection.execute(
            select(called_scenario.c.kind, called_scenario.c.key, called_scenario.c.scenario).where(
                called_scenario.c.sandbox == name, _DOCUMENT_KEY.in_(chunk)
            )
        )
        scenarios |= {(kind, key): scenario for kind, key, scenario in rows}
    return scenarios


def pass_on(connection: Connection, name: str, arrived: Mapping[tuple[str, str], str]) -> None:
    """Replace the scenarios of arrived documents; `arrived`: (kind, key) → scenario of its call, "" for none."""
    for chunk in chunks(sorted(arrived)):
        connection.execute(delete(called_scenario).where(called_scenario.c.sandbox == name, _DOCUMENT_KEY.in_(chunk)))
    insert_rows(
        connection,
        called_scenario,
        ("sandbox", "kind", "key", "scenario"),
        [(name, *where, scenario) for where, scenario in sorted(arrived.items()) if scenario],
    )


# delayed receipts


def hold(connection: Connection, name: str, held: Mapping[int, ReceiptDraft]) -> None:
    """Store receipts that must be delivered later; `held`: id → receipt."""
    insert_rows(
        connection,
        held_receipt,
        ("id", "sandbox", "draft"),
        [(number, name, encode(draft).decode()) for number, draft in held.items()],
    )


def release(connection: Connection, ids: Sequence[int]) -> list[str]:
    """Delete delayed receipts and return their drafts as JSON, by id; missing ones are skipped."""
    rows = connection.execute(
        delete(held_receipt).where(held_receipt.c.id.in_(ids)).returning(held_receipt.c.id, held_receipt.c.draft)
    ).all()
    return [draft for _, draft in sorted((number, draft) for number, draft in rows)]
