"""Reads specification cases and builds the documents they speak of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from declarations import goods
from declarations.documents import Inventory, InventoryLine
from declarations.money import amount_text, scaled_from_text

SPECIFICATIONS = Path(__file__).parents[2] / "specifications"


def cases(topic: str) -> list[Any]:
    """The cases of every file of a topic, each named "file: case"."""
    params = [
        pytest.param(case, id=f"{path.stem}: {case['name']}" + (f" {case['key']}" if "key" in case else ""))
        for path in sorted((SPECIFICATIONS / topic).glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]
    assert params, f"no cases in {topic}"
    return params


@cache
def register() -> goods.GoodsRegister:
    """The goods that specifications speak of, so that the package's register may change freely."""
    return goods.read(SPECIFICATIONS / "goods.csv")


@cache
def codes() -> Mapping[str, goods.Goods]:
    """Goods of the specifications by their English name."""
    return {row.en: row for row in register()}


def line(number: int, case: Mapping[str, str]) -> InventoryLine:
    """A line from `goods` (or `gcode`), `value`, `quantity`, `unit`, `model`, `legal`, `legal_unit`, `second`."""
    known = codes()[case["goods"]] if "goods" in case else None
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


def inventory(case: Mapping[str, Any]) -> Inventory:
    """A list from the `lines`, `freight`, `insurance`, `mode`, `office` and `net_weight` of a case."""
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


def shown(result: Any, expected: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that a case expects, scaled amounts as the texts it gives."""
    values = {name: getattr(result, name) for name in expected}
    return {
        name: amount_text(value) if isinstance(value, int) and isinstance(expected[name], str) else value
        for name, value in values.items()
    }
