"""Trace codes that nobody can guess, GTINs, and orders as officers write them."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.calendar import DAY, instant_of
from declarations.parameters import load
from declarations.traceability.codes import ITEM, LOT, NUMBERS, is_trace_code, trace_codes
from declarations.traceability.orders import BadOrder, read_order
from declarations.traceability.recalls import recall_days
from schemas.identifiers import is_valid_gtin
from tests.tables import each


def test_different_numbers_have_different_codes_and_all_are_codes() -> None:
    codes = trace_codes("secret", 2026, ITEM, [*range(20_000), NUMBERS - 1])
    assert len(set(codes)) == 20_001 and all(map(is_trace_code, codes))


def test_codes_depend_on_the_secret_and_on_nothing_else() -> None:
    assert trace_codes("a", 2026, LOT, [1, 2]) == trace_codes("a", 2026, LOT, [1, 2])
    assert set(trace_codes("a", 2026, LOT, range(1_000))).isdisjoint(trace_codes("b", 2026, LOT, range(1_000)))


@pytest.mark.parametrize("number", [-1, NUMBERS])
def test_a_number_out_of_range_has_no_code(number: int) -> None:
    with pytest.raises(ValueError, match="is not from 0"):
        trace_codes("a", 2026, LOT, [number])


def test_every_single_wrong_character_is_found() -> None:
    (code,) = trace_codes("secret", 2026, LOT, [7])
    others = [code[:place] + other + code[place + 1 :] for place in range(5, 14) for other in "0123456789ACXZ"]
    assert [other for other in others if is_trace_code(other)] == [code] * sum(other == code for other in others)


GTINS = {
    "right": ("09520123456788", True),
    "wrong digit": ("09520123456789", False),
    "13": ("9520123456788", False),
    "letters": ("0952012345678X", False),
    "other digits": ("0９520123456788", False),
}


@each("gtin", GTINS.values(), GTINS)
def test_a_gtin_has_fourteen_digits(gtin: tuple[str, bool]) -> None:
    assert is_valid_gtin(gtin[0]) is gtin[1]


def test_an_order_is_read() -> None:
    order = read_order(
        "ebc=3702961003; kind=F; class=1; gtin=09520123456788; lots=L1 L2 L1; from=20260101; hazard=菌; "
    )
    assert (order.lots, order.made_from, order.made_until, order.hazard) == (("L1", "L2"), "20260101", "", "菌")


WRONG_ORDERS = {
    "a key twice": ("ebc=1; ebc=2; kind=G; item=A; hazard=x", "ebc"),
    "a book without item": ("ebc=1; kind=G; book=T1; hazard=x", "item"),
    "no day": ("ebc=1; kind=G; item=A; hazard=x; from=20260230", "from"),
    "no value": ("ebc=1; kind=G; item=; hazard=x", "item"),
    "food of no class": ("ebc=1; kind=F; item=A; hazard=x", "class"),
}


@each("terms", WRONG_ORDERS.values(), WRONG_ORDERS)
def test_an_order_says_what_is_wrong(terms: tuple[str, str]) -> None:
    with pytest.raises(BadOrder) as bad:
        read_order(terms[0])
    assert bad.value.key == terms[1]


def test_a_recall_may_take_until_the_end_of_its_last_working_day() -> None:
    assert (
        recall_days("F", "1", instant_of(date(2026, 11, 20), 12), load()).finish
        == instant_of(date(2026, 12, 4)) + DAY - 1
    )
