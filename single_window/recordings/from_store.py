"""Reads a recording from the stored data of a sandbox; no separate log is kept.

A log beside the store would be a second truth, and would cost every message. What the store does not keep is not
recorded: repeated transmissions, and calls that were refused before anything was kept.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from heapq import merge
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Column, Connection, Row, Select, Table, case, func, or_, select, tuple_

from schemas import catalogue
from schemas.packing import MESSAGES
from schemas.parsing import Unreadable
from schemas.reading import open_message
from single_window.cases.digests import queries as digests
from single_window.recordings.changes import change_events, options_before, taken_changes
from single_window.recordings.events import Event, MessageEvent, OfficerAct, ReceiptEvent, Recorded
from single_window.recordings.file import RecordingFacts
from single_window.recordings.master_data import read_master_data
from single_window.store import plan_secrets, sandboxes, triggers
from single_window.store import tables as t
from single_window.store.bulk import chunks
from single_window.store.receipt_contents import content_at, unpack
from single_window.store.records import from_json
from single_window.store.subjects import (
    KNOWN_BY_NUMBER,
    NAMED_BY_CODE,
    NEW,
    PROPOSAL,
    QUALITY_CHECK,
    makes_subject,
    name_of,
)

ROWS_PER_PAGE = 500
"""Messages and acts per query."""
TAKEN_BACK = ("declined", "proposed", "refused", "taken_back")
"""States of decisions without effect."""
NOT_REPLAYED: Mapping[str, Table] = {
    "payment addresses": t.payment_address,
    "payment requests": t.payment_request,
}
"""Contents of a sandbox that are not recorded → their tables."""


class NotWhole(Exception):
    """Raised if data are missing that a recording needs."""

    permanent = True


class TakenRecording(NamedTuple):
    """A recording to be written: the sandbox, its events and outcomes (read while they are written), and facts for the
    manifest."""

    sandbox: Recorded
    events: Iterator[Event]
    made: RecordingFacts
    outcomes: Iterator[bytes]


def take_recording(
    connection: Connection, sandbox: str, progress: Callable[[int], None] = lambda done: None
) -> TakenRecording:
    """The events of a sandbox, as this connection sees it; `progress` counts events. Raises `NotWhole`,
    `UnknownSandbox`."""
    clocked = sandboxes.find(connection, sandbox)
    if missing := _check_pruned(connection, sandbox):
        raise NotWhole(
            f"The bytes of {missing} messages of {sandbox!r} were pruned: it cannot be played again whole. "
            "Record before pruning."
        )
    message, changes = digests.digests_of(connection, sandbox), taken_changes(connection, sandbox)
    recorded = Recorded(
        sandbox,
        clocked.seed,
        options_before(msgspec.to_builtins(clocked.options), changes.later),
        clocked.clock.now(),
        tuple(row._asdict() for row in reversed(triggers.of_sandbox(connection, sandbox))),
        read_master_data(connection, sandbox, changes.before, changes.later),
        tuple(plan_secrets.of_sandbox(connection, sandbox)) or msgspec.UNSET,
    )
    made = RecordingFacts(
        message.outcome.sha256,
        message.outcome.lines,
        _counts_left_out(connection, sandbox),
        sequence=message.sequence.sha256,
    )
    taken = _count_events(events(connection, sandbox), progress)
    return TakenRecording(recorded, taken, made, digests.lines_of(connection, sandbox, sequence=False))


def events(connection: Connection, sandbox: str) -> Iterator[Event]:
    """All events in the order of the sandbox's instants; of one instant, in the order of ids."""
    return merge(
        change_events(connection, sandbox),
        _read_messages(connection, sandbox),
        _read_acts(connection, sandbox),
        _read_receipts(connection, sandbox),
        key=lambda event: (event.at, event.id),
    )


def _count_events(counted: Iterator[Event], progress: Callable[[int], None]) -> Iterator[Event]:
    for done, event in enumerate(counted, 1):
        yield event
        if done % ROWS_PER_PAGE == 0:
            progress(done)


def _check_pruned(connection: Connection, sandbox: str) -> int:
    kept = select(t.archive.c.message_id)
    gone = select(func.count()).where(t.message.c.sandbox == sandbox, t.message.c.id.not_in(kept))
    return int(connection.execute(gone).scalar_one())


def _counts_left_out(connection: Connection, sandbox: str) -> dict[str, int]:
    """Counts of what is not recorded."""
    counter = Counter(
        {
            name: int(
                connection.execute(
                    select(func.count()).select_from(table).where(table.c.sandbox == sandbox)
                ).scalar_one()
            )
            for name, table in NOT_REPLAYED.items()
        }
    )
    return dict(+counter)


def _read_pages(
    connection: Connection, chosen: Select[Any], at: Column[Any], number: Column[Any]
) -> Iterator[list[Row[Any]]]:
    """Pages of rows in the order of instant and id."""
    after = (-1, -1)
    ordered = chosen.order_by(at, number).limit(ROWS_PER_PAGE)
    while rows := list(connection.execute(ordered.where(tuple_(at, number) > tuple_(*after)))):
        yield rows
        after = (rows[-1].instant, rows[-1].number)


# messages


def _read_messages(connection: Connection, sandbox: str) -> Iterator[MessageEvent]:
    message = t.message.c
    chosen = (
        select(message.received_at.label("instant"), message.id.label("number"), t.message, t.archive.c.body)
        .join(t.archive, t.archive.c.message_id == message.id)
        .where(message.sandbox == sandbox)
    )
    for rows in _read_pages(connection, chosen, message.received_at, message.id):
        named = _scenarios_of(connection, sandbox, [row.number for row in rows])
        for row in rows:
            body = MESSAGES.unpack(row.body)
            yield MessageEvent(
                id=row.number,
                at=row.instant,
                code=row.code,
                sender=row.sender,
                channel=row.channel,
                status=422 if row.state == "refused" else 202,
                machine=row.admitted_at,
                edition=row.edition,
                scenario=named.get(row.number, ""),
                transmission="" if row.state == "refused" else row.transmission_id,
                trades=trades_of(body),
                **as_text(body),
            )


def as_text(body: bytes) -> dict[str, str]:
    """The fields of `MessageEvent` for a body: text if possible, which compresses better, else Base64."""
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"base64": b64encode(body).decode()}


def trades_of(body: bytes) -> tuple[str, ...]:
    """The order numbers by which the documents of a message are matched; none if it is unreadable."""
    try:
        opened = open_message(body)
    except Unreadable:
        return ()
    if opened.entry.receipt:
        return ()
    name = catalogue.handling(opened.entry.kind).matched_by
    elements = opened.tree.iter(f"{{{opened.entry.namespace}}}{name}")
    return tuple(dict.fromkeys(text for element in elements if (text := (element.text or "").strip())))


def _scenarios_of(connection: Connection, sandbox: str, ids: list[int]) -> dict[int, str]:
    """Message id → scenario that its call named."""
    called = triggers.called_scenarios(connection, sandbox, [(triggers.MESSAGE, str(number)) for number in ids])
    return {int(key): name for (_, key), name in called.items()}


# acts


def _read_acts(connection: Connection, sandbox: str) -> Iterator[OfficerAct]:
    decision = t.decision.c
    filed = func.coalesce(func.nullif(decision.second_at, 0), decision.at)
    # one that could be taken back had no effect before it was answered
    at = case((decision.not_before > 0, decision.answered_at), else_=filed)
    chosen = select(at.label("instant"), decision.id.label("number"), t.decision).where(
        decision.sandbox == sandbox,
        decision.state.not_in(TAKEN_BACK),
        # a check changes nothing that a recording tells, and an approval is told by what it approved
        decision.subject.not_in((QUALITY_CHECK, PROPOSAL)),
        or_(decision.not_before == 0, decision.answered_at > 0),
    )
    for rows in _read_pages(connection, chosen, at, decision.id):  # type: ignore[arg-type]
        for row in rows:
            name, flow, kind, trade = _names_of_subjects(connection, row.subject, row.subject_id)
            yield OfficerAct(
                id=row.number,
                at=row.instant,
                subject=row.subject,
                name=name,
                action=row.action,
                by=row.by,
                role=row.role,
                reason=row.reason,
                flow=flow,
                kind=kind,
                state=row.state,
                second=row.second,
                values=msgspec.json.decode(row.details) if row.details else {},
                trades=(trade,) if trade else (),
            )


def _names_of_subjects(connection: Connection, subject: str, number: str) -> tuple[str, str, str, str]:
    """(name, flow, kind, trade) of a subject, because its id differs between sandboxes; `NEW` of one that was made."""
    if subject in NAMED_BY_CODE:
        return number, "", "", ""
    named = name_of(subject)
    if named is None:
        raise NotWhole(f"An act about {subject} {number} cannot be recorded.")
    if makes_subject(int(number)):
        return str(NEW), "", "", ""
    table, name = named
    row = connection.execute(select(table).where(table.c.id == int(number))).first()
    if row is None:
        return "", "", "", ""
    kind = "" if subject in KNOWN_BY_NUMBER else getattr(row, "kind", "")
    return str(row._mapping[name]), getattr(row, "flow", ""), kind, getattr(row, "order_no", "")


# receipts


def _read_receipts(connection: Connection, sandbox: str) -> Iterator[ReceiptEvent]:
    receipt, group = t.receipt.c, t.receipt_group.c
    chosen = select(
        group.filed_at.label("instant"), group.id.label("number"), group.mailbox.label("mailbox"), group.contents
    ).where(group.sandbox == sandbox)
    for groups in _read_pages(connection, chosen, group.filed_at, group.id):
        by_group: dict[int, list[Row[Any]]] = {}
        for ids in chunks([row.number for row in groups]):
            for row in connection.execute(
                select(t.receipt).where(receipt.group_id.in_(ids)).order_by(receipt.group_id, receipt.position)
            ):
                by_group.setdefault(row.group_id, []).append(row)
        for of_group in groups:
            contents = unpack(of_group.contents)
            for row in by_group.get(of_group.number, ()):
                content = content_at(contents, row.position)
                yield ReceiptEvent(
                    id=row.group_id,
                    at=of_group.instant,
                    mailbox=of_group.mailbox,
                    code=row.code,
                    kind=row.kind,
                    key=row.key,
                    trade=row.order_no,
                    status=row.return_status,
                    rule=content.rule,
                    fields=from_json(content.fields),
                    words=content.words,
                )
