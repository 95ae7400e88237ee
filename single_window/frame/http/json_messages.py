"""Admits messages that a call makes of JSON, or of files of others: the company's sender, the schema's findings, the
answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from flask import Response
from sqlalchemy import Connection, select

from schemas.message import Transfer
from schemas.rendering import InvalidValues
from schemas.writing import write
from single_window.frame.http import accepting, guard
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import refusal
from single_window.intake.admission import ACCEPTED, AdmissionAnswer
from single_window.intake.admission_queue import NotAccepting
from single_window.intake.reading import Reading
from single_window.receipts.rows import NAMESPACE
from single_window.store.tables import participant

NO_MAILBOX = "DXPENT0000000011"
"""The mailbox of a company that has none."""
DOCUMENTS_AT_MOST, LINES_AT_MOST = 100, 2_000
"""Documents, and lines in all, of a message that is made here."""


def sender_of(connection: Connection, sandbox: str, code: str) -> Transfer:
    """Return the sender of a company's messages, with its mailbox if it is registered with one."""
    column = participant.c
    chosen = select(column.name, column.dxp_id).where(column.sandbox == sandbox, column.code == code)
    row = connection.execute(chosen).first()
    name = ((row.name if row else "") or code)[:100]
    return Transfer(code[:18], name, "DXP", (row.dxp_id if row else "") or NO_MAILBOX)


def company_sender(code: str) -> Transfer:
    """Return the sender of a company's messages in the sandbox of the request."""
    with reading_sandbox() as (connection, sandbox):
        return sender_of(connection, sandbox, code)


def guid_of(*parts: str) -> str:
    """Return the guid that follows from texts: the same content gives the same message, which is processed once."""
    return str(uuid.uuid5(NAMESPACE, "|".join(parts))).upper()


Document: TypeAlias = tuple[Mapping[str, str], Sequence[Mapping[str, str]]]
"""The elements of a document's head, and of each of its lines."""


def messages_of(code: str, documents: Sequence[Document], transfer: Transfer) -> Iterator[bytes]:
    """Yield messages of documents in their order, at most 100 documents and 2,000 lines in each. Raises
    `InvalidValues`."""
    while documents:
        lines = accumulate(len(lines) for _, lines in documents[:DOCUMENTS_AT_MOST])
        count = max(1, sum(total <= LINES_AT_MOST for total in lines))
        group, documents = documents[:count], documents[count:]
        guid = guid_of("message", "|".join(head["guid"] for head, _ in group))
        yield write(code, group, guid=guid, transfer=transfer)


def send_all(written: Callable[[], Iterable[bytes]]) -> tuple[AcceptedOut, ...] | Response:
    """Admit messages, all of which are written first; return what was accepted, or the refusal of the first one that
    was not."""
    try:
        bodies = list(written())
    except InvalidValues as bad:
        return refusal(400, bad.findings)
    accepted = []
    for body in bodies:
        incoming, admitted = admit(body)
        if isinstance(admitted, NotAccepting) or admitted.status != ACCEPTED:
            return accepting.message_answer(admitted, incoming).response()
        accepted.append(accepting.accepted_out(admitted, incoming))
    return tuple(accepted)


def send_alone(written: Callable[[Transfer, int], bytes], code: str) -> Response:
    """Admit one message of a company, written for its sender and the sandbox's now; return its answer."""
    sender, now = company_sender(code), ports().window.now(guard.sandbox_name())
    try:
        body = written(sender, now)
    except InvalidValues as bad:
        return refusal(400, bad.findings)
    incoming, admitted = admit(body)
    return accepting.message_answer(admitted, incoming).response()


def admit(body: bytes) -> tuple[Reading, AdmissionAnswer | NotAccepting]:
    """Admit a message to the sandbox of the request, for a key that may send for its sender."""
    at, sandbox = ports(), guard.sandbox_name()
    incoming = accepting.check_sender(at.reader.read(sandbox, body, None))
    return incoming, at.admission.admit(sandbox, accepting.CHANNEL, incoming)
