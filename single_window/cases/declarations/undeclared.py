"""Documents that ended without a declaration: refused by the port or as a whole message (CEB900), or only staged.

They are stored nowhere but in their message, so they are found by their receipts: by order number through its index, by
any other number in the newest receipts; what a refused message names is found in its bytes. Each has its findings with
place and remedy, for which its message is read again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from declarations.concerned_fields import ConcernedDocument
from declarations.documents import DOCUMENTS, unpack
from declarations.reasons import Reason
from schemas import catalogue
from schemas.findings import Finding
from schemas.remedies import remedy
from single_window.cases.declarations.gathering import flow_of
from single_window.cases.declarations.refusal_search import (
    SCANNED_MESSAGES,
    STAGED,
    Given,
    among_newest,
    of_order,
    refused_messages,
    without_declaration,
)
from single_window.cases.declarations.sent_messages import ReadAgain, message_id, read_again
from single_window.cases.declarations.undeclared_document import UndeclaredDocument
from single_window.frame.findings import findings_out
from single_window.frame.typed import instant_text
from single_window.intake.located import Located, number_of, staged_finding
from single_window.intake.reading import Arrived
from single_window.language import phrases
from single_window.receipts import rows as receipts
from single_window.receipts.rows import Receipt, placeholders_of
from single_window.store.seals import fetch
from single_window.store.tables import message, receipt, timeline

MAX_UNDECLARED = 20
"""Maximum number of documents in an answer, newest first."""
_SCANNED = 20_000
"""Maximum number of answers of the port that are searched for a number, newest first."""
_SCANNED_BESIDE = 20
"""Those numbers for what lies beside a declaration, which is asked for often."""
_decode_findings = msgspec.json.Decoder(tuple[Finding, ...]).decode
_decode_reasons = msgspec.json.Decoder(tuple[Reason, ...]).decode
_OF_MESSAGE = message.c["id", "code", "sender", "state", "transmission_id", "received_at", "findings"]


def with_number(
    connection: Connection, sandbox: str, number: str, flow: str = "", senders: Collection[str] | None = None
) -> list[UndeclaredDocument]:
    """Return the documents with any number that ended without a declaration, newest first.

    `senders`: DXP ids to whose receipts and messages the search is limited; None: all."""
    return _with_number(connection, sandbox, number.strip(), flow, senders, _SCANNED, SCANNED_MESSAGES)


def beside(
    connection: Connection, sandbox: str, number: str, order_nos: Collection[str], flow: str = ""
) -> list[UndeclaredDocument]:
    """Return what the port refused under these order numbers, or lately with this number, beside what it took."""
    lately = _with_number(connection, sandbox, number.strip(), flow, None, _SCANNED_BESIDE, _SCANNED_BESIDE)
    return _newest([*_of_orders(connection, sandbox, order_nos, flow), *lately])


def _with_number(
    connection: Connection,
    sandbox: str,
    number: str,
    flow: str,
    senders: Collection[str] | None,
    refusals: int,
    messages: int,
) -> list[UndeclaredDocument]:
    """Search by order number, in the newest `refusals` and in the newest refused `messages`."""
    if not number:
        return []
    given = [*of_order(connection, sandbox, number), *among_newest(connection, sandbox, number, refusals)]
    given = [pair for pair in given if (senders is None or pair[0] in senders) and _flows(pair[1].kind, flow)]
    whole = [
        _with_message(connection, sandbox, row, number)
        for row in refused_messages(connection, sandbox, number, senders, messages)[:MAX_UNDECLARED]
    ]
    found = [*of_receipts(connection, sandbox, given), *(one for one in whole if _flows(one.kind, flow))]
    return _newest(found)


def _newest(found: Iterable[UndeclaredDocument]) -> list[UndeclaredDocument]:
    """Each document once, newest first: its receipt may lie in several mailboxes."""
    first = {(one.message_id, one.kind, one.key, one.code, one.status, one.at): one for one in reversed(list(found))}
    return sorted(first.values(), key=lambda document: document.at, reverse=True)[:MAX_UNDECLARED]


def statuses_of_order(connection: Connection, sandbox: str, order_no: str, flow: str = "") -> set[str]:
    """Return the statuses and types of the port's receipts under an order number."""
    return {
        text
        for _, given in of_order(connection, sandbox, order_no)
        if _flows(given.kind, flow)
        for text in (given.return_status, given.code)
    }


def of_receipts(connection: Connection, sandbox: str, given: Iterable[Given]) -> list[UndeclaredDocument]:
    """Return the documents of these receipts, as far as they are the port's refusals or say that one is staged."""
    once = {
        (one.kind, one.key, one.code, one.return_time, one.guid): (box, one)
        for box, one in without_declaration(list(given))
    }
    newest = sorted(once.values(), key=lambda pair: -pair[1].return_time)
    sent: dict[int, ReadAgain | None] = {}
    return [_document(connection, sandbox, *pair, sent) for pair in newest[:MAX_UNDECLARED]]


def _of_orders(
    connection: Connection, sandbox: str, order_nos: Collection[str], flow: str = ""
) -> list[UndeclaredDocument]:
    """Return what the port refused under these order numbers."""
    refused = receipt.c.return_status.like("-%")
    where = (receipt.c.sandbox == sandbox, receipt.c.order_no.in_(sorted(order_nos)), refused)
    if not connection.execute(select(receipt.c.return_status).where(*where).limit(1)).first():
        return []
    given = receipts.of_orders(connection, sandbox, sorted(order_nos))
    return of_receipts(connection, sandbox, [pair for pair in given if _flows(pair[1].kind, flow)])


def findings_of_message(connection: Connection, sandbox: str, row: Any, kept: Collection[int]) -> list[Finding]:
    """Return the findings about the documents of a message that the port refused; `kept`: positions of those that are
    stored."""
    if row.state != "read" or len(kept) >= row.documents or (sent := read_again(connection, row.id)) is None:
        return []
    missing = {
        (sent.reading.kind, arrived.key, arrived.guid): arrived
        for arrived in sent.reading.documents
        if arrived.position not in kept
    }
    orders = sorted({arrived.order_no for arrived in missing.values() if arrived.order_no})
    given = receipts.of_orders(connection, sandbox, orders)
    keys = sorted({arrived.key for arrived in missing.values() if not arrived.order_no})
    given += receipts.of_keys(connection, sandbox, sent.reading.kind, keys)
    refusals = {
        place: answer
        for _, answer in given
        if answer.return_status.startswith("-")
        and answer.root == sent.reading.guid
        and (place := (answer.kind, answer.key, answer.guid)) in missing
    }
    return [
        finding
        for place, arrived in missing.items()
        if place in refusals
        for finding in _explain(connection, sandbox, refusals[place], sent, arrived)
    ]


def _flows(kind: str, flow: str) -> bool:
    return flow in {"", flow_of(kind)}


def _with_message(connection: Connection, sandbox: str, row: Any, wanted: str) -> UndeclaredDocument:
    answered = receipts.of_keys(connection, sandbox, "message", [row.transmission_id]) if row.state == "invalid" else []
    last = answered[-1][1] if answered else None
    return UndeclaredDocument(
        kind=catalogue.by_code(row.code).kind if row.code else "",
        key=wanted,
        order_no="",
        code=last.code if last else "",
        status=last.return_status if last else "",
        at=instant_text(row.received_at),
        mailbox=row.sender,
        message_id=row.id,
        findings=findings_out(_decode_findings(row.findings)) if row.findings else (),
    )


def _document(
    connection: Connection, sandbox: str, mailbox: str, given: Receipt, opened: dict[int, ReadAgain | None]
) -> UndeclaredDocument:
    number = _message_of(connection, sandbox, given)
    if number is not None and number not in opened:
        opened[number] = read_again(connection, number)
    sent = opened[number] if number is not None else None
    arrived = _arrived(sent, given)
    return UndeclaredDocument(
        kind=given.kind,
        key=given.key,
        order_no=given.order_no,
        code=given.code,
        status=given.return_status,
        at=instant_text(given.return_time),
        mailbox=mailbox,
        message_id=number,
        findings=findings_out(_explain(connection, sandbox, given, sent, arrived)),
    )


def _message_of(connection: Connection, sandbox: str, given: Receipt) -> int | None:
    """Return the id of the message that a receipt of the port answers; None if it is no longer stored."""
    return message_id(connection, sandbox, given.root, given.return_time)


def _arrived(sent: ReadAgain | None, given: Receipt) -> Arrived | None:
    """Return the document of a receipt in its message."""
    if sent is None:
        return None
    same = [arrived for arrived in sent.reading.documents if arrived.key == given.key]
    return next((arrived for arrived in same if arrived.guid == given.guid), same[0] if same else None)


def _explain(
    connection: Connection, sandbox: str, given: Receipt, sent: ReadAgain | None, arrived: Arrived | None
) -> list[Finding]:
    """Return the reasons of a refusal as findings; with the document, they tell the place."""
    if given.return_status == STAGED:
        return []
    reasons = _reasons(connection, sandbox, given)
    if sent is None or arrived is None:
        return [_without_place(reason) for reason in reasons]
    kind, facts = sent.reading.kind, unpack(DOCUMENTS[sent.reading.kind], arrived.facts)
    source = ConcernedDocument(kind, number_of(kind, facts), facts, arrived.position, sent.reading.count)
    return [staged_finding("port", reason, [Located(source, sent.tree)]).finding for reason in reasons]


def _without_place(reason: Reason) -> Finding:
    words, row = phrases.of_reason(reason), remedy(reason.rule)
    return Finding(reason.rule, words.zh, words.en, remedy_zh=row.zh, remedy_en=row.en)


def _reasons(connection: Connection, sandbox: str, given: Receipt) -> Sequence[Reason]:
    """Return all reasons of a refusal: those of its line in the timeline, else the one that its receipt tells."""
    values = placeholders_of(given.order_no, given.fields)
    chosen = select(timeline.c.reasons).where(
        timeline.c.sandbox == sandbox,
        timeline.c.order_no == given.order_no,
        timeline.c.kind == given.kind,
        timeline.c.key == given.key,
        timeline.c.event == "refused",
        timeline.c.at == given.return_time,
        timeline.c.reasons != "",
    )
    lines = fetch(connection, chosen, timeline)
    told = next((reasons for line in lines if (reasons := _decode_reasons(line.reasons))), None)
    reasons = told or (Reason(given.rule, given.values),)
    return [reason._replace(values={**values, **reason.values}) for reason in reasons]
