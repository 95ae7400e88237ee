"""Writes what a step answers: receipts in groups per mailbox, timeline, deliveries, deadlines. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.reasons import Reason
from gateways.gateway import Answers, Event, ReceiptDraft
from single_window.messaging.topology import queues_of
from single_window.numbering import ROWS, Numbering
from single_window.store.bulk import insert_rows
from single_window.store.deliveries import file_deliveries
from single_window.store.records import encode, to_json
from single_window.store.tables import deadline, receipt, receipt_group, timeline

ITEMS = 500
"""Items in one delivery at most."""
_GROUP = ("id", "sandbox", "mailbox", "count", "filed_at")
_RECEIPT = ("group_id", "position", "sandbox", "code", "order_no", "kind", "key", "return_status", "return_time",
            "rule", "words", "fields")
_EVENT = ("id", "sandbox", "order_no", "kind", "key", "at", "actor", "event", "state", "reasons")
_DEADLINE = ("id", "sandbox", "due", "kind", "queue", "subject")


def write_answers(connection: Connection, numbering: Numbering, sandbox: str, answers: Answers, now: int,
                  system: int) -> None:
    """Write one batch's answers; `now` is the sandbox's instant, `system` the machine's."""
    write_receipts(connection, numbering, sandbox, answers.receipts, now)
    write_timeline(connection, numbering, sandbox, answers.timeline)
    write_sends(connection, numbering, sandbox, answers.sends, system)
    ids = numbering.take(ROWS, "row", len(answers.deadlines))
    insert_rows(connection, deadline, _DEADLINE, [
        (number, sandbox, one.due, one.topic, one.queue, encode(one.subject).decode())
        for number, one in zip(ids, answers.deadlines, strict=True)])


def write_receipts(connection: Connection, numbering: Numbering, sandbox: str, drafts: Sequence[ReceiptDraft],
                   now: int) -> None:
    """File receipts in one group for each mailbox; the group gets its place in the mailbox's sequence at dispatch."""
    by_mailbox: dict[str, list[ReceiptDraft]] = {}
    for draft in drafts:
        for mailbox in draft.mailboxes.split(";"):
            by_mailbox.setdefault(mailbox, []).append(draft)
    groups, rows = [], []
    for number, (mailbox, of_box) in zip(numbering.take(ROWS, "row", len(by_mailbox)), by_mailbox.items(), strict=True):
        groups.append((number, sandbox, mailbox, len(of_box), now))
        for position, draft in enumerate(of_box):
            reason = draft.reason
            rows.append((number, position, sandbox, draft.code, draft.order_no, draft.kind, draft.key,
                         draft.return_status, draft.return_time, reason.rule, to_json(reason.values),
                         encode(draft.fields).decode()))
    insert_rows(connection, receipt_group, _GROUP, groups)
    insert_rows(connection, receipt, _RECEIPT, rows)


def write_timeline(connection: Connection, numbering: Numbering, sandbox: str, events: Sequence[Event]) -> None:
    """Append lines to the timeline."""
    rows = [(number, sandbox, *one[:7], reasons_json(one.reasons))
            for number, one in zip(numbering.take(ROWS, "row", len(events)), events, strict=True)]
    insert_rows(connection, timeline, _EVENT, rows)


def reasons_json(reasons: Sequence[Reason]) -> str:
    """Reasons as JSON: rule, values and parameters of each; empty for none."""
    return to_json(tuple(reasons))


def write_sends(connection: Connection, numbering: Numbering, sandbox: str, sends: Mapping[str, Sequence[Any]],
                system: int) -> None:
    """File deliveries: one for each queue that hears a topic and each few hundred items."""
    planned = []
    for topic, items in sends.items():
        for queue in queues_of(topic):
            for start in range(0, len(items), ITEMS):
                part = items[start:start + ITEMS]
                planned.append((queue, topic, encode(part).decode(), len(part)))
    ids = numbering.take(ROWS, "row", len(planned))
    file_deliveries(connection, [(number, sandbox, queue, topic, 0, payload, size, "ready", 0, system)
                                 for number, (queue, topic, payload, size) in zip(ids, planned, strict=True)])
