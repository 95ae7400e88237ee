"""Input and output of a merge: plain tuples, for a month holds half a million lists."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from declarations.money import Scaled


class ClearedLine(NamedTuple):
    """A line of a list that is closed (899); quantities and amount scaled. Any tuple of this order will do."""

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


class Cleared(NamedTuple):
    """A list that is closed (899). Any tuple of this order will do; `list_id` is whatever the caller knows it by."""

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
    """The values that the lists of a declaration have in common; what the rule does not require is empty."""

    consignor: str = ""
    production_unit: str = ""
    transport_mode: str = ""
    destination: str = ""
    exit_office: str = ""
    trade_mode: str = ""


class MergedLine(NamedTuple):
    """A line of a summary declaration; destination and item name are empty where the rule does not keep them apart.

    `unit_price` is rounded to four decimals, `amount` is exact; the weights are those of the lists, shared among
    their lines by amount.
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
    """A summary declaration: its number in this merge, from 1, and the weights of its lines in all."""

    number: int
    head: SummaryHead
    lines: tuple[MergedLine, ...]
    gross: Scaled
    net: Scaled


class Placement(NamedTuple):
    """The destination of a source line, as reported in 792: number of the declaration and line there."""

    list_id: Any
    gnum: int
    hs10: str
    declaration: int
    gseqno: int


class Merged(NamedTuple):
    """The declarations, the ids of the dated values used, and where each source line went."""

    declarations: tuple[SummaryDeclaration, ...]
    parameters: tuple[str, ...]
    sources: list[Any]
    gnums: array[int]
    groups: array[int]
    places: list[tuple[str, int, int]]

    def placements(self) -> Iterator[Placement]:
        """Every source line with its declaration and its line there, in the order in which the lists came."""
        for source, gnum, group in zip(self.sources, self.gnums, self.groups, strict=True):
            yield Placement(source, gnum, *self.places[group])
