"""The outcome of each trade of a sandbox, ordered by number, reduced to values that do not differ between two runs.

Omitted are numbers assigned by the window, guids, instants, persons who decided, and values that depend on the order in
which documents were received. Numbers and days written by participants, amounts, statuses, codes and reasons are
included. A refund claim, a foreign exchange report and a transport note are outcomes under their own numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    case,
    cast,
    collate,
    func,
    select,
    union,
)

from declarations.money import amount_text
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from single_window.cases.digests.lines import PAPER, Outcome
from single_window.receipts.rows import COPY, INJECTED
from single_window.store.content_hashes import HexDigits
from single_window.store.receipt_contents import ReceiptContent, with_contents
from single_window.store.seals import fetch_whole
from single_window.store.tables import (
    declaration,
    document,
    forex_report,
    message,
    receipt,
    receipt_group,
    refund_claim,
    request,
    tax_bill,
)

ROWS_PER_QUERY = 500
"""Trades read by one query."""
ASSIGNED_NUMBERS = frozenset(
    {
        "guid",
        "root",
        "body",
        "message",
        "preNo",
        "invtNo",
        "taxNo",
        "sumNo",
        "rkdNo",
        "entryId",
        "declSeqNo",
        "batchNo",
        "entDutyNo",
        "noticeNo",
        "invt_no",
        "pre_no",
        "tax_no",
        "sum_no",
        "entry_id",
        "batch_no",
        "decl_seq_no",
        "notice_no",
        "traceCode",
    }
)
"""Names (on the wire and in reasons) of numbers that the window assigns."""
PERSONS = frozenset({"who", "opened_by"})
"""Names in reasons of the person who decided: an outcome is the same whoever brought it about."""
ISSUED_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"\d{4}20\d\d[0EIS]\d{9}"  # lists, summaries, summary declarations: office, year, serial number
    r"|\d{4}20\d{6}[EI]?\d{6}"  # intakes, batches: office, day, serial number
    r"|[A-Z]20\d{15}"  # the port's own numbers: letter, day or year, serial number
    r"|QD\d\d[BS][0-9A-Z]{9}"  # trace codes: year, lot or item, a mixed serial number, a check character
    r")"
)
"""A number that the window assigned inside another value, among words or before other digits: an item of export data is
the number of a list or of a summary declaration, followed by a line number."""
_OMITTED = ASSIGNED_NUMBERS | PERSONS
TRIGGER = "trigger"
"""The value of a reason that names the trigger which forced it."""
ROUTINE = frozenset({"1", "2"})
"""Statuses (staged, declared) whose values are omitted: they name the documents that were received before."""
STATE_MEANWHILE = frozenset({"state", "state_zh", "state_en"})
"""Values of a port's refusal that tell how far the earlier document was: who worked when decides."""
COMBINED_KINDS = {"summary_result": "792"}
"""Kinds whose keys the window assigns: their receipts are combined under the request's number, sorted by content."""
_IS_COPY = (receipt.c.kind == INJECTED) | ((receipt.c.kind == "message") & (receipt.c.code != "900"))
"""Receipts for messages that are passed on unchanged: their key is the row id of the message."""
_COPIED = cast(case((_IS_COPY, receipt.c.key), else_="0"), BigInteger)
_MESSAGE_NAME = case((receipt.c.kind == INJECTED, HexDigits(message.c.content_hash)), else_=message.c.transmission_id)
KEY = case((_IS_COPY, func.coalesce(message.c.sender + " " + _MESSAGE_NAME, "")), else_=receipt.c.key)
"""The key of a receipt's subject in a query `with_messages`; for a message that is passed on, its sender and content
hash or transmission id."""
_decode_reasons = msgspec.json.Decoder(tuple[Reason, ...]).decode
_decode_assessment = msgspec.json.Decoder(Assessment).decode


def outcomes(connection: Connection, sandbox: str) -> Iterator[Outcome]:
    """Yield all outcomes of a sandbox, ordered by number."""
    for numbers in _numbers(connection, sandbox):
        yield from _gather(connection, sandbox, numbers)
    yield from _numberless(connection, sandbox)


def _numbers(connection: Connection, sandbox: str) -> Iterator[Sequence[str]]:
    """Yield all order numbers in chunks, in byte order, which is the same in every database."""
    numbers_of_all = union(
        *(
            select(table.c.order_no).where(table.c.sandbox == sandbox, table.c.order_no != "")
            for table in (document, receipt, declaration)
        )
    ).subquery()
    chosen = select(numbers_of_all.c.order_no).order_by(in_bytes(connection, numbers_of_all.c.order_no))
    rows = connection.execute(chosen.execution_options(yield_per=ROWS_PER_QUERY))
    for part in rows.scalars().partitions(ROWS_PER_QUERY):
        yield list(part)


def _gather(connection: Connection, sandbox: str, numbers: Sequence[str]) -> Iterator[Outcome]:
    by_number: dict[str, dict[str, Any]] = {number: {} for number in numbers}
    declared = _rows(connection, declaration, sandbox, numbers)
    for row in declared:
        _put(by_number[row.order_no], f"list {row.flow}", _list(row))
    by_id = {row.id: row.order_no for row in declared}
    of_lists = select(request).where(request.c.declaration_id.in_(list(by_id)))
    rows = fetch_whole(connection, of_lists, request) if by_id else ()
    for row in rows:
        _put(
            by_number[by_id[row.declaration_id]],
            f"{row.kind} {row.key}",
            {"state": row.state, "reasons": _reasons(row.reasons)},
        )
    for row in sorted(_rows(connection, tax_bill, sandbox, numbers), key=lambda row: row.sequence):
        _put(by_number[row.order_no], f"tax bill {row.sequence}", _bill(row))
    for row in _rows(connection, document, sandbox, numbers):
        _put(by_number[row.order_no], f"{row.kind} {row.key}", {"document": row.state, "status": row.app_status})
    for row, content in with_contents(connection, _answers(connection, sandbox, numbers)):
        _answer(by_number[row.order_no], row, content)
    _agencies(connection, sandbox, by_number)
    for number in numbers:
        yield Outcome(number, _sort_values(by_number[number]))


def _numberless(connection: Connection, sandbox: str) -> Iterator[Outcome]:
    """Yield the outcomes of receipts without an order number: for refused messages, deliveries, intakes."""
    order = [in_bytes(connection, column) for column in (receipt.c.kind, KEY)]
    rows = connection.execute(
        _receipts(sandbox)
        .where(receipt.c.order_no == "")
        .order_by(*order, *_in_time(connection))
        .execution_options(yield_per=ROWS_PER_QUERY)
    )
    place, values = "", dict[str, Any]()
    for row, content in with_contents(connection, rows):
        if place != f"{row.kind} {row.key}":
            if values:
                yield Outcome(place, values, PAPER)
            place, values = f"{row.kind} {row.key}", {}
        _answer(values, row, content)
    if values:
        yield Outcome(place, values, PAPER)


def in_bytes(connection: Connection, column: ColumnElement[str]) -> ColumnElement[str]:
    """Return a column collated by bytes, the same in every database."""
    return collate(column, "BINARY" if connection.dialect.name == "sqlite" else "C")


def _rows(connection: Connection, table: Table, sandbox: str, numbers: Sequence[str]) -> Sequence[Row[Any]]:
    return fetch_whole(
        connection, select(table).where(table.c.sandbox == sandbox, table.c.order_no.in_(numbers)), table
    )


def with_messages(chosen: Select[Any]) -> Select[Any]:
    """Join a query of receipts with the messages that are passed on unchanged."""
    return chosen.outerjoin(message, message.c.id == _COPIED)


def _receipts(sandbox: str) -> Any:
    return with_messages(
        select(
            *receipt.c["order_no", "code", "kind"],
            KEY.label("key"),
            *receipt.c["return_status", "group_id", "position"],
            receipt_group.c.mailbox,
        ).join(receipt_group, receipt_group.c.id == receipt.c.group_id)
    ).where(receipt.c.sandbox == sandbox)


def _answers(connection: Connection, sandbox: str, numbers: Sequence[str]) -> Iterable[Row[Any]]:
    return connection.execute(_receipts(sandbox).where(receipt.c.order_no.in_(numbers)).order_by(*_in_time(connection)))


def _in_time(connection: Connection) -> Sequence[ColumnElement[Any]]:
    """Return the sort order: instant, mailbox, position in it. Row ids are not ordered, because several processes write
    rows."""
    mailbox = in_bytes(connection, receipt_group.c.mailbox)
    return receipt.c.return_time, mailbox, receipt_group.c.first, receipt.c.position


def _put(values: dict[str, Any], place: str, fields: Mapping[str, Any]) -> None:
    values.setdefault(place, {}).update(fields)


def _list(row: Row[Any]) -> dict[str, Any]:
    return {
        "state": row.state,
        "lane": row.lane,
        "detention": row.detention,
        "value": amount_text(row.value),
        "full_tax": bool(row.full_tax),
        "assured_by": row.assure_code,
        "statistics": row.statistics_flag,
        "reasons": _reasons(row.reasons),
    }


def _bill(row: Row[Any]) -> dict[str, Any]:
    assessment = _decode_assessment(row.assessment)
    return {
        "state": row.state,
        "value": amount_text(assessment.value),
        "duty": amount_text(assessment.duty),
        "consumption": amount_text(assessment.consumption),
        "vat": amount_text(assessment.vat),
        "total": amount_text(assessment.total),
        "surcharge": amount_text(row.surcharge),
    }


def _answer(values: dict[str, Any], row: Row[Any], content: ReceiptContent) -> None:
    """Add one receipt to `values`, except a duplicate that a test forced: mailbox, message, status, rule, and the
    values of its text and fields."""
    fields = decode_row(content.fields)
    if COPY in fields:
        return
    answer: dict[str, Any] = {"to": row.mailbox, "receipt": row.code, "status": row.return_status}
    if row.return_status not in ROUTINE or row.code == "816":
        words = common(decode_row(content.words))
        kept = words if not row.return_status.startswith("-") else _remove_names(words, STATE_MEANWHILE)
        answer |= {"rule": content.rule, **kept}
    answer |= common_fields(row.kind, fields)
    answers = values.setdefault(about(row), {}).setdefault("answers", [])
    answers.append({name: value for name, value in answer.items() if value != ""})


def about(row: Any) -> str:
    """Return the subject of a receipt: kind and key, or the kind alone if the window assigns its keys."""
    return str(row.kind) if row.kind in COMBINED_KINDS else f"{row.kind} {row.key}"


def decode_row(text: str) -> dict[str, Any]:
    """Decode the words or fields of a row."""
    return msgspec.json.decode(text, type=dict[str, Any]) if text else {}


def common(value: Any) -> Any:
    """Remove the numbers that the window assigns from a value."""
    if isinstance(value, dict):
        return {name: common(_remove_row_id(name, element)) for name, element in value.items() if name not in _OMITTED}
    if isinstance(value, str):
        return ISSUED_NUMBER.sub("", value)
    return [common(element) for element in value] if isinstance(value, list) else value


def common_fields(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Remove what `common` removes from the values of a receipt; the lines of kinds whose keys the window assigns are
    sorted by content, because it writes them in the order of its row ids."""
    shared: dict[str, Any] = common(fields)
    if kind in COMBINED_KINDS:
        return {name: _by_content(value) if isinstance(value, list) else value for name, value in shared.items()}
    return shared


def _by_content(values: Iterable[Any]) -> list[Any]:
    return sorted(values, key=msgspec.json.encode)


def _remove_names(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _remove_row_id(name: str, value: Any) -> Any:
    """Remove the row id from a trigger's label: "5 (mine)" becomes "mine", "5 (reject-5)" becomes "reject"."""
    if name != TRIGGER or not isinstance(value, str):
        return value
    number, _, label = value.partition(" ")
    return label.strip("()").removesuffix(f"-{number}") if number.isdigit() else value


def _reasons(text: str) -> list[str]:
    """Return reasons as rule and values, without the ids of dated values, which may differ for the same content."""
    texts = []
    for reason in _decode_reasons(text or "[]"):
        kept = {name: value for name, value in reason.values.items() if name not in _OMITTED}
        values = (f"{name}={common(_remove_row_id(name, value))}" for name, value in kept.items())
        texts.append(" ".join([reason.rule, *values]))
    return texts


def _agencies(connection: Connection, sandbox: str, by_number: Mapping[str, dict[str, Any]]) -> None:
    """Add the outcomes of refund claims and foreign exchange reports, under their own numbers."""
    for table, kind, amounts in (
        (refund_claim, "refund_claim", ("fob", "refund", "credited", "carry", "cost", "set_off", "paid", "recovered")),
        (forex_report, "forex_report", ("amount", "usd", "rmb")),
    ):
        named = select(table).where(table.c.sandbox == sandbox, table.c.cop_no.in_(list(by_number)))
        for row in connection.execute(named).all():
            sums = {name: amount_text(getattr(row, name)) for name in amounts}
            outcome = {"state": row.state, "reasons": _reasons(row.reasons), **sums}
            _put(by_number[row.cop_no], f"{kind} {row.key}", outcome)


def _sort_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Sort the places, and the receipts of kinds whose keys the window assigns by content."""
    by_place: dict[str, Any] = defaultdict(dict, {place: values[place] for place in sorted(values)})
    for place in COMBINED_KINDS:
        if place in by_place:
            by_place[place]["answers"] = _by_content(by_place[place]["answers"])
    return dict(by_place)
