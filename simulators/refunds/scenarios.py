"""Refund scenarios of `scenarios.toml`: the exports, the papers and their days, and what the claim must come to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, convert, field

from simulators.amounts import fen
from simulators.refunds.arithmetic import VatFigures
from simulators.refunds.papers import SPECIAL

EXPORT, INVOICE, EXCHANGE, CLAIM, OFFICER = "export", "invoice", "exchange", "claim", "officer"
RETURN, RECONCILE, REPAY = "return", "reconcile", "repay"
BANK_REASON = "模拟：请说明单笔金额"
"""A bank officer's reason for a decision about an exchange report."""
TOLD = "told"
"""What a reconciliation says was sold: as the warehouses abroad tell."""
USUAL_DAYS = {EXPORT: 6, RETURN: 7, INVOICE: 10, EXCHANGE: 11, CLAIM: 12, OFFICER: 14, RECONCILE: 18, REPAY: 20}
"""The day of the month on which each step usually happens; two days after exports their lists have left."""


class ScenarioGoods(NamedTuple):
    """One export of a scenario: kind of goods, quantity, unit price abroad in fen, unit cost at home, quantity bought,
    levy and refund rate, and the customs code of the country if it is to be one."""

    kind: str
    quantity: int
    price: int
    cost: Decimal
    bought: int
    levy: Decimal
    rate: Decimal
    to: str = ""


class RefundStep(NamedTuple):
    """A step of an exporter or an officer, `month` months after the export, or on the day `to`; `more`: options of the
    action."""

    do: str
    month: int
    day: int
    more: Mapping[str, Any]
    to: date | None = None

    def on(self, first: date) -> date:
        """Its day, when the export is in the month of `first`."""
        months = first.year * 12 + first.month - 1 + self.month
        return self.to or date(months // 12, months % 12 + 1, self.day)


class RefundScenario(NamedTuple):
    """A scenario and its end. `notices`: kind and name of the amount; `again` and `again_notices` are those of a second
    claim; `follows` names the scenario of the same exporter before it; `currency` is what it sells in."""

    name: str
    claim: str
    goods: tuple[ScenarioGoods, ...] = ()
    vat: VatFigures = VatFigures()
    steps: tuple[RefundStep, ...] = ()
    zh: str = ""
    en: str = ""
    kind: str = "T"
    credit: str = "B"
    mode: str = ""
    start: int = 0
    business: str = ""
    paper: str = SPECIAL
    path: str = ""
    again: str = ""
    notices: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    short: bool = False
    again_notices: tuple[tuple[str, str], ...] = ()
    follows: str = ""
    currency: str = "USD"


USUAL_STEPS: tuple[Mapping[str, Any], ...] = (
    {"do": INVOICE, "month": 1},
    {"do": EXCHANGE, "month": 1},
    {"do": CLAIM, "month": 1},
)


class _ScenarioTable(Struct, forbid_unknown_fields=True):
    """The table of a scenario in the file."""

    name: str
    zh: str
    en: str
    mode: str
    start: int
    goods: tuple[Mapping[str, Any], ...]
    path: str
    kind: str = "T"
    credit: str = "B"
    vat: Mapping[str, Decimal] = field(default_factory=dict)
    claim: str = ""
    business: str = ""
    paper: str = SPECIAL
    step: tuple[Mapping[str, Any], ...] = USUAL_STEPS
    again: str = ""
    notices: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    short: bool = False
    again_notices: tuple[tuple[str, str], ...] = ()
    follows: str = ""
    currency: str = "USD"


_COPIED_FIELDS = {*_ScenarioTable.__struct_fields__} - {"claim", "goods", "vat", "step"}
"""Fields that are in a scenario as they are in the file."""


@cache
def refund_scenarios() -> tuple[RefundScenario, ...]:
    """All scenarios, in the file's order."""
    tables = tomllib.loads(Path(__file__).parent.joinpath("scenarios.toml").read_text("utf-8"))["scenario"]
    return tuple(_read_scenario(table) for table in convert(tables, list[_ScenarioTable]))


def refund_scenario(name: str) -> RefundScenario:
    """The scenario with this name; raises `KeyError` naming all there are."""
    for known in refund_scenarios():
        if known.name == name:
            return known
    raise KeyError(f"no scenario {name!r}; there are: {', '.join(known.name for known in refund_scenarios())}")


def _read_scenario(table: _ScenarioTable) -> RefundScenario:
    copied = {name: getattr(table, name) for name in RefundScenario._fields if name in _COPIED_FIELDS}
    return RefundScenario(
        **copied,
        claim=table.claim or table.kind,
        goods=tuple(_read_goods(**good) for good in table.goods),
        vat=VatFigures(**table.vat),
        steps=tuple(_read_step(**entry) for entry in table.step if table.paper or entry["do"] != INVOICE),
    )


def _read_goods(
    kind: str,
    quantity: int,
    price: str,
    rate: str,
    cost: str = "0",
    bought: int = 0,
    levy: str = "0.13",
    to: str = "",
) -> ScenarioGoods:
    rates = Decimal(levy), Decimal(rate)
    return ScenarioGoods(kind, quantity, fen(price), Decimal(cost), bought or quantity, *rates, to)


def _read_step(do: str, month: int = 0, day: int = 0, to: Sequence[int] = (), **more: Any) -> RefundStep:
    return RefundStep(do, month, day or USUAL_DAYS[do], more, date(*to) if to else None)
