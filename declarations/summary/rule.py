"""The rule of merging: the dated rule (`summary.merging`), modified by a request's options.

The rule of a month is the one in force on its last day (reading 30).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.parameters import Parameters
from declarations.parameters.tables.clearance import Merging

BY_CONSIGNOR, BY_PRODUCER = "1", "2"
BY_ITEM_NAME = "1"
DECLARED, LEGAL = "declared", "legal"


class MergingOptions(NamedTuple):
    """The options of a request (701).

    `summary_flag`: 1 merges across production units, 2 separates them, empty: by the rule. `item_name_flag`: 1
    separates item names. `split_currency`: a separate declaration for each currency, as some brokers make them.
    """

    summary_flag: str = ""
    item_name_flag: str = ""
    split_currency: bool = False


class SummaryRule(NamedTuple):
    """The grouping fields of `ClearedList` for a declaration (`head`) and of `ClearedLine` for a line, the quantity to
    sum (declared or legal), and the maximum of lines in a declaration."""

    head: tuple[str, ...]
    line: tuple[str, ...]
    quantity: str
    lines: int
    split_currency: bool
    parameter_ids: tuple[str, ...]

    @property
    def counted_unit(self) -> str:
        """The field with the unit of the quantity."""
        return "legal_unit" if self.quantity == LEGAL else "unit"


DEFAULT_OPTIONS = MergingOptions()


def rule_on(day: date, parameters: Parameters, options: MergingOptions = DEFAULT_OPTIONS) -> SummaryRule:
    """Return the rule in force on a day, with the options of a request; raises `NoValue` before the first rule."""
    value = parameters.on("summary.merging", day)
    table = value.table_as(Merging)
    head = [name for name in table.head if name != "production_unit" or options.summary_flag != BY_CONSIGNOR]
    if options.summary_flag == BY_PRODUCER and "production_unit" not in head:
        head.append("production_unit")
    line = [*table.line, *(["item_name"] if options.item_name_flag == BY_ITEM_NAME else [])]
    return SummaryRule(tuple(head), tuple(line), table.quantity, table.lines, options.split_currency, (value.id,))
