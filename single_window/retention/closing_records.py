"""Masks personal data of completed imports, and later deletes their documents, receipts and timeline.

Lists, tax bills, allowances, guarantees and stock stay for audits. Exports are not touched, because summaries and
refund claims still name them. Works in small transactions; an interrupted run can be continued.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, func, or_, select, update

from declarations.calendar import day_of, instant_of, months_after
from declarations.documents import DOCUMENTS, pack, unpack
from declarations.lifecycle import all_lifecycles
from declarations.parameters import Parameters
from schemas import catalogue
from single_window.refused import Refused
from single_window.store import files, questions, receipt_contents, seals
from single_window.store.engine import writing
from single_window.store.gateways.customs.masking import mask_texts
from single_window.store.receipt_contents import ReceiptContent, with_contents
from single_window.store.tables import declaration, document, receipt, request, tax_bill, timeline
from single_window.work import event_making

LISTS_PER_TRANSACTION = 100
"""Lists handled per transaction."""
MASK = "***"
PERSONAL = ("buyer_name", "buyer_id_number", "buyer_telephone", "payer_name", "payer_id_number", "consignee")
"""Fields of import documents with personal data."""
MIN_SUBSTRING_LENGTH = 6
"""Minimum length of a text that is also masked as part of a value; shorter ones only as a whole value."""
_ENDED = tuple(name for name, state in all_lifecycles()["declaration"].states.items() if state.ended or state.final)
_OPEN_BILLS = ("reserved", "made", "summarised", "overdue")
_KINDS = tuple(sorted({entry.kind for entry in catalogue.entries() if entry.flow != "export"}))


class Ended(NamedTuple):
    """A completed import: id of its list, order number, parcel."""

    id: int
    order_no: str
    logistics_key: str


def last_day(now: int, parameters: Parameters) -> date:
    """The day before which records of completed imports may be deleted at an instant."""
    today = day_of(now)
    return months_after(today, -int(parameters.on("records.retention_months", today).amount))


def check(before: date, now: int, parameters: Parameters) -> None:
    """Raise `Refused` if records would be deleted that must be kept."""
    if before > (last := last_day(now, parameters)):
        value = parameters.on("records.retention_months", day_of(now))
        raise Refused(
            "records-kept",
            f"Records of imports are kept for {value.amount} months ({value.source}): at present until {last}.",
            months=value.amount,
            source=value.source,
            last=last,
        )


def _eligible(sandbox: str, before: int) -> list[ColumnElement[bool]]:
    """Conditions: imports completed before an instant, without open matters, whose documents still exist."""
    other = declaration.alias()
    return [
        declaration.c.sandbox == sandbox,
        declaration.c.state.in_(_ENDED),
        declaration.c.flow == "I",
        declaration.c.closed_at < before,
        declaration.c.last_return < before,
        declaration.c.order_no != "",
        exists().where(document.c.id == declaration.c.document_id),
        ~exists().where(tax_bill.c.declaration_id == declaration.c.id, tax_bill.c.state.in_(_OPEN_BILLS)),
        ~exists().where(request.c.declaration_id == declaration.c.id, request.c.last_return >= before),
        ~exists().where(
            other.c.sandbox == sandbox,
            other.c.order_no == declaration.c.order_no,
            or_(other.c.state.not_in(_ENDED), other.c.closed_at >= before, other.c.last_return >= before),
        ),
    ]


def ended_imports(
    connection: Connection, sandbox: str, before: int, after: int = 0, most: int = LISTS_PER_TRANSACTION
) -> list[Ended]:
    """Completed imports with list ids above `after`, by id."""
    rows = connection.execute(
        select(declaration.c.id, declaration.c.order_no, declaration.c.logistics_key)
        .where(*_eligible(sandbox, before), declaration.c.id > after)
        .order_by(declaration.c.id)
        .limit(most)
    )
    return [Ended(*row) for row in rows]


def count(connection: Connection, sandbox: str, before: int) -> int:
    """The number of imports completed before an instant whose documents still exist."""
    return int(
        connection.execute(
            select(func.count()).select_from(declaration).where(*_eligible(sandbox, before))
        ).scalar_one()
    )


class Reached(NamedTuple):
    """The progress after a transaction: number of imports handled in it, and the last list id."""

    imports: int
    last: int


def _in_steps(
    engine: Engine, sandbox: str, before: date, do: Callable[[Connection, Sequence[Ended]], None], after: int, step: int
) -> Iterator[Reached]:
    event_making.make_all(engine, sandbox)  # pending changes have copies of documents
    while True:
        with writing(engine) as connection:
            if not (some := ended_imports(connection, sandbox, instant_of(before), after, step)):
                return
            do(connection, some)
        after = some[-1].id
        yield Reached(len(some), after)


def drop(
    engine: Engine, sandbox: str, before: date, after: int = 0, step: int = LISTS_PER_TRANSACTION
) -> Iterator[Reached]:
    """Delete documents, files, receipts and timeline of imports completed before a day, for list ids above `after`. A
    generator with one transaction per item; it may be stopped and continued later.
    """

    def papers(connection: Connection, some: Sequence[Ended]) -> None:
        receipt_contents.remove(connection, _of_orders(receipt.c, sandbox, some))
        connection.execute(delete(timeline).where(*_of_orders(timeline.c, sandbox, some)))
        parcels = sorted({record.logistics_key for record in some} - {""})
        of_parcels = (document.c.kind == "waybill_status", document.c.key.in_(parcels))
        connection.execute(delete(document).where(document.c.sandbox == sandbox, *of_parcels))
        connection.execute(delete(document).where(*_of_orders(document.c, sandbox, some)))
        for subject in ("declaration", "tax_bill"):
            files.remove(connection, sandbox, subject, [str(record.id) for record in some])
        questions.remove(connection, sandbox, "declaration", [str(record.id) for record in some])

    return _in_steps(engine, sandbox, before, papers, after, step)


def _of_orders(columns: Any, sandbox: str, some: Sequence[Ended]) -> tuple[ColumnElement[bool], ...]:
    """The condition that a row concerns an import of these orders."""
    orders = sorted({record.order_no for record in some})
    return (columns.sandbox == sandbox, columns.order_no.in_(orders), columns.kind.in_(_KINDS))


def mask(
    engine: Engine, sandbox: str, before: date, after: int = 0, step: int = LISTS_PER_TRANSACTION
) -> Iterator[Reached]:
    """Replace personal data by `MASK` in documents, receipts and timeline of imports completed before a day; a
    generator like `drop`. Idempotent.
    """

    def people(connection: Connection, some: Sequence[Ended]) -> None:
        masked = _mask_documents(connection, sandbox, some)
        for order_no, texts in masked.items():
            lists = [record.id for record in some if record.order_no == order_no]
            _mask_receipts_and_timeline(connection, sandbox, order_no, texts)
            mask_texts(connection, lists, partial(_without, texts=texts))

    return _in_steps(engine, sandbox, before, people, after, step)


def _mask_documents(connection: Connection, sandbox: str, some: Sequence[Ended]) -> dict[str, set[str]]:
    """Mask documents; returns order number → masked texts."""
    orders, columns = sorted({record.order_no for record in some}), document.c
    of_orders = (columns.sandbox == sandbox, columns.order_no.in_(orders), columns.kind.in_(_KINDS))
    rows = connection.execute(select(*columns["id", "kind", "order_no", "facts"]).where(*of_orders)).all()
    masked: dict[str, set[str]] = {}
    for row in rows:
        facts = unpack(DOCUMENTS[row.kind], row.facts)
        personal = {name: getattr(facts, name, "") for name in PERSONAL if getattr(facts, name, "") not in ("", MASK)}
        if personal:
            masked.setdefault(row.order_no, set()).update(personal.values())
            changed = msgspec.structs.replace(facts, **dict.fromkeys(personal, MASK))
            connection.execute(update(document).where(document.c.id == row.id).values(facts=pack(changed)))
    return masked


def _mask_receipts_and_timeline(connection: Connection, sandbox: str, order_no: str, texts: set[str]) -> None:
    """Mask these texts in receipts and timeline of an order."""
    _mask_receipts(connection, sandbox, order_no, texts)
    for row in connection.execute(
        select(timeline.c.id, timeline.c.reasons).where(
            timeline.c.sandbox == sandbox, timeline.c.order_no == order_no, timeline.c.kind.in_(_KINDS)
        )
    ).all():
        if (reasons := _without(row.reasons, texts)) != row.reasons:
            seals.change(connection, timeline, row.id, {"reasons": reasons})


def _mask_receipts(connection: Connection, sandbox: str, order_no: str, texts: set[str]) -> None:
    changed: dict[int, dict[int, ReceiptContent | None]] = {}
    rows = connection.execute(
        select(receipt.c.group_id, receipt.c.position).where(
            receipt.c.sandbox == sandbox, receipt.c.order_no == order_no, receipt.c.kind.in_(_KINDS)
        )
    ).all()
    for row, content in with_contents(connection, rows):
        masked = content._replace(words=_without(content.words, texts), fields=_without(content.fields, texts))
        if masked != content:
            changed.setdefault(row.group_id, {})[row.position] = masked
    if changed:
        receipt_contents.change(connection, changed)


def _without(words: str, texts: set[str]) -> str:
    """Mask texts in JSON; short ones only as a whole value, because a name may be part of a word."""
    for text in sorted(texts, key=len, reverse=True):
        quoted = msgspec.json.encode(text).decode()
        words = words.replace(quoted, f'"{MASK}"')
        if len(text) >= MIN_SUBSTRING_LENGTH:
            words = words.replace(quoted[1:-1], MASK)
    return words
