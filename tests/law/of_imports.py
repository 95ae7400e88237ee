"""Runners of imports: limits, a buyer's year, returns, regional clearance, account books, inspection."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from declarations import clearance, limits, return_centre, returns
from declarations.account_book import BookStock, draw_down
from declarations.allowance import Allowance
from declarations.documents import Inventory, Refund, RefundLine
from declarations.limits import LimitsVerdict
from declarations.money import Scaled, amount_text, decimal_of, scaled_from_text
from declarations.parameters import NoValue
from declarations.risk import inspection_rate_of
from declarations.tax.import_tax import assess, dutiable_value_of
from schemas.receipt_texts import words
from tests.law.clean_documents import document
from tests.law.comparing import Comparisons, codes, refusal, shown
from tests.law.imported import goods_by_name, inventory, law, register
from tests.law.rows import Facts, day
from tests.law.wholes import whole

_RELEASED = "2026-03-02"
_BOOK = "T4227W000001"
_BONDED = {"trade_mode": "1210", "ems_no": _BOOK, "area_code": "3702960AF5", "area_name": "青岛前湾保税仓储有限公司"}


def admission(case: Facts) -> Comparisons:
    """Limits, positive list and caps: the reasons against a list, and whether it is taxed in full."""
    if "refused" in case:
        yield refusal(case["refused"], NoValue, lambda: _admitted(case))
        return
    verdict = _admitted(case)
    yield "reasons", case.get("reasons", []), codes(verdict.reasons)
    yield "full tax", case.get("full_tax", False), verdict.full_tax
    yield whole("verdict", verdict)
    for reason in verdict.reasons[:1]:
        known = case.get("parameters", list(reason.parameter_ids))
        yield "parameters", known, list(reason.parameter_ids)
        for name, text in case.get("values", {}).items():
            yield name, text, reason.values[name]
    if "capped" in case:
        yield "capped", quantities(case["capped"]), limits.capped_weights(inventory(case), register(), case["day"])


def _admitted(case: Facts) -> LimitsVerdict:
    listed, used = inventory(case), scaled_from_text(case.get("used", "0"))
    caps = quantities(case.get("used_caps", {}))
    return limits.check(listed, dutiable_value_of(listed), used, case["day"], law(), register(), caps)


def quantities(given: Mapping[str, str]) -> dict[str, Scaled]:
    """Return quantities by what they are of, scaled."""
    return {name: scaled_from_text(quantity) for name, quantity in given.items()}


def buyers_year(case: Facts) -> Comparisons:
    """The yearly allowance of a buyer, list by list."""
    ledger = Allowance("11010519491231002X", case["day"].year, used=scaled_from_text(case["used"]))
    for number, step in enumerate(case["steps"], 1):
        if "give_back" in step:
            ledger = ledger.give_back(scaled_from_text(step["give_back"]))
        else:
            listed = inventory(step)
            value = dutiable_value_of(listed)
            verdict = limits.check(listed, value, ledger.taken, case["day"], law(), register())
            yield f"reasons of step {number}", step["reasons"], codes(verdict.reasons)
            yield whole(f"step {number}", verdict)
            ledger = ledger if verdict.reasons else ledger.reserve(value).use(value)
        yield f"taken after step {number}", step["taken"], amount_text(ledger.taken)


def tax_of_what_stays(case: Facts) -> Comparisons:
    """The tax of a list of which a part came back, and what is given back."""
    listed = inventory(case)
    before = assess(listed, case["day"], register(), law(), case.get("policy", ""))
    again = returns.recompute(listed, before, _by_line(case["returned"]))
    differences = {name: value for name, value in case["expect"].items() if "difference" in name}
    amounts = {name: value for name, value in case["expect"].items() if name not in differences}
    yield "differences", differences, shown(again, differences)
    yield "amounts", amounts, shown(again.assessment, amounts)
    yield "difference", before.total - again.assessment.total, again.difference
    yield whole("tax", again)
    yield "factor", before.factor, again.assessment.factor
    yield "parameters", before.parameter_ids, again.assessment.parameter_ids


def _by_line(given: Mapping[str, str]) -> dict[int, Scaled]:
    return {int(gnum): scaled_from_text(quantity) for gnum, quantity in given.items()}


def return_request(case: Facts) -> Comparisons:
    """The reasons against a request to return goods."""
    reasons = returns.check(
        _request(case), _sold(), _by_line(case.get("already", {})), day(_RELEASED), case["applied"], law()
    )
    yield whole("reasons", reasons)
    yield "reasons", case["reasons"], codes(reasons)


def return_centre_request(case: Facts) -> Comparisons:
    """Return whether a return is filed by a return-centre warehouse, and the reasons against it."""
    listed = document("inventory", case["list"])
    office = {"customs_code": listed.customs_code, "agent_code": "3702960W01"}
    own = {"agent_code": listed.agent_code} if case.get("same_agent") else {}
    asked = document("refund", {**office, **case.get("refund", {}), **own})
    agent = return_centre.ReturnAgent(case.get("kinds", ["warehouse"]), case.get("grade", "ordinary"))
    yield "through a centre", case["centre"], return_centre.comes_through(asked, listed, agent)
    if case["centre"]:
        reasons = list(return_centre.reasons_against(asked, listed, agent, case["day"], law()))
        yield "reasons", case["reasons"], codes(reasons)
        yield whole("reasons", reasons)


def _sold() -> Inventory:
    return inventory(
        {"lines": [{"goods": "nappies", "value": "269.97", "quantity": "3"}, {"goods": "wine", "value": "200.00"}]}
    )


def _request(case: Facts) -> Refund:
    lines = tuple(
        RefundLine(line["gnum"], goods_by_name()[line["goods"]].hs10, "", scaled_from_text(line["quantity"]), "011")
        for line in case["lines"]
    )
    return Refund(**{**dict.fromkeys(Refund.__struct_fields__, ""), "lines": lines})  # type: ignore[arg-type]


def channel(case: Facts) -> Comparisons:
    """The channel between the office of declaration and that of the port, and the reasons against it."""
    offices = case["declared_at"], case["port"]
    route = clearance.find_clearance(*offices, case["day"], law(), case.get("released_at", ""))
    yield "channel", (case["channel"], case["words"]), (route.channel, route.name)
    yield "parameters", case["parameters"], list(route.parameter_ids)
    yield "allowed", case["channel"] != "transit", route.allowed
    yield whole("route", route)
    if "released_at" not in case:
        known = ["17501"] if case["channel"] == "transit" else []
        reasons = clearance.check(*offices, case["day"], law())
        yield "reasons", known, codes(reasons)
        yield whole("reasons", reasons)


def drawing(case: Facts) -> Comparisons:
    """Quantities that a bonded list draws from its account book."""
    stock = {
        (_BOOK, line["item"]): BookStock(
            _BOOK,
            line["item"],
            line["gcode"],
            line["unit"],
            scaled_from_text(line["qty"]),
            scaled_from_text(line.get("drawn", "0")),
        )
        for line in case["book"]
    }
    drawn = draw_down(stock, _bonded_list(case))
    yield "reasons", case["reasons"], codes(drawn.reasons)
    yield "drawn", quantities(case["drawn"]), {item: line.drawn for (_, item), line in drawn.changes.items()}
    yield whole("drawn", drawn)
    if "words" in case:
        yield "words", [case["words"]], [words(reason.rule, reason.values) for reason in drawn.reasons[:1]]


def _bonded_list(case: Facts) -> Inventory:
    lines = case.get("lines", [{"item_record_no": "1"}, {"item_record_no": "2"}])
    full = [
        {"gnum": line.gnum, "gcode": line.gcode, "unit": line.unit, "qty": f"{decimal_of(line.qty)}", **change}
        for line, change in zip(document("inventory").lines, lines, strict=True)
    ]
    listed: Inventory = document("inventory", {**_BONDED, **case.get("change", {})}, full)
    return listed


def inspection_rate(case: Facts) -> Comparisons:
    """The share of lists that are inspected, by grade and day."""
    if case.get("refused"):
        yield refusal("", NoValue, lambda: inspection_rate_of(case["grade"], case["day"], law()))
    else:
        yield "rate", Decimal(case["rate"]), inspection_rate_of(case["grade"], case["day"], law())
