"""Writes the answers of a gateway step: receipts in groups per mailbox, timeline, deliveries, deadlines.
Never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from msgspec.structs import astuple, replace
from sqlalchemy import Connection, select

from declarations.reasons import Reason
from gateways.records import Answers, ReceiptDraft, TimelineEvent
from gateways.topics.route import Route
from single_window.message_limits import ITEMS_PER_DELIVERY
from single_window.store import agency_steps, deadlines, holds, plan_secrets
from single_window.store.bulk import chunks, encode, insert_rows, one_of
from single_window.store.decisions import answer_decisions
from single_window.store.deliveries import file_deliveries
from single_window.store.mailbox_numbers import ReceiptGroup
from single_window.store.numbering import ROWS, Numbering
from single_window.store.payment_requests import file_requests
from single_window.store.receipt_contents import MOST, ReceiptContent, pack, seal_of
from single_window.store.records import to_json
from single_window.store.seals import insert_sealed
from single_window.store.tables import deadline, document, message, receipt, timeline
from single_window.store.written import RECEIPT, WrittenCounts

_EVENT = ("id", "sandbox", *TimelineEvent.__struct_fields__)
_REASONS = TimelineEvent.__struct_fields__.index("reasons")
_DEADLINE = ("id", "sandbox", "due", "kind", "queue", "subject")


def write_answers(
    connection: Connection, numbering: Numbering, sandbox: str, answers: Answers, now: int, system: int
) -> WrittenCounts:
    """Write one batch's answers; `now` is the sandbox's instant, `system` the machine's.

    Returns the counts, with the rows of receipts and deliveries, which `written.finish` inserts last.
    """
    groups, rows = _receipts(connection, numbering, sandbox, answers.receipts, now)
    write_timeline(connection, numbering, sandbox, answers.timeline)
    sends = _sends(numbering, sandbox, answers.sends, system)
    drafts = answers.deadlines
    if answers.recurring:
        drafts = [*drafts, *deadlines.not_open(connection, sandbox, answers.recurring, besides=drafts)]
    ids = numbering.take(ROWS, "row", len(drafts))
    insert_rows(
        connection,
        deadline,
        _DEADLINE,
        [
            (number, sandbox, draft.due, draft.route.topic, draft.route.queue, encode(draft.payload).decode())
            for number, draft in zip(ids, drafts, strict=True)
        ],
    )
    holds.lift(connection, sandbox, answers.lifted)
    holds.place(connection, sandbox, answers.holds)
    if answers.secrets:
        plan_secrets.keep(connection, sandbox, answers.secrets)
    answer_decisions(connection, sandbox, answers.decisions, now)
    agency_steps.append(connection, sandbox, answers, now)
    file_requests(connection, numbering, sandbox, answers.payment_requests, now)
    return WrittenCounts(
        sandbox, sends=sends, rows=rows, groups=groups, codes=Counter(receipt.code for receipt in answers.receipts)
    )


def write_receipts(
    connection: Connection, numbering: Numbering, sandbox: str, drafts: Sequence[ReceiptDraft], now: int
) -> list[ReceiptGroup]:
    """Write receipts, at least one group for each mailbox; returns the groups, which have no sequence numbers yet."""
    groups, rows = _receipts(connection, numbering, sandbox, drafts, now)
    insert_rows(connection, receipt, RECEIPT, rows)
    return groups


def _receipts(
    connection: Connection, numbering: Numbering, sandbox: str, drafts: Sequence[ReceiptDraft], now: int
) -> tuple[list[ReceiptGroup], list[tuple[Any, ...]]]:
    """Groups, each of at most `receipt_contents.MOST` receipts for one mailbox, and the rows of their receipts."""
    by_mailbox: dict[str, list[ReceiptDraft]] = {}
    for draft in with_echoed_guids(connection, sandbox, drafts):
        for mailbox in draft.mailboxes.split(";"):
            by_mailbox.setdefault(mailbox, []).append(draft)
    parts = [(mailbox, part) for mailbox, of_box in by_mailbox.items() for part in chunks(of_box, MOST)]
    groups, rows = [], []
    for number, (mailbox, part) in zip(numbering.take(ROWS, "row", len(parts)), parts, strict=True):
        contents = pack([_content(draft) for draft in part])
        groups.append(ReceiptGroup(number, sandbox, mailbox, len(part), now, contents))
        rows += [
            (
                number,
                position,
                sandbox,
                draft.code,
                draft.order_no,
                draft.kind,
                draft.key,
                draft.return_status,
                draft.return_time,
            )
            for position, draft in enumerate(part)
        ]
    return groups, rows


def _content(draft: ReceiptDraft) -> ReceiptContent:
    seal = seal_of(draft.code, draft.order_no, draft.kind, draft.key, draft.return_status, draft.return_time)
    return ReceiptContent(draft.reason.rule, to_json(draft.reason.values), encode(draft.fields).decode(), seal)


def write_timeline(connection: Connection, numbering: Numbering, sandbox: str, events: Sequence[TimelineEvent]) -> None:
    """Append lines to the timeline."""
    rows = [
        (number, sandbox, *event[:_REASONS], reasons_json(event[_REASONS]), *event[_REASONS + 1 :])
        for number, event in zip(numbering.take(ROWS, "row", len(events)), map(astuple, events), strict=True)
    ]
    insert_sealed(connection, timeline, _EVENT, rows)


def reasons_json(reasons: Sequence[Reason]) -> str:
    """Reasons as JSON: rule, values and parameters of each; empty for none."""
    return to_json(tuple(reasons))


def write_sends(
    connection: Connection,
    numbering: Numbering,
    sandbox: str,
    sends: Mapping[Route, Sequence[Any]],
    system: int,
    not_before: int = 0,
) -> list[int]:
    """File deliveries, which are not handled before an instant of the machine; returns their ids."""
    rows = _sends(numbering, sandbox, sends, system, not_before)
    file_deliveries(connection, rows)
    return [row[0] for row in rows]


def _sends(
    numbering: Numbering, sandbox: str, sends: Mapping[Route, Sequence[Any]], system: int, not_before: int = 0
) -> list[tuple[Any, ...]]:
    """Rows of deliveries, each with at most `ITEMS_PER_DELIVERY` items of one topic.

    The first delivery of every topic precedes the second of any. So documents of the same trades follow each other,
    and several workers of one gateway seldom wait for the same locks.
    """
    planned = []
    for route, items in sends.items():
        for start in range(0, len(items), ITEMS_PER_DELIVERY):
            part = items[start : start + ITEMS_PER_DELIVERY]
            planned.append((start, route, encode(part).decode(), len(part)))
    planned.sort(key=itemgetter(0))
    ids = numbering.take(ROWS, "row", len(planned))
    return [
        (number, sandbox, queue, topic, 0, payload, size, "ready", not_before, system)
        for number, (_, (queue, topic), payload, size) in zip(ids, planned, strict=True)
    ]


def with_echoed_guids(connection: Connection, sandbox: str, drafts: Sequence[ReceiptDraft]) -> Sequence[ReceiptDraft]:
    """The receipts; those that carry an error of the port get the guid of the message that they answer. Queries
    nothing if there are no such errors."""
    keys: dict[str, set[str]] = {}
    for draft in drafts:
        if _lacks(draft):
            keys.setdefault(draft.kind, set()).add(draft.key)
    if not keys:
        return drafts
    by_document = {
        (kind, key): guids
        for kind in sorted(keys)
        for key, guids in _guids(connection, sandbox, kind, sorted(keys[kind])).items()
    }
    guids = [by_document.get((draft.kind, draft.key), {}) if _lacks(draft) else {} for draft in drafts]
    return [replace(draft, fields={**echoed, **draft.fields}) for draft, echoed in zip(drafts, guids, strict=True)]


def _lacks(draft: ReceiptDraft) -> bool:
    return draft.return_status.startswith("-") and draft.kind != "message" and "guid" not in draft.fields


def _guids(connection: Connection, sandbox: str, kind: str, keys: list[str]) -> dict[str, dict[str, str]]:
    rows = connection.execute(
        select(document.c.key, document.c.guid, message.c.guid)
        .join(message, message.c.id == document.c.message_id)
        .where(document.c.sandbox == sandbox, document.c.kind == kind, one_of(connection, document.c.key, keys))
    )
    return {key: {"guid": guid, "root": root} for key, guid, root in rows}
