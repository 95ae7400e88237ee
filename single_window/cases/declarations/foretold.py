"""What messages would be answered. The receipts are read in the transaction in which the messages are filed on trial;
what they refuse is located afterwards, when nobody waits for the transaction any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from declarations.concerned_fields import ConcernedDocument
from declarations.documents import DOCUMENTS, unpack
from declarations.reasons import Reason
from gateways.replies import single_reasons
from schemas.findings import Finding
from schemas.locating import Tree
from schemas.packing import MESSAGES
from schemas.reading import open_message
from single_window.cases.declarations.refused_by_agencies import REFUSED, REMARKED
from single_window.intake.admission import ACCEPTED, AdmissionAnswer
from single_window.intake.concerned import AGENCY
from single_window.intake.located import Located, StagedFinding, max_reasons, number_of, staged_finding
from single_window.intake.reading import Arrived, Reading
from single_window.language.for_people import without_code
from single_window.receipts import rows
from single_window.receipts.rows import Receipt, placeholders_of
from single_window.store.tables import receipt_group

FORM, PORT, CUSTOMS, WHO_ANSWERS = "form", "port", "customs", "agency"
MAX_RECEIPTS = MAX_FINDINGS = 1_000
"""Receipts of a mailbox that are told, and reasons of a message that are located."""
_MESSAGE = "message"
"""The kind of a receipt about a message as a whole (CEB900)."""


class Foretold(NamedTuple):
    """What a message would be answered: by its admission, and by receipts to its sender, in order. Those about
    documents that were sent before stand at the last message of their mailbox."""

    admission: AdmissionAnswer
    receipts: Sequence[Receipt] = ()


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
    for mailbox in dict.fromkeys(reading.sender for reading in admitted.values()):
        own = {number: reading for number, reading in admitted.items() if reading.sender == mailbox}
        for one in _receipts(connection, sandbox, mailbox, min(admitted)):
            told[_answered(one, own)].append(one)
    return [Foretold(answer, () if answer.repeated else told.get(answer.id, ())) for answer in answers]


def _receipts(connection: Connection, sandbox: str, mailbox: str, first: int) -> list[Receipt]:
    """Return the receipts of a mailbox whose groups have higher row ids than `first`."""
    groups = receipt_group.c
    begins = connection.execute(
        select(func.min(groups.first)).where(groups.sandbox == sandbox, groups.mailbox == mailbox, groups.id > first)
    ).scalar()
    return [] if begins is None else rows.after(connection, sandbox, mailbox, begins - 1, MAX_RECEIPTS)


def _answered(receipt: Receipt, own: Mapping[int, Reading]) -> int:
    """Return the message that a receipt answers: the one whose guid the port repeats, else the last with its document
    of those that are not refused for another, else the last."""
    named = [number for number, reading in own.items() if receipt.root and reading.guid == receipt.root]
    if receipt.kind == _MESSAGE:
        named = [number for number, reading in own.items() if reading.transmission_id == receipt.key]
    about = [number for number, reading in own.items() if _document_of(receipt, reading) is not None]
    return (named or about or list(own))[-1]


def _document_of(receipt: Receipt, reading: Reading) -> Arrived | None:
    """The document of a message that a receipt is about."""
    if receipt.kind != reading.kind:
        return None
    keyed = [document for document in reading.documents if document.key == receipt.key]
    return next((document for document in keyed if document.guid == receipt.guid), keyed[-1] if keyed else None)


def findings_of(told: Foretold, reading: Reading) -> Iterator[StagedFinding]:
    """Yield what a message would be refused for or remarked on, at most `MAX_FINDINGS`, with the places in it."""
    yield from (StagedFinding(FORM, found) for found in told.admission.findings)
    found = _Findings(reading)
    yield from islice((finding for receipt in told.receipts for finding in found.of(receipt)), MAX_FINDINGS)


class _Findings:
    """The findings of receipts about the documents of one message, which is opened once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._tree: Tree | None = None

    def of(self, receipt: Receipt) -> Iterator[StagedFinding]:
        """Yield what a receipt refuses or remarks on."""
        refuses = receipt.return_status == REFUSED or receipt.return_status.startswith("-")
        agency = self._reading.kind in AGENCY
        if not refuses and not (agency and receipt.return_status == REMARKED):
            return
        document = _document_of(receipt, self._reading)
        if not receipt.rule or document is None:
            if refuses and (document is not None or receipt.kind == _MESSAGE):
                yield StagedFinding(PORT, _said(receipt))
            return
        stage = PORT if receipt.return_status.startswith("-") else WHO_ANSWERS if agency else CUSTOMS
        values = placeholders_of(receipt.order_no, receipt.fields)
        located = self._located(document)
        for reason in islice(single_reasons(Reason(receipt.rule, receipt.values)), max_reasons(located.source.facts)):
            told = reason._replace(values={**values, **reason.values})
            staged = staged_finding(stage, told, [located], warning=not refuses)
            found = staged.finding
            words = found._replace(zh=without_code(found.zh), en=without_code(found.en)) if agency else found
            yield staged._replace(finding=words)

    def _located(self, document: Arrived) -> Located:
        if self._tree is None:
            self._tree = Tree(open_message(MESSAGES.unpack(self._reading.body)).tree)
        kind = self._reading.kind
        facts = unpack(DOCUMENTS[kind], document.facts)
        source = ConcernedDocument(kind, number_of(kind, facts), facts, document.position, self._reading.count)
        return Located(source, self._tree)


def _said(receipt: Receipt) -> Finding:
    """The finding of a refusal that has no reason but its words, such as one that a test forces."""
    code = receipt.return_status
    return Finding(code, receipt.shown_in("zh") or code, receipt.shown_in("en") or code)
