"""Trades that a scenario describes once and has many of: `count = 37` in `[trade.parcel]` makes parcel-1 … parcel-37.

A step that names the group is about all of them, and a line of a message with `of = "parcel"` stands for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec.structs import replace

from simulators.scenarios.form import AnyStep, Deal, SendStep

OF, NUMBER, EACH = "of", "{n}", "{each."
"""Key of a line that is written for each trade of a group; the line's number, and that trade, in its texts."""
Members = Mapping[str, Sequence[str]]
"""Name of a table of trades → the names of its trades."""
StepOfTrades = TypeVar("StepOfTrades", bound=AnyStep)


def members_of(deals: Mapping[str, Deal]) -> Members:
    """Return the trades of each table by name; one without `count` is itself its only trade."""
    return {
        name: [f"{name}-{number}" for number in range(1, deal.count + 1)] if deal.count > 1 else [name]
        for name, deal in deals.items()
    }


def trades_of(deals: Mapping[str, Deal]) -> dict[str, Deal]:
    """Return the trades by name, those of groups one by one."""
    return {trade: deals[name] for name, trades in members_of(deals).items() for trade in trades}


def named_in_lines(step: AnyStep) -> list[str]:
    """Return the trades and groups that lines of a sent message name."""
    return [line[OF] for line in step.lines if OF in line] if isinstance(step, SendStep) else []


def in_full(step: StepOfTrades, named: Members) -> StepOfTrades:
    """Return a step with the trades of its groups, and the lines that it sends for each of them; a name that is not
    known stays."""
    if isinstance(step, SendStep):
        names = (step.of,) if isinstance(step.of, str) and step.of else step.of
        of = tuple(trade for name in names for trade in named.get(name, (name,)))
        return replace(step, of=of, lines=tuple(_lines(step.lines, named)))
    of_one = getattr(step, OF, "")
    return replace(step, of=named[of_one][0]) if of_one in named else step


def _lines(lines: Sequence[Mapping[str, str]], named: Members) -> Iterator[dict[str, str]]:
    each_line = (
        (trade, {name: text for name, text in line.items() if name != OF})
        for line in lines
        for trade in (named[line[OF]] if OF in line else ("",))
    )
    for number, (trade, line) in enumerate(each_line, 1):
        yield {name: text.replace(NUMBER, str(number)).replace(EACH, f"{{{trade}.") for name, text in line.items()}
