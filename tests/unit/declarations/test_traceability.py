"""Trace codes, the clocks of recalls, and which quantities can be."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.calendar import DAY, HOUR, instant_of
from declarations.parameters import load
from declarations.traceability.codes import ITEM, LOT, NUMBERS, is_trace_code, trace_codes
from declarations.traceability.goods import is_food, lacks_agent
from declarations.traceability.orders import BadOrder, read_order
from declarations.traceability.recalls import Quantities, balance, recall_days
from schemas.identifiers import example_credit_code, is_valid_gtin, mod_37_36_check_character
from tests.tables import each

AGENT = example_credit_code("3702W60001")
NOON = instant_of(date(2026, 11, 20), 12)


def test_the_check_character_is_that_of_iso_7064() -> None:
    assert mod_37_36_check_character("QD26B00000123") == "S"


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


NO_CODES = {
    "another check character": "QD26B00000123T",
    "small letters": "qd26b00000123s",
    "a letter that is read for another": "QD26BO0000123S",
    "another kind": "QD26X00000123S",
    "too short": "QD26B0000123S",
    "another script": "QD2６B00000123S",
    "nothing": "",
}


@each("text", NO_CODES.values(), NO_CODES)
def test_what_is_no_trace_code(text: str) -> None:
    assert not is_trace_code(text)


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


CLOCKS = {
    "food of class 1": ("F", "1", 24, date(2026, 12, 4)),
    "food of class 2": ("F", "2", 48, date(2026, 12, 18)),
    "food of class 3": ("F", "3", 72, date(2027, 1, 4)),
    "other goods": ("G", "", 72, date(2027, 1, 4)),
}


@each("case", CLOCKS)
def test_the_clocks_of_a_recall(case: str) -> None:
    kind, recall_class, hours, last = CLOCKS[case]
    days = recall_days(kind, recall_class, NOON, load())
    assert days.start == NOON + hours * HOUR
    assert days.finish == instant_of(last) + DAY - 1, "to the end of the last working day"


SUMS = {
    "nothing": (Quantities(), True),
    "all back": (Quantities(3, 3, 0, 3), True),
    "back and destroyed together": (Quantities(3, 2, 1, 3), True),
    "one more than was sold": (Quantities(3, 2, 2, 3), False),
    "more told": (Quantities(4, 0, 0, 0), False),
    "more refunded": (Quantities(0, 0, 0, 4), False),
    "below nothing": (Quantities(0, -1, 0, 0), False),
}


@each("case", SUMS.values(), SUMS)
def test_which_quantities_can_be_of_three_that_were_sold(case: tuple[Quantities, bool]) -> None:
    assert balance(3, case[0]) is case[1]


DAYS_OF_FIRMS = {
    "the day before": (date(2026, 1, 6), "", False),
    "the first day": (date(2026, 1, 7), "", True),
    "with a firm": (date(2026, 1, 7), AGENT, False),
    "a foreign number": (date(2026, 1, 7), "DE123456789", True),
}


@each("case", DAYS_OF_FIRMS.values(), DAYS_OF_FIRMS)
def test_food_needs_a_domestic_firm_from_2026_01_07(case: tuple[date, str, bool]) -> None:
    day, agent, lacks = case
    assert lacks_agent(agent, day, load()) is lacks


FOODS = {
    "by its company's word": ("F", "", True),
    "by its chapter": ("G", "1901101010", True),
    "neither": ("G", "9503008200", False),
    "of no known code": ("G", "", False),
}


@each("case", FOODS.values(), FOODS)
def test_what_is_food(case: tuple[str, str, bool]) -> None:
    kind, gcode, food = case
    assert is_food(kind, gcode, date(2026, 11, 20), load()) is food


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
