"""Runners of taxes: at import, of parcels, both side by side, prices that customs does not take as declared."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from declarations.collection import calculate_surcharge, first_collection_day, windows_of_bill
from declarations.money import amount_text, scaled_from_text
from declarations.parameters import NoValue
from declarations.tax.assessment import Assessment
from declarations.tax.comparison import Article, ImportCase, TaxComparison, compare_taxes
from declarations.tax.explanation import explain, explain_parcel
from declarations.tax.import_tax import assess
from declarations.tax.parcel_tax import ParcelItem, assess_parcel
from declarations.tax.price_query import query_price
from declarations.tax.rates import rates_on
from declarations.tax.steps import steps
from tests.law.comparing import Comparisons, codes, refusal, shown
from tests.law.imported import goods_by_name, inventory, law, register
from tests.law.rows import Facts
from tests.law.wholes import whole

_MICRO = ("consumption_full", "vat_full", "vat_rate")


def import_tax(case: Facts) -> Comparisons:
    """Tax of a list: amounts, those of its lines, and what is left to an officer."""
    listed, day = inventory(case), case["day"]
    if "refused" in case:
        yield refusal(case["refused"], NoValue, lambda: assess(listed, day, register(), law()))
        return
    assessment = assess(listed, day, register(), law(), case.get("policy", ""))
    known = case.get("expect", {})
    amounts = {name: value for name, value in known.items() if name not in _MICRO}
    yield "amounts", amounts, shown(assessment, amounts)
    for name in _MICRO:
        if name in known:
            yield name, known[name], _micro(getattr(assessment.lines[0].working, name), known[name])
    yield from _lines(case, assessment)
    texts = [explain(assessment, language, day=day, goods=register()) for language in ("zh", "en")]
    yield whole("explained", [texts, steps(assessment)])
    yield "review", case.get("review", []), codes(assessment.needs_review)
    yield whole("assessment", assessment)


def _lines(case: Facts, assessment: Assessment) -> Comparisons:
    for line, known in zip(assessment.lines, case.get("expect_lines", ()), strict=False):
        split = {name: known[name] for name in ("freight", "insurance") if name in known}
        rest = {name: value for name, value in known.items() if name not in split}
        yield f"line {line.gnum}", known, {**shown(line, rest), **shown(line.working, split)}


def _micro(amount: int, like: str) -> str:
    """An amount with six decimals, rounded to as many as `like` has."""
    return f"{Decimal(amount).scaleb(-6).quantize(Decimal(like), ROUND_HALF_UP):f}"


def parcel_tax(case: Facts) -> Comparisons:
    """Tax of a mailing."""
    items = [
        ParcelItem(
            "物品",
            item["band"],
            scaled_from_text(item["price"]),
            scaled_from_text(item["catalogue"]) if "catalogue" in item else None,
        )
        for item in case["items"]
    ]
    if "refused" in case:
        yield refusal(case["refused"], NoValue, lambda: assess_parcel(items, case["day"], law()))
        return
    assessment = assess_parcel(items, case["day"], law(), origin=case.get("origin", ""))
    yield "amounts", case["expect"], shown(assessment, case["expect"])
    yield whole("assessment", [assessment, *(explain_parcel(assessment, language) for language in ("zh", "en"))])


def both_taxes(case: Facts) -> Comparisons:
    """Parcel tax and tax of retail import of the same articles."""
    how: dict[str, Any] = {
        name: text if name == "origin" else scaled_from_text(text) for name, text in case.get("how", {}).items()
    }
    articles = [_article(given) for given in case["articles"]]
    compared = compare_taxes(articles, case["day"], register(), law(), ImportCase(**how))
    yield "bands", tuple(case.get("bands", ())), compared.bands
    yield from _amounts_of_both(case, compared)
    yield "refusals", case.get("refusals", []), codes(compared.refusals)
    yield whole("comparison", compared)
    yield "missing", case.get("missing", []), [lacking.name for lacking in compared.missing]
    yield "lower", case["lower"], compared.lower


def _amounts_of_both(case: Facts, compared: TaxComparison) -> Comparisons:
    yield "parcel", case.get("parcel"), amount_text(compared.parcel.tax) if compared.parcel else None
    if compared.parcel is not None:
        yield "treatment", case.get("treatment", "personal_article"), compared.parcel.treatment
    if "retail" in case:
        yield "retail", case["retail"], amount_text(compared.retail.total) if compared.retail else None


def _article(given: dict[str, Any]) -> Article:
    known = goods_by_name()[given["goods"]]
    return Article(
        known.hs10,
        scaled_from_text(given["price"]),
        given.get("quantity", 1),
        known.zh,
        given.get("band", 0),
        scaled_from_text(given["catalogue"]) if "catalogue" in given else None,
        given.get("model", ""),
    )


def price_query(case: Facts) -> Comparisons:
    """Prices that customs asks about."""
    rates = rates_on(case["day"], register(), law())
    reasons = [reason for line in inventory(case).lines for reason in query_price(line, rates)]
    yield "queries", case["query"], codes(reasons)
    yield whole("queries", reasons)
    yield "queries without a dated value", [], [reason.rule for reason in reasons if not reason.parameter_ids]


def bill_windows(case: Facts) -> Comparisons:
    """Days of a tax bill."""
    if "refused" in case:
        yield refusal(case["refused"], NoValue, lambda: windows_of_bill(case["released"], law()))
        return
    windows, known = windows_of_bill(case["released"], law()), dict(case["expect"])
    if first := known.pop("first_collection_day", None):
        yield "first collection day", first, first_collection_day(windows, case.get("applied"))
    yield "days", known, shown(windows, known)
    yield whole("days", windows)


def surcharge(case: Facts) -> Comparisons:
    """Surcharge of a bill that is paid late."""
    charged = calculate_surcharge(scaled_from_text(case["unpaid"]), case["due"], case["paid"], law())
    yield "surcharge", case["expect"], shown(charged, case["expect"])
    yield whole("surcharge", charged)
