"""Goods of a list beside comparable declarations: what is compared, how it spreads, how it shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_console_pages import get

from declarations.reasons import Reason
from gateways.circumstances import Options
from gateways.customs.held import HeldValue, Reservations
from single_window.api import create_app
from single_window.cases.declarations import comparable
from single_window.cases.declarations.comparable import Measured, Spread, position_in, spread_of
from single_window.clock import Clock
from single_window.settings import Settings
from single_window.store.engine import reading, writing
from single_window.store.records import to_json
from single_window.wiring import Window
from tests.databases import ON_BOTH, kept_open, made_database, read_by, window_in, write_by
from tests.listed import ONE, line, listed, put
from tests.officers import Browser, signed_in
from tests.tables import each

pytestmark = ON_BOTH
NOON = 1_780_300_800_000


@pytest.fixture
def window(dialect: str, tmp_path: Path) -> Iterator[Window]:
    with made_database(dialect, tmp_path) as address:
        opened = Window(Settings(data=tmp_path, readers=0, database="" if dialect == "sqlite" else address))
        opened.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
        yield from kept_open(opened)


def measured(window: Window, number: int) -> dict[str, Measured]:
    """What is said of the first line of a list."""
    return {
        measurement.quantity: measurement
        for measurement in read_by(window.engine, comparable.comparable_lines_of, "s", number)[0].measured
    }


def test_values_spread_from_the_lowest_by_quartiles_to_the_highest() -> None:
    assert spread_of([4, 2, 5, 1, 3]) == Spread(5, 1, 2, 3, 4, 5)
    assert spread_of([4, 2, 5, 1]) is None, "four say nothing"


@each(
    ("value", "where"),
    [
        (2, "within"),
        (4, "within"),
        (1, "below"),
        (7, "above"),
        (-1, "below"),
        (-2, "far_below"),
        (8, "far_above"),
    ],
)
def test_a_value_lies_within_the_middle_half_or_outside_or_far_from_it(value: int, where: str) -> None:
    assert position_in(value, Spread(5, 1, 2, 3, 4, 5)) == where


@each(
    ("value", "price", "weight"),
    [
        (listed([line("1", 30, 4)]), 750_000, 50_000),
        (listed([line("1", 30, 4, unit1="011", unit2="035", qty2=ONE)]), 750_000, 25_000),
        (listed([line("1", 30, 4, unit1="011")], net_weight=2 * ONE), 750_000, 50_000),
        (listed([line("1", 30, 4, unit1="011"), line("2", 1)], net_weight=2 * ONE), 750_000, None),
        (listed([line("1", 30, 4, unit="035")]), 750_000, None),
        (listed([line("1", 30, 4, qty=0)]), None, None),
    ],
)
def test_a_unit_has_a_price_and_where_the_list_says_it_a_weight(
    value: object, price: int | None, weight: int | None
) -> None:
    first = value.lines[0]  # type: ignore[attr-defined]
    assert (comparable.price_of(first, value), comparable.weight_of(first, value)) == (price, weight)


def test_lines_compare_with_the_same_goods_of_the_same_flow_unit_and_currency(window: Window) -> None:
    with writing(window.engine) as connection:
        for number in range(1, 7):
            put(connection, number, listed([line("8471", number)]))
        put(connection, 7, listed([line("8471", 900, unit="035"), line("8472", 900)]))
        put(connection, 8, listed([line("8471", 900, flow="E")], "E"), "E")
        put(connection, 9, listed([line("8471", 800, flow="E", currency="142")], "E"), "E")
        put(connection, 10, listed([line("8471", 30)]))
    measurements = measured(window, 10)
    assert measurements["price"].spread == Spread(6, ONE, 225_000, 350_000, 475_000, 6 * ONE)
    assert (measurements["price"].lies, measurements["weight"].lies) == ("far_above", "within")
    assert measured(window, 8)["price"].others == (), "the other export is in another currency"


def test_the_newest_lists_are_read_and_no_more_than_enough(window: Window) -> None:
    with writing(window.engine) as connection:
        for number in range(1, 71):
            put(connection, number, listed([line("8471", number)]))
    measurement = measured(window, 70)["price"]
    assert [value // ONE for value in measurement.others] == list(range(69, 19, -1))


QUERIED = to_json([Reason("14025", {"gnum": "1"})])
DETERMINED = to_json(Reservations(redetermined=HeldValue("similar_goods", {"1": ONE})))


SAYS_NOTHING = (
    {"state": "in_review", "reasons": QUERIED},
    {"state": "suspended", "reasons": QUERIED},
    {"state": "rejected"},
    {"state": "detained"},
    {"held": DETERMINED},
)
SAYS_WHAT_IS_USUAL = ({"reasons": QUERIED}, {"state": "in_review"}, {"state": "under_inspection"})


def test_a_price_that_customs_questions_or_did_not_take_says_nothing_of_what_is_usual(window: Window) -> None:
    with writing(window.engine) as connection:
        for number, more in enumerate((*SAYS_WHAT_IS_USUAL, *SAYS_NOTHING), start=1):
            put(connection, number, listed([line("8471", number)]), **more)
        put(connection, 20, listed([line("8471", 1)]))
    assert sorted(value // ONE for value in measured(window, 20)["price"].others) == [1, 2, 3]


def test_of_many_lines_the_first_ten_are_compared(window: Window) -> None:
    write_by(window.engine, put, 1, listed([line(str(number), 1) for number in range(12)]))
    with reading(window.engine) as connection:
        assert len(comparable.comparable_lines_of(connection, "s", 1)) == comparable.MAX_LINES
        assert comparable.comparable_lines_of(connection, "s", 2) == ()


@each(
    ("language", "few", "far"),
    [
        ("en", "fewer than 5 comparable lines", "price per unit (US dollar) 30.00: far above the middle half"),
        ("zh", "同类商品不足5项", "每单位价格（美元） 30.00：远高于中间一半"),
    ],
)
def test_the_case_page_shows_it_as_a_table_and_as_a_drawing(
    browser: Browser, language: str, few: str, far: str
) -> None:
    page = get(browser, f"/declarations/7?sandbox=s&lang={language}")
    source = browser.get(f"/declarations/7?sandbox=s&lang={language}").text
    assert few in page.text and page.elements.count("svg") == 2
    assert far in source and 'role="img"' in source and 'style="' not in source


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = window_in(tmp_path_factory.mktemp("data"))
    opened.make_sandbox("s", Options(), clock=Clock("virtual", NOON, 0, 0))
    with writing(opened.engine) as connection:
        for number in range(1, 7):
            put(connection, number, listed([line("8471", number, flow="E")], "E"), "E")
        put(connection, 7, listed([line("8471", 30, flow="E"), line("8472", 5, flow="E", gnum=2)], "E"), "E")
    with create_app(opened).test_client() as client:
        yield signed_in(client, opened)
    opened.close()
