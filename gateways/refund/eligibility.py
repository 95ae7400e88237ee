"""Matches a claim and determines the treatment of each of its exports, before amounts are calculated.

Exports with the same `TreatmentKey` are assessed once, and their conditions are stored once for all their items.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from declarations.documents import RefundClaim, RefundClaimLine
from declarations.forex.rates import letters_of
from declarations.money import Scaled
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.refund import deadlines, treatment_conditions, treatment_facts
from declarations.refund.conditions import failed_conditions
from declarations.refund.deadlines import claim_windows_of
from declarations.refund.lines import InvoiceKey, InvoiceLine
from declarations.refund.matching import (
    ExportLine,
    MatchingResult,
    PurchaseLine,
    match,
    match_exports,
    matching_rule_on,
)
from declarations.refund.rates import NoRefundRate
from declarations.refund.treatment import (
    DOMESTIC_SALE,
    NO_INVOICE,
    REFUND,
    Export,
    Exporter,
    ExportPapers,
    Treatment,
    decide_treatment,
)
from declarations.refund.treatment import EXEMPTION as EXEMPT
from declarations.unanswered import missing_values
from gateways.refund import checking, vouchers
from gateways.refund.case import ClaimCase, Eligibility, TaxedPart, TreatmentGroup
from gateways.refund.checking import EXEMPTION, MANUFACTURER
from gateways.refund.evidence import ClaimEvidence, invoice_line_of, item_facts_of
from gateways.refund.repository import ExchangePool, Item

NO_RATE, MIXED, EVIDENCE = "20552", "20510", "20540"
_EXCHANGE_RANK = {
    treatment_facts.COLLECTED: 0,
    treatment_facts.DUE: 1,
    treatment_facts.OTHER_CURRENCY: 2,
    "missing": 3,
}
LISTED, RETAIL = "E", ("9610", "1210")
_OFFICE, _LIST_FLAG = 4, 8
"""In an item number: the length of the office code at its start, and the index of the character that marks a list."""


def assess(case: ClaimCase) -> Eligibility:
    """Return the eligibility of a claim by the law of today. Raises `NoValue` if that lacks a value."""
    eligibility = Eligibility([*checking.check_form(case.facts), *checking.check_admitted(case)])
    if eligibility.reasons:
        return eligibility
    matching = _match(case)
    eligibility.reasons = [*checking.check_owner(case), *matching.reasons, *checking.check_sale_states(case)]
    eligibility.links = matching.links
    if not eligibility.reasons:
        _treat_all(case, eligibility)
    return eligibility


def _cited_invoices(purchases: Iterable[PurchaseLine], evidence: ClaimEvidence) -> dict[InvoiceKey, InvoiceLine]:
    cited_lines = {(line.invoice_no, line.invoice_line) for line in purchases}
    return {
        key: invoice_line_of(evidence.lines[key], evidence.invoices[key[0]])
        for key in cited_lines
        if key in evidence.lines
    }


def _match(case: ClaimCase) -> MatchingResult:
    facts = case.facts
    exports = [_export_line(line) for line in case.export_lines()]
    items = {number: item_facts_of(item) for number, item in case.items.items()}
    rule = matching_rule_on(case.desk.day, case.desk.law)
    if facts.claim_kind == MANUFACTURER:
        return match_exports(exports, items, rule)
    purchases = [_purchase_line(line) for line in case.purchase_lines()]
    invoices = _cited_invoices(purchases, case.evidence)
    if facts.claim_kind == EXEMPTION:
        return vouchers.with_vouchers(match_exports(exports, items, rule), purchases, invoices, facts.ebc_code, rule)
    return match(exports, purchases, invoices, items, facts.ebc_code, rule)


def _export_line(line: RefundClaimLine) -> ExportLine:
    return ExportLine(
        number=line.gnum,
        link_no=line.link_no,
        item_no=line.item_no,
        hs10=line.gcode,
        name=line.gname,
        unit=line.unit,
        qty=line.qty,
        currency=letters_of(line.currency),
        fob=line.amount,
    )


def _purchase_line(line: RefundClaimLine) -> PurchaseLine:
    return PurchaseLine(
        number=line.gnum,
        link_no=line.link_no,
        invoice_no=line.invoice_no,
        invoice_line=line.invoice_line,
        hs10=line.gcode,
        name=line.gname,
        unit=line.unit,
        qty=line.qty,
        amount=line.amount,
    )


def _treat_all(case: ClaimCase, eligibility: Eligibility) -> None:
    exporter, assumed = checking.exporter_of(case)
    eligibility.assumed_conditions = (assumed,) if assumed is not None else ()
    exchange = _exchange_states(case)
    links_with_purchases = {line.link_no for line in case.purchase_lines()}
    groups_by_key: dict[TreatmentKey, TreatmentGroup | None] = {}
    noted_days = _days_by_law(case, exporter, links_with_purchases)
    for link in eligibility.links:
        has_voucher = _has_voucher(link.link_no in links_with_purchases, case.facts)
        for line in link.exports:
            item = case.items[line.item_no]
            key = _make_key(item, exchange[item.pool, item.currency], has_voucher, case.facts)
            parts: list[tuple[Treatment, Scaled]] = []
            days = noted_days.get(item.item_no) or {date.fromisoformat(item.exported_on): item.fob}
            for day, amount in days.items():
                of_day = key._replace(listed_on=day)
                if of_day not in groups_by_key:
                    groups_by_key[of_day] = _decide_treatment(of_day, exporter, case, eligibility)
                if (group := groups_by_key[of_day]) is not None:
                    group.items.append(item.item_no)
                    parts.append((group.treatment, amount))
            _treat(item.item_no, parts, eligibility)
    eligibility.groups = [group for group in groups_by_key.values() if group is not None]
    if not eligibility.reasons:
        eligibility.reasons += _find_refusals(case, eligibility)


def _days_by_law(
    case: ClaimCase, exporter: Exporter, links_with_purchases: Collection[str]
) -> Mapping[str, Mapping[date, Scaled]]:
    """Items that may be exempt without an invoice → the days noted on their lists, one for each law → amount."""
    if case.facts.claim_kind != EXEMPTION or not exporter.zone:
        return {}
    item_nos = {line.item_no for line in case.export_lines() if line.link_no not in links_with_purchases}
    return {
        number: treatment_conditions.add_up_by_law(days, exporter.zone, case.desk.law)
        for number, days in case.repository.list_days(item_nos).items()
    }


def _treat(item_no: str, parts: Sequence[tuple[Treatment, Scaled]], eligibility: Eligibility) -> None:
    """Note the treatment of an item; where its lists are taxed on some days only, that of the taxed part."""
    taxed = [part for part in parts if part[0].kind == DOMESTIC_SALE]
    for treatment, _ in taxed or parts[:1]:
        eligibility.treatments[item_no] = treatment
    if 0 < len(taxed) < len(parts):
        amounts = (sum(amount for _, amount in chosen) for chosen in (taxed, parts))
        eligibility.taxed_parts[item_no] = TaxedPart(*amounts)


class TreatmentKey(NamedTuple):
    """The facts of an export that determine its treatment, besides the claimant and today's date."""

    exported_on: str
    gcode: str
    trade_mode: str
    exchange: str
    voucher: bool | None
    counted: bool
    office: str
    """The customs office; set only for claims of an exemption, whose treatment depends on it."""
    listed_on: date | None = None
    """The export date noted on its list; likewise."""


def _has_voucher(has_purchases: bool, facts: RefundClaim) -> bool | None:
    """True if a link has a purchase voucher; None: a manufacturer's claim names no purchases."""
    return None if facts.claim_kind == MANUFACTURER else has_purchases


def _make_key(item: Item, exchange: str, has_voucher: bool | None, facts: RefundClaim) -> TreatmentKey:
    return TreatmentKey(
        exported_on=item.exported_on,
        gcode=item.gcode,
        trade_mode=item.trade_mode,
        exchange=exchange,
        voucher=has_voucher,
        counted=item.item_no[_LIST_FLAG] == LISTED and item.trade_mode in RETAIL,
        office=item.item_no[:_OFFICE] if facts.claim_kind == EXEMPTION else "",
    )


def _decide_treatment(
    key: TreatmentKey, exporter: Exporter, case: ClaimCase, eligibility: Eligibility
) -> TreatmentGroup | None:
    """The treatment of exports with this key; None, with a reason to refuse, if the law of their day is not known."""
    desk, claims_exemption = case.desk, case.facts.claim_kind == EXEMPTION
    exported_on = date.fromisoformat(key.exported_on)
    try:
        until = claim_windows_of(exported_on, desk.law).exchange_until
        state = key.exchange
        if state == treatment_facts.DUE and desk.day > until:
            state = "missing"
        papers = ExportPapers(
            treatment_facts.MISSING if claims_exemption else treatment_facts.MATCHING, key.voucher, state
        )
        export = _make_export(key, case.facts, exported_on)
        treatment = decide_treatment(export, exporter, papers, desk.day, case.evidence.rates, desk.law)
    except NoRefundRate as error:
        eligibility.reasons.append(Reason(NO_RATE, {"hs10": error.hs10, "exported": str(error.exported_on)}))
        return None
    except NoValue as error:
        eligibility.reasons.append(Reason(checking.UNKNOWN_LAW, missing_values(error)))
        return None
    if treatment.kind == REFUND:
        _note_exchange(state, until, eligibility)
        if state != treatment_facts.COLLECTED and case.refund_class.exchange_evidence:
            eligibility.reasons.append(Reason(EVIDENCE, {"exported": key.exported_on}))
    return TreatmentGroup([], treatment)


def _make_export(key: TreatmentKey, facts: RefundClaim, exported_on: date) -> Export:
    number = "" if key.counted else facts.cop_no
    return Export(
        number, key.trade_mode, exported_on, key.gcode, key.counted, office=key.office, listed_on=key.listed_on
    )


def _note_exchange(state: str, until: date, eligibility: Eligibility) -> None:
    """Record the exchange state of refunded exports, and the last day for collecting."""
    if state != treatment_facts.COLLECTED:
        eligibility.exchange_due = min(eligibility.exchange_due or until.isoformat(), until.isoformat())
    if _EXCHANGE_RANK[state] >= _EXCHANGE_RANK.get(eligibility.exchange, -1):
        eligibility.exchange = state


def _exchange_states(case: ClaimCase) -> dict[tuple[str, str], str]:
    """(pool, currency) → exchange state of a claim's exports, by the amount that other claims have not used."""
    amounts = amounts_by_pool(
        (case.items[line.item_no], line.amount) for line in case.export_lines() if line.item_no in case.items
    )
    return {
        (name, currency): exchange_state_of(amount, currency, case.evidence.pools.get(name, {}))
        for (name, currency), amount in amounts.items()
    }


def amounts_by_pool(lines: Iterable[tuple[Item, Scaled]]) -> dict[tuple[str, str], Scaled]:
    """Return the total amounts of a claim's (item, amount) lines by (pool, currency)."""
    amounts: dict[tuple[str, str], Scaled] = {}
    for item, amount in lines:
        amounts[item.pool, item.currency] = amounts.get((item.pool, item.currency), 0) + amount
    return amounts


def exchange_state_of(amount: Scaled, currency: str, pools: Mapping[str, ExchangePool]) -> str:
    """Return the exchange state of an amount, by what is unused in the pools (by currency): collected, due, or
    collected in another currency."""
    own_pool = pools.get(currency)
    if own_pool is not None and own_pool.collected - own_pool.used >= amount:
        return treatment_facts.COLLECTED
    if not (own_pool and own_pool.collected) and any(pool.collected for pool in pools.values()):
        return treatment_facts.OTHER_CURRENCY
    return treatment_facts.DUE


def _is_exempt_with_papers(facts: RefundClaim, treatment: Treatment) -> bool:
    """True if a late claim of an exemption has its papers; it needs no exchange, so it can be decided."""
    is_late = treatment.timeliness.reasons[0].rule == deadlines.DOCUMENTS_INCOMPLETE
    return facts.claim_kind == EXEMPTION and is_late and treatment.kind in (EXEMPT, NO_INVOICE)


def _find_refusals(case: ClaimCase, eligibility: Eligibility) -> Iterator[Reason]:
    """Yield reasons to refuse a claim that cannot be decided: too early, without the required exchange, or with a link
    of exports whose treatments differ."""
    facts = case.facts
    for treatment in (group.treatment for group in eligibility.groups):
        if not treatment.final and not _is_exempt_with_papers(facts, treatment):
            yield from treatment.timeliness.reasons
        elif facts.claim_kind != EXEMPTION and treatment.kind != REFUND:
            failed = [
                found
                for found in failed_conditions(treatment.conditions)
                if found.rule in treatment_conditions.REFUND.codes
            ]
            if all(condition.rule in treatment_conditions.REFUND.exchange_codes for condition in failed):
                yield from (condition.reason for condition in failed)
    for link in eligibility.links:
        if len({eligibility.treatments[line.item_no].kind for line in link.exports}) > 1:
            yield Reason(MIXED, {"link": link.link_no})
