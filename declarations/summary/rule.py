"""Which fields make a declaration and a line of it: the dated rule (`summary.merging`), turned by a request's wishes.

The rule of a month is the one in force on its last day (reading 30).
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from declarations.parameters import Parameters

BY_CONSIGNOR, BY_PRODUCER = "1", "2"
BY_ITEM_NAME = "1"
DECLARED, LEGAL = "declared", "legal"


class Wishes(NamedTuple):
    """What a request (701) asks for.

    `summary_flag`: 1 the production unit is no key, 2 it is one, empty: as the rule says. `item_name_flag`: 1 keeps
    item names apart. `split_currency`: a declaration for each currency, as some brokers make them.
    """

    summary_flag: str = ""
    item_name_flag: str = ""
    split_currency: bool = False


class Rule(NamedTuple):
    """The fields of `Cleared` that make a declaration and those of `ClearedLine` that make a line of it, which
    quantity is summed (declared or legal), and how many lines a declaration holds."""

    head: tuple[str, ...]
    line: tuple[str, ...]
    quantity: str
    lines: int
    split_currency: bool
    parameters: tuple[str, ...]

    @property
    def counted_unit(self) -> str:
        """The field that says in which unit the quantity is counted."""
        return "legal_unit" if self.quantity == LEGAL else "unit"


NO_WISHES = Wishes()


def rule_on(day: date, parameters: Parameters, wishes: Wishes = NO_WISHES) -> Rule:
    """The rule in force on a day, as a request wishes it; raises `NoValue` before there was any."""
    value = parameters.on("summary.merging", day)
    table: Any = value.table
    head = [name for name in table["head"] if name != "production_unit" or wishes.summary_flag != BY_CONSIGNOR]
    if wishes.summary_flag == BY_PRODUCER and "production_unit" not in head:
        head.append("production_unit")
    line = [*table["line"], *(["item_name"] if wishes.item_name_flag == BY_ITEM_NAME else [])]
    return Rule(tuple(head), tuple(line), table["quantity"], int(table["lines"]), wishes.split_currency, (value.id,))
