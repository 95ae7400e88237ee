"""Makes the messages of what terminals and companies tell, whatever way it came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from declarations.calendar import stamp14
from declarations.documents.text_documents import elements_of
from declarations.port.notices import TerminalDocument, TerminalLine
from schemas.edifact.terminal import TerminalMessage
from schemas.message import Transfer
from single_window.intake.made_messages import LINES_AT_MOST, Document, guid_of, messages_of


def document_of_message(message: TerminalMessage) -> TerminalDocument:
    """Return the document that a message of an interchange says."""
    lines = tuple(
        TerminalLine(
            gnum=str(place),
            event=row.event,
            event_time=row.at,
            container_no=row.container,
            iso_type=row.iso_type,
            full=row.full,
            booking_no=row.booking,
            bill_no=row.bill,
            seal_no=row.seal,
            load_port=row.load_port,
            discharge_port=row.discharge_port,
            cell=row.cell,
            weight=row.weight,
            plate_no=row.plate,
            train_no=row.train,
        )
        for place, row in enumerate(message.rows, 1)
    )
    return TerminalDocument(
        terminal_code=message.terminal,
        doc_no=message.document,
        source=message.type,
        line_code=message.line,
        vessel_id=message.vessel,
        vessel_name=message.vessel_name,
        voyage_no=message.voyage,
        lines=lines,
    )


def event_messages(
    documents: Sequence[TerminalDocument], transfer: Transfer, made_at: int, reference: str = ""
) -> Iterator[bytes]:
    """Return the messages of documents of one terminal, each in parts of at most 2,000 lines. Raises `InvalidValues`
    with every finding of the schema.

    The same documents of the same instant and reference give the same messages, which are processed once."""
    parts = [part for one in documents for part in _parts(one, transfer, made_at, reference)]
    return messages_of("TerminalEvent", parts, transfer)


def _parts(document: TerminalDocument, transfer: Transfer, made_at: int, reference: str) -> Iterator[Document]:
    for first in range(0, len(document.lines), LINES_AT_MOST):
        part = document._replace(lines=document.lines[first : first + LINES_AT_MOST])
        # whoever sends it is part of what it is: one who may not must not stand in the way of one who may
        key = "|".join((part.terminal_code, part.doc_no, part.digest, str(made_at), reference, *transfer))
        head = {
            "guid": guid_of("port", "document", key),
            "appType": "1",
            "appTime": stamp14(made_at),
            **elements_of(part),
        }
        yield head, [elements_of(line) for line in part.lines]


def packing_message(head: Mapping[str, str], parcels: Sequence[str], transfer: Transfer, now: int) -> bytes:
    """Return the message of a packing list, by the elements of `PortPackingList`. Raises `InvalidValues`."""
    guid = guid_of("port", "document", *head.values(), *parcels, str(now))
    whole = {"guid": guid, "appType": "1", "appTime": stamp14(now), **head}
    lines = [{"gnum": str(place), "logisticsNo": number} for place, number in enumerate(parcels, 1)]
    return next(messages_of("PortPackingList", [(whole, lines)], transfer))
