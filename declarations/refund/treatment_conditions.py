"""The conditions of each treatment of exports: refund, exemption with a voucher, exemption without invoice (rules 3.1).

A condition is a function whose docstring is the sentence of the law and its source, like the rules of documents
(`declarations.rules`); a lane is the list of conditions of a treatment. 财税[2013]96 applies to retail exports (9610,
1210), the rules of general trade to 9710 and 9810, 财税[2018]103 to the exemption without an invoice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from declarations.export import zone_offices
from declarations.export.zones import find_registered_zone
from declarations.money import Scaled
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.settlement import Counted
from declarations.refund.conditions import ConditionOutcome, outcome_of
from declarations.refund.rates import CANCELLED
from declarations.refund.treatment_facts import (
    COLLECTED,
    DEEMED,
    DUE,
    MANUFACTURER,
    MATCHING,
    MISSING,
    OTHER_CURRENCY,
    RETAIL_EXPORT,
    TRADER,
    ClaimItemFacts,
)
from declarations.refund.treatment_lanes import TestResult, TreatmentLane, make_condition


def _mode_known(facts: ClaimItemFacts) -> TestResult:
    """The mode of export is one that a refund rule speaks of. (rules 3.1)"""
    value_ids = () if facts.base is None else (facts.base.id,)
    return TestResult(facts.base is not None, {"trade_mode": facts.export.trade_mode}, value_ids)


def _no_platform(facts: ClaimItemFacts) -> bool | None:
    """The exporter is not the platform itself. (rules 3.1)"""
    return _negate(facts.exporter.platform)


def _general_taxpayer(facts: ClaimItemFacts) -> bool | None:
    """The exporter is a general VAT taxpayer. (rules 3.1)"""
    return facts.exporter.general_taxpayer


def _refund_filed(facts: ClaimItemFacts) -> bool | None:
    """The exporter has filed for export refund. (rules 3.1)"""
    if facts.exporter.refund_kind not in (TRADER, MANUFACTURER):
        return False
    return None if facts.exporter.registered is None else True


def _tax_registered(facts: ClaimItemFacts) -> bool | None:
    """The exporter is registered for tax. (rules 3.1)"""
    return facts.exporter.registered


def _zone_registered(facts: ClaimItemFacts) -> TestResult:
    """The exporter is registered in a pilot zone that exists on the day noted on the list. (rules 3.1, reading 53)"""
    exporter, listed_on = facts.exporter, facts.listed_on
    zone = find_registered_zone(exporter.zone, listed_on, facts.parameters)
    values = {"zone": exporter.zone or "-", "exported": listed_on.isoformat()}
    return TestResult(bool(zone.city), values, (*_ids_of_no_invoice(facts), *zone.parameter_ids))


def _declared(facts: ClaimItemFacts) -> bool:
    """There is an export declaration with data that match. (rules 3.1)"""
    return facts.declared


def _declared_or_counted(facts: ClaimItemFacts) -> TestResult:
    """There is an export declaration; the released list where lists are only counted and none can follow. (rules
    3.1)"""
    value = facts.parameters.on("refund.exemption_declaration", facts.export.exported_on)
    is_counted = facts.export.counted and facts.export.trade_mode in value.table_as(Counted).counted
    return TestResult(facts.declared or is_counted, {}, (*_ids_of_mode(facts), value.id))


def _refundable(facts: ClaimItemFacts) -> TestResult:
    """The goods carry a refund rate. (rules 3.1, 3.2)"""
    return TestResult(facts.row.refund > 0, goods_values(facts), (facts.row.id,))


def _not_cancelled(facts: ClaimItemFacts) -> TestResult:
    """The goods are not among those whose refund is cancelled. (rules 3.1)"""
    return TestResult(facts.row.flag != CANCELLED, goods_values(facts), (facts.row.id,))


def _open_and_not_cancelled(facts: ClaimItemFacts) -> TestResult:
    """The goods are not among those whose refund is cancelled. (rules 3.1)"""
    return TestResult(facts.row.flag != CANCELLED, goods_values(facts), (*_ids_of_no_invoice(facts), facts.row.id))


def _collected(facts: ClaimItemFacts) -> TestResult:
    """Foreign exchange is collected in its time. (rules 3.1, 3.5)"""
    collected, _, until = _check_exchange(facts)
    return TestResult(collected, {"until": until.isoformat()}, facts.windows.parameter_ids)


def _same_currency(facts: ClaimItemFacts) -> TestResult:
    """The foreign exchange is in the currency of the declaration. (rules 3.1)"""
    _, currency, _ = _check_exchange(facts)
    return TestResult(currency, {}, (facts.law.id,))


def _invoice_held(facts: ClaimItemFacts) -> TestResult:
    """A trader holds a VAT special invoice, or a payment certificate of import VAT or consumption tax. (rules 3.1)"""
    if facts.exporter.refund_kind == MANUFACTURER:
        return TestResult(ConditionOutcome.NOT_APPLICABLE, {}, (facts.law.id,))
    return TestResult(facts.papers.invoices != MISSING, {}, (facts.law.id,))


def _invoice_matches(facts: ClaimItemFacts) -> TestResult:
    """The invoice matches the declaration. (rules 3.1)"""
    if facts.exporter.refund_kind == MANUFACTURER or facts.papers.invoices == MISSING:
        return TestResult(ConditionOutcome.NOT_APPLICABLE, {}, (facts.law.id,))
    return TestResult(facts.papers.invoices == MATCHING, {}, (facts.law.id,))


def _voucher_held(facts: ClaimItemFacts) -> bool | None:
    """There is a lawful and valid purchase voucher. (rules 3.1)"""
    return facts.papers.voucher


def _no_voucher(facts: ClaimItemFacts) -> bool:
    """There is no valid purchase voucher. (rules 3.1)"""
    return facts.papers.voucher is False


def _genuine(facts: ClaimItemFacts) -> bool | None:
    """The documents are genuine. (rules 3.1)"""
    return _negate(facts.papers.false_documents)


def _lane_open(facts: ClaimItemFacts) -> TestResult:
    """The exemption without an invoice is in force on the day noted on the list. (rules 3.1)"""
    value_ids = _ids_of_no_invoice(facts)
    return TestResult(bool(value_ids), {"exported": facts.listed_on.isoformat()}, value_ids)


def _retail(facts: ClaimItemFacts) -> TestResult:
    """It is a retail export. (rules 3.1)"""
    retail = facts.base is not None and facts.base.text == RETAIL_EXPORT
    return TestResult(retail, {"trade_mode": facts.export.trade_mode}, _ids_of_no_invoice(facts))


def _recorded(facts: ClaimItemFacts) -> bool | None:
    """Date, name, unit, quantity, unit price and amount are recorded on the zone's service platform. (rules 3.1)"""
    return facts.export.recorded


def _zone_customs(facts: ClaimItemFacts) -> TestResult:
    """It is declared through the customs of the city of the exporter's zone. (rules 3.1, reading 53)"""
    office = facts.export.office
    zone = find_registered_zone(facts.exporter.zone, facts.listed_on, facts.parameters)
    in_zone = zone.city in zone_offices.cities_of(office) if office else None
    values = {"customs_code": office, "zone": facts.exporter.zone or "-"} if office else {}
    return TestResult(in_zone, values, (*_ids_of_no_invoice(facts), *zone.parameter_ids))


def _negate(fact: bool | None) -> bool | None:
    return None if fact is None else not fact


def _ids_of_mode(facts: ClaimItemFacts) -> tuple[str, ...]:
    """The refund rule of the mode of export; for a mode without one, the law of refunds."""
    return ((facts.base or facts.law).id,)


def _ids_of_no_invoice(facts: ClaimItemFacts) -> tuple[str, ...]:
    """The law of the exemption without an invoice; empty before its first day."""
    return _no_invoice_law(facts.listed_on, facts.parameters)


def _no_invoice_law(day: date, parameters: Parameters) -> tuple[str, ...]:
    try:
        return (parameters.on("refund.no_invoice", day).id,)
    except NoValue:
        return ()


def add_up_by_law(days: Mapping[date, Scaled], zone: str, parameters: Parameters) -> dict[date, Scaled]:
    """Add up the amounts of days with the same law of the exemption without an invoice: first such day → amount."""
    first_days: dict[tuple[str, ...], date] = {}
    amounts: dict[date, Scaled] = {}
    for day, amount in sorted(days.items()):
        law = (*_no_invoice_law(day, parameters), find_registered_zone(zone, day, parameters).city)
        first = first_days.setdefault(law, day)
        amounts[first] = amounts.get(first, 0) + amount
    return amounts


EXCHANGE_COLLECTED, EXCHANGE_CURRENCY = "20007", "20008"
REFUND = TreatmentLane(
    conditions=(
        make_condition("20001", _mode_known),
        make_condition("20002", _no_platform),
        make_condition("20003", _general_taxpayer),
        make_condition("20004", _refund_filed),
        make_condition("20005", _declared),
        make_condition("20006", _refundable),
        make_condition(EXCHANGE_COLLECTED, _collected),
        make_condition(EXCHANGE_CURRENCY, _same_currency),
        make_condition("20009", _invoice_held),
        make_condition("20010", _invoice_matches),
        make_condition("20011", _genuine),
    ),
    timeliness_code="20012",
    value_ids_of=_ids_of_mode,
    exchange_codes=frozenset({EXCHANGE_COLLECTED, EXCHANGE_CURRENCY}),
)
EXEMPTION = TreatmentLane(
    conditions=(
        make_condition("20027", _no_platform),
        make_condition("20021", _tax_registered),
        make_condition("20022", _declared_or_counted),
        make_condition("20023", _voucher_held),
        make_condition("20024", _not_cancelled),
        make_condition("20025", _genuine),
    ),
    timeliness_code="20026",
    value_ids_of=_ids_of_mode,
)
NO_INVOICE = TreatmentLane(
    conditions=(
        make_condition("20041", _lane_open),
        make_condition("20042", _retail),
        make_condition("20046", _open_and_not_cancelled),
        make_condition("20050", _no_platform),
        make_condition("20043", _zone_registered),
        make_condition("20044", _recorded),
        make_condition("20045", _zone_customs),
        make_condition("20047", _no_voucher),
        make_condition("20048", _genuine),
    ),
    timeliness_code="20049",
    value_ids_of=_ids_of_no_invoice,
    starts_with_opening=True,
)


def _check_exchange(facts: ClaimItemFacts) -> tuple[ConditionOutcome, ConditionOutcome, date]:
    """The outcomes of the two conditions of exchange, and the last day for collecting it."""
    days, state = facts.windows, facts.papers.exchange
    deferred = days.deferred_until if state == DUE and facts.claimed_on > days.exchange_until else None
    until = deferred or days.exchange_until
    return (*exchange_outcomes({state}, until, facts.claimed_on), until)


_WITH_EXCHANGE = frozenset({COLLECTED, OTHER_CURRENCY, DEEMED})


def exchange_outcomes(
    states: Collection[str], until: date, judged_on: date
) -> tuple[ConditionOutcome, ConditionOutcome]:
    """Return the outcomes, on a day, of the conditions that exchange is collected, and in the declared currency.

    `states`: the exchange states of the pools; `until`: the last day for collecting."""
    collected = _collection_outcome(states, until, judged_on)
    if _WITH_EXCHANGE.isdisjoint(states):
        return collected, ConditionOutcome.NOT_APPLICABLE
    return collected, outcome_of(OTHER_CURRENCY not in states)


def _collection_outcome(states: Collection[str], until: date, judged_on: date) -> ConditionOutcome:
    if _WITH_EXCHANGE.issuperset(states):
        return ConditionOutcome.SATISFIED
    return ConditionOutcome.PENDING if judged_on <= until and MISSING not in states else ConditionOutcome.FAILED


def goods_values(facts: ClaimItemFacts) -> dict[str, str]:
    """Return the code of the goods and the export date, for texts about goods."""
    return {"hs10": facts.export.hs10, "exported": facts.export.exported_on.isoformat()}
