"""Parcel tax and tax of retail import side by side, with the law of a sandbox, as command line and HTTP answer them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection

from declarations import goods, parameters
from declarations.goods import GoodsRegister
from declarations.money import Scaled, plain
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.tax.comparison import Article, Circumstance, Comparison, compare
from declarations.tax.explanation import explain, explain_parcel, percent
from schemas import receipt_texts
from single_window.store import goods_rows, sandboxes
from single_window.store.law_books import law_of

LANGUAGES = ("zh", "en")


class Law(NamedTuple):
    """What both taxes rest on: dated values, goods register, rounding policy ("": that of the day)."""

    parameters: Parameters
    goods: GoodsRegister
    rounding: str = ""


def package_law() -> Law:
    """The law that comes with the package."""
    return Law(parameters.load(), goods.load())


def sandbox_law(connection: Connection, sandbox: str) -> Law:
    """The law of a sandbox, with the goods and rates that it imported; raises `UnknownSandbox`."""
    rounding = sandboxes.find(connection, sandbox).options.rounding
    return Law(law_of(connection, sandbox), goods_rows.register(connection, sandbox, goods.load()), rounding)


def compared(articles: Sequence[Article], day: date, how: Circumstance, law: Law) -> dict[str, Any]:
    """Both taxes as texts and lists that JSON can carry, with their working in Chinese and English."""
    comparison = compare(articles, day, law.goods, law.parameters, how, law.rounding)
    return {
        "day": day.isoformat(),
        "origin": how.origin,
        "trade_mode": how.mode,
        "parcel": _parcel(comparison, articles, law),
        "retail": _retail(comparison, law),
        "lower": comparison.lower,
        "missing": [{"parameter": missing.name, "day": missing.day.isoformat()} for missing in comparison.missing],
    }


def _parcel(comparison: Comparison, articles: Sequence[Article], law: Law) -> dict[str, Any] | None:
    taxed = comparison.parcel
    if taxed is None:
        return None
    items = [
        {
            "gcode": article.gcode,
            "name": line.name,
            "quantity": article.quantity,
            "band": band,
            "value": plain(line.value),
            "by_catalogue": line.by_catalogue,
            "rate": percent(line.rate),
            "tax": plain(line.tax),
        }
        for article, line, band in zip(articles, taxed.lines, comparison.bands, strict=True)
    ]
    return {
        "items": items,
        "treatment": taxed.treatment,
        "exempt": taxed.exempt,
        **_amounts(taxed, "value", "computed", "tax", "exempt_up_to", "value_limit"),
        **{f"working_{language}": explain_parcel(taxed, language, law.parameters) for language in LANGUAGES},
    }


def _retail(comparison: Comparison, law: Law) -> dict[str, Any] | None:
    taxed, day = comparison.retail, comparison.day
    if taxed is None:
        return None
    limits = {
        name: plain(_limit(parameter, day, law))
        for name, parameter in (("single_limit", "limits.single_transaction"), ("annual_limit", "limits.annual"))
    }
    return {
        "admitted": not comparison.refusals,
        "full_tax": taxed.full_tax,
        **_amounts(taxed, "value", "duty", "consumption", "vat"),
        "tax": plain(taxed.total),
        **limits,
        "refusals": [_reason(reason) for reason in comparison.refusals],
        "review": [_reason(reason) for reason in taxed.needs_review],
        **{
            f"working_{language}": explain(taxed, language, law.parameters, day=day, goods=law.goods)
            for language in LANGUAGES
        },
    }


def _limit(name: str, day: date, law: Law) -> Scaled:
    return int(law.parameters.on(name, day).amount.scaleb(5))


def _amounts(taxed: Any, *names: str) -> dict[str, str]:
    return {name: plain(getattr(taxed, name)) for name in names}


def _reason(reason: Reason) -> dict[str, str]:
    words = {language: receipt_texts.words(reason.rule, reason.values, language) for language in LANGUAGES}
    return {"code": reason.rule, **words}
