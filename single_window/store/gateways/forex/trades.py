"""Trades that exchange reports name by order number or by declaration number (summary declaration, list); and trades
reported under both numbers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from declarations.calendar import day_of
from declarations.documents import ExportInventory, ExportOrder, unpack
from declarations.money import MAX_AMOUNT, SCALE
from gateways.forex.repository import COUNTED, Leg, TradeValue
from single_window.store.bulk import one_of
from single_window.store.records import decoder
from single_window.store.tables import declaration, document, forex_leg, summary, summary_declaration, summary_member

_NO_TRADE = frozenset(
    {"staged", "declared", "sent", "failed", "rejected", "sent_back", "cancelled", "deleted", "expired"}
)
"""States in which an export list is not yet or no longer a trade."""
_MAX_SCALED = int(MAX_AMOUNT * SCALE)
_lines = decoder(list[Any], list)
_CURRENCY, _AMOUNT = 3, 7
"""Indexes of the currency and the amount in a line of a summary declaration."""
_same = summary_declaration.alias("same")


class Trades(ABC):
    """The trades of one sandbox, for one batch of deliveries, including the legs that it has put."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection, self._sandbox = connection, sandbox
        self._legs: dict[int, dict[int, Leg]] = {}
        self._changed_legs: set[int] = set()
        self._worths: dict[tuple[str, str], list[TradeValue]] = {}
        self._within: dict[str, dict[str, int]] = {}
        self._loaded: dict[str, set[Any]] = {}

    @abstractmethod
    def legs_naming(self, column: str, numbers: Collection[str]) -> Sequence[Leg]:
        """The legs with one of these numbers in a column."""

    def _missing(self, kind: str, values: Collection[Any]) -> list[Any]:
        """The values that are not loaded yet, sorted; marks them as loaded."""
        queried = self._loaded.setdefault(kind, set())
        new = sorted({value for value in values if value} - queried)
        queried.update(new)
        return new

    def orders(self, numbers: Collection[str]) -> Sequence[TradeValue]:
        new = self._missing("orders", numbers)
        if new:
            rows = self._connection.execute(
                select(document.c.facts)
                .where(
                    document.c.sandbox == self._sandbox,
                    document.c.kind == "export_order",
                    document.c.state == "declared",
                    one_of(self._connection, document.c.order_no, new),
                )
                .order_by(document.c.id)
            ).scalars()
            for facts in rows:
                order = unpack(ExportOrder, facts)
                self._cache_worth(
                    "order",
                    TradeValue(
                        order.order_no,
                        order.ebc_code,
                        {order.currency: min(order.goods_value + order.freight, _MAX_SCALED)},
                    ),
                )
        return self._cached_worths("order", numbers)

    def entries(self, numbers: Collection[str]) -> Sequence[TradeValue]:
        new = self._missing("entries", numbers)
        if new:
            for worth in (*self._summarised(new), *self._of_export_lists(new)):
                self._cache_worth("entry", worth)
        return self._cached_worths("entry", numbers)

    def _summarised(self, numbers: Sequence[str]) -> Iterator[TradeValue]:
        """The amounts of summary declarations, by entry number."""
        rows = self._connection.execute(
            select(summary_declaration.c.entry_id, summary.c.ebc_code, summary_declaration.c.lines, summary.c.done_at)
            .join(summary, summary.c.id == summary_declaration.c.summary_id)
            .where(
                summary_declaration.c.sandbox == self._sandbox,
                one_of(self._connection, summary_declaration.c.entry_id, numbers),
            )
        ).all()
        for entry_id, ebc_code, lines, done_at in rows:
            amounts: dict[str, int] = {}
            for line in _lines(lines):
                amounts[line[_CURRENCY]] = min(amounts.get(line[_CURRENCY], 0) + line[_AMOUNT], _MAX_SCALED)
            yield TradeValue(entry_id, ebc_code, amounts, day_of(done_at) if done_at else None)

    def _of_export_lists(self, numbers: Sequence[str]) -> Iterator[TradeValue]:
        """The amounts of export lists, by list number, which is the declaration number in modes 9710 and 9810."""
        rows = self._connection.execute(
            select(
                declaration.c.invt_no,
                declaration.c.ebc_code,
                declaration.c.state,
                declaration.c.released_at,
                declaration.c.order_no,
                document.c.facts,
            )
            .join(document, document.c.id == declaration.c.document_id)
            .where(
                declaration.c.sandbox == self._sandbox,
                declaration.c.flow == "E",
                one_of(self._connection, declaration.c.invt_no, numbers),
            )
        ).all()
        for invt_no, ebc_code, state, released_at, order_no, facts in rows:
            if state in _NO_TRADE:
                continue
            amounts: dict[str, int] = {}
            for line in unpack(ExportInventory, facts).lines:
                amounts[line.currency] = min(amounts.get(line.currency, 0) + line.total_price, _MAX_SCALED)
            yield TradeValue(invt_no, ebc_code, amounts, day_of(released_at) if released_at else None, order_no)

    # the same money, reported under an order number and under the summary's number

    def reported_as_whole(self, orders: Collection[str]) -> Mapping[str, str]:
        new = self._missing("summed_up", orders)
        if new:
            rows = self._connection.execute(
                select(declaration.c.order_no, summary_member.c.summary_id, summary_declaration.c.entry_id)
                .join(summary_member, summary_member.c.declaration_id == declaration.c.id)
                .join(summary_declaration, summary_declaration.c.summary_id == summary_member.c.summary_id)
                .where(
                    declaration.c.sandbox == self._sandbox,
                    declaration.c.flow == "E",
                    summary_declaration.c.entry_id != "",
                    one_of(self._connection, declaration.c.order_no, new),
                )
            ).all()
            for order_no, summary_id, entry_id in rows:
                self._within.setdefault(order_no, {})[entry_id] = summary_id
        entries_by_order = {order_no: sorted(self._within.get(order_no, ())) for order_no in orders}
        reported_entries = {
            leg.entry_no
            for leg in self.legs_naming("entry_no", sorted({entry for of in entries_by_order.values() for entry in of}))
            if leg.state in COUNTED and not leg.order_no
        }
        return {
            order_no: entry
            for order_no, entries in entries_by_order.items()
            for entry in entries[::-1]
            if entry in reported_entries
        }

    def reported_separately(self, entries: Collection[str]) -> Mapping[str, str]:
        order_nos = {}
        for entry in sorted(set(entries)):
            single = (
                self._separately_reported_order(entry)
                or self._connection.execute(
                    select(forex_leg.c.order_no)
                    .select_from(summary_declaration)
                    .join(summary_member, summary_member.c.summary_id == summary_declaration.c.summary_id)
                    .join(declaration, declaration.c.id == summary_member.c.declaration_id)
                    .join(
                        forex_leg,
                        (forex_leg.c.sandbox == self._sandbox)
                        & (forex_leg.c.order_no == declaration.c.order_no)
                        & (forex_leg.c.order_no != ""),
                    )
                    .where(
                        summary_declaration.c.sandbox == self._sandbox,
                        summary_declaration.c.entry_id == entry,
                        forex_leg.c.state.in_(sorted(COUNTED)),
                        forex_leg.c.report_id.not_in(sorted(self._changed_legs)),
                        forex_leg.c.entry_no.not_in(
                            select(_same.c.entry_id).where(_same.c.summary_id == summary_declaration.c.summary_id)
                        ),
                    )
                    .limit(1)
                ).scalar()
            )
            if single:
                order_nos[entry] = single
        return order_nos

    def _separately_reported_order(self, entry: str) -> str:
        """An order of a summary declaration for which this batch has put a separate leg; empty if none."""
        for report_id in sorted(self._changed_legs):
            for leg in self._legs[report_id].values():
                within = self._within.get(leg.order_no, {})
                if leg.state in COUNTED and entry in within and leg.entry_no not in within:
                    return leg.order_no
        return ""

    def _cache_worth(self, kind: str, worth: TradeValue) -> None:
        self._worths.setdefault((kind, worth.number), []).append(worth)

    def _cached_worths(self, kind: str, numbers: Collection[str]) -> list[TradeValue]:
        return [worth for number in sorted(set(numbers)) for worth in self._worths.get((kind, number), ())]
