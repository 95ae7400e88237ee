"""The facts about an exported item of a claim by which its treatment is found: export, exporter, papers."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.export.modes import MODES
from declarations.parameters import Parameters, Value
from declarations.refund.deadlines import ClaimWindows
from declarations.refund.rates import RefundRate

TRADER, MANUFACTURER = "T", "M"


RETAIL_EXPORT = "retail"


COLLECTED, DUE, OTHER_CURRENCY = "collected", "due", "other_currency"


DEEMED = "deemed"
"""Not collected in time, but an officer let it count as collected."""


MATCHING, MISSING = "matching", "missing"


class Export(NamedTuple):
    """One exported item. `item_no`: its 21-digit number ("" without a declaration); `counted`: it left on a list that
    is only counted, without a later declaration; `recorded`: date, name, unit, quantity, price and amount are recorded
    on the zone's service platform (None: nobody checked); `office`: where it was declared ("": not looked at);
    `listed_on`: the export date noted on its list (None: as `exported_on`)."""

    item_no: str
    trade_mode: str
    exported_on: date
    hs10: str
    counted: bool = False
    recorded: bool | None = None
    office: str = ""
    listed_on: date | None = None


class Exporter(NamedTuple):
    """The exporter's qualifications (None: unknown, and not checked): registered for tax; is the platform itself;
    general taxpayer; `refund_kind` of the refund filing ("T" trader, "M" manufacturer, "S" small-scale, "" none), as
    claimed if the exporter is not known to be registered; name of the `zone` of registration ("" none)."""

    registered: bool | None
    platform: bool | None
    general_taxpayer: bool | None
    refund_kind: str
    zone: str = ""


class ExportPapers(NamedTuple):
    """The papers of an export: `invoices` matching, missing or mismatch; whether there is a lawful purchase `voucher`;
    `exchange` collected, due, missing or other_currency; whether documents were found false. None: nobody checked."""

    invoices: str
    voucher: bool | None
    exchange: str
    false_documents: bool | None = None


class ClaimItemFacts(NamedTuple):
    """One item with all inputs of its conditions; `base` is None for a mode without a refund rule."""

    export: Export
    exporter: Exporter
    papers: ExportPapers
    claimed_on: date
    row: RefundRate
    windows: ClaimWindows
    base: Value | None
    law: Value
    parameters: Parameters

    @property
    def listed_on(self) -> date:
        """The day whose law decides the exemption without an invoice. (财税〔2018〕103号, article 5)"""
        return self.export.listed_on or self.export.exported_on

    @property
    def declared(self) -> bool:
        """True if there is an export declaration with matching data; lists that are only counted never have one."""
        return bool(self.export.item_no) and not self.export.counted

    @property
    def documents_complete(self) -> bool:
        """True if documents and foreign exchange are complete, as required for a late claim."""
        invoiced = self.exporter.refund_kind == MANUFACTURER or self.papers.invoices == MATCHING
        return self.declared and invoiced and self.papers.exchange == COLLECTED


def mode_value_of(trade_mode: str, exported_on: date, parameters: Parameters) -> Value | None:
    """Return the refund rule of a mode; None for a mode without one. Raises `NoValue` before its first day."""
    return parameters.on(f"refund.modes.{trade_mode}", exported_on) if trade_mode in MODES else None
