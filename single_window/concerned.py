"""Finds the declaration that a document concerns. Order numbers are the platforms' own: two merchants may use the same.

A list is its own declaration and an order that of its merchant; a waybill is the one that the list names, a payment
that of its platform; a cancellation and a return name it by its numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from declarations.documents import DOCUMENTS, unpack
from declarations.submission import DeclaredState
from single_window.reading import Arrived
from single_window.store.bulk import one_of
from single_window.store.tables import declaration, request

_COLUMNS = [declaration.c[name] for name in ("order_no", "key", "logistics_key", "ebp_code", "last_return", "state",
                                             "pre_no", "invt_no")]


class Concerned(NamedTuple):
    """A declaration as far as a document of its order needs to know it."""

    key: str
    logistics_key: str
    ebp_code: str
    last_return: int
    state: DeclaredState


def declarations_of(connection: Connection, sandbox: str, documents: Iterable[Arrived]) -> dict[str, list[Concerned]]:
    """The declarations of the order numbers that these documents name."""
    orders = sorted({one.order_no for one in documents if one.order_no})
    found: dict[str, list[Concerned]] = {}
    where = (declaration.c.sandbox == sandbox, one_of(connection, declaration.c.order_no, orders))
    for order_no, *rest, state, pre_no, invt_no in connection.execute(select(*_COLUMNS).where(*where)).all():
        found.setdefault(order_no, []).append(Concerned(*rest, DeclaredState(state, pre_no, invt_no)))
    return found


def request_states(connection: Connection, sandbox: str,
                   keys: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], str]:
    """What became of cancellations and returns, by kind and key: one that was refused may be sent again, corrected."""
    found = {}
    for kind in ("cancellation", "refund"):
        if keys.get(kind):
            rows = connection.execute(select(request.c.key, request.c.state).where(
                request.c.sandbox == sandbox, request.c.kind == kind, one_of(connection, request.c.key, keys[kind])))
            found.update({(kind, key): state for key, state in rows})
    return found


def concerned(kind: str, one: Arrived, found: Mapping[str, Sequence[Concerned]]) -> Concerned | None:
    """The declaration of a document among those of its order number; None where it has none."""
    candidates = found.get(one.order_no, ())
    if kind == "payment" and candidates:
        platform = unpack(DOCUMENTS[kind], one.facts).ebp_code
        return next((each for each in candidates if each.ebp_code == platform), None)
    if kind in {"cancellation", "refund"}:
        pre_no, invt_no = one.numbers
        return next((each for each in candidates if each.state.invt_no == invt_no or each.state.pre_no == pre_no), None)
    by_parcel = kind in {"waybill", "waybill_status"}
    return next((each for each in candidates if one.key == (each.logistics_key if by_parcel else each.key)), None)
