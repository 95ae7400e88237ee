"""Finds the declaration that a document concerns.

Order numbers are not unique, because two merchants may use the same. So an order is joined by merchant, a payment by
platform, a waybill by the parcel that the list names, a cancellation or a return by the list's numbers. Documents of
imports only concern imports, those of exports only exports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select, true

from declarations.documents import DOCUMENTS, unpack
from declarations.submission import DeclaredState
from schemas import catalogue
from single_window.intake.reading import Arrived
from single_window.store.bulk import one_of
from single_window.store.tables import (
    declaration,
    metadata,
    refund_paper,
    request,
)

_COLUMNS = [
    declaration.c[name]
    for name in ("order_no", "key", "logistics_key", "ebp_code", "last_return", "flow", "state", "pre_no", "invt_no")
]

CUSTOMS_KINDS = tuple(kind for kind, handling in catalogue.handled().items() if handling.outcome_table == request.name)
"""Kinds whose outcome customs stores in its table of requests."""
AGENCY = tuple(kind for kind in catalogue.handled() if catalogue.by_kind(kind).flow == "agency")
"""Kinds that concern no list."""
_OUTCOMES = {kind: metadata.tables[table] for kind in AGENCY if (table := catalogue.handling(kind).outcome_table)}
"""Of these → the table in which their agency stores the outcome, if it has one."""


class LastAnswer(NamedTuple):
    """The state of a request or note, and the instant of the last answer."""

    state: str
    last_return: int


class Concerned(NamedTuple):
    """The fields of a declaration that its documents need."""

    key: str
    logistics_key: str
    ebp_code: str
    last_return: int
    flow: str
    state: DeclaredState


Arriving = Iterable[tuple[str, Arrived]]
"""(kind, incoming document)"""


def declarations_of(connection: Connection, sandbox: str, documents: Arriving) -> dict[str, list[Concerned]]:
    """Declarations that these documents may concern, by the value of the joining column (see `declaration_of`)."""
    wanted: dict[str, set[str]] = {}
    for kind, arrived in documents:
        column, value = _join_key(kind, arrived)
        if value and kind not in AGENCY:
            wanted.setdefault(column, set()).add(value)
    candidates: dict[str, list[Concerned]] = {}
    for column, values in sorted(wanted.items()):
        where = (declaration.c.sandbox == sandbox, one_of(connection, declaration.c[column], sorted(values)))
        for row in connection.execute(select(*_COLUMNS, declaration.c[column]).where(*where)).all():
            _order_no, *rest, state, pre_no, invt_no, name = row
            candidates.setdefault(name, []).append(Concerned._make((*rest, DeclaredState(state, pre_no, invt_no))))
    return candidates


def _join_key(kind: str, arrived: Arrived) -> tuple[str, str]:
    """(column of a declaration, value) by which a document finds its declaration."""
    handling = catalogue.handling(kind)
    if handling.of_order or handling.joins_by == "order":
        return "order_no", arrived.order_no
    return ("logistics_key", arrived.key) if handling.joins_by == "parcel" else ("invt_no", arrived.numbers[1])


def request_states(
    connection: Connection, sandbox: str, keys: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], LastAnswer]:
    """(kind, key) → state of requests and notes, because a refused one may be sent again."""
    answered = {}
    for kind in CUSTOMS_KINDS:
        if keys.get(kind):
            rows = connection.execute(
                select(request.c.key, request.c.state, request.c.last_return).where(
                    request.c.sandbox == sandbox, request.c.kind == kind, one_of(connection, request.c.key, keys[kind])
                )
            )
            answered.update({(kind, key): LastAnswer(state, last_return) for key, state, last_return in rows})
    for kind, table in _OUTCOMES.items():
        if keys.get(kind):
            of_kind = table.c.kind == kind if table is refund_paper else true()
            rows = connection.execute(
                select(table.c.key, table.c.state, table.c.last_return).where(
                    table.c.sandbox == sandbox, of_kind, one_of(connection, table.c.key, keys[kind])
                )
            )
            answered.update({(kind, key): LastAnswer(state, last_return) for key, state, last_return in rows})
    return answered


def declaration_of(kind: str, arrived: Arrived, declarations: Mapping[str, Sequence[Concerned]]) -> Concerned | None:
    """The declaration of a document among the result of `declarations_of`, or None."""
    if kind in AGENCY:
        return None
    flow = "E" if catalogue.by_kind(kind).flow == "export" else "I"
    candidates = [
        candidate for candidate in declarations.get(_join_key(kind, arrived)[1], ()) if candidate.flow == flow
    ]
    joins_by = catalogue.handling(kind).joins_by
    if joins_by == "platform" and candidates:
        platform = unpack(DOCUMENTS[kind], arrived.facts).ebp_code
        return next((candidate for candidate in candidates if candidate.ebp_code == platform), None)
    if joins_by == "numbers":
        pre_no, invt_no = arrived.numbers
        return next(
            (
                candidate
                for candidate in candidates
                if candidate.state.invt_no == invt_no or candidate.state.pre_no == pre_no
            ),
            None,
        )
    by_parcel = joins_by == "parcel"
    return next(
        (
            candidate
            for candidate in candidates
            if arrived.key == (candidate.logistics_key if by_parcel else candidate.key)
        ),
        None,
    )
