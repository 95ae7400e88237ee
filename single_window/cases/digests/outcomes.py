"""The outcome of each trade of a sandbox, in the order of their numbers, as plain values that two runs have in common.

Left out are numbers that the window gives, guids, instants, and what depends on the order in which documents came.
Numbers and days that participants wrote, amounts, statuses, codes and reasons stay. A claim for a refund, a report of
foreign exchange, a note: each is an outcome under its own number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

from declarations.money import plain
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from single_window.cases.digests.lines import PAPER, Outcome
from single_window.receipts.rows import COPY, INJECTED
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

CHUNK = 500
"""Trades that are read at a time."""
OURS = frozenset(
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
    }
)
"""What the window numbers, by the names of wire and reasons."""
LIST_NUMBER = re.compile(r"\b\d{4}20\d\d[IE]\d{9}")
"""The number of a list where it stands inside other values: an item of export data is one with a line behind it."""
TRIGGER = "trigger"
"""Where a reason names the trigger that forced it."""
ROUTINE = frozenset({"1", "2"})
"""Statuses whose words name the documents that had come before: that is no outcome."""
IN_LISTS = {"summary_result": "792"}
"""Kinds whose keys are numbers of the window: the answers of a request's own number, in the order of their content."""
_IS_COPY = (receipt.c.kind == INJECTED) | ((receipt.c.kind == "message") & (receipt.c.code != "900"))
"""Messages that are passed on as they came are kept under the ids of their rows."""
_COPIED = cast(case((_IS_COPY, receipt.c.key), else_="0"), BigInteger)
_OWN_NAME = case((receipt.c.kind == INJECTED, message.c.content_hash), else_=message.c.transmission_id)
KEY = case((_IS_COPY, func.coalesce(message.c.sender + " " + _OWN_NAME, "")), else_=receipt.c.key)
"""The key of what a receipt is about, in a query `with_messages`: of a message that is passed on its sender and its own
name."""
_decode_reasons = msgspec.json.Decoder(tuple[Reason, ...]).decode
_decode_assessment = msgspec.json.Decoder(Assessment).decode


def outcomes(connection: Connection, sandbox: str) -> Iterator[Outcome]:
    """All outcomes of a sandbox, by number."""
    for numbers in _numbers(connection, sandbox):
        yield from _gathered(connection, sandbox, numbers)
    yield from _numberless(connection, sandbox)


def _numbers(connection: Connection, sandbox: str) -> Iterator[Sequence[str]]:
    """The numbers under which anything is kept, in an order that every database gives."""
    numbers_of_all = union(
        *(
            select(table.c.order_no).where(table.c.sandbox == sandbox, table.c.order_no != "")
            for table in (document, receipt, declaration)
        )
    ).subquery()
    chosen = select(numbers_of_all.c.order_no).order_by(in_bytes(connection, numbers_of_all.c.order_no))
    rows = connection.execute(chosen.execution_options(yield_per=CHUNK))
    for part in rows.scalars().partitions(CHUNK):
        yield list(part)


def _gathered(connection: Connection, sandbox: str, numbers: Sequence[str]) -> Iterator[Outcome]:
    by_number: dict[str, dict[str, Any]] = {number: {} for number in numbers}
    declared = _rows(connection, declaration, sandbox, numbers)
    for row in declared:
        _put(by_number[row.order_no], f"list {row.flow}", _list(row))
    by_id = {row.id: row.order_no for row in declared}
    rows = connection.execute(select(request).where(request.c.declaration_id.in_(list(by_id)))).all() if by_id else []
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
    for row in _answers(connection, sandbox, numbers):
        _answer(by_number[row.order_no], row)
    _agencies(connection, sandbox, by_number)
    for number in numbers:
        yield Outcome(number, _sorted(by_number[number]))


def _numberless(connection: Connection, sandbox: str) -> Iterator[Outcome]:
    """The outcomes of what was answered without the number of an order: messages that were refused whole, deliveries,
    intakes."""
    order = [in_bytes(connection, column) for column in (receipt.c.kind, KEY)]
    rows = connection.execute(
        _receipts(sandbox)
        .where(receipt.c.order_no == "")
        .order_by(*order, *_in_time(connection))
        .execution_options(yield_per=CHUNK)
    )
    place, values = "", dict[str, Any]()
    for row in rows:
        if place != f"{row.kind} {row.key}":
            if values:
                yield Outcome(place, values, PAPER)
            place, values = f"{row.kind} {row.key}", {}
        _answer(values, row)
    if values:
        yield Outcome(place, values, PAPER)


def in_bytes(connection: Connection, column: ColumnElement[str]) -> ColumnElement[str]:
    """A column in the order of its bytes, which every database gives."""
    return collate(column, "BINARY" if connection.dialect.name == "sqlite" else "C")


def _rows(connection: Connection, table: Table, sandbox: str, numbers: Sequence[str]) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(table.c.sandbox == sandbox, table.c.order_no.in_(numbers))).all()


def with_messages(chosen: Select[Any]) -> Select[Any]:
    """A query of receipts that knows the messages which are passed on as they came."""
    return chosen.outerjoin(message, message.c.id == _COPIED)


def _receipts(sandbox: str) -> Any:
    return with_messages(
        select(
            receipt.c.order_no,
            receipt.c.code,
            receipt.c.kind,
            KEY.label("key"),
            receipt.c.return_status,
            receipt.c.rule,
            receipt.c.words,
            receipt.c.fields,
            receipt_group.c.mailbox,
        ).join(receipt_group, receipt_group.c.id == receipt.c.group_id)
    ).where(receipt.c.sandbox == sandbox)


def _answers(connection: Connection, sandbox: str, numbers: Sequence[str]) -> Iterable[Row[Any]]:
    return connection.execute(_receipts(sandbox).where(receipt.c.order_no.in_(numbers)).order_by(*_in_time(connection)))


def _in_time(connection: Connection) -> Sequence[ColumnElement[Any]]:
    """The order of the sandbox's instants, within an instant that of mailboxes and of places in them: ids of rows that
    several processes write say nothing."""
    mailbox = in_bytes(connection, receipt_group.c.mailbox)
    return receipt.c.return_time, mailbox, receipt_group.c.first, receipt.c.position


def _put(values: dict[str, Any], place: str, fields: Mapping[str, Any]) -> None:
    values.setdefault(place, {}).update(fields)


def _list(row: Row[Any]) -> dict[str, Any]:
    return {
        "state": row.state,
        "lane": row.lane,
        "detention": row.detention,
        "value": plain(row.value),
        "full_tax": bool(row.full_tax),
        "assured_by": row.assure_code,
        "statistics": row.statistics_flag,
        "reasons": _reasons(row.reasons),
    }


def _bill(row: Row[Any]) -> dict[str, Any]:
    assessment = _decode_assessment(row.assessment)
    return {
        "state": row.state,
        "value": plain(assessment.value),
        "duty": plain(assessment.duty),
        "consumption": plain(assessment.consumption),
        "vat": plain(assessment.vat),
        "total": plain(assessment.total),
        "surcharge": plain(row.surcharge),
    }


def _answer(values: dict[str, Any], row: Row[Any]) -> None:
    """One receipt, unless a test had it sent once more: its mailbox, message, status, rule, what its words name, and
    the amounts it carries."""
    fields = decoded(row.fields)
    if COPY in fields:
        return
    answer: dict[str, Any] = {"to": row.mailbox, "receipt": row.code, "status": row.return_status}
    if row.return_status not in ROUTINE or row.code == "816":
        answer |= {"rule": row.rule, **common(decoded(row.words))}
    answer |= common(fields)
    answers = values.setdefault(about(row), {}).setdefault("answers", [])
    answers.append({name: value for name, value in answer.items() if value != ""})


def about(row: Any) -> str:
    """The subject of a receipt: kind and key, of kinds whose keys are the window's the kind alone."""
    return str(row.kind) if row.kind in IN_LISTS else f"{row.kind} {row.key}"


def decoded(text: str) -> dict[str, Any]:
    """The words or fields of a row."""
    return msgspec.json.decode(text, type=dict[str, Any]) if text else {}


def common(value: Any) -> Any:
    """A value without what the window numbers."""
    if isinstance(value, dict):
        return {name: common(_unnumbered(name, element)) for name, element in value.items() if name not in OURS}
    if isinstance(value, str):
        return LIST_NUMBER.sub("", value)
    return [common(element) for element in value] if isinstance(value, list) else value


def _unnumbered(name: str, value: Any) -> Any:
    """The label of a trigger without the id of its row: "5 (mine)" becomes "mine", "5 (reject-5)" becomes "reject"."""
    if name != TRIGGER or not isinstance(value, str):
        return value
    number, _, label = value.partition(" ")
    return label.strip("()").removesuffix(f"-{number}") if number.isdigit() else value


def _reasons(text: str) -> list[str]:
    """Reasons as rule and values, without the dated values they rest on: those of another day may have the same
    content."""
    return (
        [
            " ".join(
                [
                    reason.rule,
                    *(
                        f"{name}={common(_unnumbered(name, value))}"
                        for name, value in reason.values.items()
                        if name not in OURS
                    ),
                ]
            )
            for reason in _decode_reasons(text)
        ]
        if text
        else []
    )


def _agencies(connection: Connection, sandbox: str, by_number: Mapping[str, dict[str, Any]]) -> None:
    """The outcomes of the tax office's claims and banks' reports, under their own numbers."""
    for table, kind, amounts in (
        (refund_claim, "refund_claim", ("fob", "refund", "credited", "carry", "cost", "set_off", "paid", "recovered")),
        (forex_report, "forex_report", ("amount", "usd", "rmb")),
    ):
        rows = connection.execute(
            select(table).where(table.c.sandbox == sandbox, table.c.cop_no.in_(list(by_number)))
        ).all()
        for row in rows:
            _put(
                by_number[row.cop_no],
                f"{kind} {row.key}",
                {
                    "state": row.state,
                    "reasons": _reasons(row.reasons),
                    **{name: plain(getattr(row, name)) for name in amounts},
                },
            )


def _sorted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Places in order; lists whose order is the window's own by their content."""
    by_place: dict[str, Any] = defaultdict(dict, {place: values[place] for place in sorted(values)})
    for place in IN_LISTS:
        if place in by_place:
            by_place[place]["answers"].sort(key=msgspec.json.encode)
    return dict(by_place)
