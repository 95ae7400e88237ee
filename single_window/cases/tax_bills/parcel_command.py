"""`single-window tax parcel`: parcel tax and the tax of retail import for the same goods, side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import click

from declarations.money import Scaled, amount_text, scaled_from_text
from declarations.tax.comparison import EQUAL, PARCEL, RETAIL, Article
from declarations.tax.parcel_tax import OVER_LIMIT
from single_window.cases.tax_bills.answers import ParcelOut, ParcelTaxOut, RetailTaxOut
from single_window.frame.commands.call import Call
from single_window.frame.commands.cases import show_answer
from single_window.frame.commands.options import argument, option
from single_window.frame.commands.rows import client_command
from single_window.language.words import ZH, Words
from single_window_client import SandboxClient

_YUAN = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)
_KEYS = ("price", "quantity", "name", "band", "catalogue", "model")
_LOWER = {
    PARCEL: Words("行邮税较低。", "Parcel tax is lower."),
    RETAIL: Words("跨境电商综合税较低。", "The tax of retail import is lower."),
    EQUAL: Words("两者相等。", "Both are equal."),
    "": Words("货物不能任选其一，不作比较。", "The goods may not be imported in both ways: no comparison."),
}
_NO_VALUE = Words("当日无此数值", "no value on this day")
_NAME_THE_BAND = Words("请用 band= 指明税目", "name the band with band=")


class ArticleType(click.ParamType):  # type: ignore[type-arg]
    """Goods as GCODE,price=…,quantity=…: goods code with ten digits, then properties of a piece."""

    name = "article"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Article:
        """Parse an article; fails with an explanation."""
        if isinstance(value, Article):
            return value
        gcode, *rest = str(value).split(",")
        given = dict(cell.partition("=")[::2] for cell in rest)
        if unknown := [name for name in given if name not in _KEYS]:
            self.fail(f"{unknown[0]!r} in {value!r} is not one of {', '.join(_KEYS)}", param, ctx)
        if not re.fullmatch(r"\d{10}", gcode, re.ASCII) or "price" not in given:
            self.fail(f"{value!r} needs a code of ten digits and a price, such as 3304990039,price=425", param, ctx)
        numbers = {name: self._count(name, given[name], param, ctx) for name in ("quantity", "band") if name in given}
        return Article(
            gcode,
            self._yuan("price", given["price"], param, ctx),
            numbers.get("quantity", 1),
            given.get("name", ""),
            numbers.get("band", 0),
            self._yuan("catalogue", given["catalogue"], param, ctx) if "catalogue" in given else None,
            given.get("model", ""),
        )

    def _yuan(self, name: str, text: str, param: click.Parameter | None, ctx: click.Context | None) -> Scaled:
        if not _YUAN.fullmatch(text):
            self.fail(f"{name} {text!r} is not an amount of yuan such as 425 or 89.99", param, ctx)
        return scaled_from_text(text)

    def _count(self, name: str, text: str, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if not re.fullmatch(r"[1-9]\d{0,4}", text, re.ASCII) or (name == "band" and int(text) > 4):
            self.fail(f"{name} {text!r} is not a number from 1 to {4 if name == 'band' else 99_999}", param, ctx)
        return int(text)


class YuanType(click.ParamType):  # type: ignore[type-arg]
    """An amount of yuan."""

    name = "yuan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Scaled:
        """Parse an amount and scale it; fails with an explanation."""
        if not _YUAN.fullmatch(str(value)):
            self.fail(f"{value!r} is not an amount of yuan such as 425 or 89.99", param, ctx)
        return scaled_from_text(str(value))


_YUAN_TYPE = YuanType()


@client_command(without_data=True)
def parcel(
    call: Call,
    sandbox: SandboxClient,
    articles: tuple[Article, ...] = argument("ARTICLE...", type=ArticleType(), required=True),
    day: datetime | None = option("The day whose law applies [default: today of the sandbox]."),
    origin: str = option("Sent from: HKG, MAC or TWN have a lower value limit.", metavar="COUNTRY", default=""),
    mode: Literal["9610", "1210", "1239"] = option("Trade mode of the retail import.", default="9610"),
    freight: Scaled = option(
        "Yuan for all goods; only used for retail import.", type=_YUAN_TYPE, default="0", show_default=False
    ),
    insurance: Scaled = option("As --freight.", type=_YUAN_TYPE, default="0", show_default=False),
    used: Scaled = option(
        "Yuan of the yearly limit that the buyer has used before.", type=_YUAN_TYPE, default="0", show_default=False
    ),
) -> None:
    """Compute parcel tax (行邮税) and the tax of retail import for the same goods, with their calculation.

    ARTICLE is a goods code with properties of a piece: price (yuan, required), quantity, name, model (its content,
    such as 30ml), band of parcel tax (1 to 4; default: by the code), catalogue (price of the customs catalogue).

    \b
    Examples:
      single-window tax parcel 3304990039,price=425,model=20g
      single-window tax parcel 4901990000,price=60,quantity=3 6109100010,price=199 --day 2018-10-31
      single-window tax parcel 2204210000,price=500,model=750ml,band=3 --origin HKG --json
    """
    body = {
        "articles": [_fields(article) for article in articles],
        "day": f"{day:%Y-%m-%d}" if day else None,
        "origin": origin.upper(),
        "mode": mode,
        "freight": amount_text(freight),
        "insurance": amount_text(insurance),
        "used": amount_text(used),
    }
    show_answer(call, sandbox.call("POST", "/tax/parcel", json=body), ParcelOut, _print)


def _fields(article: Article) -> dict[str, Any]:
    """An article as the call takes it."""
    catalogue = "" if article.catalogue_price is None else amount_text(article.catalogue_price)
    return {
        "gcode": article.gcode,
        "price": amount_text(article.price),
        "quantity": article.quantity,
        "name": article.name,
        "band": article.band,
        "catalogue": catalogue,
        "model": article.model,
    }


def _print(call: Call, comparison: ParcelOut) -> None:
    parcel, retail = comparison.parcel, comparison.retail
    _print_table(call, comparison.day, parcel, retail)
    if parcel:
        _working(call, Words("行邮税", "Parcel tax"), parcel)
    if retail:
        _working(call, Words("跨境电商综合税", "Tax of retail import"), retail)
        refusals = ((reason.code, Words(reason.zh, reason.en)) for reason in retail.refusals)
        _lines(call, [f"{code}: {words.text(call.language)}" for code, words in refusals])
    for value in comparison.missing:
        hint = f"; {_NAME_THE_BAND.text(call.language)}" if value.parameter == "parcel.bands" else ""
        call.print_line(f"  {_NO_VALUE.text(call.language)}: {value.parameter} ({value.day}){hint}")
    call.print_line(f"\n{call.pick(_LOWER[comparison.lower])}")


def _print_table(call: Call, day: str, parcel: ParcelTaxOut | None, retail: RetailTaxOut | None) -> None:
    empty = _NO_VALUE.text(call.language)
    call.table(
        "",
        (day, "parcel tax 行邮税", "retail import 跨境电商综合税"),
        [
            (
                call.pick(Words("计税价格", "dutiable value")),
                parcel.value if parcel else "",
                retail.value if retail else "",
            ),
            (call.pick(Words("应征税款", "tax due")), parcel.tax if parcel else empty, retail.tax if retail else empty),
            (
                call.pick(Words("免征", "exemption")),
                f"≤ {parcel.exempt_up_to}" if parcel else "",
                "–" if retail else "",
            ),
            (
                call.pick(Words("限值", "limit")),
                parcel.value_limit if parcel else "",
                f"{retail.single_limit} / {retail.annual_limit}" if retail else "",
            ),
            (
                call.pick(Words("可否", "may it come so")),
                _may(call, parcel.treatment != OVER_LIMIT) if parcel else "",
                _may(call, retail.admitted) if retail else "",
            ),
        ],
    )


def _working(call: Call, title: Words, tax: ParcelTaxOut | RetailTaxOut) -> None:
    call.print_line(f"\n{call.pick(title)}")
    _lines(call, tax.working_zh if call.language == ZH else tax.working_en)


def _lines(call: Call, texts: Iterable[str]) -> None:
    for text in texts:
        call.print_line(f"  {text}")


def _may(call: Call, allowed: bool) -> str:
    return (Words("可以", "yes") if allowed else Words("不可以", "no")).text(call.language)
