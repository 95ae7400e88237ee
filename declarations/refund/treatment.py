"""Determines the treatment of an export by the law, with the outcomes of all conditions (rules 3.1).

The first lane whose conditions are satisfied applies: refund; exemption with a lawful purchase voucher; in a pilot zone
exemption without an invoice; else taxation as a domestic sale, with its reasons. The law is that of the export date;
of the exemption without an invoice, that of the export date noted on the list. The conditions of later lanes are
recorded as not applicable. The treatment of a claim that is too early, or late and incomplete, is preliminary (not
`final`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import Modes
from declarations.parameters.tables.settlement import DomesticSale
from declarations.reasons import Reason
from declarations.refund import deadlines, treatment_conditions, treatment_facts
from declarations.refund.conditions import Condition, ConditionOutcome, failed_conditions
from declarations.refund.deadlines import Timeliness, claim_windows_of, timeliness_of
from declarations.refund.rates import CANCELLED, RefundRates
from declarations.refund.treatment_facts import ClaimItemFacts, Export, Exporter, ExportPapers

__all__ = ["Export", "ExportPapers", "Exporter", "Treatment", "decide_treatment"]

REFUND, EXEMPTION, NO_INVOICE, DOMESTIC_SALE = "refund", "exemption", "no_invoice", "domestic_sale"
LANES = {
    REFUND: treatment_conditions.REFUND,
    EXEMPTION: treatment_conditions.EXEMPTION,
    NO_INVOICE: treatment_conditions.NO_INVOICE,
}
"""The lanes in the order of the law."""
TAXED_CANCELLED = "20060"
TAXED_FALSE = "20061"
TAXED_LATE = "20062"
TAXED_NO_DOCUMENT = "20063"
TAXED_PLATFORM = "20064"
TAXED_NO_LANE = "20065"
TAXED_NO_INVOICE = "20066"
_CAUSES: Mapping[str, str] = MappingProxyType(
    {
        TAXED_FALSE: "false_documents",
        TAXED_CANCELLED: "cancelled",
        TAXED_LATE: "late",
        TAXED_NO_DOCUMENT: "no_document",
    }
)
"""Code of a reason → its name among the causes of `refund.domestic_sale`; other reasons have articles of their own."""
_NOT_NOW = (deadlines.TOO_EARLY,)


class Treatment(NamedTuple):
    """The treatment of an export: `refund`, `exemption`, `no_invoice` or `domestic_sale`.

    `conditions` are those of all lanes; `reasons` why earlier lanes do not apply (for a domestic sale also why it is
    taxed). Not `final`: a refund may become possible on another day, and `timeliness` states what is missing; a claim
    of an exemption with complete documents need not wait.
    """

    kind: str
    conditions: tuple[Condition, ...]
    reasons: tuple[Reason, ...]
    parameter_ids: tuple[str, ...]
    timeliness: Timeliness
    final: bool


def decide_treatment(
    export: Export,
    exporter: Exporter,
    papers: ExportPapers,
    claimed_on: date,
    rates: RefundRates,
    parameters: Parameters,
) -> Treatment:
    """Return the treatment of one exported item claimed on a day.

    Raises `NoRefundRate` for a code without a row on the export date, `NoValue` if the law of that day is not known.
    """
    # many items of a claim differ only in their number, so the cache ignores it
    return _decide(
        export._replace(item_no="declared" if export.item_no else ""), exporter, papers, claimed_on, rates, parameters
    )


@lru_cache(maxsize=4096)
def _decide(
    export: Export,
    exporter: Exporter,
    papers: ExportPapers,
    claimed_on: date,
    rates: RefundRates,
    parameters: Parameters,
) -> Treatment:
    exported = export.exported_on
    facts = ClaimItemFacts(
        export=export,
        exporter=exporter,
        papers=papers,
        claimed_on=claimed_on,
        row=rates.on(export.hs10, exported),
        windows=claim_windows_of(exported, parameters),
        base=treatment_facts.mode_value_of(export.trade_mode, exported, parameters),
        law=parameters.on("refund.law", exported),
        parameters=parameters,
    )
    terms = {kind: lane.check_all(facts) for kind, lane in LANES.items()}
    exempt_papers = any(not failed_conditions(tuple(terms[lane])) for lane in (EXEMPTION, NO_INVOICE))
    time = timeliness_of(exported, claimed_on, facts.documents_complete, exempt_papers, parameters)
    kind, conditions = _first_satisfied(terms, time)
    reasons = [condition.reason for condition in failed_conditions(conditions)]
    if kind == DOMESTIC_SALE:
        reasons += _reasons_to_tax(facts, time)
    used = chain.from_iterable(
        [*(condition.parameter_ids for condition in conditions), *(reason.parameter_ids for reason in reasons)]
    )
    return Treatment(kind, conditions, tuple(reasons), tuple(dict.fromkeys(used)), time, time.verdict not in _NOT_NOW)


def _is_excluded(conditions: Sequence[Condition], time: Timeliness) -> bool:
    return any(
        condition.rule != treatment_conditions.REFUND.timeliness_code or time.verdict not in _NOT_NOW
        for condition in failed_conditions(tuple(conditions))
    )


def _first_satisfied(terms: dict[str, list[Condition]], time: Timeliness) -> tuple[str, tuple[Condition, ...]]:
    """The first lane whose conditions are satisfied; being too early does not exclude a lane, only makes it
    preliminary."""
    kind, conditions = DOMESTIC_SALE, list[Condition]()
    for lane, terms_of_lane in terms.items():
        applicable = LANES[lane].mark_inapplicable([*terms_of_lane, _timeliness_condition(lane, time)])
        if kind != DOMESTIC_SALE:
            conditions += [condition._replace(outcome=ConditionOutcome.NOT_APPLICABLE) for condition in applicable]
            continue
        conditions += applicable
        kind = kind if _is_excluded(applicable, time) else lane
    return kind, tuple(conditions)


def _timeliness_condition(lane: str, time: Timeliness) -> Condition:
    late = {REFUND: (deadlines.TOO_EARLY, deadlines.EXEMPT, deadlines.TAXED)}.get(lane, (deadlines.TAXED,))
    outcome = ConditionOutcome.FAILED if time.verdict in late else ConditionOutcome.SATISFIED
    return Condition(LANES[lane].timeliness_code, outcome, time.reasons[0].values, time.parameter_ids)


def _reasons_to_tax(facts: ClaimItemFacts, time: Timeliness) -> Sequence[Reason]:
    """The reasons for taxation as a domestic sale, the most serious first; each cites the law of domestic sales, and
    only causes that this law names on the export date are given. (rules 3.1, 视同内销; 财税〔2012〕39号, article 7)"""
    rule = facts.parameters.on("refund.domestic_sale", facts.export.exported_on)
    causes = rule.table_as(DomesticSale).causes
    grounds = {
        TAXED_FALSE: facts.papers.false_documents,
        TAXED_CANCELLED: facts.row.flag == CANCELLED,
        TAXED_PLATFORM: facts.exporter.platform,
    }
    reasons = [
        Reason(code, treatment_conditions.goods_values(facts), (rule.id,)) for code, holds in grounds.items() if holds
    ]
    if time.verdict == deadlines.TAXED:
        reasons.append(Reason(TAXED_LATE, time.reasons[0].values, (rule.id, *time.parameter_ids)))
    if facts.papers.voucher is False:
        reasons += _reasons_without_document(facts, rule.id)
    lawful = [reason for reason in reasons if reason.rule not in _CAUSES or _CAUSES[reason.rule] in causes]
    return lawful or [Reason(TAXED_NO_LANE, {}, (rule.id,))]


def _reasons_without_document(facts: ClaimItemFacts, rule: str) -> Iterator[Reason]:
    yield Reason(TAXED_NO_DOCUMENT, {}, (rule,))
    try:
        value = facts.parameters.on("refund.no_invoice_taxed", facts.export.exported_on)
    except NoValue:  # the law of the day has no separate article for this
        return
    if facts.export.trade_mode in value.table_as(Modes).modes:
        yield Reason(TAXED_NO_INVOICE, {"trade_mode": facts.export.trade_mode}, (value.id,))
