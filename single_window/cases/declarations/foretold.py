"""What messages would be answered: read in the transaction in which they are filed on trial, of which nothing stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, func, select

from declarations.reasons import Reason
from gateways.replies import single_reasons
from schemas.findings import Finding
from single_window.cases.declarations.arrivals import MessageAnswers, answered_to
from single_window.cases.declarations.refused_by_agencies import REFUSED
from single_window.intake.admission import ACCEPTED, AdmissionAnswer
from single_window.intake.concerned import AGENCY
from single_window.intake.located import Located, StagedFinding, locate_stored, staged_finding
from single_window.intake.reading import Reading
from single_window.receipts import rows
from single_window.receipts.rows import Receipt, placeholders_of
from single_window.store.tables import message, receipt_group

PORT, CUSTOMS, WHO_ANSWERS = "port", "customs", "agency"
MAX_RECEIPTS = 1_000
"""Receipts of a mailbox that are told."""
Place: TypeAlias = tuple[str, str]
"""Kind and business key of a document."""


class Foretold(NamedTuple):
    """What a message would be answered: receipts to its sender, in order, and what they refuse or remark on. Those
    about documents that were sent before stand at the last message of their mailbox."""

    receipts: Sequence[Receipt] = ()
    findings: Sequence[StagedFinding] = ()


def foretell(
    connection: Connection, answers: Sequence[AdmissionAnswer], sandbox: str, readings: Sequence[Reading]
) -> list[Foretold]:
    """Return what each message is answered, of those that were admitted in this transaction."""
    admitted = {
        answer.id: reading
        for reading, answer in zip(readings, answers, strict=True)
        if answer.status == ACCEPTED and not answer.repeated
    }
    told = {number: list[Receipt]() for number in admitted}
    about = {
        (reading.sender, reading.kind, document.key): number
        for number, reading in admitted.items()
        for document in reading.documents
    }
    about |= {(reading.sender, "message", reading.transmission_id): number for number, reading in admitted.items()}
    last = {reading.sender: number for number, reading in admitted.items()}
    for mailbox, number in last.items():
        for one in _receipts(connection, sandbox, mailbox, min(admitted)):
            told[about.get((mailbox, one.kind, one.key), number)].append(one)
    return [
        Foretold(told[answer.id], _findings(connection, sandbox, reading, answer.id, told[answer.id]))
        if answer.id in admitted
        else Foretold()
        for reading, answer in zip(readings, answers, strict=True)
    ]


def _receipts(connection: Connection, sandbox: str, mailbox: str, first: int) -> list[Receipt]:
    """Return the receipts of a mailbox whose groups have higher row ids than `first`."""
    groups = receipt_group.c
    begins = connection.execute(
        select(func.min(groups.first)).where(groups.sandbox == sandbox, groups.mailbox == mailbox, groups.id > first)
    ).scalar()
    return [] if begins is None else rows.after(connection, sandbox, mailbox, begins - 1, MAX_RECEIPTS)


def _findings(
    connection: Connection, sandbox: str, reading: Reading, number: int, told: Sequence[Receipt]
) -> list[StagedFinding]:
    row = connection.execute(select(message).where(message.c.id == number)).one()
    keys = [(reading.kind, document.key, document.order_no) for document in reading.documents]
    answered = answered_to(connection, sandbox, row, keys)
    own = {one.position for one in answered.filed}
    findings = [StagedFinding(WHO_ANSWERS if one.document in own else PORT, one) for one in answered.findings]
    if reading.kind not in AGENCY:
        findings += _refusals(told, _located(connection, sandbox, answered))
    return findings


def _located(connection: Connection, sandbox: str, answered: MessageAnswers) -> dict[Place, Located]:
    ids = {(one.kind, one.key): one.id for one in answered.filed}
    located = locate_stored(connection, sandbox, ids.values())
    return {place: located[number] for place, number in ids.items() if number in located}


def _refusals(told: Sequence[Receipt], located: Mapping[Place, Located]) -> Iterator[StagedFinding]:
    """Yield what customs refuses documents for that the port has filed."""
    for receipt in told:
        at = located.get((receipt.kind, receipt.key))
        refused = receipt.return_status == REFUSED or receipt.return_status.startswith("-")
        if at is not None and refused and receipt.rule:
            values = placeholders_of(receipt.order_no, receipt.fields)
            for reason in single_reasons(Reason(receipt.rule, receipt.values)):
                yield staged_finding(CUSTOMS, reason._replace(values={**values, **reason.values}), [at])


def new_findings(known: Sequence[StagedFinding], told: Sequence[StagedFinding]) -> list[StagedFinding]:
    """Return what is told of a message and not known yet: the code about the document, as error or remark."""
    there = {_of(staged.finding) for staged in known}
    return [staged for staged in told if _of(staged.finding) not in there]


def _of(finding: Finding) -> tuple[str, int | None, bool]:
    return finding.code, finding.document, finding.warning
