"""The goods of a list beside those of lists before it: what a piece costs and weighs, and how that compares with them.

What is compared is one goods code in one unit (and currency, which import lines do not name: they are in yuan).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from statistics import quantiles
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from declarations.documents import DOCUMENTS, unpack
from declarations.money import SCALE, Scaled
from gateways.customs.outcome import LIST
from single_window.store.bulk import chunks, one_of
from single_window.store.tables import declaration, document

MOST_LINES = 10
"""Lines of a list that are compared."""
LOOKED_AT = 10_000
"""Newest lists of a sandbox, of either flow, among which those of one are sought."""
LISTS = 1_000
"""Newest lists of a flow whose goods are read."""
PART = 100
"""Lists read at once."""
ENOUGH = 50
"""Comparable lines of a code at which reading stops."""
FEWEST = 5
"""Comparable lines below which a value is not placed among the others."""
FAR = 1.5
"""Interquartile ranges outside the middle half beyond which a value is far from it."""
KILOGRAM = "035"
Goods = tuple[str, str, str]
"""Goods code, unit, currency."""


class Spread(NamedTuple):
    """The spread of values of comparable lines, scaled: lowest, quartiles and median, highest; of how many."""

    count: int  # type: ignore[assignment]
    lowest: Scaled
    lower: Scaled
    median: Scaled
    upper: Scaled
    highest: Scaled


class Measured(NamedTuple):
    """One value of a line among those of comparable lines."""

    quantity: str
    """price (per unit) or weight (kg per unit)."""
    own: Scaled
    others: tuple[Scaled, ...]
    spread: Spread | None
    """None: too few to compare."""
    lies: str
    """within, below, above, far_below or far_above the middle half; empty: too few to compare."""


class ComparableLine(NamedTuple):
    """One line of goods and what of it can be compared."""

    gnum: int
    name: str
    goods: Goods
    measured: tuple[Measured, ...]


def spread(values: Sequence[Scaled]) -> Spread | None:
    """The spread of values; None if there are fewer than `FEWEST`."""
    if len(values) < FEWEST:
        return None
    lower, median, upper = (round(bound) for bound in quantiles(values, n=4, method="inclusive"))
    return Spread(len(values), min(values), lower, median, upper, max(values))


def lies(value: Scaled, among: Spread) -> str:
    """The position of a value: within the middle half, below or above it, or far from it."""
    side = "below" if value < among.lower else "above" if value > among.upper else ""
    away = max(among.lower - value, value - among.upper)
    return "within" if not side else f"far_{side}" if away > FAR * (among.upper - among.lower) else side


def price(line: Any, _listed: Any) -> Scaled | None:
    """The price of one unit of a line; None if the line has no quantity."""
    return round(line.total_price * SCALE / line.qty) if line.qty > 0 else None


def weight(line: Any, listed: Any) -> Scaled | None:
    """The weight of one unit of a line in kilograms: by its statutory quantity, or the net weight of a list of one
    line.

    None where neither has it, or where the unit is the kilogram itself.
    """
    if line.qty <= 0 or line.unit == KILOGRAM:
        return None
    statutory = {line.unit1: line.qty1, line.unit2: line.qty2}.get(KILOGRAM)
    net = statutory or (listed.net_weight if len(listed.lines) == 1 else None)
    return round(net * SCALE / line.qty) if net else None


MEASURES: Mapping[str, Callable[[Any, Any], Scaled | None]] = {"price": price, "weight": weight}


def of_list(connection: Connection, sandbox: str, declaration_id: int) -> tuple[ComparableLine, ...]:
    """The first lines of a list beside comparable ones; empty where its document is gone."""
    row = connection.execute(
        select(declaration.c.flow, document.c.facts)
        .join(document, document.c.id == declaration.c.document_id)
        .where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    ).first()
    if row is None:
        return ()
    kind = DOCUMENTS[LIST[row.flow]]
    listed = unpack(kind, row.facts)
    lines = listed.lines[:MOST_LINES]
    facts = newest(connection, sandbox, row.flow, but=declaration_id)
    by_goods = gathered((unpack(kind, packed) for packed in facts), {goods_of(line) for line in lines})
    return tuple(
        ComparableLine(line.gnum, line.gname, goods_of(line), _measured(line, listed, by_goods[goods_of(line)]))
        for line in lines
    )


def goods_of(line: Any) -> Goods:
    """The key that makes lines comparable."""
    return line.gcode, line.unit, getattr(line, "currency", "")


def gathered(lists: Iterable[Any], wanted: Iterable[Goods]) -> dict[Goods, list[tuple[Any, Any]]]:
    """Lines of these goods, each with its list, until there are `ENOUGH` of each."""
    by_goods: dict[Goods, list[tuple[Any, Any]]] = {goods: [] for goods in wanted}
    open_ = set(by_goods)
    for listed in lists if open_ else ():
        for line in listed.lines:
            if (goods := goods_of(line)) in open_:
                by_goods[goods].append((line, listed))
                if len(by_goods[goods]) == ENOUGH:
                    open_.remove(goods)
        if not open_:
            break
    return by_goods


def newest(connection: Connection, sandbox: str, flow: str, but: int) -> Iterator[bytes]:
    """The packed facts of the newest lists of a flow, all but one, newest first; read as far as they are consumed.

    An index gives id and flow: however rare a flow is, no more of it than `LOOKED_AT` is read.
    """
    with connection.execute(
        select(declaration.c.id, declaration.c.flow)
        .where(declaration.c.sandbox == sandbox)
        .order_by(declaration.c.id.desc())
        .limit(LOOKED_AT)
    ) as rows:
        chosen = list(islice((number for number, of in rows if of == flow and number != but), LISTS))
    for part in chunks(chosen, PART):
        yield from (
            connection.execute(
                select(document.c.facts)
                .join(declaration, declaration.c.document_id == document.c.id)
                .where(one_of(connection, declaration.c.id, part))
                .order_by(declaration.c.id.desc())
            )
            .scalars()
            .all()
        )


def _measured(line: Any, listed: Any, others: Sequence[tuple[Any, Any]]) -> tuple[Measured, ...]:
    measured = []
    for quantity, measure in MEASURES.items():
        own = measure(line, listed)
        if own is not None:
            values = [value for other in others if (value := measure(*other)) is not None]
            among = spread(values)
            measured.append(Measured(quantity, own, tuple(values), among, lies(own, among) if among else ""))
    return tuple(measured)
