"""Closes the papers of imports that ended: personal data masked, later all but lists and ledgers gone.

The list itself, its tax bill, allowances, guarantees and stock stay: audits rest on them. Exports are left alone, since
summaries and refund claims still name them. Works in small steps, each whole; broken off, the next run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, func, or_, select, update

from declarations.calendar import day_of, instant_of, months_after
from declarations.documents import DOCUMENTS, pack, unpack
from declarations.lifecycle import lifecycles
from declarations.parameters import Parameters
from schemas import catalogue
from single_window.refused import Refused
from single_window.store.engine import writing
from single_window.store.tables import declaration, document, receipt, request, tax_bill, timeline

STEP = 100
"""Lists whose papers one transaction takes."""
MASK = "***"
PERSONAL = ("buyer_name", "buyer_id_number", "buyer_telephone", "payer_name", "payer_id_number", "consignee")
"""What documents of imports say about people."""
LONG = 6
"""Characters from which on a text is looked for anywhere, not only where it is all that a value holds."""
_ENDED = tuple(name for name, state in lifecycles()["declaration"].states.items() if state.ended or state.final)
_OPEN_BILLS = ("reserved", "made", "summarised", "overdue")
_KINDS = tuple(sorted({entry.kind for entry in catalogue.entries() if entry.flow != "export"}))


class Ended(NamedTuple):
    """An import that ended: its list, its order number, its parcel."""

    id: int
    order_no: str
    logistics_key: str


def last_day(now: int, parameters: Parameters) -> date:
    """The day up to which, not included, records of imports that ended may be gone at an instant."""
    today = day_of(now)
    return months_after(today, -int(parameters.on("records.retention_months", today).amount))


def check(before: date, now: int, parameters: Parameters) -> None:
    """Raises `Refused` where records would go that must be kept."""
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
    """Imports that ended before an instant and about which nothing is open, whose papers are still there."""
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


def ended(connection: Connection, sandbox: str, before: int, after: int = 0, most: int = STEP) -> list[Ended]:
    """Imports behind a list's id, in the order of their ids."""
    rows = connection.execute(
        select(declaration.c.id, declaration.c.order_no, declaration.c.logistics_key)
        .where(*_eligible(sandbox, before), declaration.c.id > after)
        .order_by(declaration.c.id)
        .limit(most)
    )
    return [Ended(*row) for row in rows]


def count(connection: Connection, sandbox: str, before: int) -> int:
    """The number of imports that ended before an instant and have papers still."""
    return int(
        connection.execute(
            select(func.count()).select_from(declaration).where(*_eligible(sandbox, before))
        ).scalar_one()
    )


class Reached(NamedTuple):
    """The position after a step: imports that were handled in it, and the last of their lists."""

    imports: int
    last: int


def _in_steps(
    engine: Engine,
    sandbox: str,
    before: date,
    do: Callable[[Connection, Sequence[Ended]], None],
    after: int,
    step: int,
) -> Iterator[Reached]:
    while True:
        with writing(engine) as connection:
            if not (some := ended(connection, sandbox, instant_of(before), after, step)):
                return
            do(connection, some)
        after = some[-1].id
        yield Reached(len(some), after)


def drop(engine: Engine, sandbox: str, before: date, after: int = 0, step: int = STEP) -> Iterator[Reached]:
    """Drop documents, receipts and timeline of imports that ended before a day, step by step: of lists
    beyond `after`. Whoever takes no further step may go on later."""

    def papers(connection: Connection, some: Sequence[Ended]) -> None:
        connection.execute(delete(receipt).where(*_of_orders(receipt.c, sandbox, some)))
        connection.execute(delete(timeline).where(*_of_orders(timeline.c, sandbox, some)))
        parcels = sorted({record.logistics_key for record in some} - {""})
        connection.execute(
            delete(document).where(
                document.c.sandbox == sandbox, document.c.kind == "waybill_status", document.c.key.in_(parcels)
            )
        )
        connection.execute(delete(document).where(*_of_orders(document.c, sandbox, some)))

    return _in_steps(engine, sandbox, before, papers, after, step)


def _of_orders(columns: Any, sandbox: str, some: Sequence[Ended]) -> tuple[ColumnElement[bool], ...]:
    """The condition that a row concerns an import of these orders."""
    orders = sorted({record.order_no for record in some})
    return (columns.sandbox == sandbox, columns.order_no.in_(orders), columns.kind.in_(_KINDS))


def mask(engine: Engine, sandbox: str, before: date, after: int = 0, step: int = STEP) -> Iterator[Reached]:
    """Put `MASK` in place of names and numbers of people in documents, receipts and timeline of imports that ended
    before a day, as `drop`. Again it changes nothing."""

    def people(connection: Connection, some: Sequence[Ended]) -> None:
        masked = _mask_documents(connection, sandbox, some)
        for order_no, texts in masked.items():
            _mask_told(connection, sandbox, order_no, texts)

    return _in_steps(engine, sandbox, before, people, after, step)


def _mask_documents(connection: Connection, sandbox: str, some: Sequence[Ended]) -> dict[str, set[str]]:
    """Mask the documents; gives by order what was masked in them."""
    orders = sorted({record.order_no for record in some})
    rows = connection.execute(
        select(document.c.id, document.c.kind, document.c.order_no, document.c.facts).where(
            document.c.sandbox == sandbox, document.c.order_no.in_(orders), document.c.kind.in_(_KINDS)
        )
    ).all()
    masked: dict[str, set[str]] = {}
    for row in rows:
        facts = unpack(DOCUMENTS[row.kind], row.facts)
        personal = {name: getattr(facts, name, "") for name in PERSONAL if getattr(facts, name, "") not in ("", MASK)}
        if personal:
            masked.setdefault(row.order_no, set()).update(personal.values())
            changed = msgspec.structs.replace(facts, **dict.fromkeys(personal, MASK))
            connection.execute(update(document).where(document.c.id == row.id).values(facts=pack(changed)))
    return masked


def _mask_told(connection: Connection, sandbox: str, order_no: str, texts: set[str]) -> None:
    """Mask the same texts in what receipts and timeline of an order say."""
    for row in connection.execute(
        select(receipt).where(receipt.c.sandbox == sandbox, receipt.c.order_no == order_no, receipt.c.kind.in_(_KINDS))
    ).all():
        masked = {name: _without(getattr(row, name), texts) for name in ("words", "fields")}
        if masked != {name: getattr(row, name) for name in masked}:
            connection.execute(
                update(receipt)
                .where(receipt.c.group_id == row.group_id, receipt.c.position == row.position)
                .values(**masked)
            )
    for row in connection.execute(
        select(timeline.c.id, timeline.c.reasons).where(
            timeline.c.sandbox == sandbox, timeline.c.order_no == order_no, timeline.c.kind.in_(_KINDS)
        )
    ).all():
        if (reasons := _without(row.reasons, texts)) != row.reasons:
            connection.execute(update(timeline).where(timeline.c.id == row.id).values(reasons=reasons))


def _without(words: str, texts: set[str]) -> str:
    """JSON without these texts: short ones only where they are a whole value, for a name may be part of a word."""
    for text in sorted(texts, key=len, reverse=True):
        quoted = msgspec.json.encode(text).decode()
        words = words.replace(quoted, f'"{MASK}"')
        if len(text) >= LONG:
            words = words.replace(quoted[1:-1], MASK)
    return words
