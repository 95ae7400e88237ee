"""The foreign exchange collected for pools: sums of booked legs, calculated by each query and not stored.

A leg that names a declaration or a list counts for its pool; a leg that names only an order, for the pool of the
order's first list. A leg only counts if it was collected for the company of that declaration or list.
A pool is named "S" + summary id or "L" + list id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select

from declarations.forex.rates import letters_of
from single_window.store.bulk import one_of
from single_window.store.tables import declaration, forex_leg, summary, summary_declaration, summary_member

BOOKED, COLLECTION, GOODS = "booked", "1", "1"
Sums = dict[tuple[str, str], int]


def _any_leg_names_a_trade(connection: Connection, sandbox: str) -> bool:
    # the conditions are those of the two partial indexes of legs
    named = [
        exists().where(forex_leg.c.sandbox == sandbox, column != "")
        for column in (forex_leg.c.order_no, forex_leg.c.entry_no)
    ]
    return bool(connection.execute(select(or_(*named))).scalar())


def collected_amounts(connection: Connection, sandbox: str, pools: Collection[str]) -> Mapping[tuple[str, str], int]:
    """(pool, currency in letters) → amount collected, scaled."""
    if not pools or not _any_leg_names_a_trade(connection, sandbox):
        return {}
    sums: Sums = {}
    if summaries := [int(pool[1:]) for pool in pools if pool[0] == "S"]:
        _add_summaries(connection, sandbox, summaries, sums)
    if lists := [int(pool[1:]) for pool in pools if pool[0] == "L"]:
        own = (declaration.c.sandbox == sandbox, one_of(connection, declaration.c.id, lists))
        for named_by in (_by_order(), _by_list()):
            _add(connection, sums, "L", _legs(sandbox, declaration.c.id, (*own, *named_by)))
    return sums


def _add_summaries(connection: Connection, sandbox: str, summaries: Sequence[int], sums: Sums) -> None:
    """Add the legs that name declarations of these summaries, or lists and orders in them."""
    entry = (
        forex_leg.c.entry_no == summary_declaration.c.entry_id,
        forex_leg.c.entry_no != "",
        summary.c.id == summary_declaration.c.summary_id,
        forex_leg.c.ebc_code == summary.c.ebc_code,
        one_of(connection, summary_declaration.c.summary_id, summaries),
    )
    _add(connection, sums, "S", _legs(sandbox, summary_declaration.c.summary_id, entry))
    of_summaries = one_of(connection, summary_member.c.summary_id, summaries)
    member = (summary_member.c.declaration_id == declaration.c.id, declaration.c.sandbox == sandbox, of_summaries)
    for named_by in (_by_order(), _by_list()):
        _add(connection, sums, "S", _legs(sandbox, summary_member.c.summary_id, (*member, *named_by)))


def _by_list() -> tuple[ColumnElement[bool], ...]:
    """The condition that a leg names the list."""
    return (
        forex_leg.c.entry_no == declaration.c.invt_no,
        forex_leg.c.entry_no != "",
        forex_leg.c.ebc_code == declaration.c.ebc_code,
    )


def _by_order() -> tuple[ColumnElement[bool], ...]:
    """The condition that a leg names only an order, and the list is the order's first."""
    first = ~exists().where(
        _earlier.c.sandbox == declaration.c.sandbox,
        _earlier.c.order_no == declaration.c.order_no,
        _earlier.c.flow == "E",
        _earlier.c.id < declaration.c.id,
    )
    return (
        forex_leg.c.order_no == declaration.c.order_no,
        forex_leg.c.order_no != "",
        forex_leg.c.entry_no == "",
        forex_leg.c.ebc_code == declaration.c.ebc_code,
        first,
    )


_earlier = declaration.alias("earlier")


def _legs(sandbox: str, pool: Any, where: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return (
        select(pool, forex_leg.c.currency, func.sum(forex_leg.c.amount))
        .where(
            forex_leg.c.sandbox == sandbox,
            forex_leg.c.state == BOOKED,
            forex_leg.c.direction == COLLECTION,
            forex_leg.c.leg_kind == GOODS,
            *where,
        )
        .group_by(pool, forex_leg.c.currency)
    )


def _add(connection: Connection, sums: Sums, letter: str, statement: Select[Any]) -> None:
    for number, currency, amount in connection.execute(statement).all():
        key = f"{letter}{number}", letters_of(currency)
        sums[key] = sums.get(key, 0) + int(amount)


def pools_named(connection: Connection, sandbox: str, entries: Iterable[str], orders: Iterable[str]) -> set[str]:
    """Names of the pools of these declarations, lists and orders."""
    names, order_nos = sorted({entry for entry in entries if entry}), sorted({order for order in orders if order})
    pools = set[str]()
    if names:
        pools.update(
            f"S{number}"
            for number in connection.execute(
                select(summary_declaration.c.summary_id).where(
                    summary_declaration.c.sandbox == sandbox, one_of(connection, summary_declaration.c.entry_id, names)
                )
            ).scalars()
        )
    for column, values in ((declaration.c.invt_no, names), (declaration.c.order_no, order_nos)):
        if values:
            rows = connection.execute(
                select(declaration.c.id, summary_member.c.summary_id)
                .outerjoin(summary_member, summary_member.c.declaration_id == declaration.c.id)
                .where(declaration.c.sandbox == sandbox, declaration.c.flow == "E", one_of(connection, column, values))
            ).all()
            pools.update(f"L{number}" if summary_id is None else f"S{summary_id}" for number, summary_id in rows)
    return pools
