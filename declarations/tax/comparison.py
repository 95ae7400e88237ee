"""Compares parcel tax (行邮税) with the tax of retail import (跨境电商综合税) for the same goods and day.

Freight and insurance only count for retail import, since parcel tax is levied on the articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from msgspec import structs

from declarations import limits
from declarations.documents import Inventory, InventoryLine
from declarations.goods import Goods, GoodsRegister
from declarations.money import SCALE, Scaled
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import ParcelBands
from declarations.reasons import Reason
from declarations.tax.assessment import Assessment
from declarations.tax.consumption import LITRE, charge_of
from declarations.tax.content import content_of
from declarations.tax.import_tax import assess, dutiable_value_of
from declarations.tax.parcel_tax import PERSONAL, ParcelAssessment, ParcelItem, assess_parcel
from declarations.tax.rates import rates_on

PIECE = "011"
_THOUSANDS = frozenset({LITRE, "035"})
"""Legal units of a thousand ml or g: 升, 千克."""
PARCEL, RETAIL, EQUAL = "parcel", "retail", "equal"


class Article(NamedTuple):
    """Pieces of one kind of goods: tariff code, price of a piece in yuan, band of parcel tax (0: by the code).

    `model` states the net content of a piece ("30ml", "330ml*6", "5片"), required for cosmetics and drinks.
    """

    gcode: str
    price: Scaled
    quantity: int = 1
    name: str = ""
    band: int = 0
    catalogue_price: Scaled | None = None
    model: str = ""


class ImportCase(NamedTuple):
    """The import that both taxes are worked out for: origin ("HKG"), charges, mode and office.

    `used` is the amount of the buyer's yearly limit used before.
    """

    origin: str = ""
    freight: Scaled = 0
    insurance: Scaled = 0
    mode: str = "9610"
    office: str = "4227"
    used: Scaled = 0


class TaxComparison(NamedTuple):
    """Both taxes on a day; a tax is None if the law of the day lacks a value, which is then in `missing`."""

    day: date
    parcel: ParcelAssessment | None
    bands: tuple[int, ...]
    retail: Assessment | None
    refusals: tuple[Reason, ...]
    """The reasons why the goods are not admitted as retail import; empty if they are."""
    missing: tuple[NoValue, ...]

    @property
    def lower(self) -> str:
        """The lower tax: "parcel", "retail" or "equal"; "" unless the goods are admitted both ways."""
        if (
            self.parcel is None
            or self.retail is None
            or self.refusals
            or self.retail.needs_review
            or self.parcel.treatment != PERSONAL
        ):
            return ""
        if self.parcel.tax == self.retail.total:
            return EQUAL
        return PARCEL if self.parcel.tax < self.retail.total else RETAIL


def compare_taxes(
    articles: Sequence[Article],
    day: date,
    goods: GoodsRegister,
    parameters: Parameters,
    how: ImportCase | None = None,
    rounding: str = "",
) -> TaxComparison:
    """Return both taxes of articles on a day; `rounding` is the policy of retail import ("": that of the day)."""
    how = how or ImportCase()
    inventory = _make_inventory(articles, day, goods, how)
    missing: list[NoValue] = []
    parcel: ParcelAssessment | None = None
    retail: Assessment | None = None
    bands: tuple[int, ...] = ()
    refusals: tuple[Reason, ...] = ()
    try:
        parcel, bands = _assess_as_parcel(articles, inventory, day, goods, parameters, how)
    except NoValue as lacking:
        missing.append(lacking)
    try:
        retail, refusals = _assess_as_retail(inventory, day, goods, parameters, how, rounding)
    except NoValue as lacking:
        missing.append(lacking)
    return TaxComparison(day, parcel, bands, retail, refusals, tuple(missing))


def _assess_as_parcel(
    articles: Sequence[Article],
    inventory: Inventory,
    day: date,
    goods: GoodsRegister,
    parameters: Parameters,
    how: ImportCase,
) -> tuple[ParcelAssessment, tuple[int, ...]]:
    used: dict[str, None] = {}
    bands = tuple(
        [
            article.band or _find_band(line, day, goods, parameters, used)
            for article, line in zip(articles, inventory.lines, strict=True)
        ]
    )
    items = [
        ParcelItem(line.gname, band, article.price, article.catalogue_price, article.quantity)
        for article, line, band in zip(articles, inventory.lines, bands, strict=True)
    ]
    assessed = assess_parcel(items, day, parameters, origin=how.origin)
    return structs.replace(assessed, parameter_ids=(*used, *assessed.parameter_ids)), bands


def _find_band(
    line: InventoryLine, day: date, goods: GoodsRegister, parameters: Parameters, used: dict[str, None]
) -> int:
    """The band of a code; goods subject to consumption tax at import are in the highest."""
    value = parameters.on("parcel.bands", day)
    used[value.id] = None
    rule = value.table_as(ParcelBands)
    for band, headings in rule.headings.items():
        if line.gcode.startswith(headings):
            return int(band)
    levied = charge_of(line, line.total_price, rates_on(day, goods, parameters).line_rates(line.gcode))
    return rule.high_end if levied.rate or levied.specific else rule.otherwise


def _assess_as_retail(
    inventory: Inventory, day: date, goods: GoodsRegister, parameters: Parameters, how: ImportCase, rounding: str
) -> tuple[Assessment, tuple[Reason, ...]]:
    value = dutiable_value_of(inventory)
    verdict = limits.check(inventory, value, how.used, day, parameters, goods)
    full = None if verdict.reasons else verdict.full_tax
    return assess(inventory, day, goods, parameters, rounding, full_tax=full), verdict.reasons


def _make_inventory(articles: Iterable[Article], day: date, goods: GoodsRegister, how: ImportCase) -> Inventory:
    """A list that declares the articles as retail import."""
    empty = dict.fromkeys(Inventory.__struct_fields__, "")
    return Inventory(
        **{  # type: ignore[arg-type]
            **empty,
            "trade_mode": how.mode,
            "customs_code": how.office,
            "freight": how.freight,
            "insured_fee": how.insurance,
            "pack_no": 1,
            "gross_weight": 0,
            "net_weight": 0,
            "lines": tuple([_make_line(number, article, day, goods) for number, article in enumerate(articles, 1)]),
        }
    )


def _make_line(number: int, article: Article, day: date, goods: GoodsRegister) -> InventoryLine:
    known = goods.find(article.gcode, day)
    name = article.name or (known.zh if known else article.gcode)
    quantity = article.quantity * SCALE
    legal, unit = _legal_quantity(article, known)
    return InventoryLine(
        gnum=number,
        item_record_no="",
        item_no="",
        gcode=article.gcode,
        gname=name,
        gmodel=article.model,
        country="",
        qty=quantity,
        unit=PIECE,
        qty1=legal,
        unit1=unit,
        qty2=None,
        unit2="",
        price=article.price,
        total_price=article.price * article.quantity,
    )


def _legal_quantity(article: Article, known: Goods | None) -> tuple[Scaled, str]:
    """The legal quantity of all pieces, with its unit; litres and kilograms are calculated from the net content."""
    quantity, unit = article.quantity * SCALE, known.unit1 if known else PIECE
    if known is None or unit not in _THOUSANDS:
        return quantity, unit
    content = content_of(known.content, article.model, PIECE)
    if content is None or content.basis != "content":
        return quantity, PIECE
    return content.amount * article.quantity // 1000, unit
