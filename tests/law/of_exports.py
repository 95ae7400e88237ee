"""Runners of exports: modes, documents against each other, clearance by list, what it needs besides, returns."""

from __future__ import annotations

from msgspec.structs import replace

from declarations.documents import ExportRefund
from declarations.export import list_clearance, modes, requirements, returning, transport
from declarations.export.comparing import compare
from declarations.export.relief import ReliefStatements
from declarations.export.returning import ReturnVerdict
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue
from declarations.tax.explanation import explain_returned
from declarations.tax.returned_export import NOT_LEVIED, assess_returned
from schemas.receipt_texts import return_status, words
from tests.law.clean_documents import document
from tests.law.comparing import Comparisons, codes, refusal
from tests.law.imported import law, register
from tests.law.rows import Facts, day
from tests.law.wholes import whole


def mode(case: Facts) -> Comparisons:
    """Compare: a mode is open at an office on a day."""
    asked = case["mode"], case["office"], case["day"], law()
    reasons = modes.check(*asked)
    opening = modes.find_opening(*asked)
    yield "reasons", case["reasons"], codes(reasons)
    yield whole("reasons", [reasons, opening])
    yield "open", not case["reasons"], opening.open
    if "parameters" in case:
        yield "parameters", case["parameters"], list(reasons[0].parameter_ids) if reasons else None


def documents(case: Facts) -> Comparisons:
    """An export list against order, waybill and collection."""
    collection = document("collection", case["collection"]) if "collection" in case else None
    order = document("export_order", case.get("order"), case.get("order_lines"))
    listed = document("export_inventory", case.get("inventory"), case.get("inventory_lines"))
    waybill = document("export_waybill", case.get("waybill"))
    reasons = compare(order, waybill, listed, collection, day("2026-06-01"), law())
    yield whole("reasons", reasons)
    yield "reasons", case["reasons"], codes(reasons)
    if "words" in case:
        yield "words", [case["words"]], [words(reason.rule, reason.values) for reason in reasons[:1]]


def clearance(case: Facts) -> Comparisons:
    """Compare: an export clears by list."""
    listed = document("export_inventory", case.get("list"), case.get("lines"))
    filed = case.get("warehouse_filed", True)
    verdict = list_clearance.check(listed, case["day"], law(), register(), warehouse_filed=filed)
    yield "reasons", case["reasons"], codes(verdict.reasons)
    yield "review", case.get("review", []), codes(verdict.review)
    yield whole("verdict", verdict)
    for status, reasons in (("100", verdict.reasons), ("300", verdict.review)):
        yield f"not status {status}", [], [r.rule for r in reasons if return_status(r.rule) != status]
    if "parameters" in case:
        yield "parameters", case["parameters"], list(verdict.reasons[0].parameter_ids) if verdict.reasons else None
    if "fob" in case:
        yield "fob", scaled_from_text(case["fob"]), verdict.fob.amount


def requirement(case: Facts) -> Comparisons:
    """Compare: the documents that an export needs besides its list."""
    ask = getattr(requirements, case["what"])
    needed = ask(case["office"], case["day"], law()) if "office" in case else ask(case["day"], law())
    yield "applies", case["applies"], needed.applies
    yield whole("requirement", needed)
    yield "parameters", case.get("parameters", list(needed.parameter_ids)), list(needed.parameter_ids)


def notes(case: Facts) -> Comparisons:
    """Compare: contradictions of consolidation, arrival and departure notes."""
    kind = case["kind"]
    if "other" in case:
        reasons = list(transport.compare_parts(document(kind, case["part"]), document(kind, case["other"])))
    else:
        listed = document("export_inventory", case["list"])
        reasons = list(transport.compare_with_list(document(kind, case.get("note")), listed))
    yield "reasons", case["reasons"], codes(reasons)
    if "fields" in case:
        yield "fields", case["fields"], [reason.values["field"] for reason in reasons]
    yield whole("reasons", reasons)


def coming_back(case: Facts) -> Comparisons:
    """Compare: exports come back, and some of their lines are free."""
    asked = document("export_refund", case.get("refund"), case.get("lines"))
    verdict = _returned(case, asked)
    yield "reasons", case.get("reasons", []), codes(verdict.reasons)
    yield "allowed", not case.get("reasons"), verdict.allowed
    yield whole("verdict", verdict)
    yield "grounds", case.get("grounds", []), codes(verdict.grounds)
    numbers = sorted({line.gnum for line in asked.lines} if verdict.last_day else [])
    yield "lines", numbers, sorted((*verdict.relieved, *verdict.taxed))
    for name in ("relieved", "taxed", "parameter_ids"):
        if name in case:
            yield name, case[name], list(getattr(verdict, name))
    for name in ("last_day", "last_free_day"):
        if name in case:
            yield name, case[name] or None, getattr(verdict, name)


def _returned(case: Facts, asked: ExportRefund) -> ReturnVerdict:
    head = {"trade_mode": case.get("mode", "9610"), **case.get("list", {})}
    return returning.check(
        asked,
        document("export_inventory", head, case.get("list_lines")),
        returning.Departure(case["released"], case.get("left_zone")),
        {int(gnum): scaled_from_text(qty) for gnum, qty in case.get("already", {}).items()},
        case["accepted"],
        law(),
        ReliefStatements(case.get("original_state", True), case.get("refund_settled", True)),
    )


def returned_tax(case: Facts) -> Comparisons:
    """Compare: the taxes of exports that come back without relief, and which of them are too small."""
    asked = document("export_refund", None, case["back"]), document("export_inventory", case["list"], case["lines"])
    taxed = case.get("taxed", [1])
    if "refused" in case:
        yield refusal(
            case["refused"], NoValue, lambda: assess_returned(*asked, taxed, case["accepted"], register(), law())
        )
        return
    tax = assess_returned(*asked, taxed, case["accepted"], register(), law())
    due = {"value": tax.assessment.value, **{name: tax.due(name) for name in NOT_LEVIED}, "total": tax.total}
    yield "amounts", case["expect"], {name: amount_text(due[name]) for name in case["expect"]}
    yield "not levied", case.get("waived", []), codes(tax.waived)
    texts = [explain_returned(tax, language, day=case["accepted"], goods=register()) for language in ("zh", "en")]
    yield whole("tax", [tax, *texts])
    turned = asked[0], replace(asked[1], lines=asked[1].lines[::-1])
    again = assess_returned(*turned, taxed, case["accepted"], register(), law())
    yield "lines in another order", str(tax), str(again)
    yield "review", case.get("review", []), codes(tax.assessment.needs_review)
    if "parameters" in case:
        yield "parameters", case["parameters"], list(tax.assessment.parameter_ids)


def tally(case: Facts) -> Comparisons:
    """Compare: differences of a tally from the parcel of the request."""
    reasons = returning.compare_parcels(document("tally", case["tally"]), document("export_refund"))
    yield "reasons", ["17409"] * len(case["fields"]), codes(reasons)
    yield whole("reasons", reasons)
    yield "fields", case["fields"], [reason.values["field"] for reason in reasons]
