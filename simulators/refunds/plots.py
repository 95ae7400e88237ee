"""Plots of `plots.toml`: what is exported, which papers follow when, and what the claim must come to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from simulators.amounts import fen
from simulators.refunds.arithmetic import Return
from simulators.refunds.papers import SPECIAL

EXPORT, INVOICE, EXCHANGE, CLAIM, OFFICER = "export", "invoice", "exchange", "claim", "officer"
RETURN, RECONCILE, REPAY = "return", "reconcile", "repay"
DAYS = {EXPORT: 6, RETURN: 7, INVOICE: 10, EXCHANGE: 11, CLAIM: 12, OFFICER: 14, RECONCILE: 18, REPAY: 20}
"""The day of the month on which each step usually happens; two days after exports their lists have left."""


class Goods(NamedTuple):
    """One export of a plot: goods by kind, how many, price abroad in fen, cost at home, how many bought, rates."""

    kind: str
    quantity: int
    price: int
    cost: Decimal
    bought: int
    levy: Decimal
    rate: Decimal


class Step(NamedTuple):
    """What somebody does, so many months after the export (or on the day `to`); `more` is what only it needs."""

    do: str
    month: int
    day: int
    more: Mapping[str, Any]
    to: date | None = None

    def on(self, first: date) -> date:
        """Its day, when the export is in the month of `first`."""
        months = first.year * 12 + first.month - 1 + self.month
        return self.to or date(months // 12, months % 12 + 1, self.day)


class Plot(NamedTuple):
    """A plot and its end. `notices`: kind and name of the amount; `again` and `again_notices` are those of a second
    claim."""

    name: str
    zh: str
    en: str
    kind: str
    credit: str
    mode: str
    start: int
    goods: tuple[Goods, ...]
    vat: Return
    claim: str
    business: str
    paper: str
    steps: tuple[Step, ...]
    path: str
    again: str
    notices: tuple[tuple[str, str], ...]
    codes: tuple[str, ...] = ()
    short: bool = False
    again_notices: tuple[tuple[str, str], ...] = ()


USUAL: Sequence[Mapping[str, Any]] = (
    {"do": INVOICE, "month": 1},
    {"do": EXCHANGE, "month": 1},
    {"do": CLAIM, "month": 1},
)


@cache
def plots() -> tuple[Plot, ...]:
    """All plots, in the file's order."""
    tables = tomllib.loads(files("simulators.refunds").joinpath("plots.toml").read_text("utf-8"))["plot"]
    return tuple(_plot(**table) for table in tables)


def plot(name: str) -> Plot:
    """The plot with this name; raises `KeyError` naming all there are."""
    for one in plots():
        if one.name == name:
            return one
    raise KeyError(f"no plot {name!r}; there are: {', '.join(one.name for one in plots())}")


def _plot(
    name: str,
    zh: str,
    en: str,
    mode: str,
    start: int,
    goods: Sequence[Mapping[str, Any]],
    path: str,
    kind: str = "T",
    credit: str = "B",
    vat: Mapping[str, str] | None = None,
    claim: str = "",
    business: str = "",
    paper: str = SPECIAL,
    step: Sequence[Mapping[str, Any]] = USUAL,
    again: str = "",
    notices: Sequence[Sequence[str]] = (),
    codes: Sequence[str] = (),
    short: bool = False,
    again_notices: Sequence[Sequence[str]] = (),
) -> Plot:
    period = Return(**{key: Decimal(text) for key, text in (vat or {}).items()})
    return Plot(
        name,
        zh,
        en,
        kind,
        credit,
        mode,
        start,
        tuple(_goods(**one) for one in goods),
        period,
        claim or kind,
        business,
        paper,
        tuple(_step(**one) for one in step if paper or one["do"] != INVOICE),
        path,
        again,
        _pairs(notices),
        tuple(codes),
        short,
        _pairs(again_notices),
    )


def _pairs(notices: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, amount) for kind, amount in notices)


def _goods(
    kind: str, quantity: int, price: str, rate: str, cost: str = "0", bought: int = 0, levy: str = "0.13"
) -> Goods:
    return Goods(kind, quantity, fen(price), Decimal(cost), bought or quantity, Decimal(levy), Decimal(rate))


def _step(do: str, month: int = 0, day: int = 0, to: Sequence[int] = (), **more: Any) -> Step:
    return Step(do, month, day or DAYS[do], more, date(*to) if to else None)
