"""Rows by which tests force outcomes: triggers of sandboxes, scenarios that calls named, receipts that are held back.

A sandbox's `trigger_epoch` grows with every change of its triggers, and is 0 as long as nothing was ever forced in it:
then none of these tables is read.
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
"""The kind under which a scenario is kept that a call named for its whole message; the key is the message's id."""
FORCED = "forced"
"""The event of a timeline that marks what a test forced."""
_PLACE = tuple_(called_scenario.c.kind, called_scenario.c.key)
_COLUMNS = ("id", "name", "match", "action", "times", "left", "made_at")


class TriggerRow(NamedTuple):
    """A trigger as it is kept: what it matches and does as JSON; `times` 0: without end."""

    id: int
    name: str
    match: str
    action: str
    times: int
    left: int
    made_at: int


_EPOCH = select(sandbox.c.trigger_epoch).where(sandbox.c.name == bindparam("asked"))
"""Built once: it runs for every message that comes."""


def epoch(connection: Connection, name: str) -> int:
    """The epoch of a sandbox's triggers; 0: nothing was ever forced in it, or it is not there."""
    return int(fetch_value(connection, _EPOCH, {"asked": name}) or 0)


def of_sandbox(connection: Connection, name: str) -> list[TriggerRow]:
    """The triggers of a sandbox, the newest first."""
    columns = [outcome_trigger.c[column] for column in _COLUMNS]
    rows = connection.execute(
        select(*columns).where(outcome_trigger.c.sandbox == name).order_by(outcome_trigger.c.id.desc())
    )
    return [TriggerRow(*row) for row in rows]


def left(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """The number of times that each of these triggers may still act."""
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
    """Add triggers to a sandbox; raises SQLAlchemy's `IntegrityError` where a name is taken."""
    connection.execute(insert(outcome_trigger), [{"sandbox": name, **row._asdict()} for row in rows])
    bump(connection, name)


def remove(connection: Connection, name: str, number: int | None = None) -> int:
    """Remove a trigger of a sandbox, or all; gives how many that were."""
    statement = delete(outcome_trigger).where(outcome_trigger.c.sandbox == name)
    gone = connection.execute(statement if number is None else statement.where(outcome_trigger.c.id == number)).rowcount
    if gone:
        bump(connection, name)
    return int(gone)


def bump(connection: Connection, name: str) -> None:
    """Let everybody read the triggers of a sandbox again. Never a value of before: a deleted sandbox may come back."""
    now = system_now()
    grown = case((sandbox.c.trigger_epoch >= now, sandbox.c.trigger_epoch + 1), else_=now)
    connection.execute(update(sandbox).where(sandbox.c.name == name).values(trigger_epoch=grown))


def use(connection: Connection, used: Mapping[int, int]) -> None:
    """Count down what was used, in the commit of the outcome; raises `Conflict` where less was left, or it is gone."""
    for number, times in sorted(used.items()):
        counted = update(outcome_trigger).where(outcome_trigger.c.id == number, outcome_trigger.c.left >= times)
        if not connection.execute(counted.values(left=outcome_trigger.c.left - times)).rowcount:
            raise Conflict(f"trigger {number} was used up or removed by somebody else")


def forced_before(connection: Connection, name: str, document: tuple[str, str, str]) -> int:
    """The number of times that something was forced on a document: its order number, kind and key."""
    places = (timeline.c.order_no, timeline.c.kind, timeline.c.key)
    forced = select(func.count()).where(timeline.c.sandbox == name, timeline.c.event == FORCED)
    result = connection.execute(
        forced.where(*(column == value for column, value in zip(places, document, strict=True)))
    )
    return int(result.scalar_one())


# scenarios of calls


def call(connection: Connection, name: str, scenarios: Mapping[int, str]) -> None:
    """Keep the scenarios that calls named, by the ids of their messages."""
    insert_rows(
        connection,
        called_scenario,
        ("sandbox", "kind", "key", "scenario"),
        [(name, MESSAGE, str(number), scenario) for number, scenario in scenarios.items()],
    )
    connection.execute(
        update(sandbox).where(sandbox.c.name == name, sandbox.c.trigger_epoch == 0).values(trigger_epoch=system_now())
    )


def called(connection: Connection, name: str, places: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The scenarios of documents or messages, each (kind, key), where calls named one."""
    scenarios: dict[tuple[str, str], str] = {}
    for part in chunks(sorted(set(places))):
        rows = connection.execute(
            select(called_scenario.c.kind, called_scenario.c.key, called_scenario.c.scenario).where(
                called_scenario.c.sandbox == name, _PLACE.in_(part)
            )
        )
        scenarios |= {(kind, key): scenario for kind, key, scenario in rows}
    return scenarios


def pass_on(connection: Connection, name: str, arrived: Mapping[tuple[str, str], str]) -> None:
    """Keep for each document that arrived (kind, key) the scenario of its call; "" forgets that of an earlier one."""
    for part in chunks(sorted(arrived)):
        connection.execute(delete(called_scenario).where(called_scenario.c.sandbox == name, _PLACE.in_(part)))
    insert_rows(
        connection,
        called_scenario,
        ("sandbox", "kind", "key", "scenario"),
        [(name, *where, scenario) for where, scenario in sorted(arrived.items()) if scenario],
    )


# receipts that are held back


def hold(connection: Connection, name: str, held: Mapping[int, ReceiptDraft]) -> None:
    """Keep receipts that are to be placed later, each under an id."""
    insert_rows(
        connection,
        held_receipt,
        ("id", "sandbox", "draft"),
        [(number, name, encode(draft).decode()) for number, draft in held.items()],
    )


def release(connection: Connection, ids: Sequence[int]) -> list[str]:
    """Take out what was held, in the order of the ids: drafts as JSON. What is gone already is passed over."""
    rows = connection.execute(
        delete(held_receipt).where(held_receipt.c.id.in_(ids)).returning(held_receipt.c.id, held_receipt.c.draft)
    ).all()
    return [draft for _, draft in sorted((number, draft) for number, draft in rows)]
