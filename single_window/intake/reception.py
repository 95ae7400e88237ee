"""Reception, the port's part: compares each document with the stored one, then stores or refuses it, and answers.

Declared documents are passed on to their gateway. Many messages share a transaction, with one query for each kind and
one insert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, update

from declarations.calendar import day_of, end_of_term, stamp14
from declarations.reasons import Reason
from declarations.submission import DeclaredState, StoredVersion, SubmissionDecision, decide, is_old
from gateways.circumstances import Circumstances
from gateways.records import Answers, DeadlineDraft, ReceiptDraft, TimelineEvent
from gateways.replies import ANSWER_CODES
from gateways.topics.shared import DocumentFiled, filed_route
from schemas import catalogue
from single_window.intake import partners, signatures, signers
from single_window.intake.concerned import (
    Concerned,
    LastAnswer,
    declaration_of,
    declarations_of,
    request_states,
)
from single_window.intake.format_receipts import message_receipt
from single_window.intake.partners import AnsweredList
from single_window.intake.reading import Arrived, Reading
from single_window.intake.replays import Replay, first_receipts
from single_window.messaging.topology import STAGED
from single_window.receipts.rows import placeholders_of
from single_window.store import seals
from single_window.store.bulk import array_value, in_array, per_dialect
from single_window.store.documents import IncomingDocument, KindAndKey, StoredDocument, hold_trades_of, on_file, put
from single_window.store.numbering import ROWS, Numbering
from single_window.store.prepared import change
from single_window.store.records import to_json
from single_window.store.series import numbers_of
from single_window.store.tables import document, message


@dataclass(slots=True)
class _Batch:
    """State of one step of reception: existing rows, and the rows to write."""

    sandbox: str
    circumstances: Circumstances
    numbering: Numbering
    stored: dict[KindAndKey, StoredDocument]
    declared: Mapping[str, Sequence[Concerned]]
    requests: dict[tuple[str, str], LastAnswer]
    replay: frozenset[str]
    answers: Answers = field(default_factory=Answers)
    rows: dict[KindAndKey, tuple[Any, ...]] = field(default_factory=dict)
    replaced: list[int] = field(default_factory=list)
    replays: list[Replay] = field(default_factory=list)
    naming: frozenset[str] = frozenset()
    lists: list[AnsweredList] = field(default_factory=list)
    paid: dict[str, str] = field(default_factory=dict)
    """Key of a payment to store → the platform and order that it pays."""
    unsigned: Mapping[tuple[int, int], Sequence[Reason]] = field(default_factory=dict)
    """(message id, position of the document) → faults of its signature."""


class ReceptionResult(NamedTuple):
    """Answers and deliveries of a step of reception, and the ids of the stored documents."""

    answers: Answers
    documents: list[int]


def receive(
    connection: Connection,
    numbering: Numbering,
    circumstances: Circumstances,
    readings: Sequence[tuple[int, Reading]],
    replay: frozenset[str] = frozenset(),
    naming: frozenset[str] = frozenset(),
) -> ReceptionResult:
    """Receive messages (message id, reading): store their documents; returns answers and deliveries.

    `replay`, `naming`: DXP ids that chose the tolerances `REPLAY` and `MISSING_PARTNERS`.
    """
    keys = _keys(readings)
    stored = on_file(connection, circumstances.sandbox, _incoming(readings))
    documents = [(reading.kind, arrived) for _, reading in readings for arrived in reading.documents]
    declared = declarations_of(connection, circumstances.sandbox, documents) if stored else {}
    requests = request_states(connection, circumstances.sandbox, keys) if stored else {}
    batch = _Batch(circumstances.sandbox, circumstances, numbering, stored, declared, requests, replay, naming=naming)
    if circumstances.options.signatures != signatures.OFF:
        batch.unsigned = signers.against(connection, circumstances, readings)
    for message_id, reading in readings:
        _receive_message(batch, message_id, reading)
    _name_partners(connection, batch)
    put(connection, batch.rows, batch.replaced)
    _mark_read(connection, readings)
    batch.answers.receipts += first_receipts(connection, batch.sandbox, batch.replays)
    return ReceptionResult(batch.answers, [number for number, *_ in batch.rows.values()])


def _keys(readings: Sequence[tuple[int, Reading]]) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for _, reading in readings:
        keys.setdefault(reading.kind, []).extend([arrived.key for arrived in reading.documents])
    return keys


def _incoming(readings: Sequence[tuple[int, Reading]]) -> dict[str, list[IncomingDocument]]:
    incoming: dict[str, list[IncomingDocument]] = {}
    for _, reading in readings:
        incoming.setdefault(reading.kind, []).extend(
            [IncomingDocument(arrived.key, arrived.order_no, arrived.app_time) for arrived in reading.documents]
        )
    return incoming


def _receive_message(batch: _Batch, message_id: int, reading: Reading) -> None:
    if reading.findings:
        batch.answers.receipts.append(message_receipt(message_id, reading, batch.circumstances.now))
        return
    for arrived in reading.documents:
        row = batch.stored.get((reading.kind, arrived.key))
        wrong = batch.unsigned.get((message_id, arrived.position))
        if wrong and _refuse_signature(batch, reading, arrived, wrong):
            continue
        if reading.signed and reading.signed.remarks:
            _note(batch, reading, arrived, "signature_indented", reading.signed.remarks)
        if arrived.reasons and not is_old(arrived.app_time, row.app_time if row else None):
            _refuse_document(batch, reading, arrived, _port_no(batch, reading.kind, row))
        else:
            _decide(batch, message_id, reading, arrived)
    _copy_data(batch, message_id, reading)


def _refuse_document(batch: _Batch, reading: Reading, arrived: Arrived, port_no: str) -> None:
    status = arrived.reasons[0].rule.partition("/")[0]
    _answer(batch, reading, arrived, port_no, status, arrived.reasons[0])
    _note(batch, reading, arrived, "refused", arrived.reasons)


def _copy_data(batch: _Batch, message_id: int, reading: Reading) -> None:
    """Add a copy of the message for each subscriber of its data."""
    for mailbox in reading.data_mailboxes:
        batch.answers.receipts.append(
            ReceiptDraft(
                mailboxes=mailbox,
                code=reading.code,
                order_no="",
                kind="message",
                key=str(message_id),
                return_status="",
                return_time=batch.circumstances.now,
                reason=Reason("", {}),
                fields={"message": message_id},
            )
        )


def _refuse_signature(batch: _Batch, reading: Reading, arrived: Arrived, wrong: Sequence[Reason]) -> bool:
    """Log the faults of a signature; if signatures are required, refuse the document and return True."""
    if batch.circumstances.options.signatures == signatures.CHECK:
        _note(batch, reading, arrived, "signature_wrong", wrong)
        return False
    status, reason = signers.refusal(reading, wrong)
    port_no = _port_no(batch, reading.kind, batch.stored.get((reading.kind, arrived.key)))
    reason = reason._replace(values={**placeholders_of(arrived.order_no, arrived.fields), **reason.values})
    _answer(batch, reading, arrived, port_no, status, reason)
    _note(batch, reading, arrived, "refused", [reason, *wrong[1:]])
    return True


def _decide(batch: _Batch, message_id: int, reading: Reading, arrived: Arrived) -> None:
    place = (reading.kind, arrived.key)
    row = batch.stored.get(place)
    declaration = declaration_of(reading.kind, arrived, batch.declared) if row is not None else None
    declared = declaration.state if declaration else None
    answered = batch.requests.get(place)
    stamp = _stamp(batch.circumstances.now, row, declaration, answered)
    decision = decide(
        arrived.submission(reading.kind), _stored_version(reading.kind, row, declared, answered), declared
    )
    if row is not None and decision.action in {"replace", "delete"} and _is_foreign(reading, row):
        decision = SubmissionDecision("refuse", Reason(catalogue.by_kind(reading.kind).other_sender, {}))
    if decision.action in {"refuse", "repeat"}:
        reason = decision.reason or Reason("", {})
        reason = reason._replace(values={**placeholders_of(arrived.order_no, arrived.fields), **reason.values})
        if decision.action == "repeat" and reading.sender in batch.replay:
            batch.replays.append(Replay(reading.kind, arrived.key, arrived.order_no, reading.mailboxes))
            return
        port_no = _port_no(batch, reading.kind, row)
        _answer(batch, reading, arrived, port_no, reason.rule.partition("/")[0], reason, stamp)
        _note(batch, reading, arrived, "refused", [reason])
        return
    _file(batch, message_id, reading, arrived, row, decision.action, stamp)


def _stored_version(
    kind: str, row: StoredDocument | None, declared: DeclaredState | None, answered: LastAnswer | None
) -> StoredVersion | None:
    """The stored document, with the state of its declaration or request if it has one."""
    if row is None:
        return None
    stored = StoredVersion(row.app_time, row.guid, row.content_hash, row.state)
    if declared is not None and catalogue.handling(kind).declares and stored.state not in {"staged", "deleted"}:
        return stored._replace(state=declared.state)
    if stored.state == "declared" and answered:
        return stored._replace(state=answered.state)
    return stored


def _is_foreign(reading: Reading, row: StoredDocument) -> bool:
    """True if another sender filed the document, and its kind may only be changed by its sender."""
    return bool(catalogue.by_kind(reading.kind).other_sender) and row.mailboxes.partition(";")[0] != reading.sender


def _stamp(now: int, row: StoredDocument | None, declaration: Concerned | None, answered: LastAnswer | None) -> int:
    """The time of the port's answer: now, but later than all earlier answers of port and customs."""
    if row is None:
        return now
    return max(
        now,
        row.last_return + (2 if declaration else 1),
        declaration.last_return + 1 if declaration else 0,
        answered.last_return + 1 if answered else 0,
    )


def _file(
    batch: _Batch,
    message_id: int,
    reading: Reading,
    arrived: Arrived,
    row: StoredDocument | None,
    action: str,
    stamp: int,
) -> None:
    """Store a document, replacing an older one; answer; pass it on if it is declared."""
    state = "deleted" if action == "delete" else "staged" if arrived.app_status == "1" else "declared"
    stored = StoredDocument(
        id=row.id if row is not None else batch.numbering.next_number(ROWS, "row"),
        app_time=arrived.app_time,
        guid=arrived.guid,
        content_hash=arrived.content_hash,
        state=state,
        version=row.version + 1 if row is not None else 1,
        port_no=_port_no(batch, reading.kind, row),
        last_return=stamp,
        order_no=arrived.order_no,
        mailboxes=reading.mailboxes,
    )
    place = (reading.kind, arrived.key)
    if row is not None and place not in batch.rows:
        batch.replaced.append(row.id)
    batch.rows[place] = _document_row(batch.sandbox, message_id, reading, arrived, stored)
    batch.stored[place] = stored
    if reading.kind == "payment":
        batch.paid[arrived.key] = arrived.paid
    status, rule = _words(reading.kind, action, arrived)
    if state == "declared" and _names_partners(batch, reading):
        batch.lists.append(AnsweredList(len(batch.answers.receipts), reading.kind, arrived))
    _answer(batch, reading, arrived, stored.port_no, status, Reason(rule, {}), stamp)
    if state == "staged":
        batch.answers.deadlines.append(_expiry(batch, stored))
        _note(batch, reading, arrived, "staged", ())
    else:
        batch.answers.send(filed_route(reading.kind), DocumentFiled(stored.id, arrived.order_no))


def _expiry(batch: _Batch, stored: StoredDocument) -> DeadlineDraft:
    """Return the deadline by which a staged document has to be declared."""
    days = batch.circumstances.parameters.on("windows.staged_expiry", batch.circumstances.day).amount
    return DeadlineDraft(end_of_term(batch.circumstances.now, int(days)), STAGED, [stored.id, stored.version])


def _document_row(
    sandbox: str, message_id: int, reading: Reading, arrived: Arrived, stored: StoredDocument
) -> tuple[Any, ...]:
    """The row of a document, for `store.documents.put`."""
    return (
        stored.id,
        sandbox,
        reading.kind,
        arrived.key,
        arrived.order_no,
        message_id,
        arrived.position,
        reading.mailboxes,
        arrived.guid,
        arrived.app_type,
        arrived.app_time,
        arrived.app_status,
        arrived.content_hash,
        stored.state,
        stored.version,
        stored.port_no,
        stored.last_return,
        arrived.facts,
    )


def _names_partners(batch: _Batch, reading: Reading) -> bool:
    """True if the answer to a list names its missing partners."""
    declares = catalogue.handling(reading.kind).declares
    return reading.kind == "inventory" or (declares and reading.sender in batch.naming)


def _name_partners(connection: Connection, batch: _Batch) -> None:
    """Append missing partners to the answers of lists."""
    receipts = batch.answers.receipts
    for index, values in partners.missing_partner_texts(
        connection, batch.circumstances, batch.lists, batch.rows, batch.paid
    ):
        receipts[index] = replace(
            receipts[index], reason=partners.with_missing_partners(receipts[index].reason, values)
        )


def _words(kind: str, action: str, arrived: Arrived) -> tuple[str, str]:
    """(status, text id) of the port's positive answer."""
    if arrived.app_status == "1" and action != "delete":
        return "1", "1"
    list_or_not = "2.inventory" if kind == "inventory" else "2"
    if action == "delete":
        return "2", f"{list_or_not}.delete"
    return "2", f"{list_or_not}.modify" if arrived.app_type == "2" else list_or_not


def _port_no(batch: _Batch, kind: str, row: StoredDocument | None) -> str:
    """The port's number of a document: the existing one, else a new one, even for a refused document's receipt."""
    letter = catalogue.handling(kind).port_letter
    if not letter:
        return ""
    if row is not None and row.port_no:
        return row.port_no
    serial = batch.numbering.next_number(batch.sandbox, numbers_of(letter))
    return f"{letter}{stamp14(batch.circumstances.now)[:8]}{serial:09d}"


def _answer(
    batch: _Batch,
    reading: Reading,
    arrived: Arrived,
    port_no: str,
    status: str,
    reason: Reason,
    stamp: int | None = None,
) -> None:
    fields = {"guid": arrived.guid, "root": reading.guid, **arrived.fields}
    if port_no:
        own = catalogue.handling(reading.kind).own_number
        fields |= {own: fields[own] or port_no, "preNo": port_no}
    batch.answers.receipts.append(
        ReceiptDraft(
            mailboxes=reading.mailboxes,
            code=ANSWER_CODES[reading.kind],
            order_no=arrived.order_no,
            kind=reading.kind,
            key=arrived.key,
            return_status=status,
            return_time=batch.circumstances.now if stamp is None else stamp,
            reason=reason,
            fields=fields,
        )
    )


def _note(batch: _Batch, reading: Reading, arrived: Arrived, name: str, reasons: Sequence[Reason]) -> None:
    batch.answers.timeline.append(
        TimelineEvent(
            order_no=arrived.order_no,
            kind=reading.kind,
            key=arrived.key,
            at=batch.circumstances.now,
            actor="port",
            event=name,
            state="",
            reasons=reasons,
        )
    )


@per_dialect
def _set_read(sqlite: bool) -> Any:
    return update(message).where(in_array(sqlite, message.c.id, "ids")).values(state="read")


def _mark_read(connection: Connection, readings: Sequence[tuple[int, Reading]]) -> None:
    clean = [number for number, reading in readings if not reading.findings]
    change(connection, _set_read(connection), {"ids": array_value(connection, clean)})
    for number, reading in readings:
        if reading.findings:
            findings = to_json((*reading.findings, *reading.remarks))
            seals.change(connection, message, number, {"state": "invalid", "findings": findings})


def expire_staged(connection: Connection, circumstances: Circumstances, items: Sequence[Any]) -> Answers:
    """Expire documents that are still staged; `items`: [document id, version] whose window has ended."""
    answers = Answers()
    hold_trades_of(connection, circumstances.sandbox, [number for number, _ in items])
    for number, version in items:
        row = connection.execute(
            update(document)
            .where(document.c.id == number, document.c.version == version, document.c.state == "staged")
            .values(state="expired")
            .returning(document.c.order_no, document.c.kind, document.c.key)
        ).first()
        if row is not None:
            window = circumstances.parameters.on("windows.staged_expiry", day_of(circumstances.now))
            answers.timeline.append(
                TimelineEvent(
                    order_no=row.order_no,
                    kind=row.kind,
                    key=row.key,
                    at=circumstances.now,
                    actor="port",
                    event="expired",
                    state="expired",
                    reasons=[Reason("14304", {"days": f"{window.amount:f}"}, (window.id,))],
                )
            )
    return answers
