"""Compares unit prices and unit weights of a list's goods with those of earlier lists.

Lines are comparable if goods code, unit and currency are equal. Import lines have no currency: they are in yuan.
Lists whose price customs did not take, or questions still, say nothing of what is usual.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from statistics import quantiles
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from declarations.documents import DOCUMENTS, unpack
from declarations.money import SCALE, Scaled
from declarations.reasons import Reason
from declarations.tax.revaluation import is_queried
from gateways.customs.held import Reservations
from gateways.customs.outcome import KIND_OF_LIST
from single_window.store.bulk import chunks, one_of
from single_window.store.records import decoder
from single_window.store.tables import declaration, document

MAX_LINES = 10
"""Maximum number of a list's lines that are compared."""
MAX_ROWS_SEARCHED = 10_000
"""Maximum number of a sandbox's newest lists, imports and exports, that are searched for lists of one flow."""
MAX_LISTS_READ = 1_000
"""Maximum number of lists whose goods are read: the newest of a flow."""
LISTS_PER_QUERY = 100
"""Lists read by one query."""
SAMPLE_SIZE = 50
"""Number of comparable lines after which no more are read."""
MIN_SAMPLE_SIZE = 5
"""Minimum number of comparable lines for a comparison."""
FAR_IN_INTERQUARTILE_RANGES = 1.5
"""A value farther than this outside the quartiles, in interquartile ranges, counts as far."""
KILOGRAM = "035"
NOT_TAKEN = frozenset({"staged", "failed", "expired", "rejected", "detained", "sent_back", "cancelled", "deleted"})
"""States of lists that customs has not taken in, or not as they were declared."""
UNDECIDED = frozenset({"in_review", "suspended", "under_inspection"})
"""States in which a price that was queried still is."""
Goods = tuple[str, str, str]
"""Goods code, unit, currency."""
_reasons = decoder(tuple[Reason, ...], tuple)
_held = decoder(Reservations, Reservations)


class Spread(NamedTuple):
    """The distribution of the values of `count` comparable lines: minimum, lower quartile, median, upper quartile,
    maximum."""

    count: int  # type: ignore[assignment]
    lowest: Scaled
    lower: Scaled
    median: Scaled
    upper: Scaled
    highest: Scaled


class Measured(NamedTuple):
    """One value of a line, compared with those of comparable lines."""

    quantity: str
    """price (per unit) or weight (kg per unit)."""
    own: Scaled
    others: tuple[Scaled, ...]
    spread: Spread | None
    """None: too few to compare."""
    lies: str
    """The position relative to the quartiles: within, below, above, far_below, far_above; empty: too few to compare."""


class ComparableLine(NamedTuple):
    """One line of goods and its compared values."""

    gnum: int
    name: str
    goods: Goods
    measured: tuple[Measured, ...]


def spread_of(values: Sequence[Scaled]) -> Spread | None:
    """Return the distribution of values; None if there are fewer than `MIN_SAMPLE_SIZE`."""
    if len(values) < MIN_SAMPLE_SIZE:
        return None
    lower, median, upper = (round(bound) for bound in quantiles(values, n=4, method="inclusive"))
    return Spread(len(values), min(values), lower, median, upper, max(values))


def position_in(value: Scaled, among: Spread) -> str:
    """Return the position of a value relative to the quartiles: within, below, above, far_below or far_above."""
    side = "below" if value < among.lower else "above" if value > among.upper else ""
    away = max(among.lower - value, value - among.upper)
    return (
        "within"
        if not side
        else f"far_{side}"
        if away > FAR_IN_INTERQUARTILE_RANGES * (among.upper - among.lower)
        else side
    )


def price_of(line: Any, _listed: Any) -> Scaled | None:
    """Return the unit price of a line; None if the line has no quantity."""
    return round(line.total_price * SCALE / line.qty) if line.qty > 0 else None


def weight_of(line: Any, listed: Any) -> Scaled | None:
    """Return the unit weight of a line in kilograms, from its statutory quantity, or from the list's net weight if the
    list has one line.
    None if neither has it, or if the unit is the kilogram.
    """
    if line.qty <= 0 or line.unit == KILOGRAM:
        return None
    statutory = {line.unit1: line.qty1, line.unit2: line.qty2}.get(KILOGRAM)
    net = statutory or (listed.net_weight if len(listed.lines) == 1 else None)
    return round(net * SCALE / line.qty) if net else None


MEASURES: Mapping[str, Callable[[Any, Any], Scaled | None]] = {"price": price_of, "weight": weight_of}


def comparable_lines_of(connection: Connection, sandbox: str, declaration_id: int) -> tuple[ComparableLine, ...]:
    """Compare the first lines of a list with comparable lines; empty if its document was deleted."""
    of_list = (declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    chosen = select(declaration.c.flow, document.c.facts).join(document, document.c.id == declaration.c.document_id)
    row = connection.execute(chosen.where(*of_list)).first()
    if row is None:
        return ()
    kind = DOCUMENTS[KIND_OF_LIST[row.flow]]
    listed = unpack(kind, row.facts)
    lines = listed.lines[:MAX_LINES]
    facts = newest_lists(connection, sandbox, row.flow, but=declaration_id)
    by_goods = lines_by_goods((unpack(kind, packed) for packed in facts), {goods_of(line) for line in lines})
    return tuple(
        ComparableLine(line.gnum, line.gname, goods_of(line), _measure_line(line, listed, by_goods[goods_of(line)]))
        for line in lines
    )


def goods_of(line: Any) -> Goods:
    """Return the key (goods code, unit, currency) that comparable lines share."""
    return line.gcode, line.unit, getattr(line, "currency", "")


def lines_by_goods(lists: Iterable[Any], wanted: Iterable[Goods]) -> dict[Goods, list[tuple[Any, Any]]]:
    """Return at most `SAMPLE_SIZE` lines for each of the goods, as (line, list)."""
    by_goods: dict[Goods, list[tuple[Any, Any]]] = {goods: [] for goods in wanted}
    open_ = set(by_goods)
    for listed in lists if open_ else ():
        for line in listed.lines:
            if (goods := goods_of(line)) in open_:
                by_goods[goods].append((line, listed))
                if len(by_goods[goods]) == SAMPLE_SIZE:
                    open_.remove(goods)
        if not open_:
            break
    return by_goods


def newest_lists(connection: Connection, sandbox: str, flow: str, but: int) -> Iterator[bytes]:
    """Yield the packed facts of the newest lists of a flow, newest first, without the list `but` and those whose price
    customs did not take or questions; read lazily.

    An index holds id and flow. At most `MAX_ROWS_SEARCHED` entries of it are read, however rare the flow is.
    """
    with connection.execute(
        select(declaration.c.id, declaration.c.flow)
        .where(declaration.c.sandbox == sandbox)
        .order_by(declaration.c.id.desc())
        .limit(MAX_ROWS_SEARCHED)
    ) as rows:
        chosen = list(islice((number for number, of in rows if of == flow and number != but), MAX_LISTS_READ))
    for part in chunks(chosen, LISTS_PER_QUERY):
        found = connection.execute(
            select(document.c.facts, declaration.c.reasons, declaration.c.held, declaration.c.state)
            .join(declaration, declaration.c.document_id == document.c.id)
            .where(one_of(connection, declaration.c.id, part), declaration.c.state.not_in(NOT_TAKEN))
            .order_by(declaration.c.id.desc())
        ).all()
        yield from (row.facts for row in found if not _is_suspicious(row))


def _is_suspicious(row: Any) -> bool:
    """True for a list whose price is queried, or was determined by an officer."""
    return bool(_held(row.held).redetermined) or (row.state in UNDECIDED and is_queried(_reasons(row.reasons)))


def _measure_line(line: Any, listed: Any, others: Sequence[tuple[Any, Any]]) -> tuple[Measured, ...]:
    measured = []
    for quantity, measure in MEASURES.items():
        own = measure(line, listed)
        if own is not None:
            values = [value for other in others if (value := measure(*other)) is not None]
            among = spread_of(values)
            measured.append(Measured(quantity, own, tuple(values), among, position_in(own, among) if among else ""))
    return tuple(measured)
