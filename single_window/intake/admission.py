"""Admission: archives messages and files them for reception, many in one commit, before they are answered.

A repeated transmission is answered with its first id and changes nothing; the same transmission id with other bytes
is refused. A message that cannot be opened is stored with its findings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from schemas.findings import Finding
from single_window.intake.reading import Reading
from single_window.messaging.topology import MESSAGE_RECEIVED
from single_window.store import acknowledged, mailboxes, triggers
from single_window.store.bulk import array_value, in_array, insert_rows, per_dialect
from single_window.store.deliveries import file_deliveries
from single_window.store.numbering import ROWS, Numbering
from single_window.store.prepared import fetch_all
from single_window.store.records import to_json
from single_window.store.seals import insert_sealed
from single_window.store.tables import archive, message

_MESSAGE = (
    "id",
    "sandbox",
    "sender",
    "transmission_id",
    "content_hash",
    "code",
    "guid",
    "edition",
    "channel",
    "received_at",
    "admitted_at",
    "size",
    "documents",
    "state",
    "findings",
)


ACCEPTED = 202


class AdmissionAnswer(NamedTuple):
    """The answer to one message: its id with status 202, with remarks of `findings`, or findings with a 4xx status.
    `repeated`: a transmission that was admitted before."""

    id: int
    status: int
    code: str
    documents: int
    findings: tuple[Finding, ...] = ()
    repeated: bool = False


class _AdmissionRows(NamedTuple):
    """The rows to insert."""

    messages: list[tuple[object, ...]]
    bodies: list[tuple[int, bytes]]
    deliveries: list[tuple[object, ...]]


def write_messages(
    connection: Connection,
    numbering: Numbering,
    sandbox: str,
    channel: str,
    readings: Sequence[Reading],
    now: int,
    system: int,
) -> list[AdmissionAnswer]:
    """Archive and file messages; `now` is the sandbox's instant, `system` the machine's. Never commits."""
    earlier = _earlier_transmissions(connection, sandbox, readings)
    senders = {reading.sender for reading in readings if not reading.refused}
    strange = mailboxes.unregistered(connection, sandbox, senders)
    ids = numbering.take(ROWS, "row", 2 * len(readings))
    answers: list[AdmissionAnswer] = []
    rows = _AdmissionRows([], [], [])
    for reading, message_id, delivery_id in zip(readings, ids, ids[len(readings) :], strict=False):
        key = (reading.sender, reading.transmission_id)
        answer = _answer(message_id, reading, None if reading.refused else earlier.get(key))
        if answer.status == ACCEPTED and reading.sender in strange:
            answer = answer._replace(findings=(_unregistered(reading.sender, sandbox),))
        answers.append(answer)
        if answer.repeated:
            continue
        rows.messages.append(_message_row(message_id, sandbox, channel, (now, system), reading, answer))
        rows.bodies.append((message_id, reading.body))
        if answer.status == ACCEPTED:
            earlier[key] = (message_id, reading.content_hash)
            rows.deliveries.append(_delivery_row(delivery_id, sandbox, message_id, system, reading))
    insert_sealed(connection, message, _MESSAGE, rows.messages)
    acknowledged.count(connection, acknowledged.MESSAGES, len(rows.messages))
    insert_rows(connection, archive, ("message_id", "body"), rows.bodies)
    file_deliveries(connection, rows.deliveries)
    _call_scenarios(connection, sandbox, readings, answers)
    both = zip(readings, answers, strict=True)
    mailboxes.open_for(connection, sandbox, {reading.sender for reading, answer in both if answer.status == ACCEPTED})
    return answers


def _message_row(
    number: int, sandbox: str, channel: str, instants: tuple[int, int], reading: Reading, answer: AdmissionAnswer
) -> tuple[object, ...]:
    """A message as it is stored, in the order of `_MESSAGE`; `instants`: the sandbox's and the machine's."""
    accepted = answer.status == ACCEPTED
    return (
        number,
        sandbox,
        reading.sender,
        # a refused message must not occupy its transmission id, so that a corrected one can use it
        reading.transmission_id if accepted else f"\x1frefused {number}",
        reading.content_hash,
        reading.code,
        reading.guid,
        reading.edition,
        channel,
        *instants,
        reading.size,
        reading.count,
        "received" if accepted else "refused",
        to_json((*answer.findings, *reading.remarks)),
    )


def _delivery_row(number: int, sandbox: str, message_id: int, system: int, reading: Reading) -> tuple[object, ...]:
    """The delivery of a message to reception, in the order of `deliveries.COLUMNS`."""
    items = max(1, reading.count)
    return number, sandbox, *MESSAGE_RECEIVED, message_id, "", items, "ready", 0, system


def _call_scenarios(
    connection: Connection, sandbox: str, readings: Sequence[Reading], answers: Sequence[AdmissionAnswer]
) -> None:
    """Store the scenarios that were requested with messages."""
    named = {
        answer.id: reading.scenario
        for answer, reading in zip(answers, readings, strict=True)
        if reading.scenario and answer.status == ACCEPTED and not answer.repeated
    }
    if named:
        triggers.call(connection, sandbox, named)


@per_dialect
def _of_transmissions(sqlite: bool) -> Any:
    return select(message.c.sender, message.c.transmission_id, message.c.id, message.c.content_hash).where(
        message.c.sandbox == bindparam("of_sandbox"), in_array(sqlite, message.c.transmission_id, "ids")
    )


def _earlier_transmissions(
    connection: Connection, sandbox: str, readings: Sequence[Reading]
) -> dict[tuple[str, str], tuple[int, str]]:
    """(sender, transmission id) → (message id, content hash) of earlier transmissions."""
    wanted = sorted({reading.transmission_id for reading in readings if not reading.refused})
    rows = fetch_all(
        connection, _of_transmissions(connection), {"of_sandbox": sandbox, "ids": array_value(connection, wanted)}
    )
    return {(sender, transmission): (number, digest) for sender, transmission, number, digest in rows}


def _answer(number: int, reading: Reading, earlier: tuple[int, str] | None) -> AdmissionAnswer:
    if reading.refused:
        return AdmissionAnswer(number, reading.refused, reading.code, 0, reading.findings)
    if earlier is None:
        return AdmissionAnswer(number, ACCEPTED, reading.code, reading.count)
    if earlier[1] == reading.content_hash:
        return AdmissionAnswer(earlier[0], ACCEPTED, reading.code, reading.count, repeated=True)
    return AdmissionAnswer(number, 409, reading.code, 0, (_other_bytes(reading, earlier[0]),))


def _unregistered(sender: str, sandbox: str) -> Finding:
    return Finding(
        "unregistered-sender",
        f"沙箱{sandbox}中没有传输编号（dxpId）为{sender}的企业",
        f"no company of the sandbox {sandbox} has the DXP id {sender}",
        found=sender,
        remedy_zh="请检查dxpId和X-Sandbox，或登记该企业；回执在该编号的信箱中",
        remedy_en="check dxpId and X-Sandbox, or register the company; the receipts are in the mailbox of this id",
        warning=True,
    )


def _other_bytes(reading: Reading, earlier: int) -> Finding:
    return Finding(
        "transmission-id-reused",
        f"传输编号{reading.transmission_id}已用于内容不同的报文{earlier}",
        f"the transmission id {reading.transmission_id} was used for message {earlier} with other content",
        found=reading.transmission_id,
        remedy_zh="请为每个报文使用新的CopMsgId（裸报文为根元素guid）",
        remedy_en="give every message a new CopMsgId (bare XML: a new guid on the root)",
    )
