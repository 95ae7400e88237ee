"""Input and output of a merge, as plain tuples, because a month may have half a million lists."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from declarations.money import Scaled


class ClearedLine(NamedTuple):
    """A line of a closed (899) list; quantities and amount are scaled. Plain tuples in this order may be used."""

    gnum: int
    hs10: str
    final_destination: str
    currency: str
    quantity: Scaled
    unit: str
    legal_quantity: Scaled
    legal_unit: str
    amount: Scaled
    item_name: str = ""


class ClearedList(NamedTuple):
    """A closed (899) list. Plain tuples in this order may be used; `list_id` is any id of the caller."""

    list_id: Any
    consignor: str
    production_unit: str
    transport_mode: str
    destination: str
    exit_office: str
    trade_mode: str
    gross: Scaled
    net: Scaled
    lines: Sequence[tuple[Any, ...]]


class SummaryHead(NamedTuple):
    """The common values of the lists of a declaration; fields that the rule does not group by are empty."""

    consignor: str = ""
    production_unit: str = ""
    transport_mode: str = ""
    destination: str = ""
    exit_office: str = ""
    trade_mode: str = ""


class MergedLine(NamedTuple):
    """A line of a summary declaration; destination and item name are empty if the rule does not group by them.

    `unit_price` is rounded to four decimals, `amount` is exact; the weights of lists are divided among their lines by
    amount.
    """

    gseqno: int
    hs10: str
    final_destination: str
    currency: str
    unit: str
    item_name: str
    quantity: Scaled
    amount: Scaled
    unit_price: Scaled
    gross: Scaled
    net: Scaled


class SummaryDeclaration(NamedTuple):
    """A summary declaration: its number in this merge, from 1, its lines, and their total weights."""

    number: int
    head: SummaryHead
    lines: tuple[MergedLine, ...]
    gross: Scaled
    net: Scaled


class Placement(NamedTuple):
    """The position of a source line, as reported in 792: number of the declaration, and line in it."""

    list_id: Any
    gnum: int
    hs10: str
    declaration: int
    gseqno: int


class MergedSummary(NamedTuple):
    """The declarations, the ids of the dated values applied, and the position of each source line.

    `sources`, `gnums` and `groups` are parallel: list id, line number and group of each source line. `places` has for
    each group (goods code, declaration number, line)."""

    declarations: tuple[SummaryDeclaration, ...]
    parameter_ids: tuple[str, ...]
    sources: list[Any]
    gnums: array[int]
    groups: array[int]
    places: list[tuple[str, int, int]]

    def placements(self) -> Iterator[Placement]:
        """Yield the position of every source line, in the order in which the lists were read."""
        for source, gnum, group in zip(self.sources, self.gnums, self.groups, strict=True):
            yield Placement(source, gnum, *self.places[group])
