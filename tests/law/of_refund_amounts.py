"""Runners of amounts of refunds: traders, manufacturers, overseas stock, what is repaid."""

from __future__ import annotations

from decimal import Decimal

from declarations.confidence import Confidence
from declarations.forex.rates import NoExchangeRate
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue, Parameters
from declarations.parameters.values import Parameter, Value
from declarations.refund import overseas, overseas_states, yuan
from declarations.refund.consumption import calculate_consumption_refund, refund_of_link
from declarations.refund.lines import InvoiceLineUse, ItemFacts, ItemUse, LinkedLines
from declarations.refund.manufacturer import ExportShare, VatReturn, calculate_period, faults_of
from declarations.refund.repayment import TooMuchReturned, amount_to_repay, make_certificate, uses_to_free
from declarations.refund.trader import calculate_refund
from tests.law.comparing import Comparisons, codes, or_none, refusal
from tests.law.imported import law
from tests.law.rows import Facts, day
from tests.law.wholes import whole

_RECONCILED = ("pre_refund", "correct", "sold", "qty")


def trader(case: Facts) -> Comparisons:
    """Refund, cost and consumption tax of a trader's link."""
    base, levy, table = scaled_from_text(case["base"]), Decimal(case["levy"]), Decimal(case["table"])
    litres = scaled_from_text(case["litres"]) if "litres" in case else None
    bought = (case.get("goods", ""), base, litres, case.get("on", day("2026-06-01")), law())
    if "missing" in case:
        yield refusal(case["missing"], NoValue, lambda: calculate_consumption_refund(*bought))
        return
    special = calculate_consumption_refund(*bought, "L") if "goods" in case else None
    amounts = calculate_refund(base, levy, table, special, "L", ("refund.rates/6109100010@2019-04-01",))
    yield "refund", case["refund"], amount_text(amounts.refund)
    yield "cost", case["cost"], amount_text(amounts.cost)
    yield "consumption", case.get("consumption", "0.00"), amount_text(amounts.consumption)
    yield "total", amounts.refund + amounts.consumption, amounts.total
    yield whole("amounts", amounts)
    yield "working", case.get("codes", ["20300", "20301"] + ["20310"] * ("goods" in case)), codes(amounts.working)
    if used := case.get("used"):
        yield "used", True, used in amounts.working[-1].parameter_ids


def bottles(case: Facts) -> Comparisons:
    """Consumption tax of a link that claims an item, or a part of it; it comes back where it is certified."""
    given, qty = case["bottles"], scaled_from_text("600")
    second = given["unit2"], scaled_from_text(given["litres"] or "0")
    item = ItemFacts(
        "422720260000000123003", "2208200010", given["unit"], qty, *second, used=0, returned=0, currency="USD", fob=qty
    )
    claimed = scaled_from_text(given.get("claimed", "600"))
    base, uses = scaled_from_text("30000"), (ItemUse(item.item_no, claimed),)
    head = "L", item.hs10, given["unit"], claimed, (), (), base, Decimal("0.13"), (), given["certified"]
    link = LinkedLines(*head, item_uses=uses)
    refund = refund_of_link(link, given["goods"], {item.item_no: item}, day("2026-06-01"), law())
    yield "consumption", case["consumption"], "none" if refund is None else amount_text(refund.amount)
    if refund is not None:
        yield "working", case.get("codes", ["20310"]), codes([refund.working])
        yield whole("refund", refund)


def manufacturer(case: Facts) -> Comparisons:
    """Refund, credit and carry of a manufacturer's period, or its faults."""
    parts = [
        ExportShare(scaled_from_text(part["exports"]), Decimal(part["levy"]), Decimal(part["rate"]))
        for part in case["parts"]
    ]
    period = VatReturn(*(scaled_from_text(case.get(name, "0")) for name in VatReturn._fields))
    faults = [f"{fault.rule} {fault.values.get('name', '')}".strip() for fault in faults_of(parts, period)]
    yield "faults", case.get("faults", []), faults
    yield whole("faults", faults_of(parts, period))
    if "result" in case:
        amounts = calculate_period(parts, period)
        yield "amounts", case["result"], {name: amount_text(getattr(amounts, name)) for name in case["result"]}
        yield whole("amounts", amounts)
        yield "working without words", [], [code for code in codes(amounts.working) if " " in code]


def fob(case: Facts) -> Comparisons:
    """FOB of an export in yuan."""
    given, known_law = case["fx"], _rates(case) if "rates" in case else law()
    asked = scaled_from_text(given["fob"]), given["currency"], given["on"], known_law
    if "missing" in case:
        yield refusal(case["missing"], NoExchangeRate, lambda: yuan.convert_fob(*asked))
        return
    converted = yuan.convert_fob(*asked)
    yield "yuan", case["yuan"], amount_text(converted.amount)
    yield whole("yuan", converted)
    yield "used", case.get("used", list(converted.parameter_ids)), list(converted.parameter_ids)


def _rates(case: Facts) -> Parameters:
    """The law if dollars had the rates of a case, and a method for the day of a rate."""

    def parameter(name: str, values: list[Value]) -> Parameter:
        return Parameter(name, name, name, "", tuple(values))

    own = Confidence.OWN
    dollars = [
        Value("exchange.usd", day(on), None, Decimal(rate), "", own) for on, rate in sorted(case["rates"].items())
    ]
    method = {"method": case.get("method", "first_working_day"), "fixed_months": 12}
    fx = [Value("refund.fx", day("0001-01-01"), None, method, "", own)]
    return Parameters([parameter("exchange.usd", dollars), parameter("refund.fx", fx)])


def stock(case: Facts) -> Comparisons:
    """Periods, timeliness and steps of overseas stock, and which of its claims are admitted."""
    for on, known in case.get("periods", {}).items():
        yield on, known, or_none(NoValue, lambda on=on: _period(on))  # type: ignore[misc]
    for on, known in case.get("days", {}).items():
        late = overseas.check_timeliness(case["finished"], day(on), law())
        yield on, known, " ".join(codes(late))
        yield whole(on, late)
    for on, known in case.get("on", {}).items():
        yield on, known, or_none(NoValue, lambda on=on: _admitted(case, on))  # type: ignore[misc]
    for state, when, to in case.get("steps", ()):
        if to:
            yield f"{state} {when}", to, overseas_states.state_after(state, when)
        else:
            yield refusal("possible", LookupError, lambda s=state, w=when: overseas_states.state_after(s, w))  # type: ignore[misc]


def _period(on: str) -> str:
    period = overseas.reconciliation_period_of(day(on), law())
    return f"{period.since} {period.until}"


def _admitted(case: Facts, on: str) -> str:
    given = case["claim"]
    return " ".join(
        codes(overseas.check_admissible(given["mode"], given["business"], day(on), given["overdue"], law()))
    )


def reconciliation(case: Facts) -> Comparisons:
    """Pre-refunds of overseas stock against what was sold."""
    given = case["reconcile"]
    pre_refund, correct, sold, qty = (scaled_from_text(given[name]) for name in _RECONCILED)
    found = overseas.reconcile(pre_refund, correct, sold, qty)
    yield "outcome", case["outcome"], found.outcome
    yield whole("reconciliation", found)
    yield "amounts", case["result"], {name: amount_text(getattr(found, name)) for name in case["result"]}
    yield "reverse", found.declare + found.repay + found.offset, found.reverse
    yield "state", case["ends"], overseas_states.state_after("recon_open", found.step_name)
    yield "ended", True, overseas_states.all_states()[case["ends"]].ended
    yield "working without words", [], [code for code in codes(found.working) if " " in code]


def impossible_sales(case: Facts) -> Comparisons:
    """Sales of overseas stock that cannot be."""
    for given in case["refused"]:
        amounts = [scaled_from_text(given[name]) for name in _RECONCILED]
        yield refusal("", ValueError, lambda amounts=amounts: overseas.reconcile(*amounts))  # type: ignore[misc]


def repaid(case: Facts) -> Comparisons:
    """Amounts to repay as exports come back, and those that are refused since they were never refunded."""
    refund, whole, already = scaled_from_text(case["refunded"]), scaled_from_text(case["qty"]), 0
    for qty, known in case.get("returns", ()):
        yield f"after {qty}", known, amount_text(amount_to_repay(refund, whole, scaled_from_text(qty), already))
        already += scaled_from_text(qty)
    for returned, before in case.get("refused", ()):
        quantities = scaled_from_text(returned), scaled_from_text(before)
        yield refusal("", TooMuchReturned, lambda asked=quantities: amount_to_repay(refund, whole, *asked))  # type: ignore[misc]


def freed(case: Facts) -> Comparisons:
    """Invoices that are free again as exports come back."""
    taken = [
        InvoiceLineUse(invoice, line, scaled_from_text(qty), scaled_from_text(amount))
        for invoice, line, qty, amount in case["taken"]
    ]
    already = 0
    for qty, known in case["released"]:
        uses = uses_to_free(taken, scaled_from_text(qty), already)
        came = [f"{use.invoice_no}:{use.line} {amount_text(use.qty)} {amount_text(use.amount)}" for use in uses]
        yield f"after {qty}", known, came
        already += scaled_from_text(qty)


def certificates(case: Facts) -> Comparisons:
    """Certificates that nothing is owed, or the reason against each."""
    made = [make_certificate(*map(scaled_from_text, given)) for given in case["certificates"].values()]
    yield "reasons", list(case["certificates"]), codes(certificate.reason for certificate in made)
    yield "issued", case["issued"], [certificate.reason.rule for certificate in made if certificate.issued]
    yield whole("certificates", made)
