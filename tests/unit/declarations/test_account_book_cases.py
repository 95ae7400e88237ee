"""Bonded lists draw on their account book as the table of tests/specifications/account_book says."""

from __future__ import annotations

from typing import Any

from clean_trade import cases, document

from declarations.account_book import BookStock, draw_down, quantities_to_return
from declarations.money import decimal_of, scaled_from_text
from schemas.receipt_texts import words
from tests.tables import each

BOOK = "T4227W000001"
BONDED = {"trade_mode": "1210", "ems_no": BOOK, "area_code": "3702960AF5", "area_name": "青岛前湾保税仓储有限公司"}
LINES = [{"item_record_no": "1"}, {"item_record_no": "2"}]


def _list(case: dict[str, Any]) -> Any:
    clean = document("inventory").lines
    lines = case.get("lines", LINES)
    full = [
        {"gnum": line.gnum, "gcode": line.gcode, "unit": line.unit, "qty": f"{decimal_of(line.qty)}", **change}
        for line, change in zip(clean, lines, strict=True)
    ]
    return document("inventory", {**BONDED, **case.get("change", {})}, full)


def _book(case: dict[str, Any]) -> dict[tuple[str, str], BookStock]:
    return {
        (BOOK, line["item"]): BookStock(
            BOOK,
            line["item"],
            line["gcode"],
            line["unit"],
            scaled_from_text(line["qty"]),
            scaled_from_text(line.get("drawn", "0")),
        )
        for line in case["book"]
    }


def _drawn(changes: Any) -> dict[str, int]:
    return {item: line.drawn for (_, item), line in changes.items()}


@each("case", cases("account_book"))
def test_a_list_draws_all_its_lines_or_none(case: dict[str, Any]) -> None:
    drawing = draw_down(_book(case), _list(case))
    assert [reason.rule for reason in drawing.reasons] == case["reasons"]
    assert _drawn(drawing.changes) == {item: scaled_from_text(qty) for item, qty in case["drawn"].items()}
    message = [words(reason.rule, reason.values) for reason in drawing.reasons]
    assert "words" not in case or message[0] == case["words"]


@each(
    ("drawn", "returned", "back"),
    [
        ({1: 20_000, 2: 70_000}, {1: 20_000, 2: 70_000}, {1: 20_000, 2: 70_000}),
        ({1: 20_000, 2: 70_000}, {1: 15_000}, {1: 15_000}),
        ({1: 20_000}, {1: 20_001}, {1: 20_000}),
        ({1: 20_000}, {1: 0, 3: 5_000}, {}),
    ],
)
def test_what_a_list_has_drawn_comes_back_by_line_and_never_more(
    drawn: dict[int, int], returned: dict[int, int], back: dict[int, int]
) -> None:
    assert quantities_to_return(drawn, returned) == back
