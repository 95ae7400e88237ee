"""The conditions of each lane of an export: refund, exemption with a voucher, exemption without an invoice (rules 3.1).

财税[2013]96 for retail exports (9610, 1210), the rules of general trade for 9710 and 9810, 财税[2018]103 for the
exemption without an invoice. The text of a condition states what the law demands; its outcome, what was found.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from declarations.export.modes import MODES
from declarations.parameters import NoValue, Parameters, Value
from declarations.refund.conditions import Condition, Outcome
from declarations.refund.deadlines import Windows
from declarations.refund.rates import CANCELLED, Rate

MODE_KNOWN = "20001"
NO_PLATFORM = "20002"
GENERAL_TAXPAYER = "20003"
REFUND_FILING = "20004"
DECLARED = "20005"
REFUNDABLE = "20006"
EXCHANGE_COLLECTED = "20007"
EXCHANGE_CURRENCY = "20008"
INVOICE_HELD = "20009"
INVOICE_MATCHES = "20010"
HONEST = "20011"
IN_TIME = "20012"
TAX_REGISTERED = "20021"
EXPORT_DECLARED = "20022"
VOUCHER_HELD = "20023"
NOT_CANCELLED = "20024"
EXEMPTION_HONEST = "20025"
EXEMPTION_IN_TIME = "20026"
EXEMPTION_NO_PLATFORM = "20027"
LANE_OPEN = "20041"
RETAIL_ONLY = "20042"
ZONE_REGISTERED = "20043"
RECORDED = "20044"
ZONE_CUSTOMS = "20045"
GOODS_NOT_CANCELLED = "20046"
NO_VOUCHER = "20047"
NO_INVOICE_HONEST = "20048"
NO_INVOICE_IN_TIME = "20049"
NO_INVOICE_NO_PLATFORM = "20050"
TRADER, MANUFACTURER = "T", "M"
RETAIL_EXPORT = "retail"
COLLECTED, DUE, OTHER_CURRENCY = "collected", "due", "other_currency"
DEEMED = "deemed"
"""Not collected in its term, and an officer let it count as collected."""
MATCHING, MISSING = "matching", "missing"


class Export(NamedTuple):
    """One exported item. `item_no`: its 21-digit number ("" without a declaration); `counted`: it left on a list for
    summary statistics, which no declaration follows; `recorded`: date, name, unit, quantity, price and amount stand
    on the zone's service platform; `zone_customs`: it was declared through the customs of the zone."""

    item_no: str
    trade_mode: str
    exported_on: date
    hs10: str
    counted: bool = False
    recorded: bool = True
    zone_customs: bool = True


class Exporter(NamedTuple):
    """The exporter: registered for tax, the platform itself, a general taxpayer; `refund_kind` of his refund filing
    ("T" trader, "M" manufacturer, "S" small-scale, "" none); `zone` in which he is registered ("" in none)."""

    registered: bool
    platform: bool
    general_taxpayer: bool
    refund_kind: str
    zone: str = ""


class Papers(NamedTuple):
    """The papers of an export: `invoices` matching, missing or mismatch; a lawful purchase voucher; `exchange`
    collected, due, missing or other_currency; documents found false."""

    invoices: str
    voucher: bool
    exchange: str
    false_documents: bool = False


class Facts(NamedTuple):
    """One item with the law of its day; `base` is None for a mode that no refund rule covers."""

    export: Export
    exporter: Exporter
    papers: Papers
    claimed_on: date
    row: Rate
    windows: Windows
    base: Value | None
    law: Value
    parameters: Parameters

    @property
    def declared(self) -> bool:
        """True if an export declaration with data that match is there; lists only counted never have one."""
        return bool(self.export.item_no) and not self.export.counted

    @property
    def documents_complete(self) -> bool:
        """True if documents and foreign exchange are there, as a late claim needs them."""
        invoiced = self.exporter.refund_kind == MANUFACTURER or self.papers.invoices == MATCHING
        return self.declared and invoiced and self.papers.exchange == COLLECTED


def base_of(trade_mode: str, exported_on: date, parameters: Parameters) -> Value | None:
    """The rule under which a mode is refunded; None for a mode without one, `NoValue` before its first day."""
    return parameters.on(f"refund.modes.{trade_mode}", exported_on) if trade_mode in MODES else None


def refund(facts: Facts) -> list[Condition]:
    """The conditions of a refund, except that of time."""
    exporter, values = facts.exporter, {"trade_mode": facts.export.trade_mode}
    base = () if facts.base is None else (facts.base.id,)
    return [
        Condition(MODE_KNOWN, _outcome(facts.base is not None), values, base),
        _condition(facts, NO_PLATFORM, not exporter.platform),
        _condition(facts, GENERAL_TAXPAYER, exporter.general_taxpayer),
        _condition(facts, REFUND_FILING, exporter.refund_kind in (TRADER, MANUFACTURER)),
        _condition(facts, DECLARED, facts.declared),
        Condition(REFUNDABLE, _outcome(facts.row.refund > 0), goods(facts), (facts.row.id,)),
        *_exchange(facts),
        *_invoices(facts),
        _condition(facts, HONEST, not facts.papers.false_documents),
    ]


def exemption(facts: Facts) -> list[Condition]:
    """The conditions of the exemption with a lawful purchase voucher, except that of time."""
    return [
        _condition(facts, EXEMPTION_NO_PLATFORM, not facts.exporter.platform),
        _condition(facts, TAX_REGISTERED, facts.exporter.registered),
        _declared_or_counted(facts),
        _condition(facts, VOUCHER_HELD, facts.papers.voucher),
        Condition(NOT_CANCELLED, _outcome(facts.row.flag != CANCELLED), goods(facts), (facts.row.id,)),
        _condition(facts, EXEMPTION_HONEST, not facts.papers.false_documents),
    ]


def no_invoice(facts: Facts) -> list[Condition]:
    """The conditions of the exemption without an invoice, except that of time; it opened on a day of its own."""
    export, exported = facts.export, facts.export.exported_on
    try:
        used: tuple[str, ...] = (facts.parameters.on("refund.no_invoice", exported).id,)
    except NoValue:  # the lane did not exist yet
        used = ()
    retail = facts.base is not None and facts.base.text == RETAIL_EXPORT
    conditions = [
        Condition(LANE_OPEN, _outcome(bool(used)), {"exported": exported.isoformat()}, used),
        Condition(RETAIL_ONLY, _outcome(retail), {"trade_mode": export.trade_mode}, used),
        Condition(GOODS_NOT_CANCELLED, _outcome(facts.row.flag != CANCELLED), goods(facts), (*used, facts.row.id)),
    ]
    simple = {
        NO_INVOICE_NO_PLATFORM: not facts.exporter.platform,
        ZONE_REGISTERED: bool(facts.exporter.zone),
        RECORDED: export.recorded,
        ZONE_CUSTOMS: export.zone_customs,
        NO_VOUCHER: not facts.papers.voucher,
        NO_INVOICE_HONEST: not facts.papers.false_documents,
    }
    return [*conditions, *(Condition(code, _outcome(holds), {}, used) for code, holds in simple.items())]


def applicable(conditions: list[Condition]) -> list[Condition]:
    """The conditions of a lane as they apply: in a lane that is not in force yet, that is the only one."""
    if conditions[0].rule != LANE_OPEN or conditions[0].outcome is Outcome.SATISFIED:
        return conditions
    return [conditions[0], *(condition._replace(outcome=Outcome.NOT_APPLICABLE) for condition in conditions[1:])]


def _declared_or_counted(facts: Facts) -> Condition:
    """An exemption requires a declaration too, except where a list is only counted and none can follow it."""
    value = facts.parameters.on("refund.exemption_declaration", facts.export.exported_on)
    stands = facts.export.counted and facts.export.trade_mode in value.table["counted"]
    return Condition(EXPORT_DECLARED, _outcome(facts.declared or stands), {}, ((facts.base or facts.law).id, value.id))


def _exchange(facts: Facts) -> list[Condition]:
    days, state = facts.windows, facts.papers.exchange
    deferred = days.deferred_until if state == DUE and facts.claimed_on > days.exchange_until else None
    until = deferred or days.exchange_until
    collected, currency = exchange_outcomes({state}, until, facts.claimed_on)
    return [
        Condition(EXCHANGE_COLLECTED, collected, {"until": until.isoformat()}, days.parameters),
        Condition(EXCHANGE_CURRENCY, currency, {}, (facts.law.id,)),
    ]


def exchange_outcomes(states: Collection[str], until: date, judged_on: date) -> tuple[Outcome, Outcome]:
    """The conditions that exchange be collected, and in the declared currency, as they stand on a day. `states`: the
    state of each pool's exchange; `until`: the last day for collecting."""
    came = {COLLECTED, OTHER_CURRENCY, DEEMED}
    if came.issuperset(states):
        collected = Outcome.SATISFIED
    else:
        collected = Outcome.PENDING if judged_on <= until and MISSING not in states else Outcome.FAILED
    if came.isdisjoint(states):
        return collected, Outcome.NOT_APPLICABLE
    return collected, _outcome(OTHER_CURRENCY not in states)


def _invoices(facts: Facts) -> list[Condition]:
    if facts.exporter.refund_kind == MANUFACTURER:
        held = matches = Outcome.NOT_APPLICABLE
    else:
        held = _outcome(facts.papers.invoices != MISSING)
        matches = Outcome.NOT_APPLICABLE if held is Outcome.FAILED else _outcome(facts.papers.invoices == MATCHING)
    return [
        Condition(code, outcome, {}, (facts.law.id,))
        for code, outcome in ((INVOICE_HELD, held), (INVOICE_MATCHES, matches))
    ]


def goods(facts: Facts) -> dict[str, str]:
    """The code of the goods and the export date, as words about goods want them."""
    return {"hs10": facts.export.hs10, "exported": facts.export.exported_on.isoformat()}


def _condition(facts: Facts, rule: str, holds: bool) -> Condition:
    return Condition(rule, _outcome(holds), {}, ((facts.base or facts.law).id,))


def _outcome(holds: bool) -> Outcome:
    return Outcome.SATISFIED if holds else Outcome.FAILED
