"""Runners of tax refunds: rates, classes of exporters, treatments, matching, amounts of taxed exports."""

from __future__ import annotations

from decimal import Decimal

from declarations.calendar import months_after
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue, Parameters
from declarations.refund import rates
from declarations.refund.classes import RatedCompany, classify, review_days_of
from declarations.refund.conditions import Condition, ConditionOutcome, failed_conditions
from declarations.refund.domestic_sale import calculate_output_vat
from declarations.refund.income_tax import calculate_deemed_tax
from declarations.refund.rate_choice import ChosenRate, choose_for_manufacturer, choose_for_trader
from declarations.refund.rates import NoRefundRate
from declarations.refund.treatment import Export, Exporter, ExportPapers, Treatment, decide_treatment
from tests.law import refund_claims
from tests.law.comparing import Comparisons, codes, or_none, refusal
from tests.law.imported import law
from tests.law.rows import Facts, day
from tests.law.wholes import whole

_ITEM = "422720260000000123003"


def rate(case: Facts) -> Comparisons:
    """The rate at which an export is refunded on days, its reasons and flags."""
    for on, known in case["days"].items():
        yield on, known, or_none(NoRefundRate, lambda on=on: _chosen(case, on).refund)  # type: ignore[misc]
    for on, known in case.get("reasons", {}).items():
        chosen = _chosen(case, on)
        yield f"reasons {on}", known, codes(chosen.reasons)
        yield whole(f"rate {on}", chosen)
    for on, known in case.get("flags", {}).items():
        yield f"flag {on}", known, _chosen(case, on).row.flag


def _chosen(case: Facts, on: str) -> ChosenRate:
    if "levy" in case:
        return choose_for_trader(case["hs10"], day(on), Decimal(case["levy"]), rates.load_rates(), law())
    return choose_for_manufacturer(case["hs10"], day(on), rates.load_rates(), law())


def exporters_class(case: Facts) -> Comparisons:
    """The class of an exporter, and what belongs to it."""
    given, on = {**case["clean"], **case.get("set", {})}, day("2026-06-01")
    scaled = {name: scaled_from_text(given[name]) for name in ("net_assets", "last_refund")}
    found = classify(RatedCompany(**{**given, **scaled}), on, law())
    yield "class", case["number"], found.number
    yield "failed", case.get("failed", []), [condition.rule for condition in failed_conditions(found.conditions)]
    yield "review days", case["days"], review_days_of(found.number, on, law()).days
    yield "evidence", case.get("evidence", False), found.exchange_evidence
    yield whole("class", found)


def treatment(case: Facts) -> Comparisons:
    """The treatment of an export: refund, exemption or tax, with its conditions."""
    facts = {**case["clean"], **case.get("set", {}), **dict.fromkeys(case.get("unknown", ()))}
    for on, known in case.get("days", {}).items():
        changed = {**facts, "exported": on}
        yield on, known, or_none((NoValue, NoRefundRate), lambda changed=changed: treated(changed).kind)  # type: ignore[misc]
    found = treated(facts)
    yield "final", case.get("final", True), found.final
    yield whole("treatment", found)
    yield "not checked", sorted(case.get("not_checked", ())), _rules(found, ConditionOutcome.NOT_CHECKED)
    idle = set(case.get("not_applicable", ()))
    yield "not applicable", idle, idle & set(_rules(found, ConditionOutcome.NOT_APPLICABLE))
    if "kind" in case:
        yield "kind", case["kind"], found.kind
        yield "failed", sorted(case.get("failed", ())), _rules(found, ConditionOutcome.FAILED)
        yield "pending", sorted(case.get("pending", ())), _rules(found, ConditionOutcome.PENDING)
    wanted = [condition.reason for condition in failed_conditions(found.conditions)]
    yield "reasons of conditions", codes(wanted), codes(found.reasons[: len(wanted)])
    if "reasons" in case:
        yield "reasons", case["reasons"], codes(found.reasons[len(wanted) :])


def _rules(found: Treatment, outcome: ConditionOutcome) -> list[str]:
    conditions: tuple[Condition, ...] = found.conditions
    return sorted(condition.rule for condition in conditions if condition.outcome is outcome)


def treated(facts: Facts, parameters: Parameters | None = None) -> Treatment:
    """Return the treatment of an export by the package's law or another; without `claimed` it is claimed in the second
    month after."""
    exported = day(facts["exported"])
    item = _ITEM if facts["declared"] else ""
    goods = facts["hs10"], facts["counted"], facts["recorded"], facts["office"]
    exporter = (facts[name] for name in ("registered", "platform", "general_taxpayer", "refund_kind", "zone"))
    papers = (facts[name] for name in ("invoices", "voucher", "exchange", "false_documents"))
    claimed = day(facts["claimed"]) if "claimed" in facts else months_after(exported.replace(day=15), 2)
    return decide_treatment(
        Export(item, facts["mode"], exported, *goods),
        Exporter(*exporter),
        ExportPapers(*papers),
        claimed,
        rates.load_rates(),
        parameters or law(),
    )


def claim(case: Facts) -> Comparisons:
    """Exports, purchases and invoices of a claim against each other."""
    found = refund_claims.read(case).matched()
    reasons = [
        f"{code}:{reason.values['line']}" for code, reason in zip(codes(found.reasons), found.reasons, strict=True)
    ]
    yield "reasons", case.get("reasons", []), reasons
    yield whole("matching", found)
    for name, came in refund_claims.shown(found).items():
        if name in case:
            yield name, case[name], came
    yield "takes of links with reasons", [], [link.link_no for link in found.links if link.reasons and link.item_uses]


def output_vat(case: Facts) -> Comparisons:
    """VAT of an export that is taxed as a domestic sale."""
    given = scaled_from_text(case["fob"]), scaled_from_text(case.get("bonded", "0")), Decimal(case["levy"])
    if case["output_vat"] == "refused":
        yield refusal("negative", ValueError, lambda: calculate_output_vat(*given))
    else:
        yield "output VAT", case["output_vat"], amount_text(calculate_output_vat(*given))


def deemed_tax(case: Facts) -> Comparisons:
    """Income tax of a firm whose income is deemed."""
    given = scaled_from_text(case["revenue"]), case["small"], day(case["day"]), law()
    if case["tax"] == "refused":
        yield refusal("negative", ValueError, lambda: calculate_deemed_tax(*given))
    elif not case["tax"][0].isdigit():
        yield refusal(case["tax"], NoValue, lambda: calculate_deemed_tax(*given))
    else:
        owed = calculate_deemed_tax(*given)
        yield "tax", case["tax"], amount_text(owed.tax)
        yield whole("tax", owed)
        yield "taxable", case.get("taxable", amount_text(owed.taxable)), amount_text(owed.taxable)
        yield "working without words", [], [code for code in codes(owed.working) if " " in code]
