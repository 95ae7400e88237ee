"""Import lists of known answers, and the goods that they speak of, so that the package's register may change freely."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from declarations import goods, parameters
from declarations.documents import Inventory, InventoryLine
from declarations.money import scaled_from_text
from declarations.parameters import Parameters
from tests.law.rows import TABLES, Facts


def law() -> Parameters:
    """Return the law of the package."""
    return parameters.load()


@cache
def register() -> goods.GoodsRegister:
    """Return the goods that the tables speak of."""
    return goods.read(TABLES / "goods.csv")


@cache
def goods_by_name() -> Mapping[str, goods.Goods]:
    """Return the goods of the tables by their English name."""
    return {row.en: row for row in register()}


def line(number: int, case: Mapping[str, str]) -> InventoryLine:
    """Return a line from `goods` (or `gcode`), `value`, `quantity`, `unit`, `model`, `legal`, `legal_unit` and more."""
    known = goods_by_name()[case["goods"]] if "goods" in case else None
    value, quantity = scaled_from_text(case["value"]), scaled_from_text(case.get("quantity", "1"))
    return InventoryLine(
        gnum=int(case.get("gnum", number)),
        item_record_no="",
        item_no="",
        gcode=known.hs10 if known else case["gcode"],
        gname=case.get("gname", known.zh if known else "未知商品"),
        gmodel=case.get("model", ""),
        country="116",
        qty=quantity,
        unit=case.get("unit", "011"),
        qty1=scaled_from_text(case.get("legal", "1")),
        unit1=case.get("legal_unit", known.unit1 if known else "035"),
        qty2=scaled_from_text(case["second"]) if "second" in case else None,
        unit2=case.get("second_unit", ""),
        price=value * 100_000 // quantity,
        total_price=value,
    )


def inventory(case: Facts) -> Inventory:
    """Return a list from the `lines`, `freight`, `insurance`, `mode`, `office` and `net_weight` of a case."""
    facts: dict[str, Any] = dict.fromkeys(Inventory.__struct_fields__, "")
    facts.update(
        trade_mode=case.get("mode", "9610"),
        customs_code=case.get("office", "4227"),
        freight=scaled_from_text(case.get("freight", "0")),
        insured_fee=scaled_from_text(case.get("insurance", "0")),
        pack_no=1,
        gross_weight=scaled_from_text("5"),
        net_weight=scaled_from_text(case.get("net_weight", "1")),
        buyer_name="孟安",
        buyer_id_number="11010519491231002X",
        lines=tuple(line(number, given) for number, given in enumerate(case["lines"], 1)),
    )
    return Inventory(**facts)
